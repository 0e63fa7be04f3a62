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

from valvelab.sim import Bath, Ladder, levels, linear, pair, resonators

from .flux_map_heat import Array, Values, rates, resonators_of, ridge, weight_2
from .flux_map_interpolated import along, over_both

_PRECISION = 1e-4
"""Relative error of the currents with modes, of which the excess is about a tenth."""
_LEVELS, _LOWEST = 4, 5.5
"""Levels of a transmon, of which one more would change an excess by half a per cent, and its lowest frequency in units
of its charging energy, where the resonators pass nothing any more."""
_ROUGH = (13, 17)
"""Nodes of a table that only says how an excess moves with a parameter: as one of more nodes says it within 4 % for the
parasitic share, within 1.5 % for all others."""
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
        alone = [along(f, partial(self.alone, matched, qubit)) for qubit, f in ((1, f_1), (2, f_2))]
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
    heat_of: Callable[[Values, Mapping[int, Array], tuple[float, float]], Array],
) -> Rung:
    """Return the rung of a solver of one or two qubits, which it is given by their numbers."""
    return Rung(
        lambda values, f_1, f_2: heat_of(values, {1: f_1, 2: f_2}, (1.0, _second(values))),
        lambda values, qubit, f: heat_of(values, {qubit: f}, (1.0 if qubit == 1 else _second(values), 0.0)),
    )


RUNGS: Mapping[str, Rung] = {
    "levels": _of_two(_levels),
    "linear": _of_two(_linear),
    "modes": of_one_or_two(_modes),
}
"""Transmons with levels, oscillators (the classical null hypothesis), and resonators that are modes, waves that do not
rotate left out: all too slow for every point of a map."""


def pair_power(values: Values, frequency_1: Array, frequency_2: Array) -> Array:
    """Return the heat that the master equation of both qubits brings to the drain [W]."""
    return heat(pair, (frequency_1, frequency_2), values, (1.0, weight_2(values, frequency_2)))


def excess(
    rung: str, values: Values, frequency_1: Array, frequency_2: Array, *, rough: bool = False
) -> Array:
    """Return what a rung of `RUNGS` adds to the sum of the ridges [W], interpolated.

    Raises
    ------
    ValueError
        If the rung is "modes" and the parameters hold a filter exponent, which modes do not have.
    """
    if rung == "modes" and values["filter_exponent"] != 0:
        raise ValueError("filter_exponent must be 0 for resonators that are modes, found another")
    shape = tuple((name, values[name]) for name in SHAPING)
    return _table(rung, shape, rough)(frequency_1, frequency_2)


@lru_cache(maxsize=32)
def _table(rung: str, shape: tuple[tuple[str, float], ...], rough: bool) -> Callable[[Array, Array], Array]:
    values = dict(shape)
    return over_both(partial(RUNGS[rung].excess, values), values, _ROUGH if rough else None)


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
