"""From thermometer voltages to electron temperatures and powers, with their slopes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from valvelab.device import Island
from valvelab.errors import DataError
from valvelab.spline_calibration import SplineCalibration
from valvelab.units import format_quantity

Array = npt.NDArray[np.float64]
_ROUNDING = 1e-12
RELATIVE_STEP = 1e-4
"""Relative step in temperature for central differences; their error is of its square."""


@dataclass(frozen=True)
class Reading:
    """Electron temperature and received power of an island, and how both follow its thermometer's voltage."""

    temperature: Array
    """Electron temperature [K]."""
    temperature_slope: Array
    """dT/dV [K/V]."""
    power: Array
    """Power that reaches the electrons besides the thermometer's own cooling [W]."""
    power_slope: Array
    """dP/dV [W/V]."""


def read_island(
    island: Island,
    voltage: npt.ArrayLike,
    bath_temperature: npt.ArrayLike,
    where: str,
    known: str = "the device file",
) -> Reading:
    r"""Invert the thermometer and balance the heat of an island.

    .. math:: P = \Sigma V (T^5 - T_{bath}^5) + \dot Q_{NIS}(T)

    Parameters
    ----------
    island
        What is known of the island.
    voltage
        Voltage of its thermometer [V], any shape.
    bath_temperature
        Temperature of the phonons [K], a shape that broadcasts.
    where, known
        Name of the voltage, and place of what is known of the thermometer, in messages.

    Raises
    ------
    DataError
        If a voltage is none that this thermometer can show, or outside of its calibration.
    """
    asked = np.asarray(voltage, float)
    _demand_temperatures(island, asked, where, known)
    law = island.law
    temperature = law.temperature(asked)
    step = RELATIVE_STEP * temperature
    above, below = temperature + step, temperature - step
    if isinstance(law, SplineCalibration):
        below, above = (np.clip(moved, *law.range) for moved in (below, above))
    voltage_slope = (law.voltage(above) - law.voltage(below)) / (above - below)
    here, low, high = (island.received_power(t, bath_temperature) for t in (temperature, below, above))
    return Reading(temperature, 1 / voltage_slope, here, (high - low) / (above - below) / voltage_slope)


def are_temperatures(island: Island, voltage: Array) -> npt.NDArray[np.bool_]:
    """Return which voltages [V] mean a temperature of an island."""
    lowest, highest = island.voltages
    # A voltage at the very end of a calibration may have been computed; one at the gap is no temperature at all.
    if island.trusted_range is None:
        return np.asarray((voltage >= lowest) & (voltage < highest))
    margin = _ROUNDING * highest
    return np.asarray((voltage >= lowest - margin) & (voltage <= highest + margin))


def _demand_temperatures(island: Island, voltage: Array, where: str, known: str) -> None:
    """Refuse voltages that are no temperature of an island: a run stops there, and nothing is extrapolated."""
    inside = are_temperatures(island, voltage)
    if inside.all():
        return
    found, (lowest, highest) = voltage[~inside], island.voltages
    shown = [format_quantity(float(value), "voltage", 4) for value in (lowest, highest, found.flat[0])]
    if island.trusted_range is None:
        made = island.thermometer
        raise DataError(
            f"{where}: must lie between {shown[0]} and {shown[1]}, all that a thermometer with a gap of "
            f"{format_quantity(made.gap, 'energy', 4)} and a bias current of "
            f"{format_quantity(made.bias_current, 'current', 4)} shows ({known}), found {shown[2]}; correct gap, "
            "resistance or bias_current, or leave the reading out"
        )
    kelvins = [format_quantity(end, "temperature", 4) for end in island.trusted_range]
    raise DataError(
        f"{where}: must lie between {shown[0]} and {shown[1]}, where the calibration is trusted ({kelvins[0]} to "
        f"{kelvins[1]}, {known}), found {shown[2]} in {found.size} of {voltage.size} values; calibrate over "
        "a wider range, or leave out what is colder or warmer"
    )
