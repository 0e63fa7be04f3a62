"""The heater of an island: a resistor, or a pair of junctions that cools below the gap and heats above."""

from typing import Annotated

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from valvelab.configuration import Section
from valvelab.constants import ELEMENTARY_CHARGE
from valvelab.junction import nis_cooling_power, nis_current
from valvelab.mistakes import PlacedError
from valvelab.quantities import Gap, Resistance, SourceVoltage

Array = npt.NDArray[np.float64]
Broadening = Annotated[float, Field(ge=0, le=0.5)]
"""Dynes parameter."""
_HALVINGS = 55
"""After these an interval is as narrow as rounding."""


class Heater(Section):
    """A heater, fed by a voltage source through a divider; with a `gap` it is a SINIS pair, without a resistor.

    `resistance` is that of the resistor or of each junction. `offset` is the voltage of the source at which nothing is
    across the heater; the laws count voltages from there.
    """

    resistance: Resistance
    divider: Annotated[float, Field(ge=1, le=1e9)]
    gap: Gap | None = None
    broadening: Broadening = 0.0
    offset: SourceVoltage = 0.0

    @model_validator(mode="after")
    def _broadens_junctions_only(self) -> "Heater":
        if self.gap is None and self.broadening:
            raise PlacedError(
                ("broadening",),
                f"must go with the gap of junctions, found {self.broadening:g} without; add the gap, or leave it out",
            )
        return self

    def power(self, source_voltage: npt.ArrayLike, temperature: npt.ArrayLike | None = None) -> Array:
        """Return the power into the island [W]; below the gap a pair of junctions cools, and it is negative.

        Parameters
        ----------
        source_voltage
            Voltage of the source before the divider, counted from `offset` [V].
        temperature
            Electron temperature of the island [K]; a resistor does not need it.

        Raises
        ------
        ValueError
            If the heater is a pair of junctions and the temperature is not given.
        """
        voltage = np.asarray(source_voltage, float) / self.divider
        if self.gap is None:
            return np.asarray(voltage**2 / self.resistance)
        electrons = _given(temperature)
        return np.asarray(
            -2 * nis_cooling_power(voltage / 2, electrons, self.gap, self.resistance, self.broadening)
        )

    def dissipation(self, source_voltage: npt.ArrayLike, temperature: npt.ArrayLike | None = None) -> Array:
        """Return the electric power [W]: all of it in a resistor, in junctions also what goes into their leads.

        Arguments and errors are those of `power`.
        """
        if self.gap is None:
            return self.power(source_voltage)
        voltage = np.asarray(source_voltage, float) / self.divider
        current = nis_current(voltage / 2, _given(temperature), self.gap, self.resistance, self.broadening)
        return np.asarray(voltage * current)

    def source_voltage(self, power: npt.ArrayLike, temperature: npt.ArrayLike | None = None) -> Array:
        """Return the voltage of the source before the divider, counted from `offset` [V], that heats with a power [W].

        Junctions heat above the gap only; no power is 0 V.

        Parameters
        ----------
        power
            Power into the island [W], at least 0.
        temperature
            Electron temperature of the island [K]; a resistor does not need it.

        Raises
        ------
        ValueError
            As `power`.
        """
        wanted = np.asarray(power, float)
        if self.gap is None:
            return np.asarray(self.divider * np.sqrt(wanted * self.resistance))
        wanted, electrons = np.broadcast_arrays(wanted, _given(temperature))
        # A junction far above its gap heats half of what it dissipates, and never less by more than the gap explains.
        low, unit = np.zeros(wanted.shape), 2 * self.gap / ELEMENTARY_CHARGE
        high = 2 * np.sqrt(np.abs(wanted) * self.resistance) + 2 * unit
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            enough = self.power(self.divider * middle, electrons) >= wanted
            low, high = np.where(enough, low, middle), np.where(enough, middle, high)
        return np.asarray(np.where(wanted == 0, 0.0, self.divider * high))


def _given(temperature: npt.ArrayLike | None) -> Array:
    if temperature is None:
        raise ValueError("Argument `temperature` must be given for a heater of junctions, but is None.")
    return np.asarray(temperature, float)
