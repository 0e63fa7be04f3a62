"""From the mean across a family of ridges to first guesses of one qubit's flux and dispersion."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from valvelab import transmon
from valvelab.device import Qubit, ResonatorFilter

from .flux_map_ridges import Family

Array = npt.NDArray[np.float64]

_PHASES = 256
_OFFSETS = np.arange(0.0, 1.0, 1 / 40)
_RESONANT_FLUXES = np.linspace(0.04, 0.46, 12)
_SLOPE_STEP = 0.03
"""Well below the width of a ridge in flux, for a family as long as the window."""
_REFINED = 14


@dataclass(frozen=True)
class ProfileGuess:
    """A guess of one qubit: ``flux = slope * position + offset`` across its ridges."""

    slope: float
    offset: float
    maximum_frequency: float
    quality_factor: float
    height: float
    unexplained: float
    """Weighted sum of squares that it leaves [W^2]."""


def guess_profiles(
    family: Family, qubit: Qubit, resonator: ResonatorFilter, number: int
) -> list[ProfileGuess]:
    """Return the best few guesses of the qubit behind a family of ridges, best first.

    Parameters
    ----------
    family
        The mean of the map across the ridges.
    qubit, resonator
        What is known of them; a known maximum frequency is kept.
    number
        How many guesses to return at most.
    """
    coarse = _scan(family, qubit, resonator)
    refined = sorted(
        (_refine(family, qubit, resonator, *start) for start in coarse), key=lambda guess: guess.unexplained
    )
    distinct: list[ProfileGuess] = []
    for guess in refined:
        if np.isfinite(guess.unexplained) and all(
            abs(guess.slope - other.slope) > 0.02 * abs(other.slope) for other in distinct
        ):
            distinct.append(guess)
    return distinct[:number]


def _scan(family: Family, qubit: Qubit, resonator: ResonatorFilter) -> list[tuple[float, float, float]]:
    """Return the slopes, offsets and maximum frequencies that correlate best with the profile."""
    step = np.median(np.diff(family.position))
    slopes = np.arange(0.1, 0.25 / step, _SLOPE_STEP)
    weight = family.count / family.count.sum()
    power = family.power - weight @ family.power
    phase = slopes[:, None, None] * family.position + _OFFSETS[:, None]
    index = np.asarray(np.floor(phase * _PHASES), np.intp) % _PHASES
    starts: list[tuple[float, float, float, float]] = []
    for maximum in _maximum_frequencies(qubit, resonator):
        table = _line(np.arange(_PHASES) / _PHASES, qubit, resonator, maximum, resonator.quality_factor)
        line = table[index]
        mean = line @ weight
        covariance = line @ (weight * power)
        variance = (line**2) @ weight - mean**2
        explained = np.where(covariance > 0, covariance**2 / np.maximum(variance, 1e-9), 0.0)
        starts += _peaks(explained, slopes, maximum)
    return [start[1:] for start in sorted(starts, reverse=True)[:_REFINED]]


def _peaks(explained: Array, slopes: Array, maximum: float) -> list[tuple[float, float, float, float]]:
    """Return the local maxima over slope of what the best offset explains."""
    offset = np.argmax(explained, axis=1)
    best = explained[np.arange(slopes.size), offset]
    padded = np.pad(best, 1, constant_values=-np.inf)
    tops = np.flatnonzero((best >= padded[:-2]) & (best >= padded[2:]) & (best > 0))
    tops = tops[np.argsort(best[tops])[::-1][:4]]
    return [(float(best[i]), float(slopes[i]), float(_OFFSETS[offset[i]]), maximum) for i in tops]


def _refine(
    family: Family, qubit: Qubit, resonator: ResonatorFilter, slope: float, offset: float, maximum: float
) -> ProfileGuess:
    from scipy.optimize import least_squares

    weight = np.sqrt(family.count)
    known = qubit.maximum_frequency is not None

    def project(x: Array) -> tuple[Array, Array]:
        top = maximum if known else float(np.exp(x[2])) * resonator.frequency
        line = _line(x[0] * family.position + x[1], qubit, resonator, top, float(np.exp(x[3])))
        basis = np.stack([line, np.ones_like(line)], axis=1) * weight[:, None]
        height = np.linalg.lstsq(basis, weight * family.power, rcond=None)[0]
        return np.asarray(weight * family.power - basis @ height), np.asarray(height)

    scale = float(np.std(family.power)) or 1.0
    start = [slope, offset, np.log(maximum / resonator.frequency), np.log(resonator.quality_factor)]
    bounds = ([0.02, -2, np.log(0.8), np.log(1.0)], [2 * slope + 1, 3, np.log(4.0), np.log(60.0)])
    inside = np.clip(start, np.add(bounds[0], 1e-6), np.subtract(bounds[1], 1e-6))
    solution = least_squares(
        lambda x: project(x)[0] / scale, inside, bounds=bounds, x_scale=[0.05, 0.05, 0.1, 0.2], max_nfev=25
    )
    rest, height = project(solution.x)
    top = maximum if known else float(np.exp(solution.x[2])) * resonator.frequency
    penalty = 1.0 if height[0] > 0 else np.inf
    return ProfileGuess(
        float(solution.x[0]),
        float(solution.x[1]),
        top,
        float(np.exp(solution.x[3])),
        float(height[0]),
        float(rest @ rest) * penalty,
    )


def _maximum_frequencies(qubit: Qubit, resonator: ResonatorFilter) -> list[float]:
    if qubit.maximum_frequency is not None:
        return [qubit.maximum_frequency]
    shape = transmon.frequency(_RESONANT_FLUXES, 0.0, 1.0, qubit.asymmetry)
    return [
        float((resonator.frequency + qubit.charging_energy) / part - qubit.charging_energy) for part in shape
    ]


def _line(flux: Array, qubit: Qubit, resonator: ResonatorFilter, maximum: float, quality: float) -> Array:
    frequency = transmon.frequency(flux, qubit.charging_energy, maximum, qubit.asymmetry)
    # Strong asymmetry and a low maximum can bring the frequency to zero, where the filter passes nothing.
    ratio = np.maximum(frequency / resonator.frequency, 1e-3)
    return np.asarray(1 / (1 + (quality * (ratio - 1 / ratio)) ** 2))
