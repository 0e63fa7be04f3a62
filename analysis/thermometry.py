"""From thermometer voltages to electron temperatures and powers, with their slopes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from valvelab.device import Island
from valvelab.errors import DataError
from valvelab.sim import sinis_cooling_power, sinis_temperature, sinis_voltage

Array = npt.NDArray[np.float64]
_RELATIVE_STEP = 1e-4
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
    island: Island, voltage: npt.ArrayLike, bath_temperature: npt.ArrayLike, where: str
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
    where
        Name of the voltage in messages.

    Raises
    ------
    DataError
        If a voltage is none that this thermometer can show.
    """
    thermometer = island.thermometer
    current, gap, resistance = thermometer.bias_current, thermometer.gap, thermometer.resistance
    try:
        temperature = np.asarray(sinis_temperature(np.asarray(voltage, float), current, gap, resistance))
    except ValueError as error:
        raise DataError(f"{where}: {error}; check the thermometer in the device file") from None

    def power(electrons: Array) -> Array:
        cooling = sinis_cooling_power(current, electrons, gap, resistance)
        return np.asarray(island.electron_phonon_power(electrons, bath_temperature) + cooling)

    step = _RELATIVE_STEP * temperature
    above, below = temperature + step, temperature - step
    voltage_slope = (
        sinis_voltage(current, above, gap, resistance) - sinis_voltage(current, below, gap, resistance)
    ) / (2 * step)
    power_slope = (power(above) - power(below)) / (2 * step)
    return Reading(temperature, 1 / voltage_slope, power(temperature), power_slope / voltage_slope)
