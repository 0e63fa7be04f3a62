"""Temperatures and powers of a reservoir in all rows of a run, and how they move with each independent error."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from valvelab.arguments import Array
from valvelab.device import Island

from .calibration_shifts import calibration_shifts
from .configuration_means import Means
from .thermometry import RELATIVE_STEP, read_island


@dataclass(frozen=True)
class Reservoir:
    """One reservoir; a row is a configuration in a cell."""

    temperature: Array
    """Electron temperature [K], shape (rows,)."""
    power: Array
    """Power that reaches its electrons besides what the thermometer cools [W], shape (rows,)."""
    temperature_shift: Array
    """Move of the temperature for one standard error of each independent error [K], shape (rows, errors)."""
    power_shift: Array
    """Likewise of the power [W]."""
    readings: int
    """How many of the errors, the first ones, are those of the readings; the others are of the calibration."""

    def giving(self, heating: Callable[[Array], Array]) -> "Reservoir":
        r"""Return the same with the power that leaves it, where a heater warms it.

        .. math:: P_{out} = P_{heater}(T) - \Sigma V (T^5 - T_{bath}^5) - \dot Q_{NIS}(T)

        Parameters
        ----------
        heating
            Power of the heater [W] at electron temperatures [K], shape (rows,); taken for exact, as the voltage of its
            supply is set and read back with far more digits than a thermometer has.
        """
        step = RELATIVE_STEP * self.temperature
        slope = (heating(self.temperature + step) - heating(self.temperature - step)) / (2 * step)
        shift = slope[:, None] * self.temperature_shift - self.power_shift
        return replace(self, power=heating(self.temperature) - self.power, power_shift=shift)


def balance(island: Island, means: Means, bath: Array, where: str, known: str) -> Reservoir:
    """Return temperature and received power of a reservoir, from the mean voltages of its thermometer.

    Parameters
    ----------
    island
        What is known of it.
    means
        Mean voltages [V], with their covariance.
    bath
        Temperature of the phonons [K], shape (rows,).
    where, known
        Name of the voltage, and place of what is known of the thermometer, in messages.

    Raises
    ------
    DataError
        If a voltage is none that this thermometer can show, or outside of its calibration.
    """
    reading = read_island(island, means.values, bath, where, known)
    # The columns of a factor of the covariance are errors that have nothing to do with each other.
    factor = np.linalg.cholesky(means.covariance)
    uncertain = calibration_shifts(island, reading, bath)
    return Reservoir(
        reading.temperature,
        reading.power,
        np.hstack([reading.temperature_slope[:, None] * factor, uncertain.temperature]),
        np.hstack([reading.power_slope[:, None] * factor, uncertain.power]),
        len(factor),
    )
