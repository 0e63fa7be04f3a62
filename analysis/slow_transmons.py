"""Transmons with levels between slow resonators as a model of a switching measurement."""

from typing import TYPE_CHECKING, Any

import numpy as np

from valvelab.sim import (
    HeatCurrents,
    Resonator,
    ResonatorDerivatives,
    resonator_level_derivatives,
    resonator_levels,
)

from .pair_models import at_some_precision, corrected_arguments
from .transmons import MOST_LEVELS, demanded_transmons, ladder, warm_bath, with_levels

if TYPE_CHECKING:
    from .models import Points, Rates

TOLERANCE = 1e-3
"""Relative error of the powers: a depth more takes four times as long."""


def transmons_model(rates: "Rates", points: "Points", resonator: Resonator) -> HeatCurrents:
    """Return the currents of transmons with levels between resonators that are modes: up to tenths of a second a point.

    Three levels of each are followed unless the rates say another number.
    """
    return at_some_precision(resonator_levels, _arguments(rates, points, resonator), TOLERANCE).currents


def transmons_slopes(rates: "Rates", points: "Points", resonator: Resonator) -> ResonatorDerivatives:
    """Return the derivatives of `transmons_model`, those by the imperfections of a pair among them."""
    given = _arguments(rates, points, resonator)
    return at_some_precision(resonator_level_derivatives, given, TOLERANCE)


def error_by_a_level(rates: "Rates", points: "Points", resonator: Resonator) -> float:
    """Return how far one more level moves the drain's power where it is largest, as a share of it.

    That takes some seconds. Where resonators are fast, `valvelab.analysis.level_models.error_by_levels` says the same,
    but between slow ones, at gamma / kappa 0.4, that is twice too much.
    """
    largest = np.argmax(np.abs(transmons_model(rates, points, resonator).cold))
    one, count = points.at(np.array([largest])), demanded_transmons(rates).followed("transmons")
    few, more = (
        transmons_model(with_levels(rates, number), one, resonator).cold.item()
        for number in (count, min(count + 1, MOST_LEVELS))
    )
    return abs(few / more - 1)


def _arguments(rates: "Rates", points: "Points", resonator: Resonator) -> dict[str, Any]:
    """Return what `valvelab.sim.resonator_levels` takes, by name."""
    given, transmons = corrected_arguments(rates, points, resonator), demanded_transmons(rates)
    pairs = zip(given.pop("frequencies"), transmons.charging_energies, strict=True)
    ladders = [ladder(np.asarray(f), energy, transmons.followed("transmons")) for f, energy in pairs]
    return given | {"transmons": ladders, "parasitic": warm_bath(rates, given["parasitic"])}
