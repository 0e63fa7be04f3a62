"""What the valve brings to the drain, from what its thermometer tells."""

import math
from dataclasses import dataclass

import numpy as np

from valvelab.device import Island

from .thermometer_reading import Calibration, ThermometerReading


@dataclass(frozen=True)
class DrainHeat:
    """The heat balance of the drain's electrons, as `HeatValve` states it.

    Parameters
    ----------
    drain
        The island, for its electron-phonon coupling.
    background, background_std
        Heat into the drain that does not come through the valve, and its standard error [W].

    Raises
    ------
    ValueError
        If the background is no number.
    """

    drain: Island
    background: float
    background_std: float

    def __post_init__(self) -> None:
        """Refuse a background that is no number."""
        if not math.isfinite(self.background):
            raise ValueError(f"Argument `background` must be finite, but is {self.background!r}.")
        if not (math.isfinite(self.background_std) and self.background_std >= 0):
            raise ValueError(
                f"Argument `background_std` must be finite and at least 0 W, but is {self.background_std!r}."
            )

    def power(self, reading: ThermometerReading, bath: float) -> float:
        """Return the heat that comes through the valve [W], with the phonons at the temperature of the bath [K]."""
        phonons = float(self.drain.electron_phonon_power(reading.temperature, bath))
        return phonons + reading.cooling_power - self.background

    def power_std(self, reading: ThermometerReading, calibration: Calibration) -> float:
        """Return its standard error [W]: of thermometer and background."""
        return math.hypot(self._thermometer_std(reading, calibration), self.background_std)

    def _thermometer_std(self, reading: ThermometerReading, calibration: Calibration) -> float:
        """Return the error of the heat that follows from that of the temperature [W]."""
        error = reading.temperature_std
        if not error > 0:
            return error
        low, high = np.clip(reading.temperature + error * np.array([-1.0, 1.0]), *calibration.range)
        phonons = np.diff(self.drain.electron_phonon_power([low, high], 0.0))[0]
        cooling = float(calibration.cooling_power(high)) - float(calibration.cooling_power(low))
        return float(abs(phonons + cooling) * error / (high - low))
