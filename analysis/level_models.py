"""Transmons with levels as a model of a switching measurement, and how many levels that takes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from valvelab.errors import DataError
from valvelab.sim import (
    Bath,
    CurrentDerivatives,
    HeatCurrents,
    Ladder,
    Resonator,
    level_derivatives,
    levels,
    resonator_levels,
)

from .pair_models import pair_arguments
from .parked_qubits import BOTH, Arguments, near_and_parked, stacked

if TYPE_CHECKING:
    from .models import Points, Rates

Array = npt.NDArray[np.float64]

MOST_LEVELS = 6
LEAST_RATIO = 5.0
"""Frequency of a transmon over its charging energy that `valvelab.sim.Ladder.of_transmon` asks for."""
_COUPLED = ("hot", "cold", "parasitic", "weights_hot", "weights_cold")
_SLOW_LEVELS = 3
"""Levels beside slow resonators: a fourth takes twenty times as long. It moves the ratio at Table I by 0.3 %; where
resonators are fast three have 1.072 at these temperatures, four 1.057 and six 1.051."""
ENOUGH = 2e-3
"""Change of the powers by one more level, in units of the largest, from which on levels are enough."""
_VANISHING = 1e-7
"""Stands for gamma_p -> 0+, in units of the reservoirs' rates: the powers are right to about as much."""


@dataclass(frozen=True)
class Transmons:
    """What makes qubits transmons."""

    charging_energies: tuple[float, float]
    """E_C / h of both [Hz]."""
    levels: int = MOST_LEVELS
    """How many levels of each are followed, 2 to 6."""


def known_transmons(energies: tuple[float | None, float | None], measured: Sequence["Points"]) -> Transmons:
    """Return the transmons of a reduced dataset, with as many levels as may be.

    Parameters
    ----------
    energies
        E_C / h of both [Hz], None where the dataset does not say it.
    measured
        All points at which they are.

    Raises
    ------
    DataError
        If an energy is not known, or a frequency is none of such a transmon.
    """
    first, second = energies
    if first is None or second is None:
        raise DataError(
            "reduced dataset: for the model 'levels' attributes charging_energy_1 and charging_energy_2 must be there "
            "[Hz], E_C / h of both transmons; reduce the run again, or say them with the device"
        )
    for name, energy in (("frequency_1", float(first)), ("frequency_2", float(second))):
        lowest = min(float(np.min(getattr(one, name))) for one in measured)
        if not 0 < LEAST_RATIO * energy < lowest:
            raise DataError(
                f"reduced dataset: for the model 'levels' {name} must be above {LEAST_RATIO:g} times its transmon's "
                f"charging energy of {energy:g} Hz, and that above 0, found {lowest:g} Hz"
            )
    return Transmons((float(first), float(second)))


def levels_model(rates: "Rates", points: "Points", resonator: Resonator) -> HeatCurrents:
    """Return the currents of two transmons with levels, at any two frequencies: up to a millisecond a point."""
    return levels(**_arguments(rates, points, resonator)).currents


@dataclass(frozen=True)
class LevelsOf:
    """The model of transmons that are known: it has the arguments of `levels_model`, and may be tabulated."""

    transmons: Transmons

    def __call__(self, rates: "Rates", points: "Points", resonator: Resonator) -> HeatCurrents:
        """Return the currents, whatever transmons the rates know."""
        return levels_model(replace(rates, transmons=self.transmons), points, resonator)


def transmons_model(rates: "Rates", points: "Points", resonator: Resonator) -> HeatCurrents:
    """Return the currents of transmons with levels between resonators that are modes: tenths of a second a point.

    One that is parked far from the resonators is as `valvelab.analysis.parked_qubits` says.
    """
    transmons = _transmons(with_levels(rates, _SLOW_LEVELS))

    def ladders(arguments: Arguments, qubits: tuple[int, ...]) -> list[Ladder]:
        pairs = zip(arguments["frequencies"], qubits, strict=True)
        return [
            _ladder(np.asarray(f), transmons.charging_energies[qubit - 1], transmons.levels)
            for f, qubit in pairs
        ]

    def near(arguments: Arguments, qubits: tuple[int, ...]) -> Array:
        given = {name: arguments[name] for name in (*_COUPLED, "resonator", "exchange")}
        if arguments["corrected"] == "far":
            on = resonator.frequency
            roots = [np.sqrt(2 * f / (f + on)) for f in arguments["frequencies"]]
            for name in ("weights_hot", "weights_cold"):
                given[name] = tuple(r * w for r, w in zip(roots, given[name], strict=True))
        both = (ladders(arguments, qubits) * 2)[:2]  # one alone stands beside another that is not coupled
        return stacked(resonator_levels(both, **given).currents)

    def parked(arguments: Arguments) -> Array:
        given = {name: arguments[name] for name in (*_COUPLED, "exchange")}
        circuit = replace(resonator, exponent=-1.0)
        found = levels(ladders(arguments, BOTH), **given, resonator=circuit, equation="gkls")
        return stacked(found.currents)

    given = pair_arguments(rates, points, resonator)
    given["parasitic"] = _warm(rates, given["parasitic"])
    return HeatCurrents(*near_and_parked(given, near, parked))


def levels_slopes(rates: "Rates", points: "Points", resonator: Resonator) -> CurrentDerivatives:
    """Return the derivatives of `levels_model`."""
    return level_derivatives(**_arguments(rates, points, resonator))


def _arguments(rates: "Rates", points: "Points", resonator: Resonator) -> dict[str, Any]:
    """Return what `valvelab.sim.levels` takes, by name.

    A search strays to rates where Redfield's equation has poles, so it is that of geometric means.

    Raises
    ------
    ValueError
        If the rates do not say what the transmons are.
    """
    known, of_qubits = _transmons(rates), pair_arguments(rates, points, resonator)
    transmons = tuple(
        _ladder(np.asarray(frequency), energy, known.levels)
        for frequency, energy in zip(of_qubits.pop("frequencies"), known.charging_energies, strict=True)
    )
    warm = _warm(rates, of_qubits["parasitic"])
    return of_qubits | {"transmons": transmons, "parasitic": warm, "equation": "gkls"}


def _transmons(rates: "Rates") -> Transmons:
    """Return what the qubits are, where the rates say it."""
    if rates.transmons is None:
        raise ValueError("rates.transmons must hold the charging energies of both transmons, found None")
    return rates.transmons


def _warm(rates: "Rates", parasitic: Bath) -> Bath:
    """Return the parasitic bath with a rate that decides between states, however small."""
    floor = _VANISHING * (np.asarray(rates.gamma_h) + rates.gamma_c)
    return Bath(np.maximum(parasitic.rate, floor), parasitic.temperature)


def _ladder(frequency: Array, charging_energy: float, count: int) -> Ladder:
    """Return the ladders at many frequencies, of which equal ones are diagonalised once."""
    different, which = np.unique(frequency, return_inverse=True)
    found = Ladder.of_transmon(different, charging_energy, count)
    which = which.reshape(frequency.shape)
    return Ladder(found.frequencies[which], found.elements[which])


def with_levels(rates: "Rates", count: int) -> "Rates":
    """Return the rates with so many levels of each transmon, where they know of transmons."""
    transmons = rates.transmons
    return rates if transmons is None else replace(rates, transmons=replace(transmons, levels=count))


def change_by_a_level(rates: "Rates", points: "Points", resonator: Resonator, count: int) -> float:
    """Return how far the drain's power moves where one level is added to so many, in units of the largest power."""
    few, more = (
        levels_model(with_levels(rates, number), points, resonator).cold for number in (count, count + 1)
    )
    return float(np.max(np.abs(few - more)) / np.max(np.abs(more)))


def with_enough_levels(rates: "Rates", points: "Points", resonator: Resonator) -> "Rates":
    """Return the rates with the fewest levels that suffice at the hottest points, all six where none do.

    Between so many levels and one more the powers move by less than `ENOUGH`.
    """
    hottest = points.at(_hottest(points))
    for count in range(3, MOST_LEVELS):
        if change_by_a_level(rates, hottest, resonator, count) < ENOUGH:
            return with_levels(rates, count)
    return with_levels(rates, MOST_LEVELS)


def error_by_levels(rates: "Rates", points: "Points", resonator: Resonator) -> float:
    """Return how far one more level moves the powers at the hottest points, as a share of the largest.

    Of six levels, beyond which nothing is followed, it is how far the sixth does.
    """
    count = rates.transmons.levels if rates.transmons else MOST_LEVELS
    return change_by_a_level(rates, points.at(_hottest(points)), resonator, min(count, MOST_LEVELS - 1))


def _hottest(points: "Points") -> npt.NDArray[Any]:
    """Return the hottest point of every pair of frequencies."""
    pairs = np.stack([points.frequency_1, points.frequency_2], axis=-1)
    _, which = np.unique(pairs, axis=0, return_inverse=True)
    which = which.ravel()
    return np.array(
        [
            np.flatnonzero(which == one)[np.argmax(points.temperature_source[which == one])]
            for one in range(which.max() + 1)
        ]
    )
