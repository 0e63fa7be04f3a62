"""Refits of many datasets at once: how fitted values scatter when a measurement is repeated, or its cells drawn."""

from dataclasses import replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from .models import MODELS
from .switching_fit import SwitchingFit
from .switching_parameters import values_of
from .switching_problem import SwitchingProblem

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
_STEPS, _CLOSE = 60, 1e-6
"""Most steps of a refit, and the share of a standard error below which the last one has to stay."""
_DIFFERENCE, _FROM_BOUND = 1e-4, 0.05
"""Steps of the differences, in standard errors, from inside and from a bound."""
_AT_ONCE = 200_000
"""Powers that are computed at once."""


def bootstrap(
    fit: SwitchingFit,
    count: int = 1000,
    kind: Literal["errors", "residuals"] = "errors",
    *,
    cells: npt.ArrayLike | None = None,
    seed: int = 0,
) -> Array:
    """Return what was varied in the fits of many new datasets, (count, number of coordinates).

    Parameters
    ----------
    fit
        The fit whose model is taken for the truth.
    count
        How many.
    kind
        ``"errors"``: errors are drawn from the covariance of the powers. ``"residuals"``: the residuals of whole
        cells, made uncorrelated, are drawn with replacement from those of the fit, so that what is wrong with the
        model or the errors, and common to a cell, is in the scatter.
    cells
        To which cell each power belongs; needed for residuals.
    seed
        Of the draws.

    Raises
    ------
    ValueError
        If none are to be drawn; if residuals are asked for without cells, or a cell holds another number of powers
        than the others.

    Notes
    -----
    All refits take the steps of Levenberg and Marquardt together, with Jacobians of their own from forward differences;
    one that does not come to rest is repeated alone.
    """
    if count < 1:
        raise ValueError(f"count must be at least 1, found {count!r}")
    problem, chance = fit.problem, np.random.default_rng(seed)
    size = problem.data.size
    drawn = (
        chance.standard_normal((count, size)) if kind == "errors" else _drawn_cells(fit, cells, count, chance)
    )
    priors = [chance.standard_normal(count) for _ in problem.where.priors]
    noise = np.column_stack([drawn, *priors]) if priors else drawn
    found = np.empty((count, len(fit.values)))
    step = max(1, _AT_ONCE // size)
    for begin in range(0, count, step):
        part = slice(begin, begin + step)
        found[part] = _refit(fit, noise[part])
    return found


def _drawn_cells(
    fit: SwitchingFit, cells: npt.ArrayLike | None, count: int, chance: np.random.Generator
) -> Array:
    data = fit.problem.data
    if cells is None or np.size(cells) != data.size:
        raise ValueError(
            f"cells must name the cell of each of the {data.size} powers, found {np.size(cells or ())}"
        )
    names, sizes = np.unique(np.asarray(cells), return_counts=True)
    if np.ptp(sizes):
        raise ValueError(
            f"cells must hold equally many powers to be drawn, found {sizes.min()} to {sizes.max()}; draw errors"
        )
    whitened = data.whitened(MODELS[fit.model], fit.rates)
    # What was fitted has taken its share of the scatter.
    whitened = whitened * np.sqrt(data.size / max(1, data.size - len(fit.values)))
    rows = np.array([np.flatnonzero(np.asarray(cells) == name) for name in names])
    drawn = np.empty((count, data.size))
    for one in drawn:
        one[rows] = whitened[rows[chance.integers(len(names), size=len(names))]]
    return drawn


def _refit(fit: SwitchingFit, noise: Array) -> Array:
    """Return the values at which each row of whitened noise leaves the least."""
    problem, best = fit.problem, fit.values
    wanted = noise - problem.residuals(best[None, :])
    errors = np.sqrt(np.diag(fit.covariance))
    low, high = problem.where.bounds
    values = np.tile(best, (len(noise), 1))
    left = wanted + problem.residuals(values)
    damping, resting = np.full(len(noise), 1e-6), np.zeros(len(noise), bool)
    for _ in range(_STEPS):
        slopes = _slopes(problem, values, left - wanted, errors)
        moved = np.clip(values + _steps(slopes, left, damping, (values <= low, values >= high)), low, high)
        then = wanted + problem.residuals(moved)
        better = np.sum(then**2, axis=1) <= np.sum(left**2, axis=1)
        resting = np.max(np.abs(moved - values) / errors, axis=1) < _CLOSE
        values = np.where(better[:, None], moved, values)
        left = np.where(better[:, None], then, left)
        damping = np.where(better, damping / 10, np.maximum(100 * damping, 1e-6))
        if resting.all():
            break
    for row in np.flatnonzero(~resting):
        values[row] = _alone(fit, noise[row])
    return values


def _slopes(problem: SwitchingProblem, values: Array, here: Array, errors: Array) -> Array:
    """Return the derivatives of the residuals, their signs turned, (rows, residuals, coordinates)."""
    columns = []
    low, _ = problem.where.bounds
    for place, error in enumerate(errors):
        # At n_p = 0 the parked qubits have a cusp, too small to matter and too steep to ask for its slope.
        step = np.where(values[:, place] <= low[place], _FROM_BOUND, _DIFFERENCE) * error
        moved = values.copy()
        moved[:, place] += step
        columns.append((here - problem.residuals(moved)) / step[:, None])
    return np.stack(columns, axis=-1)


def _steps(slopes: Array, left: Array, damping: Array, at_bounds: tuple[Mask, Mask]) -> Array:
    """Return the step of each row; what would leave its bound stays, and the others move without it."""
    size = np.linalg.norm(slopes, axis=1)
    size = np.where(size > 0, size, 1.0)
    scaled = slopes / size[:, None, :]
    downhill = np.einsum("rnk,rn->rk", scaled, left)
    held = (at_bounds[0] & (downhill < 0)) | (at_bounds[1] & (downhill > 0))
    free = ~held
    curvature = np.einsum("rnk,rnl->rkl", scaled, scaled) * (free[:, :, None] & free[:, None, :])
    diagonal = np.arange(free.shape[1])
    curvature[:, diagonal, diagonal] = np.where(
        held, 1.0, curvature[:, diagonal, diagonal] + damping[:, None]
    )
    return np.asarray(np.linalg.solve(curvature, (downhill * free)[..., None])[..., 0] / size)


def _alone(fit: SwitchingFit, noise: Array) -> Array:
    """Return the values of one refit, by the search of `fit_switching`."""
    data, where = fit.problem.data, fit.problem.where
    root = np.linalg.inv(data.whitening.toarray())
    measured = data.powers(MODELS[fit.model], fit.rates) + root @ noise[: data.size]
    moved = replace(data, measured=measured)
    priors = {
        name: (fit.values[where.names.index(name)] - std * drawn, std)
        for (name, (_, std)), drawn in zip(where.priors.items(), noise[data.size :], strict=True)
    }
    problem = replace(fit.problem, data=moved, where=replace(where, priors=priors))
    return values_of(problem.minimise(fit.values, squared=fit.result.squared).params, where)
