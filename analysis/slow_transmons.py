"""Transmons with levels between slow resonators as a model of a switching measurement."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from valvelab.sim import (
    HeatCurrents,
    Ladder,
    Resonator,
    ResonatorDerivatives,
    level_derivatives,
    levels,
    resonator_level_derivatives,
    resonator_levels,
)

from .pair_models import at_some_precision, pair_arguments
from .parked_qubits import BOTH, Arguments, near_and_parked, slopes_of_one, stacked, with_slopes_of_qubits
from .transmons import MOST_LEVELS, Transmons, demanded_transmons, ladder, warm_bath, with_levels

if TYPE_CHECKING:
    from .models import Points, Rates

Array = npt.NDArray[np.float64]

TOLERANCE = 1e-3
"""Relative error of the powers: a depth more takes four times as long."""
_COUPLED = ("hot", "cold", "parasitic", "weights_hot", "weights_cold", "exchange")


def transmons_model(rates: "Rates", points: "Points", resonator: Resonator) -> HeatCurrents:
    """Return the currents of transmons with levels between resonators that are modes: up to tenths of a second a point.

    Three levels of each are followed unless the rates say another number. One that is parked far from the resonators
    is as `valvelab.analysis.parked_qubits` says. Near them waves that do not rotate and the tail of a circuit, which
    `resonators_model` adds, are left out.
    """
    transmons = demanded_transmons(rates)

    def near(arguments: Arguments, qubits: tuple[int, ...]) -> Array:
        given = _with_modes(arguments, transmons, qubits)
        return stacked(at_some_precision(resonator_levels, given, TOLERANCE).currents)

    def parked(arguments: Arguments) -> Array:
        return stacked(levels(**_parked(arguments, transmons)).currents)

    return HeatCurrents(*near_and_parked(_arguments(rates, points, resonator), near, parked))


def transmons_slopes(rates: "Rates", points: "Points", resonator: Resonator) -> ResonatorDerivatives:
    """Return the derivatives of `transmons_model`, those by the imperfections of a pair among them."""
    transmons = demanded_transmons(rates)

    def near(arguments: Arguments, qubits: tuple[int, ...]) -> Array:
        given = _with_modes(arguments, transmons, qubits)
        return slopes_of_one(at_some_precision(resonator_level_derivatives, given, TOLERANCE), qubits)

    def parked(arguments: Arguments) -> Array:
        known = level_derivatives(**_parked(arguments, transmons))
        return with_slopes_of_qubits(
            arguments, known, lambda moved: stacked(levels(**_parked(moved, transmons)).currents)
        )

    return ResonatorDerivatives(*near_and_parked(_arguments(rates, points, resonator), near, parked))


def error_by_truncation(rates: "Rates", points: "Points", resonator: Resonator) -> float:
    """Return the largest error of the powers by truncation, in units of the largest current."""
    transmons, found = demanded_transmons(rates), [0.0]

    def near(arguments: Arguments, qubits: tuple[int, ...]) -> Array:
        given = _with_modes(arguments, transmons, qubits)
        state = at_some_precision(resonator_levels, given, TOLERANCE)
        if arguments["corrected"] == "near":  # parked ones carry next to nothing
            found.append(float(np.max(state.relative_error)))
        return stacked(state.currents)

    near_and_parked(_arguments(rates, points, resonator), near, lambda _: np.zeros((3, 1)))
    return max(found)


def error_by_a_level(rates: "Rates", points: "Points", resonator: Resonator) -> float:
    """Return how far one more level moves the drain's power where it is largest, as a share of it.

    That takes some seconds. Where resonators are fast, `valvelab.analysis.level_models.error_by_levels` says the same,
    but between slow ones, at gamma / kappa 0.4, that is six times too much.
    """
    largest = np.argmax(np.abs(transmons_model(rates, points, resonator).cold))
    one, count = points.at(np.array([largest])), demanded_transmons(rates).followed("transmons")
    few, more = (
        transmons_model(with_levels(rates, number), one, resonator).cold.item()
        for number in (count, min(count + 1, MOST_LEVELS))
    )
    return abs(few / more - 1)


def _arguments(rates: "Rates", points: "Points", resonator: Resonator) -> dict[str, Any]:
    given = pair_arguments(rates, points, resonator)
    return given | {"parasitic": warm_bath(rates, given["parasitic"])}


def _ladders(arguments: Arguments, transmons: Transmons, qubits: tuple[int, ...]) -> list[Ladder]:
    energies, count = transmons.charging_energies, transmons.followed("transmons")
    pairs = zip(arguments["frequencies"], qubits, strict=True)
    return [ladder(np.asarray(f), energies[qubit - 1], count) for f, qubit in pairs]


def _with_modes(arguments: Arguments, transmons: Transmons, qubits: tuple[int, ...]) -> dict[str, Any]:
    """Return what `valvelab.sim.resonator_levels` takes, by name."""
    given = {name: arguments[name] for name in (*_COUPLED, "resonator")}
    corrected = "far" if arguments["corrected"] == "far" else "none"
    return given | {"transmons": _ladders(arguments, transmons, qubits), "corrected": corrected}


def _parked(arguments: Arguments, transmons: Transmons) -> dict[str, Any]:
    """Return what `valvelab.sim.levels` takes of one parked transmon, by name: with the filter of a circuit."""
    given = {name: arguments[name] for name in _COUPLED}
    circuit = replace(arguments["resonator"], exponent=-1.0)
    ladders = _ladders(arguments, transmons, BOTH)
    return given | {"transmons": ladders, "resonator": circuit, "equation": "gkls"}
