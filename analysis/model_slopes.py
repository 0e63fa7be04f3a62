"""How the currents of the models change with rates and temperatures."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from valvelab.sim import (
    CurrentDerivatives,
    HeatCurrents,
    Resonator,
    ResonatorDerivatives,
    collective_derivatives,
    pair_derivatives,
    resonator_derivatives,
)

from .level_models import levels_slopes
from .linear_model import linear_slopes
from .models import Array, Model, Points, Rates, are_resonant
from .pair_models import at_some_precision, baths, corrected_arguments, mismatch_share, pair_arguments
from .slow_transmons import transmons_slopes

Slopes = Callable[[Rates, Points, Resonator], CurrentDerivatives]
FREQUENCY_STEP = 1e4
STEPS = {"asymmetry": 1e-4, "mismatch": FREQUENCY_STEP, "exchange": FREQUENCY_STEP, "phase": 1e-4}
"""Of central differences: far below what changes the powers by a per cent, far above rounding."""
_FILTERED = ("gamma_h", "gamma_c")


def independent_slopes(rates: Rates, points: Points, resonator: Resonator) -> CurrentDerivatives:
    """Return the derivatives of `independent_model`: those of one qubit, added."""
    frequencies = np.stack([points.frequency_1, points.frequency_2])
    one = _filtered(1, frequencies, rates, points, resonator)
    return CurrentDerivatives(one.hot.sum(axis=0), one.cold.sum(axis=0), one.parasitic.sum(axis=0))


def collective_slopes(rates: Rates, points: Points, resonator: Resonator) -> CurrentDerivatives:
    """Return the derivatives of `collective_model`."""
    resonant = np.broadcast_to(are_resonant(rates, points), points.frequency_1.shape)
    if resonant.all():
        centre = (points.frequency_1 + points.frequency_2) / 2
        return _filtered(2, centre, rates, points, resonator)
    found = np.empty((3, *resonant.shape, len(CurrentDerivatives.PARAMETERS)))
    if resonant.any():
        here = points.at(resonant)
        found[:, resonant] = _stacked(
            _filtered(2, (here.frequency_1 + here.frequency_2) / 2, rates, here, resonator)
        )
    if not resonant.all():
        found[:, ~resonant] = _stacked(independent_slopes(rates, points.at(~resonant), resonator))
    return CurrentDerivatives(*found)


def pair_slopes(rates: Rates, points: Points, resonator: Resonator) -> CurrentDerivatives:
    """Return the derivatives of `pair_model`."""
    return pair_derivatives(**pair_arguments(rates, points, resonator))


def resonators_slopes(rates: Rates, points: Points, resonator: Resonator) -> ResonatorDerivatives:
    """Return the derivatives of `resonators_model`, those by the imperfections of a pair among them."""
    return at_some_precision(resonator_derivatives, corrected_arguments(rates, points, resonator))


def by_imperfection(
    slopes: CurrentDerivatives, name: str, parity: int, points: Points, resonator: Resonator
) -> HeatCurrents | None:
    """Return the derivatives by one of the imperfections of a pair, or None where the slopes do not hold them."""
    if name in slopes.PARAMETERS:
        return slopes.by(name)
    if not isinstance(slopes, ResonatorDerivatives) or name == "phase":
        return None
    if name == "asymmetry":  # half of it on qubit 1, and half of it off qubit 2
        if parity < 0:  # they move both weights of a qubit by as much, and not against each other
            return None
        one, other = slopes.by("weight_1"), slopes.by("weight_2")
        return HeatCurrents(
            (one.hot - other.hot) / 2, (one.cold - other.cold) / 2, (one.parasitic - other.parasitic) / 2
        )
    share, by = mismatch_share(points.frequency_2, resonator), slopes.by("f_2")
    return HeatCurrents(share * by.hot, share * by.cold, share * by.parasitic)


def by_frequencies(
    slopes: CurrentDerivatives, model: Model, rates: Rates, points: Points, resonator: Resonator
) -> list[HeatCurrents]:
    """Return the derivatives by the frequencies of both qubits [W/Hz], by differences where the slopes lack them."""
    if isinstance(slopes, ResonatorDerivatives):
        return [slopes.by("f_1"), slopes.by("f_2")]
    found = []
    for name in ("frequency_1", "frequency_2"):
        up, down = (
            model(rates, replace(points, **{name: getattr(points, name) + sign * FREQUENCY_STEP}), resonator)
            for sign in (1, -1)
        )
        found.append(
            HeatCurrents(
                *(
                    (getattr(up, at) - getattr(down, at)) / (2 * FREQUENCY_STEP)
                    for at in ("hot", "cold", "parasitic")
                )
            )
        )
    return found


SLOPES: dict[str, Slopes] = {
    "collective": collective_slopes,
    "pair": pair_slopes,
    "independent": independent_slopes,
    "levels": levels_slopes,
    "resonators": resonators_slopes,
    "hierarchy": resonators_slopes,  # within 0.2 % of its own
    "transmons": transmons_slopes,
    "linear": linear_slopes,
}
"""Derivatives of `valvelab.analysis.MODELS` by rates and temperatures, for one set of rates, by the same names."""


def _filtered(
    n_qubits: int, frequency: Array, rates: Rates, points: Points, resonator: Resonator
) -> CurrentDerivatives:
    """Return derivatives by the rates of the reservoirs before their filter."""
    share = resonator.filter(frequency)
    hot, cold, parasitic = baths(rates, points)
    slopes = collective_derivatives(
        n_qubits,
        frequency,
        hot.behind(share),
        cold.behind(share),
        parasitic,
    )
    for currents in (slopes.hot, slopes.cold, slopes.parasitic):
        for name in _FILTERED:
            currents[..., CurrentDerivatives.PARAMETERS.index(name)] *= share
    return slopes


def _stacked(slopes: CurrentDerivatives) -> Array:
    return np.stack([slopes.hot, slopes.cold, slopes.parasitic])
