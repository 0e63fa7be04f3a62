"""What each rung of the ladder adds where two ridges of a heat map cross: heat of both less that of each alone.

A ridge by itself looks much the same on every rung, and its width and height are fitted; rungs differ in what both
qubits carry together. The slow ones are tabulated over mean and distance of the frequencies, where the collective line
f_1 = f_2 is narrow and everything else as wide as the resonators.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np

from valvelab.sim import Bath, Ladder, Resonator, levels, linear, pair, resonators

from .flux_map_heat import Array, Values, rates, resonators_of, ridge, weight_2

_REACH = 3.0
"""How far from the middle a table reaches, in linewidths of the resonators; both ridges are below 3 % there."""
_NODES, _ALONE = (25, 41), 61
"""Of a table, over mean and distance, and of one qubit alone."""
_PRECISION = 1e-4
"""Relative error of the currents with modes, of which the excess is about a tenth."""
_LEVELS, _LOWEST = 4, 5.5
"""Levels of a transmon, of which one more would change an excess by half a per cent, and its lowest frequency in units
of its charging energy, where the resonators pass nothing any more."""
_ROUNDS, _MATCHED = 8, 1e-5
SHAPING = (
    "resonator_frequency",
    "quality_factor",
    "filter_exponent",
    "resonator_splitting",
    "drain_quality_ratio",
    "quality_ratio_2",
    "ridge_power",
    "weight_2",
    "parasitic_share",
    "parity",
    "phase",
    "charging_energy_1",
    "charging_energy_2",
    "source_temperature",
    "drain_temperature",
    "parasitic_temperature",
)
"""Parameters that an excess depends on, beside the frequencies."""


@dataclass(frozen=True)
class Rung:
    """What a rung says of the heat into the drain [W], of both qubits and of each alone."""

    both: Callable[[Values, Array, Array], Array]
    alone: Callable[[Values, int, Array], Array]
    nodes: int = _ALONE
    """Frequencies at which one qubit alone is computed where there are more; between them it is interpolated."""

    def excess(self, values: Values, frequency_1: Array, frequency_2: Array) -> Array:
        """Return the heat of both less that of each alone [W], at rates for which the ridges are as high as measured.

        Parameters
        ----------
        values
            Parameters of the map.
        frequency_1, frequency_2
            Frequencies of the qubits [Hz], which broadcast.
        """
        f_1, f_2 = np.broadcast_arrays(frequency_1, frequency_2)
        matched = self._matched(values)
        alone = [
            _along(f, partial(self.alone, matched, qubit), self.nodes) for qubit, f in ((1, f_1), (2, f_2))
        ]
        return np.asarray(self.both(matched, f_1, f_2) - alone[0] - alone[1])

    def _matched(self, values: Values) -> Values:
        """Return parameters with rates at which the ridges of this rung are as high together as those fitted."""
        on = np.full(1, values["resonator_frequency"])
        wanted = sum(float(ridge(qubit, values, on)[0]) for qubit in (1, 2))
        power = values["ridge_power"]
        for _ in range(_ROUNDS):
            trial = {**values, "ridge_power": power}
            ratio = sum(float(self.alone(trial, qubit, on)[0]) for qubit in (1, 2)) / wanted
            if abs(ratio - 1) < _MATCHED:
                break
            power /= ratio
        return {**values, "ridge_power": power}


def heat(
    solver: Callable[..., Any], what: Sequence[Any], values: Values, weights: tuple[Any, Any], **options: Any
) -> Array:
    """Return what a solver says of the heat into the drain [W], of qubits with such couplings to both reservoirs."""
    turn = values["parity"] if values["phase"] == 0 else values["parity"] * np.exp(1j * values["phase"])
    found = solver(
        what,
        *_baths(values),
        resonator=resonators_of(values),
        weights_hot=(weights[0], weights[1] * turn),
        weights_cold=weights,
        **options,
    )
    return np.asarray(-getattr(found, "currents", found).cold)


def transmon(values: Values, qubit: int, frequency: Array, count: int) -> Ladder:
    """Return the ladders of a transmon, by its number, with so many levels at some frequencies [Hz]."""
    energy = values[f"charging_energy_{qubit}"]
    return Ladder.of_transmon(np.maximum(frequency, _LOWEST * energy), energy, count)


def _levels(values: Values, frequencies: tuple[Array, Array], weights: tuple[float, float]) -> Array:
    transmons = [transmon(values, qubit, f, _LEVELS) for qubit, f in enumerate(frequencies, start=1)]
    # Redfield's equation has poles where rates are not small against the linewidths.
    return heat(levels, transmons, values, weights, equation="gkls")


def _linear(values: Values, frequencies: tuple[Array, Array], weights: tuple[float, float]) -> Array:
    return heat(linear, frequencies, values, weights)


def _modes(values: Values, qubits: Mapping[int, Array], weights: tuple[float, float]) -> Array:
    return heat(resonators, tuple(qubits.values()), values, weights, tolerance=_PRECISION)


def _of_two(heat_of: Callable[[Values, tuple[Array, Array], tuple[float, float]], Array]) -> Rung:
    """Return the rung of a solver that knows two qubits only: one is alone where the other is not coupled."""
    return Rung(
        lambda values, f_1, f_2: heat_of(values, (f_1, f_2), (1.0, _second(values))),
        lambda values, qubit, f: heat_of(
            values, (f, f), (1.0, 0.0) if qubit == 1 else (0.0, _second(values))
        ),
    )


def of_one_or_two(
    heat_of: Callable[[Values, Mapping[int, Array], tuple[float, float]], Array], nodes: int = _ALONE
) -> Rung:
    """Return the rung of a solver of one or two qubits, which it is given by their numbers."""
    return Rung(
        lambda values, f_1, f_2: heat_of(values, {1: f_1, 2: f_2}, (1.0, _second(values))),
        lambda values, qubit, f: heat_of(values, {qubit: f}, (1.0 if qubit == 1 else _second(values), 0.0)),
        nodes,
    )


RUNGS: Mapping[str, Rung] = {
    "levels": _of_two(_levels),
    "linear": _of_two(_linear),
    "resonators": of_one_or_two(_modes),
}
"""Transmons with levels, oscillators (the classical null hypothesis), and resonators that are modes: all too slow for
every point of a map."""
TABULATED = tuple(RUNGS)


def pair_power(values: Values, frequency_1: Array, frequency_2: Array) -> Array:
    """Return the heat that the master equation of both qubits brings to the drain [W]."""
    return heat(pair, (frequency_1, frequency_2), values, (1.0, weight_2(values, frequency_2)))


def excess(rung: str, values: Values, frequency_1: Array, frequency_2: Array) -> Array:
    """Return what a rung of `TABULATED` adds to the sum of the ridges [W], interpolated.

    Raises
    ------
    ValueError
        If the rung is "resonators" and the parameters hold a filter exponent, which modes do not have.
    """
    if rung == "resonators" and values["filter_exponent"] != 0:
        raise ValueError("filter_exponent must be 0 for resonators that are modes, found another")
    return _table(rung, tuple((name, values[name]) for name in SHAPING))(frequency_1, frequency_2)


@lru_cache(maxsize=32)
def _table(rung: str, shape: tuple[tuple[str, float], ...]) -> Callable[[Array, Array], Array]:
    values = dict(shape)
    return tabulated(partial(RUNGS[rung].excess, values), values)


def tabulated(
    excess: Callable[[Array, Array], Array],
    values: Values,
    nodes: tuple[int, int] | None = None,
    linewidths: float = _REACH,
) -> Callable[[Array, Array], Array]:
    """Return a function of both frequencies that interpolates an excess and is 0 far from the resonators.

    Parameters
    ----------
    excess
        From both frequencies [Hz] to heat [W].
    values
        Parameters, which say where it varies how fast.
    nodes
        Of the table, over mean and distance of the frequencies; 25 and 41 if none are given.
    linewidths
        How far from the middle it reaches, in linewidths of the resonators.
    """
    from scipy.interpolate import RectBivariateSpline

    of_mean, of_distance = nodes or _NODES
    middle, line = values["resonator_frequency"], _collective_width(values)
    reach = linewidths * max(resonator_width(one) for one in resonators_of(values))
    reach = min(reach, 0.6 * middle)
    furthest = np.arcsinh(reach / line)
    means = middle + reach * np.sin(np.linspace(-np.pi / 2, np.pi / 2, of_mean) / 1.5) / np.sin(np.pi / 3)
    steps = np.linspace(-furthest, furthest, of_distance)
    half = line * np.sinh(steps) / 2
    mean, distance = means[:, None], half[None, :]
    lowest = 0.05 * middle
    table = excess(np.maximum(mean + distance, lowest), np.maximum(mean - distance, lowest))
    spline = RectBivariateSpline(means, steps, table)

    def at(frequency_1: Array, frequency_2: Array) -> Array:
        f_1, f_2 = np.broadcast_arrays(frequency_1, frequency_2)
        here, there = (f_1 + f_2) / 2, np.arcsinh((f_1 - f_2) / line)
        inside = (np.abs(here - middle) <= reach) & (np.abs(there) <= furthest)
        found = np.zeros(f_1.shape)
        found[inside] = spline.ev(here[inside], there[inside])
        return found

    return at


def resonator_width(resonator: Resonator) -> float:
    """Return the full linewidth of a resonator [Hz]."""
    return float(resonator.frequency / resonator.quality_factor)


def _collective_width(values: Values) -> float:
    """Return the width of the line f_1 = f_2 [Hz]: all rates of a qubit on resonance."""
    rate, f = rates(values), values["resonator_frequency"]
    baths = ((rate.gamma, "source"), (rate.gamma, "drain"), (rate.gamma_p, "parasitic"))
    occupations = [float(Bath(1.0, values[f"{name}_temperature"]).occupation(f)) for _, name in baths]
    total = sum(gamma * (2 * n + 1) for (gamma, _), n in zip(baths, occupations, strict=True))
    return total / (2 * np.pi)


def _baths(values: Values) -> tuple[Bath, Bath, Bath]:
    rate = rates(values)
    return (
        Bath(rate.gamma, values["source_temperature"]),
        Bath(rate.gamma, values["drain_temperature"]),
        Bath(rate.gamma_p, values["parasitic_temperature"]),
    )


def _second(values: Values) -> float:
    """Return the amplitude of qubit 2 where both resonators are met."""
    return float(weight_2(values, np.asarray(values["resonator_frequency"])))


def _along(frequency: Array, alone: Callable[[Array], Array], number: int) -> Array:
    """Return a smooth function of one frequency, interpolated where there are many."""
    from scipy.interpolate import CubicSpline

    if frequency.size <= number:
        return alone(frequency)
    nodes = np.linspace(frequency.min(), frequency.max(), number)
    return np.asarray(CubicSpline(nodes, alone(nodes))(frequency))
