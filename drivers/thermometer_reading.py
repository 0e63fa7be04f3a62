"""What a calibration makes of the voltage of a SINIS pair."""

import math
from dataclasses import dataclass
from typing import Any, Protocol


class Calibration(Protocol):
    """What turns the voltage of a pair at one bias current into a temperature; ValueError outside of its range."""

    @property
    def range(self) -> tuple[float, float]:
        """Lowest and highest temperature [K]."""

    def temperature(self, voltage: float) -> Any:
        """Return the temperature [K] at a voltage [V]."""

    def temperature_std(self, voltage: float, voltage_std: float) -> Any:
        """Return the standard error of the temperature [K]: that of the voltage [V] and that of the calibration."""

    def voltage(self, temperature: float) -> Any:
        """Return the voltage [V] at a temperature [K]."""

    def cooling_power(self, temperature: float) -> Any:
        """Return the heat that the pair takes out of its island [W] at a temperature [K]."""


@dataclass(frozen=True)
class ThermometerReading:
    """What one measurement told: SI units; the standard errors are NaN where a single reading tells none."""

    voltage: float
    voltage_std: float
    temperature: float
    temperature_std: float
    cooling_power: float


def read_temperature(calibration: Calibration, voltage: float, voltage_std: float) -> ThermometerReading:
    """Return all that a voltage and its standard error [V] tell.

    Raises
    ------
    ValueError
        If the voltage is outside of the calibration.
    """
    try:
        temperature = float(calibration.temperature(voltage))
        temperature_std = (
            math.nan if math.isnan(voltage_std) else float(calibration.temperature_std(voltage, voltage_std))
        )
        cooling_power = float(calibration.cooling_power(temperature))
    except ValueError as error:
        raise ValueError(_outside(calibration, voltage)) from error
    return ThermometerReading(voltage, voltage_std, temperature, temperature_std, cooling_power)


def _outside(calibration: Calibration, voltage: float) -> str:
    coldest, hottest = calibration.range
    low, high = sorted(float(calibration.voltage(end)) for end in (coldest, hottest))
    return (
        f"must read from {low * 1e6:.6g} to {high * 1e6:.6g} uV, where its calibration holds ({coldest * 1e3:.4g} "
        f"to {hottest * 1e3:.4g} mK), found {voltage * 1e6:.6g} uV; calibrate over a wider range with "
        "'valvelab calibrate thermometer', or check the bias"
    )
