"""Transmons with levels as a model of a switching measurement, and how many levels that takes."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from valvelab.sim import CurrentDerivatives, HeatCurrents, Resonator, level_derivatives, levels

from .pair_models import pair_arguments
from .transmons import MOST_LEVELS, demanded_transmons, ladder, warm_bath, with_levels

if TYPE_CHECKING:
    from .models import Points, Rates

ENOUGH = 2e-3
"""Change of the powers by one more level, in units of the largest, from which on levels are enough."""


def levels_model(rates: "Rates", points: "Points", resonator: Resonator) -> HeatCurrents:
    """Return the currents of two transmons with levels, at any two frequencies: up to a millisecond a point."""
    return levels(**_arguments(rates, points, resonator)).currents


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
    known, of_qubits = demanded_transmons(rates), pair_arguments(rates, points, resonator)
    transmons = tuple(
        ladder(np.asarray(frequency), energy, known.followed("levels"))
        for frequency, energy in zip(of_qubits.pop("frequencies"), known.charging_energies, strict=True)
    )
    warm = warm_bath(rates, of_qubits["parasitic"])
    return of_qubits | {"transmons": transmons, "parasitic": warm, "equation": "gkls"}


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
    count = demanded_transmons(rates).followed("levels")
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
