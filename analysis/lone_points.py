"""One power that does not go with the others: what chi-square is without it, everything fitted anew."""

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from .models import MODELS
from .reduced_arrays import diagonal
from .switching_parameters import values_of
from .switching_problem import SwitchingProblem
from .switching_starts import beginnings

if TYPE_CHECKING:
    from .switching_fit import SwitchingFit

Array = npt.NDArray[np.float64]
_SURE = 25.0
"""Fall of chi-square that noise brings about at one of a thousand points once in two thousand fits."""
_SHARE = 1 / 3
"""Of what chi-square is too large by: a model that is wrong everywhere is no matter of a point."""
_TRIED = 4
_OPEN = 1e4
"""Errors that a power may be off by when it is left out."""


@dataclass(frozen=True)
class LonePoint:
    """A power that the others contradict."""

    point: int
    """Its place along ``point``."""
    reservoir: str
    configuration: str
    source_temperature: float
    drain_temperature: float
    """Where it was measured [K]."""
    deviation: float
    """How far it lies above what the others say, in its own errors."""
    chi_square_fall: float
    """How far chi-square falls without it, everything fitted anew."""

    @property
    def text(self) -> str:
        """What a reader is told."""
        where = f"{self.configuration}, source {self.source_temperature * 1e3:.4g} mK, drain "
        where += f"{self.drain_temperature * 1e3:.4g} mK"
        return (
            f"One power is {abs(self.deviation):.3g} errors {'above' if self.deviation > 0 else 'below'} what the "
            f"others say: that of the {self.reservoir} at point = {self.point} ({where}). Without it chi-square falls "
            f"by {self.chi_square_fall:.3g}. Look at it before anything else."
        )


def lone_point(fit: "SwitchingFit") -> LonePoint | None:
    """Return the power without which chi-square falls most, if it holds much of what that is too large by.

    Those that look suspicious are left out one after the other: by a straight line through the fit, as far as a
    residual is from what all others predict, and by the residual itself. A fit of a slow model is not repeated.
    """
    excess, freedom = fit.chi_square - fit.degrees_of_freedom, fit.degrees_of_freedom
    if freedom < 2 or excess < _SURE - 1 or not fit.problem.is_quick:
        return None
    residual = fit.problem.residual(fit.values)[: fit.data.size]
    falls = _predicted_falls(fit, residual)
    order = [*np.argsort(-falls)[:_TRIED], *np.argsort(-np.abs(residual))[:_TRIED]]
    tried = {int(place): _without(fit, int(place)) for place in dict.fromkeys(order)}
    place, (least, values) = min(tried.items(), key=lambda one: one[1][0])
    fall = fit.chi_square - least
    if fall < max(_SURE, _SHARE * excess):
        return None
    number, points = place % fit.data.count, fit.data.points
    predicted = fit.data.powers(MODELS[fit.model], fit.problem.where.rates(values))[place]
    return LonePoint(
        number,
        fit.data.reservoirs[place // fit.data.count],
        str(fit.data.configuration[number]),
        float(points.temperature_source[number]),
        float(points.temperature_drain[number]),
        float((fit.data.measured[place] - predicted) / math.sqrt(fit.data.covariance.diagonal()[place])),
        float(fall),
    )


def _predicted_falls(fit: "SwitchingFit", residual: Array) -> Array:
    """Return how far chi-square would fall without each power, were the model a straight line."""
    whitening = fit.data.whitening
    slopes = whitening.T @ fit.problem.jacobian(fit.values)[: fit.data.size]
    spread = np.where(np.isfinite(fit.covariance), fit.covariance, 0.0)
    weights = np.asarray(whitening.multiply(whitening).sum(axis=0)).ravel()
    left = weights - np.sum((slopes @ spread) * slopes, axis=1)
    return np.asarray((whitening.T @ residual) ** 2 / np.maximum(left, 1e-6 * weights))


def _without(fit: "SwitchingFit", place: int) -> tuple[float, Array]:
    """Return the least chi-square with one power as good as unknown, and where it is."""
    variance = fit.data.covariance.diagonal()[place] * _OPEN**2
    opened = diagonal(np.where(np.arange(fit.data.size) == place, variance, 0.0))
    data, where = replace(fit.data, covariance=(fit.data.covariance + opened).tocsr()), fit.problem.where
    problem = SwitchingProblem(data, fit.model, where)
    found = [problem.minimise(begin) for begin in (fit.values, *beginnings(data, fit.model, where))]
    best = min(found, key=lambda one: float(one.chisqr))
    return float(best.chisqr), values_of(best.params, where)
