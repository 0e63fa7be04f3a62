"""From the voltage of a SINIS pair to a temperature with its error, within the temperatures it was calibrated at."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from valvelab.errors import ConfigurationError
from valvelab.junction import sinis_temperature
from valvelab.spline_calibration import SplineCalibration
from valvelab.thermometer import Thermometer
from valvelab.units import format_quantity

_STEP = 1e-5
"""Relative step of the derivatives."""


@dataclass(frozen=True)
class JunctionCalibration:
    """The law of the junctions, with the gap and the resistance that a sweep of the bath gave.

    Parameters
    ----------
    thermometer
        What the device file says of it, its `calibration` included.
    """

    thermometer: Thermometer

    def __post_init__(self) -> None:
        if self.thermometer.calibration is None:
            raise ConfigurationError(
                "thermometer.calibration: must be in the device file, found none; run 'valvelab calibrate thermometer'"
            )

    @property
    def range(self) -> tuple[float, float]:
        """Lowest and highest temperature that it is trusted at [K]."""
        known = self.thermometer.calibration
        assert known is not None  # noqa: S101 # checked when it was made
        return known.trusted_range

    def temperature(self, voltage: float) -> float:
        """Return the electron temperature [K] at a voltage [V].

        Raises
        ------
        ValueError
            If it is outside the range; nothing is extrapolated.
        """
        warm, cold = (self.voltage(temperature) for temperature in reversed(self.range))
        if not warm <= voltage <= cold:
            ends = " to ".join(format_quantity(end, "voltage", 6) for end in (warm, cold))
            kelvins = " to ".join(format_quantity(end, "temperature", 4) for end in self.range)
            raise ValueError(
                f"voltage must lie within the calibration, {ends} ({kelvins}), found "
                f"{format_quantity(float(voltage), 'voltage', 6)}"
            )
        return self._invert(float(voltage), self.thermometer.gap, self.thermometer.resistance)

    def temperature_std(self, voltage: float, voltage_std: float) -> float:
        """Return the standard error of the temperature [K], from that of the voltage [V] and of the calibration."""
        known, gap, resistance = (
            self.thermometer.calibration,
            self.thermometer.gap,
            self.thermometer.resistance,
        )
        assert known is not None  # noqa: S101 # checked when it was made
        by_voltage = _slope(lambda value: self._invert(value, gap, resistance), voltage)
        by_gap = _slope(lambda value: self._invert(voltage, value, resistance), gap) * known.gap_error
        by_resistance = (
            _slope(lambda value: self._invert(voltage, gap, value), resistance) * known.resistance_error
        )
        shared = 2 * known.correlation * by_gap * by_resistance
        return math.sqrt((by_voltage * voltage_std) ** 2 + max(by_gap**2 + by_resistance**2 + shared, 0.0))

    def voltage(self, temperature: float) -> float:
        """Return the voltage [V] at a temperature [K]."""
        return float(self.thermometer.voltage(temperature))

    def cooling_power(self, temperature: float) -> float:
        """Return the heat that the pair takes out of its island [W] at a temperature [K]."""
        return float(self.thermometer.cooling_power(temperature))

    def _invert(self, voltage: float, gap: float, resistance: float) -> float:
        made = self.thermometer
        return float(
            sinis_temperature(voltage - made.offset, made.bias_current, gap, resistance, made.broadening)
        )


def calibrated(thermometer: Thermometer) -> JunctionCalibration | SplineCalibration:
    """Return what a thermometer was calibrated with: its points where it has some, else the law of its junctions.

    Raises
    ------
    ConfigurationError
        If it was never calibrated.
    """
    return JunctionCalibration(thermometer) if thermometer.points is None else SplineCalibration(thermometer)


def _slope(function: Callable[[float], float], at: float) -> float:
    return (function(at * (1 + _STEP)) - function(at * (1 - _STEP))) / (2 * _STEP * at)
