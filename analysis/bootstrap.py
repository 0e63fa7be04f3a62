"""Refits of many datasets at once: how the fitted values scatter when the measurement is repeated, or its cells drawn."""

import itertools
from collections.abc import Iterator
from typing import Literal

import numpy as np
import numpy.typing as npt

from .models import MODELS
from .switching import SwitchingFit
from .switching_parameters import values_of
from .switching_problem import SwitchingProblem

Array = npt.NDArray[np.float64]
_STEPS, _CLOSE = 60, 1e-6
"""Most steps of a refit, and the share of a standard error below which the last one has to stay."""
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
        If residuals are asked for without cells, or a cell holds another number of powers than the others.

    Notes
    -----
    The steps of all refits use the Jacobian of the fit itself: as far as the errors reach, the model is nearly
    straight, and a refit that does not come to rest is repeated alone, with Jacobians of its own.
    """
    problem, chance = fit.problem, np.random.default_rng(seed)
    size = problem.data.size
    if kind == "errors":
        drawn = chance.standard_normal((count, size))
    else:
        drawn = _drawn_cells(fit, cells, count, chance)
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
    powers = problem.data.powers(MODELS[fit.model], problem.where.rates(best))
    wanted = np.asarray(problem.data.whitening @ powers)
    own = noise[:, : wanted.size]
    errors = np.sqrt(np.diag(fit.covariance))
    low, high = problem.where.bounds
    inverses = dict(_inverses(problem, best))
    values = np.tile(best, (len(noise), 1))
    for _ in range(_STEPS):
        modelled = problem.data.powers(MODELS[fit.model], problem.where.rates(values[:, None, :]))
        left = own + wanted - np.asarray((problem.data.whitening @ modelled.T).T)
        left = np.column_stack([left, *_priors(problem, values, best, noise[:, wanted.size :])])
        moved = _step(values, left, inverses, low, high)
        rest = np.max(np.abs(moved - values) / errors, axis=1)
        values = moved
        if np.all(rest < _CLOSE):
            break
    for row in np.flatnonzero(~(rest < _CLOSE)):
        values[row] = _alone(fit, noise[row], powers)
    return values


def _priors(problem: SwitchingProblem, values: Array, best: Array, noise: Array) -> list[Array]:
    """Return the residuals of the priors, whose means are drawn about the best values."""
    columns = []
    for place, (name, (_, std)) in enumerate(problem.where.priors.items()):
        column = problem.where.names.index(name)
        columns.append(noise[:, place] + (best[column] - values[:, column]) / std)
    return columns


def _inverses(problem: SwitchingProblem, best: Array) -> Iterator[tuple[tuple[bool, bool], Array]]:
    """Yield what turns residuals into a step, for each choice of whether gamma_p and n_p rest at their bounds."""
    jacobian = -problem.jacobian(best)
    scale = np.linalg.norm(jacobian, axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    for held in itertools.product((False, True), repeat=2):
        free = np.array([True, True, not held[0], not held[1], *np.ones(len(best) - 4, bool)])
        inverse = np.zeros((len(best), len(jacobian)))
        inverse[free] = np.linalg.pinv(jacobian[:, free] / scale[free]) / scale[free][:, None]
        yield held, inverse


def _step(
    values: Array, left: Array, inverses: dict[tuple[bool, bool], Array], low: Array, high: Array
) -> Array:
    """Return the values after one step: what would pass its bound stays there, and the others move without it."""
    moved = values + left @ inverses[False, False].T
    held = moved[:, 2:4] < low[2:4]
    for pattern, inverse in inverses.items():
        rows = np.flatnonzero(np.all(held == pattern, axis=1))
        if any(pattern) and rows.size:
            at_bound = values[rows].copy()
            at_bound[:, 2:4][:, list(pattern)] = low[2:4][list(pattern)]
            moved[rows] = at_bound + left[rows] @ inverse.T
    return np.clip(moved, low, high)


def _alone(fit: SwitchingFit, noise: Array, powers: Array) -> Array:
    """Return the values of one refit, by the search of `fit_switching`."""
    from dataclasses import replace

    data = fit.problem.data
    root = np.linalg.inv(data.whitening.toarray())
    measured = powers + root @ noise[: data.size]
    count = data.power_drain.size
    moved = replace(
        data,
        power_drain=measured[:count],
        power_source=None if data.power_source is None else measured[count:],
    )
    problem = replace(fit.problem, data=moved)
    return values_of(problem.minimise(fit.values).params, problem.where)
