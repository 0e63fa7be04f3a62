"""A thermometer that was calibrated point by point: a monotone curve through the points, and nothing beyond."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from valvelab.errors import ConfigurationError
from valvelab.thermometer import Thermometer
from valvelab.units import format_quantity

Array = npt.NDArray[np.float64]
_HALVINGS = 55
"""After these an interval is as narrow as rounding."""
_ROUNDING = 1e-12


@dataclass(frozen=True)
class SplineCalibration:
    """A monotone cubic spline (Fritsch and Carlson) through the calibrated voltages over temperature.

    Parameters
    ----------
    thermometer
        What the device file says of it, its `points` included; gap, resistance and bias current tell the cooling.
    """

    thermometer: Thermometer

    def __post_init__(self) -> None:
        if self.thermometer.points is None:
            raise ConfigurationError("thermometer.points: must be in the device file, found none; add them")

    @property
    def range(self) -> tuple[float, float]:
        """Lowest and highest temperature that it was calibrated at [K]."""
        temperatures = self._columns[0]
        return float(temperatures[0]), float(temperatures[-1])

    def temperature(self, voltage: npt.ArrayLike) -> Array:
        """Return the electron temperature [K] at a voltage [V].

        Raises
        ------
        ValueError
            If it is outside the range; nothing is extrapolated.
        """
        asked = np.asarray(voltage, float)
        _, voltages, _ = self._columns
        cold, warm = float(voltages[0]), float(voltages[-1])
        # A voltage at the very end may have been computed.
        self._refuse(
            asked, warm - _ROUNDING * abs(warm), cold + _ROUNDING * abs(cold), (warm, cold), "voltage"
        )
        low, high = (np.full(asked.shape, end) for end in self.range)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            colder = self._curve(middle) > asked
            low, high = np.where(colder, middle, low), np.where(colder, high, middle)
        return np.asarray((low + high) / 2)

    def temperature_std(self, voltage: npt.ArrayLike, voltage_std: npt.ArrayLike) -> Array:
        """Return the standard error of the temperature [K], from that of the voltage [V] and of the points.

        Raises
        ------
        ValueError
            If the voltage is outside the range.
        """
        temperature = self.temperature(voltage)
        shifts = self.shifts(temperature)
        slope = self._slope(temperature)
        return np.asarray(
            np.sqrt(np.asarray(voltage_std, float) ** 2 + (shifts**2).sum(axis=0)) / np.abs(slope)
        )

    def shifts(self, temperature: npt.ArrayLike) -> Array:
        """Return by how much the voltage at a temperature [K] moves with the error of each point [V], points first."""
        here = self._curve(np.asarray(temperature, float))
        return np.array([shifted(np.asarray(temperature, float)) - here for shifted in self._shifted])

    def voltage(self, temperature: npt.ArrayLike) -> Array:
        """Return the voltage [V] at a temperature [K].

        Raises
        ------
        ValueError
            If it is outside the range.
        """
        asked = np.asarray(temperature, float)
        self._refuse(asked, *self.range, self.range, "temperature")
        return np.asarray(self._curve(asked))

    def cooling_power(self, temperature: npt.ArrayLike) -> Array:
        """Return the heat that the pair takes out of its island [W] at a temperature [K]."""
        return self.thermometer.cooling_power(temperature)

    def _refuse(
        self, asked: Array, low: float, high: float, told: tuple[float, float], dimension: str
    ) -> None:
        outside = asked[~((asked >= low) & (asked <= high))]
        if outside.size:
            ends = " to ".join(format_quantity(end, dimension, 6) for end in told)
            kelvins = " to ".join(format_quantity(end, "temperature", 4) for end in self.range)
            where = f" ({kelvins})" if dimension == "voltage" else ""
            raise ValueError(
                f"{dimension} must lie within the calibration, {ends}{where}, found "
                f"{format_quantity(float(outside.flat[0]), dimension, 6)}"
            )

    @cached_property
    def _columns(self) -> Array:
        return np.array(self.thermometer.points).T

    @cached_property
    def _curve(self) -> Callable[[Array], Array]:
        curve: Callable[[Array], Array] = _spline(*self._columns[:2])
        return curve

    @cached_property
    def _slope(self) -> Callable[[Array], Array]:
        slope: Callable[[Array], Array] = _spline(*self._columns[:2]).derivative()
        return slope

    @cached_property
    def _shifted(self) -> list[Callable[[Array], Array]]:
        """The curves with one point moved by its error, the points being independent."""
        temperatures, voltages, errors = self._columns
        return [_spline(temperatures, voltages + moved) for moved in np.diag(errors)]


def _spline(temperatures: Array, voltages: Array) -> Any:
    from scipy.interpolate import PchipInterpolator

    return PchipInterpolator(temperatures, voltages)
