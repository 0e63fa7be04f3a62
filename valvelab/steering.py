"""Correct set points by what was found last: where the ridges are, and which voltage a heater needs."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from valvelab.device import Device
from valvelab.errors import DataError
from valvelab.heating import at_rise
from valvelab.history import RECENTRED, REGULATED
from valvelab.resonance import heat_through_one_qubit
from valvelab.switching_plan import SwitchingReading
from valvelab.walk import CENTRING, Reading

_CLEAR = 5.0
"""A ridge is believed if it is so many standard errors high ..."""
_NEAR = 0.25
"""... and its place is known to this share of what was scanned."""


class Steering:
    """Correct set points by the flux offsets and the heater voltages that were found last.

    What was decided is in the journal, so a run that is continued goes on with it.

    Parameters
    ----------
    device
        The chip as the file knows it.
    records
        What the journal holds.
    """

    def __init__(self, device: Device, records: Iterable[dict[str, Any]]) -> None:
        self._device = device
        self.offsets = [0.0, 0.0]
        """How far the flux of each qubit lies above what the device file expects [flux quanta]."""
        self._rises: dict[int, float] = {}
        """Voltage above the heater's offset, by cell [V]."""
        for record in records:
            self.follow(record)

    def follow(self, event: Mapping[str, Any]) -> None:
        """Take over what a record says, if it is a decision of this kind."""
        if event.get("event") == RECENTRED:
            self.offsets[event["qubit"] - 1] = event["flux_offset"]
        elif event.get("event") == REGULATED:
            self._rises[event["cell"]] = event["heater_rise"]

    def correct(self, reading: Reading) -> Reading:
        """Return a reading with the coil currents and the heater voltage that bring about what it is meant to."""
        rise = self._rises.get(reading.cell)
        if rise is not None and isinstance(reading, SwitchingReading):
            voltage = at_rise(self._device, reading.heated, rise, reverse=reading.reversed)
            reading = dataclasses.replace(reading, heater_voltage=voltage)
        if not any(self.offsets):
            return reading
        assert self._device.flux is not None  # noqa: S101 # the plan was made with it
        fluxes = self._device.flux.fluxes([reading.coil_current_1, reading.coil_current_2])
        first, second = self._device.flux.coil_currents(fluxes - np.asarray(self.offsets))
        return dataclasses.replace(reading, coil_current_1=float(first), coil_current_2=float(second))

    @property
    def fields(self) -> dict[str, float]:
        """What a record says of it."""
        return {"flux_offset_1": self.offsets[0], "flux_offset_2": self.offsets[1]}

    def look(self, taken: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Return where both ridges were found, as events for the journal.

        Parameters
        ----------
        taken
            The records of one search.

        Raises
        ------
        DataError
            If a ridge does not stand out of the noise, or lies at the edge of what was scanned.
        """
        found = []
        for qubit in (1, 2):
            rows = [record for record in taken if record["configuration"] == f"{CENTRING}{qubit}"]
            offset, error = find_ridge(self._device, qubit, rows)
            found.append(
                {"event": RECENTRED, "qubit": qubit, "flux_offset": offset, "flux_offset_std": error}
            )
        return found


def find_ridge(device: Device, qubit: int, taken: Sequence[Mapping[str, Any]]) -> tuple[float, float]:
    """Return the flux offset of a qubit [flux quanta] and its standard error, from a scan through the resonance.

    The voltage of the thermometer on the reservoir that is not heated falls with the heat through the qubit; what
    that heat should be along the scan is known but for its height, a background and the offset, and these are fitted.

    Parameters
    ----------
    device
        The chip as the file knows it.
    qubit
        1 or 2.
    taken
        The records of the scan.

    Raises
    ------
    DataError
        If the ridge does not stand out of the noise, or lies at the edge of what was scanned.
    """
    from scipy.optimize import least_squares

    assert device.flux is not None  # noqa: S101 # the plan was made with it
    cold = "drain" if taken[0]["heated"] == "source" else "source"
    voltage = np.array([record[f"thermometer_voltage_{cold}"] for record in taken])
    currents = np.array([[record["coil_current_1"], record["coil_current_2"]] for record in taken])
    flux = device.flux.fluxes(currents)[:, qubit - 1]
    warm, bath = taken[0]["source_temperature"], taken[0]["bath_temperature"]

    def shape(offset: float) -> Any:
        frequency = device.qubits[qubit - 1].frequency(flux + offset)
        heat = heat_through_one_qubit(frequency, device.resonator, warm, bath)
        return np.column_stack([np.ones_like(heat), heat / heat.max()])

    def linear(offset: float) -> Any:
        return np.linalg.lstsq(shape(offset), voltage, rcond=None)[0]

    scale = float(np.std(voltage)) or 1.0

    def misfit(parameters: Any) -> Any:
        offset = float(parameters[0])
        return (shape(offset) @ linear(offset) - voltage) / scale

    half = float(np.ptp(flux)) / 2
    starts = np.linspace(-half, half, 41)
    start = min(starts, key=lambda offset: float(np.sum(misfit([offset]) ** 2)))
    # The height and the background are eliminated, so that the derivative is that of the projected problem.
    fit = least_squares(misfit, [start], x_scale=half / 10, bounds=([-half], [half]))
    noise = float(np.sum(fit.fun**2)) / (len(voltage) - 3)
    offset = float(fit.x[0])
    error = float(np.sqrt(noise / np.sum(fit.jac**2)))
    design = shape(offset)
    height = linear(offset)[1]
    height_error = scale * float(np.sqrt(noise * np.linalg.inv(design.T @ design)[1, 1]))
    if not -height > _CLEAR * height_error:
        raise DataError(
            f"qubit {qubit}: its ridge must stand out of the noise by {_CLEAR:g} standard errors, found "
            f"{-height / height_error:.2g}; scan more points, or heat more"
        )
    if not error < _NEAR * half or abs(offset) > half * (1 - _NEAR):
        raise DataError(
            f"qubit {qubit}: its ridge must lie within the scan, {half:.2g} flux quanta to either side, found it at "
            f"{offset:.2g} +- {error:.2g}; scan a larger span"
        )
    return offset, error
