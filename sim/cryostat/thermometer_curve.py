"""A biased SINIS pair against the temperature of its island, quick to evaluate a million times."""

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from numpy.polynomial import chebyshev

from valvelab.junction import sinis_cooling_power, sinis_voltage

_PARTS, _DEGREE = 4, 18
"""Polynomials per octave of temperature, and their degree: the error is that of rounding."""

Coefficients = tuple[float, ...]


class ThermometerCurve:
    """Voltage and cooling power as polynomials of log T, each of which is made when it is first needed.

    Parameters
    ----------
    bias_current
        Bias current [A]; 0 makes neither a voltage nor cooling, and the sign only sets that of the voltage.
    gap
        Superconducting gap [J].
    resistance
        Normal-state resistance of each junction [Ohm].
    """

    def __init__(self, bias_current: float, gap: float, resistance: float) -> None:
        self._bias = bias_current
        self._pair = gap, resistance
        self._polynomials = lru_cache(maxsize=64)(self._expand)

    def voltage(self, temperature: float) -> tuple[float, float]:
        """Return the voltage [V] at a temperature [K], and its slope [V/K]."""
        voltage, slope = self._value(0, temperature)
        return math.copysign(1.0, self._bias) * voltage, math.copysign(1.0, self._bias) * slope

    def cooling(self, temperature: float) -> tuple[float, float]:
        """Return the heat that the pair takes out of the island [W] at a temperature [K], and its slope [W/K]."""
        return self._value(1, temperature)

    def _value(self, quantity: int, temperature: float) -> tuple[float, float]:
        if self._bias == 0:
            return 0.0, 0.0
        logarithm = _PARTS * math.log2(temperature)
        part = math.floor(logarithm)
        value, slope = self._polynomials(part)[quantity]
        place = 2 * (logarithm - part) - 1
        return _sum(value, place), _sum(slope, place) * 2 * _PARTS / (temperature * math.log(2))

    def _expand(self, part: int) -> list[tuple[Coefficients, Coefficients]]:
        nodes = chebyshev.chebpts1(_DEGREE + 1)
        temperature = 2 ** ((part + (nodes + 1) / 2) / _PARTS)
        arguments = (abs(self._bias), temperature, *self._pair)
        return [_series(np.asarray(law(*arguments)), nodes) for law in (sinis_voltage, sinis_cooling_power)]


@lru_cache(maxsize=256)
def thermometer_curve(bias_current: float, gap: float, resistance: float) -> ThermometerCurve:
    """Return the curve of a pair; what was asked for lately is kept."""
    return ThermometerCurve(bias_current, gap, resistance)


def _series(
    values: npt.NDArray[np.float64], nodes: npt.NDArray[np.float64]
) -> tuple[Coefficients, Coefficients]:
    """Return the Chebyshev coefficients of a function known at their nodes, and those of its derivative."""
    coefficients = 2 / nodes.size * chebyshev.chebvander(nodes, _DEGREE).T @ values
    coefficients[0] /= 2
    return tuple(map(float, coefficients)), tuple(map(float, chebyshev.chebder(coefficients)))


def _sum(coefficients: Coefficients, place: float) -> float:
    """Return the sum of a Chebyshev series (Clenshaw); NumPy's takes ten times as long for one place."""
    last = before = 0.0
    for coefficient in coefficients[:0:-1]:
        last, before = coefficient + 2 * place * last - before, last
    return coefficients[0] + place * last - before
