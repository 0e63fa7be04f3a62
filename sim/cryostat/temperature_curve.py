"""What a junction or a heater does at each temperature of its island, quick to evaluate a million times."""

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from numpy.polynomial import chebyshev

from valvelab.heater import Heater
from valvelab.junction import sinis_cooling_power, sinis_voltage
from valvelab.thermometer import Thermometer

Array = npt.NDArray[np.float64]
Coefficients = tuple[float, ...]

_PARTS, _DEGREE = 4, 18
"""Polynomials per octave of temperature, and their degree: the error is that of rounding."""
_KEPT = 256
"""A measurement returns to the same few bias currents and heater voltages over and over."""


class Curve:
    """A smooth function of temperature as polynomials of log T, each of which is made when it is first needed.

    Parameters
    ----------
    law
        The function of an array of temperatures [K].
    """

    def __init__(self, law: Callable[[Array], Array]) -> None:
        self._law = law
        self._polynomial = lru_cache(maxsize=64)(self._expand)

    def at(self, temperature: float) -> tuple[float, float]:
        """Return the value at a temperature [K], and the slope per kelvin."""
        logarithm = _PARTS * math.log2(temperature)
        part = math.floor(logarithm)
        value, slope = self._polynomial(part)
        place = 2 * (logarithm - part) - 1
        return _sum(value, place), _sum(slope, place) * 2 * _PARTS / (temperature * math.log(2))

    def _expand(self, part: int) -> tuple[Coefficients, Coefficients]:
        """Return the Chebyshev coefficients of one part, and those of its derivative."""
        nodes = chebyshev.chebpts1(_DEGREE + 1)
        values = self._law(2 ** ((part + (nodes + 1) / 2) / _PARTS))
        coefficients = 2 / nodes.size * chebyshev.chebvander(nodes, _DEGREE).T @ values
        coefficients[0] /= 2
        return tuple(map(float, coefficients)), tuple(map(float, chebyshev.chebder(coefficients)))


def voltage_curve(thermometer: Thermometer, bias_current: float) -> Curve:
    """Return the voltage of a thermometer at a bias current [A] of either sign, without its offset [V]."""
    return _voltage(bias_current, thermometer.gap, thermometer.resistance, thermometer.broadening)


def cooling_curve(thermometer: Thermometer, bias_current: float) -> Curve:
    """Return the heat that a thermometer takes out of its island at a bias current [A] of either sign [W]."""
    return _cooling(abs(bias_current), thermometer.gap, thermometer.resistance, thermometer.broadening)


def heating_curve(heater: Heater | None, voltage: float) -> Curve:
    """Return the power of a heater [W] at a voltage of its source, counted from its offset [V]."""
    if heater is None:
        return _NOTHING
    return _heating(voltage, heater.resistance, heater.divider, heater.gap, heater.broadening)


_NOTHING = Curve(np.zeros_like)


@lru_cache(maxsize=_KEPT)
def _voltage(bias: float, gap: float, resistance: float, broadening: float) -> Curve:
    if bias == 0:
        return _NOTHING
    return Curve(lambda t: np.copysign(sinis_voltage(abs(bias), t, gap, resistance, broadening), bias))


@lru_cache(maxsize=_KEPT)
def _cooling(bias: float, gap: float, resistance: float, broadening: float) -> Curve:
    if bias == 0:
        return _NOTHING
    return Curve(lambda t: sinis_cooling_power(bias, t, gap, resistance, broadening))


@lru_cache(maxsize=_KEPT)
def _heating(
    voltage: float, resistance: float, divider: float, gap: float | None, broadening: float
) -> Curve:
    heater = Heater.model_construct(
        resistance=resistance, divider=divider, gap=gap, broadening=broadening, offset=0.0
    )
    return Curve(lambda t: np.broadcast_to(heater.power(voltage, t), t.shape))


def _sum(coefficients: Coefficients, place: float) -> float:
    """Return the sum of a Chebyshev series (Clenshaw); NumPy's takes ten times as long for one place."""
    last = before = 0.0
    for coefficient in coefficients[:0:-1]:
        last, before = coefficient + 2 * place * last - before, last
    return coefficients[0] + place * last - before
