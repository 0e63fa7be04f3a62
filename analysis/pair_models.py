"""The models of a pair of qubits with any frequencies and couplings: between fast resonators, and between slow ones."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from valvelab.sim import Bath, HeatCurrents, Resonator, TruncationError, hierarchy, pair, resonators

if TYPE_CHECKING:
    from .models import Points, Rates

Array = npt.NDArray[np.float64]
Answer = TypeVar("Answer")

PRECISION = 1e-4
"""Relative error of the powers with resonators, far below that of any measurement. Slopes are exact for the depth."""
_ROUGH = 1e-2
_CHARGING = 0.05


def pair_model(rates: "Rates", points: "Points", resonator: Resonator) -> HeatCurrents:
    """Return the currents of the partial-secular Redfield equation, at any two frequencies."""
    return pair(**pair_arguments(rates, points, resonator)).currents


def resonators_model(rates: "Rates", points: "Points", resonator: Resonator) -> HeatCurrents:
    """Return the currents with both resonators as modes, at any two frequencies: milliseconds a point.

    The quality factor is what the rates are beside; a flat spectrum (Q = 0) is no mode.
    """
    return at_some_precision(resonators, corrected_arguments(rates, points, resonator)).currents


def hierarchy_model(rates: "Rates", points: "Points", resonator: Resonator) -> HeatCurrents:
    """Return the currents by hierarchical equations of motion, without rotating waves: tenths of a second a point."""
    return at_some_precision(hierarchy, pair_arguments(rates, points, resonator)).currents


def pair_arguments(rates: "Rates", points: "Points", resonator: Resonator) -> dict[str, Any]:
    """Return what `valvelab.sim.pair`, `linear`, `resonators` and `hierarchy` take, by name."""
    hot, cold, parasitic = baths(rates, points)
    first, second = 1 + np.asarray(rates.asymmetry) / 2, 1 - np.asarray(rates.asymmetry) / 2
    # Where the phase is does not matter; real couplings are quicker.
    turned = rates.parity * second
    if np.any(rates.phase):
        turned = turned * np.exp(1j * np.asarray(rates.phase))
    return {
        "frequencies": (
            points.frequency_1,
            points.frequency_2 + rates.mismatch * mismatch_share(points.frequency_2, resonator),
        ),
        "hot": hot,
        "cold": cold,
        "parasitic": parasitic,
        "resonator": resonator,
        "weights_hot": (first, turned),
        "weights_cold": (first, second),
        "exchange": rates.exchange,
    }


def corrected_arguments(rates: "Rates", points: "Points", resonator: Resonator) -> dict[str, Any]:
    """Return what `valvelab.sim.resonators` takes, by name, with what its plain equation leaves out."""
    return pair_arguments(rates, points, resonator) | {"corrected": True}


def mismatch_share(frequency: Array, resonator: Resonator) -> Array:
    """Return the mismatch at a frequency over that at the resonators', by another energy of the junctions.

    f + E_C / h goes with the root of that energy; for E_C / h stands a twentieth of the resonators' frequency, which no
    transmon is far from.
    """
    plasma = (frequency + _CHARGING * np.asarray(resonator.frequency)) / np.asarray(resonator.frequency)
    return np.asarray(plasma / (1 + _CHARGING))


def at_some_precision(
    function: Callable[..., Answer], arguments: Mapping[str, Any], precision: float = PRECISION
) -> Answer:
    """Return what `valvelab.sim.resonators`, its derivatives, or another of its kind say, as exactly as can be.

    A search strays to rates of many linewidths, where depth does not suffice for a precision but direction is all
    that matters; where it ends there, `HeatCurrents.relative_error` tells.
    """
    try:
        return function(**arguments, tolerance=precision)
    except TruncationError:
        return function(**arguments, tolerance=_ROUGH)


def baths(rates: "Rates", points: "Points") -> tuple[Bath, Bath, Bath]:
    """Return both reservoirs and the parasitic bath."""
    return (
        Bath(rates.gamma_h, points.temperature_source),
        Bath(rates.gamma_c, points.temperature_drain),
        Bath(rates.gamma_p, rates.T_p),
    )
