"""The profile of chi-square along n_p: what the data say of T_p where its error is no good summary."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .models import Model
from .switching_data import SwitchingData
from .switching_parameters import MAX_OCCUPATION, minimise, temperature_of, temperature_quantum

ONE_SIGMA = 1.0
"""Rise of chi-square at the ends of the 68 % interval of one parameter."""
ONE_SIDED_95 = 2.706
"""Rise of chi-square at the one-sided 95 % limit of one parameter."""


def temperature_limit(data: SwitchingData, model: Model, result: Any) -> float | None:
    """Return the one-sided 95 % limit of T_p [K], infinite where there is none, if n_p is close to zero."""
    occupation = result.params["n_p"]
    if occupation.value > 2 * occupation.stderr:
        return None
    return _upper_end(_profile(data, model, result), ONE_SIDED_95, result, data)


def temperature_interval(data: SwitchingData, model: Model, result: Any) -> tuple[float, float]:
    """Return the ends of the 68 % interval of T_p [K]: 0 and infinity where the data set none."""
    rise, best = _profile(data, model, result), float(result.params["n_p"].value)
    low = 0.0
    if best > 0 and rise(0.0) > ONE_SIGMA:
        low = _temperature_between(0.0, best, rise, ONE_SIGMA, data)
    return low, _upper_end(rise, ONE_SIGMA, result, data)


def _profile(data: SwitchingData, model: Model, result: Any) -> Callable[[float], float]:
    """Return the rise of chi-square above its minimum as a function of n_p, all else fitted anew."""
    # The minimum itself rises by nothing, whatever a new search from it would end at.
    known = {float(result.params["n_p"].value): 0.0}

    def rise(value: float) -> float:
        if value not in known:
            fixed = result.params.copy()
            fixed["n_p"].set(value=value, vary=False)
            known[value] = float(minimise(data, model, fixed).chisqr - result.chisqr)
        return known[value]

    return rise


def _upper_end(rise: Callable[[float], float], wanted: float, result: Any, data: SwitchingData) -> float:
    """Return the temperature [K] above the best one at which chi-square has risen as much as wanted."""
    low = float(result.params["n_p"].value)
    high = max(2 * low, 1e-3)
    while high < MAX_OCCUPATION and rise(high) < wanted:
        low, high = high, 2 * high
    if high >= MAX_OCCUPATION or not np.isfinite(rise(high)):
        return float("inf")
    return _temperature_between(low, high, rise, wanted, data)


def _temperature_between(
    low: float, high: float, rise: Callable[[float], float], wanted: float, data: SwitchingData
) -> float:
    from scipy.optimize import brentq

    end = brentq(lambda value: rise(value) - wanted, low, high, xtol=1e-3 * (high - low), rtol=1e-3)
    return temperature_of(float(end), temperature_quantum(data))
