"""What data of a kind determine, how well, what not at all, and what an unmodelled imperfection would do to them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from .assumptions import PLAUSIBLE
from .enhancement import OperatingPoint, enhancements
from .models import MODELS, Rates
from .switching import refit
from .switching_coordinates import coordinates
from .switching_data import SwitchingData
from .switching_fit import SwitchingFit, propagate
from .switching_parameters import Coordinates
from .switching_problem import SwitchingProblem
from .table_registry import model_knowing

Array = npt.NDArray[np.float64]
NOT_DETERMINED = 1.0
"""Relative error from which on data do not determine a parameter."""
_MEMBER = 0.2
"""Weight, over the largest one, from which on a parameter belongs to a combination."""
_SCALES = ("gain", "drain_scale")
"""Imperfections that are factors: they trade for rates in equal shares, whatever is plausible for them."""


@dataclass(frozen=True)
class Identifiability:
    """What data determine."""

    rates: Rates
    """The truth that was assumed."""
    errors: dict[str, float]
    """Standard errors of the rates [1/s], of T_p [K] and of free imperfections."""
    enhancement: float
    enhancement_error: float
    """Heat into the drain, both on resonance over the singles, at the operating point."""
    loose: list[str]
    """Combinations that the data do not determine, each as the names of its members."""


@dataclass(frozen=True)
class Bias:
    """What an imperfection does to a fit that does not know of it."""

    name: str
    size: float
    """How large it is."""
    shifts: dict[str, float]
    """Of the rates, T_p and the enhancement from what they are on that chip, in the errors of the fit."""
    chi_square: float
    """What the residuals add to chi-square: where this is small, the data do not give the imperfection away."""


def values_at(rates: Rates, where: Coordinates) -> Array:
    """Return the coordinates of some rates."""
    n_p = 1 / np.expm1(where.quantum / rates.T_p) if rates.T_p > 0 else 0.0
    others = [float(getattr(rates, name)) for name in where.free]
    return np.array([np.log(rates.gamma_h), np.log(rates.gamma_c), rates.gamma_p, n_p, *others], float)


def identify(
    data: SwitchingData, model: str, rates: Rates, at: OperatingPoint, free: tuple[str, ...] = ()
) -> Identifiability:
    """Return what some data determine if a chip has some rates, by the Cramer-Rao bound.

    Parameters
    ----------
    data
        Measured or expected; only their points and errors matter.
    model
        What is fitted.
    rates
        What the chip has.
    at
        Where the enhancement is stated.
    free
        Imperfections that are fitted as well.
    """
    where = coordinates(data, model, free)
    problem = SwitchingProblem(data, model, where)
    values = values_at(rates, where)
    problem = problem.with_errors_in_variables(values)
    spread = problem.covariance(values)
    scaled = where.factors(values) * np.sqrt(np.diag(spread))
    ratio, ratio_error = propagate(
        lambda moved: enhancements(moved, model, data.resonator, at)["drain"], values, spread, where
    )
    return Identifiability(
        rates,
        dict(zip(where.fields, map(float, scaled), strict=True)),
        ratio,
        ratio_error,
        _loose(problem, values),
    )


def biases(
    data: SwitchingData, model: str, rates: Rates, at: OperatingPoint, sizes: dict[str, float] | None = None
) -> list[Bias]:
    """Return what each imperfection, as large as it plausibly is, does to a fit that does not know of it.

    Parameters
    ----------
    data, model, rates, at
        As for `identify`; the powers are replaced by those of the imperfect chip, without noise.
    sizes
        Of the imperfections; `valvelab.analysis.assumptions.PLAUSIBLE` by default.
    """
    where = coordinates(data, model)
    values = values_at(rates, where)
    problem = SwitchingProblem(data, model, where).with_errors_in_variables(values)
    found, zero = [], np.zeros_like(data.temperature_errors[0])
    for name, size in (sizes or PLAUSIBLE).items():
        true = model_knowing(name, model)
        if true is None:
            continue
        ideal = float(getattr(where.fixed, name))
        moved_by: dict[str, Any] = {name: ideal + size}
        chip = replace(rates, **moved_by)
        powers = problem.data.powers(MODELS[true], chip)
        moved = replace(
            problem.data,
            measured=powers,
            temperature_errors=(zero, zero, zero),
            shared_errors=None,
        )
        fit = refit(replace(problem, data=moved), values)
        ratio = enhancements(chip, true, data.resonator, at)["drain"]
        found.append(Bias(name, size, _shifts(fit, problem, values, at, ratio), fit.chi_square))
    return found


def _shifts(
    fit: SwitchingFit, problem: SwitchingProblem, values: Array, at: OperatingPoint, true_ratio: float
) -> dict[str, float]:
    spread, where, resonator = problem.covariance(values), problem.where, problem.data.resonator
    true = where.rates(values)
    errors = where.factors(values) * np.sqrt(np.diag(spread))
    shifts = {
        name: float((getattr(fit.rates, name) - getattr(true, name)) / error)
        for name, error in zip(where.fields, errors, strict=True)
    }
    _, error = propagate(
        lambda moved: enhancements(moved, problem.model, resonator, at)["drain"], values, spread, where
    )
    found = enhancements(fit.rates, problem.model, resonator, at)["drain"]
    return shifts | {"enhancement": (found - true_ratio) / error}


def _loose(problem: SwitchingProblem, values: Array) -> list[str]:
    """Return the combinations of parameters whose relative error exceeds one, by their members, the heaviest first.

    What is open is judged in units of what is plausible. Who belongs to it is judged by relative changes: a gain of
    1 % trades for 1 % of each rate, though 1 % is all that is plausible for the one and little for the other.
    """
    where = problem.where
    sizes = np.array([1.0, 1.0, max(abs(values[2]), 1.0), max(values[3], 1e-3), *np.ones(len(where.free))])
    for place, name in enumerate(where.free, start=4):
        sizes[place] = PLAUSIBLE[name]
    alike = np.array([PLAUSIBLE[name] if name in _SCALES else 1.0 for name in where.fields])
    _, singular, rows = np.linalg.svd(problem.jacobian(values) * sizes, full_matrices=True)
    strengths = np.concatenate([singular, np.zeros(len(values) - len(singular))])
    return [
        _members(where.fields, row * alike)
        for strength, row in zip(strengths, rows, strict=True)
        if strength < 1 / NOT_DETERMINED
    ]


def _members(names: Sequence[str], weights: Array) -> str:
    """Return the names whose weights count, joined by "and"; equal ones in their order."""
    shares = np.round(np.abs(weights) / np.abs(weights).max(), 2)
    return " and ".join(
        names[place] for place in np.argsort(-shares, kind="stable") if shares[place] > _MEMBER
    )
