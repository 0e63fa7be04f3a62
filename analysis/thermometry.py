"""From thermometer voltages to electron temperatures and powers, with their slopes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from valvelab.device import Island
from valvelab.errors import DataError
from valvelab.spline_calibration import SplineCalibration
from valvelab.thermometer import Thermometer
from valvelab.units import format_quantity

Array = npt.NDArray[np.float64]
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
        If a voltage is none that this thermometer can show.
    """
    thermometer = island.thermometer
    law = island.law
    try:
        temperature = law.temperature(voltage)
    except ValueError as error:
        if isinstance(law, SplineCalibration):
            raise DataError(f"{where}: {error} ({known}); calibrate over a wider range") from None
        raise DataError(f"{where}: {_out_of_reach(thermometer, np.asarray(voltage, float), known)}") from None

    step = RELATIVE_STEP * temperature
    above, below = temperature + step, temperature - step
    if isinstance(law, SplineCalibration):
        below, above = (np.clip(moved, *law.range) for moved in (below, above))
    voltage_slope = (law.voltage(above) - law.voltage(below)) / (above - below)
    here, low, high = (island.received_power(t, bath_temperature) for t in (temperature, below, above))
    return Reading(temperature, 1 / voltage_slope, here, (high - low) / (above - below) / voltage_slope)


def _out_of_reach(thermometer: Thermometer, voltage: Array, known: str) -> str:
    """Return what a thermometer can show, and the first voltage that is something else."""
    lowest, highest = thermometer.voltages
    wrong = voltage[~((voltage >= lowest) & (voltage < highest))]
    found = float(wrong.flat[0] if wrong.size else voltage.flat[0])
    shown = [format_quantity(value, "voltage", 4) for value in (lowest, highest, found)]
    return (
        f"must lie between {shown[0]} and {shown[1]}, all that a thermometer with a gap of "
        f"{format_quantity(thermometer.gap, 'energy', 4)} and a bias current of "
        f"{format_quantity(thermometer.bias_current, 'current', 4)} shows "
        f"({known}), found {shown[2]}; correct gap, resistance or bias_current, or leave the reading out"
    )
