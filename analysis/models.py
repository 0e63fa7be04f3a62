"""The models of a switching measurement: pure functions from rates and temperatures to heat powers."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from valvelab.sim import Bath, HeatCurrents, Resonator, collective, detuned, independent, pair

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Points:
    """Where a model is evaluated: arrays of one shape."""

    frequency_1: Array
    """Transition frequency of qubit 1 [Hz]."""
    frequency_2: Array
    """Transition frequency of qubit 2 [Hz]."""
    temperature_source: Array
    """Temperature of the hot reservoir [K]."""
    temperature_drain: Array
    """Temperature of the cold reservoir [K]."""


@dataclass(frozen=True)
class Rates:
    """What a switching fit determines."""

    gamma_h: float
    """Rate of the hot reservoir [1/s]."""
    gamma_c: float
    """Rate of the cold reservoir [1/s]."""
    gamma_p: float
    """Rate of the parasitic bath [1/s]."""
    T_p: float
    """Temperature of the parasitic bath [K]."""


Model = Callable[[Rates, Points, Resonator], HeatCurrents]

RESONANT = 0.01
"""Two qubits count as resonant when their distance is below this share of the collective linewidth
(gamma_h + gamma_c) / (2 pi): there the collective current is exact to about the square of it."""


_FAR = 5.0
"""Beyond so many collective linewidths qubits count as independent."""


def points_between(rates: Rates, points: Points) -> npt.NDArray[np.bool_]:
    """Tell where the qubits are neither at one frequency nor far apart, so that "collective" does not hold."""
    distance = np.abs(points.frequency_1 - points.frequency_2)
    linewidth = (rates.gamma_h + rates.gamma_c) / (2 * np.pi)
    return np.asarray((distance > RESONANT * linewidth) & (distance < _FAR * linewidth))


def collective_model(rates: Rates, points: Points, resonator: Resonator) -> HeatCurrents:
    """Return the currents of the paper's master equation.

    Qubits at one frequency are collective (Eqs. 9-24, 31-33); qubits at different frequencies are independent
    (App. D). In between, where the distance is of the order of the linewidth, neither holds: use "pair".
    """
    hot, cold, parasitic = _baths(rates, points)
    first, second = points.frequency_1, points.frequency_2
    linewidth = (rates.gamma_h + rates.gamma_c) / (2 * np.pi)
    resonant = np.abs(first - second) <= RESONANT * linewidth
    centre = (first + second) / 2
    share = resonator.filter(centre)
    together = collective(
        2,
        centre,
        Bath(rates.gamma_h * share, hot.temperature),
        Bath(rates.gamma_c * share, cold.temperature),
        parasitic,
    ).currents
    apart = detuned((first, second), hot, cold, parasitic, resonator)
    return _choose(resonant, together, apart)


def independent_model(rates: Rates, points: Points, resonator: Resonator) -> HeatCurrents:
    """Return the currents of two qubits that know nothing of each other: the null hypothesis."""
    hot, cold, parasitic = _baths(rates, points)
    return detuned((points.frequency_1, points.frequency_2), hot, cold, parasitic, resonator)


def pair_model(rates: Rates, points: Points, resonator: Resonator) -> HeatCurrents:
    """Return the currents of the partial-secular Redfield equation, at any two frequencies."""
    hot, cold, parasitic = _baths(rates, points)
    return pair((points.frequency_1, points.frequency_2), hot, cold, parasitic, resonator=resonator).currents


MODELS: dict[str, Model] = {
    "collective": collective_model,
    "pair": pair_model,
    "independent": independent_model,
}
"""Models by name."""


def reference_power(
    rates: Rates, frequency: float, source: float, drain: float, resonator: Resonator
) -> float:
    """Return the heat [W] that two independent qubits carry without parasitic bath, Eq. (26)."""
    share = float(resonator.filter(frequency))
    hot, cold = Bath(rates.gamma_h * share, source), Bath(rates.gamma_c * share, drain)
    return float(independent(2, frequency, hot, cold).hot)


def validity(rates: Rates, frequency: float, source: float, drain: float, quality_factor: float) -> float:
    """Return N sum_i gamma_i (2 n_i + 1) / kappa for N = 2.

    Above about 0.2 a Markovian master equation overestimates the power and the enhancement.
    """
    kappa = 2 * np.pi * frequency / quality_factor
    hot, cold = Bath(rates.gamma_h, source), Bath(rates.gamma_c, drain)
    widths = [bath.rate * (2 * bath.occupation(frequency) + 1) for bath in (hot, cold)]
    return float(2 * sum(widths) / kappa)


def _baths(rates: Rates, points: Points) -> tuple[Bath, Bath, Bath]:
    return (
        Bath(rates.gamma_h, points.temperature_source),
        Bath(rates.gamma_c, points.temperature_drain),
        Bath(rates.gamma_p, rates.T_p),
    )


def _choose(condition: npt.NDArray[np.bool_], yes: HeatCurrents, no: HeatCurrents) -> HeatCurrents:
    return HeatCurrents(
        np.where(condition, yes.hot, no.hot),
        np.where(condition, yes.cold, no.cold),
        np.where(condition, yes.parasitic, no.parasitic),
    )
