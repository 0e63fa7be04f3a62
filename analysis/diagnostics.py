"""Whether residuals look like noise: chi-square, runs of one sign, drift, the worst point, each configuration."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from .allan import allan_deviation, equivalent_freedom
from .models import MODELS

if TYPE_CHECKING:
    from .switching_fit import SwitchingFit

Array = npt.NDArray[np.float64]
_TREND = 4.0
"""Standard deviations of the runs that noise brings about once in ten thousand fits."""
_DRIFT = 1e-4
"""Probability of an Allan deviation below which it is none of noise."""


@dataclass(frozen=True)
class ResidualAllan:
    r"""Allan deviation of residuals in units of their errors, over averages of powers that follow each other.

    Noise alone gives 1 / sqrt(points): what drifts from cell to cell, or what the model misses there, averages less.
    """

    points: list[int]
    """Powers in an average; averages reach over a third of the dataset at most."""
    deviation: list[float]
    """Allan deviation."""
    freedom: list[float]
    """Degrees of freedom of its square."""
    probability: float | None
    """Chance that noise alone gives as large a deviation anywhere; None where there are no averages to compare."""
    excess: float
    """The most improbable deviation over that of noise ..."""
    excess_points: int
    """... and the powers in its averages."""


@dataclass(frozen=True)
class Diagnostics:
    """How the residuals of a fit compare with their errors."""

    chi_square: float
    degrees_of_freedom: int
    probability: float | None
    """Chance that noise alone gives at least this chi-square; None where no freedom is left for it to be judged."""
    runs: int
    """Runs of one sign along the points, ordered by configuration, drain and source temperature."""
    runs_score: float
    """Runs less their expectation, in standard deviations: far below zero, the residuals have a trend."""
    allan: ResidualAllan
    """Allan deviation of the residuals, in the order of the dataset: `reduce` has cell after cell as measured."""
    worst: float
    """Largest residual in units of its error ..."""
    worst_point: int
    """... and its place along ``point``."""
    by_configuration: dict[str, float]
    """Mean square of the residuals, in units of their errors, by configuration."""


def diagnose(fit: "SwitchingFit") -> Diagnostics:
    """Compare the residuals of a fit with their errors.

    Whitened residuals are used throughout, so what the points have in common does not count as a trend.
    """
    from scipy.stats import chi2

    data, points = fit.data, fit.data.points
    first = data.whitened(MODELS[fit.model], fit.rates)[: data.count]
    order = np.lexsort((points.temperature_source, np.round(points.temperature_drain, 2), data.configuration))
    runs, score = _runs(first[order])
    worst = int(np.argmax(np.abs(first)))
    return Diagnostics(
        fit.chi_square,
        fit.degrees_of_freedom,
        float(chi2.sf(fit.chi_square, fit.degrees_of_freedom)) if fit.degrees_of_freedom > 0 else None,
        runs,
        score,
        residual_allan(first),
        float(first[worst]),
        worst,
        {
            str(name): float(np.mean(first[data.configuration == name] ** 2))
            for name in np.unique(data.configuration)
        },
    )


def residual_allan(residual: Array) -> ResidualAllan:
    """Return the Allan deviation of residuals that follow each other, and how improbable it is for noise.

    Where they scatter more than their errors from one to the next, their own scatter is taken for noise.

    Parameters
    ----------
    residual
        Residuals in units of their errors, uncorrelated, shape (n,), n at least 1.
    """
    from scipy.stats import chi2

    if residual.size < 3:
        return ResidualAllan([], [], [], None, 1.0, 1)
    numbers, _, deviations = allan_deviation(
        residual, np.arange(residual.size, dtype=float), np.zeros(residual.size, np.int64)
    )
    freedom = np.array([equivalent_freedom(residual.size, int(number)) for number in numbers])
    excess = numbers * deviations**2 / max(1.0, float(deviations[0]) ** 2)
    chances = chi2.sf(excess * freedom, freedom)[1:]
    worst = 1 + int(np.argmin(chances)) if chances.size else 0
    return ResidualAllan(
        numbers.astype(int).tolist(),
        deviations.tolist(),
        freedom.tolist(),
        min(float(chances.min()) * chances.size, 1.0) if chances.size else None,
        float(np.sqrt(excess[worst])),
        int(numbers[worst]),
    )


def misfit(fit: "SwitchingFit") -> list[str]:
    """Return what the residuals say against the model, or that they can say nothing."""
    if fit.degrees_of_freedom <= 0:
        return [
            "There are no more powers than parameters: any model would describe them, and nothing tells whether this "
            "one holds. Measure more points before quoting anything."
        ]
    found = []
    reduced = fit.chi_square / fit.degrees_of_freedom
    spread = math.sqrt(2 / fit.degrees_of_freedom)
    if reduced > 1 + 4 * spread:
        found.append(
            f"chi-square per degree of freedom is {reduced:.3g}, {(reduced - 1) / spread:.3g} standard deviations "
            "above 1: the model does not describe the data, or their errors are too small. Do not quote the errors."
        )
    told = diagnose(fit)
    score, allan = told.runs_score, told.allan
    if score < -_TREND:
        found.append(
            f"The residuals keep their sign longer than noise does ({-score:.1f} standard deviations): the model "
            "misses a trend over the points, or something drifts. Do not quote the errors."
        )
    if allan.probability is not None and allan.probability < _DRIFT:
        found.append(
            f"Means of {allan.excess_points} residuals that follow each other differ {allan.excess:.2g} times as much "
            "as noise lets them (Allan deviation): something drifted from cell to cell, or the model misses what "
            "changed there. Do not quote the errors."
        )
    return found


def _runs(residual: Array) -> tuple[int, float]:
    """Return the runs of one sign, and how far they are from their expectation (Wald and Wolfowitz, 1940)."""
    signs = residual > 0
    runs = 1 + int(np.count_nonzero(signs[1:] != signs[:-1]))
    above, below = int(signs.sum()), int((~signs).sum())
    if min(above, below) == 0:
        return runs, -np.sqrt(float(residual.size))
    count = above + below
    expected = 1 + 2 * above * below / count
    variance = (expected - 1) * (expected - 2) / max(count - 1, 1)
    return runs, float((runs - expected) / np.sqrt(variance)) if variance > 0 else 0.0
