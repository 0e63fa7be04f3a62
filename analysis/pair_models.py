"""The models of a pair of qubits with any frequencies and couplings: between fast resonators, and between slow ones."""

from collections.abc import Callable
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


def pair_model(rates: "Rates", points: "Points", resonator: Resonator) -> HeatCurrents:
    """Return the currents of the partial-secular Redfield equation, at any two frequencies."""
    return pair(*pair_arguments(rates, points, resonator), **pair_options(rates, resonator)).currents


def resonators_model(rates: "Rates", points: "Points", resonator: Resonator) -> HeatCurrents:
    """Return the currents with both resonators as modes, at any two frequencies: milliseconds a point.

    The quality factor is what the rates are beside; a flat spectrum (Q = 0) is no mode.
    """
    return at_some_precision(resonators, rates, points, resonator).currents


def hierarchy_model(rates: "Rates", points: "Points", resonator: Resonator) -> HeatCurrents:
    """Return the currents by hierarchical equations of motion, without rotating waves: tenths of a second a point."""
    return at_some_precision(hierarchy, rates, points, resonator).currents


def pair_arguments(
    rates: "Rates", points: "Points", resonator: Resonator
) -> tuple[tuple[Array, Array], Bath, Bath, Bath]:
    """Return what `valvelab.sim.pair`, `resonators` and `hierarchy` take by position."""
    scale = 1 + rates.mismatch / np.asarray(resonator.frequency)
    return (points.frequency_1, points.frequency_2 * scale), *baths(rates, points)


def pair_options(rates: "Rates", resonator: Resonator) -> dict[str, Any]:
    """Return what all three take by name."""
    first, second = 1 + np.asarray(rates.asymmetry) / 2, 1 - np.asarray(rates.asymmetry) / 2
    # Where the phase is does not matter; real couplings are quicker.
    turned = rates.parity * second
    if np.any(rates.phase):
        turned = turned * np.exp(1j * np.asarray(rates.phase))
    return {
        "resonator": resonator,
        "weights_hot": (first, turned),
        "weights_cold": (first, second),
        "exchange": rates.exchange,
    }


def at_some_precision(
    function: Callable[..., Answer], rates: "Rates", points: "Points", resonator: Resonator
) -> Answer:
    """Return what `valvelab.sim.resonators`, its derivatives or `hierarchy` say, as exactly as can be.

    A search strays to rates of many linewidths, where depth does not suffice for `PRECISION` but direction is all
    that matters; `resonators_error` tells when it ends there.
    """
    frequencies, hot, cold, parasitic = pair_arguments(rates, points, resonator)
    options = pair_options(rates, resonator)
    try:
        return function(frequencies, hot, cold, parasitic, **options, tolerance=PRECISION)
    except TruncationError:
        return function(frequencies, hot, cold, parasitic, **options, tolerance=_ROUGH)


def resonators_error(rates: "Rates", points: "Points", resonator: Resonator) -> float:
    """Return the largest error of the powers with resonators by their truncation, in units of the largest current."""
    return float(np.max(at_some_precision(resonators, rates, points, resonator).relative_error))


def baths(rates: "Rates", points: "Points") -> tuple[Bath, Bath, Bath]:
    """Return both reservoirs and the parasitic bath."""
    return (
        Bath(rates.gamma_h, points.temperature_source),
        Bath(rates.gamma_c, points.temperature_drain),
        Bath(rates.gamma_p, rates.T_p),
    )
