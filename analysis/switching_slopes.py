"""The Jacobian of the powers of a switching measurement, by what a fit varies."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from valvelab.sim import CurrentDerivatives

from .model_slopes import SLOPES, STEPS, by_imperfection
from .models import MODELS, PAIR_IMPERFECTIONS, Array, Points, Rates
from .switching_data import SwitchingData, flows

RATES = ("gamma_h", "gamma_c", "gamma_p", "T_p")


def power_slopes(
    data: SwitchingData, model: str, rates: Rates, names: tuple[str, ...]
) -> Mapping[str, Array]:
    """Return the derivatives of the powers by fields of `Rates`, each of shape (size,).

    By rates, T_p, leaks, gain and drain scale they are analytic, with tables by everything; the imperfections that
    "pair" knows are differentiated by central differences there and in "levels", and the phase and the asymmetry at
    parity -1 with modes and in "transmons", too. Those of "hierarchy" are those of "resonators".

    Parameters
    ----------
    data, model, rates
        Where.
    names
        Fields of `Rates`.
    """
    found = _difference(data, lambda points: _by_field(data, model, rates, points, names))
    for name in names:
        if name == "gain":
            found[name] = data.powers(MODELS[model], rates) / rates.gain
        elif name in STEPS and name not in found:
            step = STEPS[name]
            function = MODELS["resonators" if model == "hierarchy" else model]
            up, down = (
                data.powers(function, replace(rates, **{name: getattr(rates, name) + sign * step}))
                for sign in (1, -1)
            )
            found[name] = (up - down) / (2 * step)
    return found


def _difference(data: SwitchingData, function: Callable[[Points], dict[str, Array]]) -> dict[str, Array]:
    """Return the values at the points less those at the reference."""
    found = function(data.points)
    if data.reference is None:
        return found
    off = function(data.reference)
    return {name: values - off[name] for name, values in found.items()}


def _by_field(
    data: SwitchingData, model: str, rates: Rates, points: Points, names: tuple[str, ...]
) -> dict[str, Array]:
    true = replace(points, temperature_drain=points.temperature_drain * rates.drain_scale)
    found = {}
    currents: CurrentDerivatives | None = None
    analytic = {*RATES, "drain_scale", *(PAIR_IMPERFECTIONS if model != "pair" else ())}
    if set(names) & analytic:
        currents = SLOPES[model](rates, true, data.resonator)
    for name in names:
        if name in RATES and currents is not None:
            found[name] = rates.gain * flows(currents.by(name), data.reservoirs)
        elif name == "drain_scale" and currents is not None:
            by_scale = flows(currents.by("T_c"), data.reservoirs) + _leak_by_drain(data, rates, true)
            found[name] = rates.gain * by_scale * np.tile(points.temperature_drain, len(data.reservoirs))
        elif name in PAIR_IMPERFECTIONS and currents is not None:
            by = by_imperfection(currents, name, rates.parity, points, data.resonator)
            if by is not None:
                found[name] = rates.gain * flows(by, data.reservoirs)
        elif name in ("leak_2", "leak_5"):
            shape = data.leak_shape(int(name[-1]), true)
            found[name] = np.asarray(rates.gain * np.tile(shape, len(data.reservoirs)))
    return found


def _leak_by_drain(data: SwitchingData, rates: Rates, points: Points) -> Array:
    """Return the derivative of all leaks by the drain temperature [W/K]."""
    hot, cold = data.leak_temperatures
    slope = np.zeros_like(points.temperature_drain)
    for amount, power in ((rates.leak_2, 2), (rates.leak_5, 5)):
        slope = slope - amount * power * points.temperature_drain ** (power - 1) / (hot**power - cold**power)
    return np.tile(slope, len(data.reservoirs))
