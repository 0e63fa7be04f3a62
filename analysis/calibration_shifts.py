"""How temperatures and powers of an island move together with what its calibration leaves uncertain."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from valvelab.arguments import Array
from valvelab.device import Island
from valvelab.spline_calibration import SplineCalibration
from valvelab.thermometer import CalibratedRange, Thermometer

from .thermometry import Reading

if TYPE_CHECKING:
    from collections.abc import Iterator

_STEP = 1e-2
"""Of a standard error, for the derivatives."""


@dataclass(frozen=True)
class Shifts:
    """By how much an island's numbers move for one standard error of each independent part of its calibration."""

    temperature: Array
    """Electron temperature [K], shape (rows, parts)."""
    power: Array
    """Power that reaches the electrons besides the thermometer's cooling [W], shape (rows, parts)."""


def calibration_shifts(island: Island, reading: Reading, bath_temperature: Array) -> Shifts:
    r"""Return the shifts of an island's readings, without parts where the device file states no errors.

    At a fixed voltage a part :math:`\theta` of the calibration moves the temperature by
    :math:`-(\partial V / \partial\theta) / (\partial V / \partial T)`, and the power through the temperature and
    through what the thermometer cools.

    Parameters
    ----------
    island
        What is known of the island.
    reading
        Its temperatures and powers, shape (rows,).
    bath_temperature
        Temperature of the phonons [K], shape (rows,).
    """
    at = reading.temperature
    temperatures, powers = [], []
    for voltage, power in _moved(island, at, bath_temperature):
        moved = -voltage * reading.temperature_slope
        temperatures.append(moved)
        powers.append(power + reading.power_slope / reading.temperature_slope * moved)
    shape = (len(temperatures), at.size)
    return Shifts(np.array(temperatures).reshape(shape).T, np.array(powers).reshape(shape).T)


def _moved(island: Island, at: Array, bath: Array) -> "Iterator[tuple[Array, Array]]":
    """Yield by how much voltage [V] and received power [W] move at a fixed temperature, for each part of the errors."""
    law = island.law
    if island.thermometer.offset_error:
        yield np.full_like(at, island.thermometer.offset_error), np.zeros_like(at)
    if isinstance(law, SplineCalibration):
        for shift in law.shifts(at):
            yield shift, np.zeros_like(at)
        return
    known = island.thermometer.calibration
    for gap, resistance in [] if known is None else _independent(known):
        ends = [
            _with(island, island.thermometer, sign * _STEP * gap, sign * _STEP * resistance)
            for sign in (1, -1)
        ]
        up, down = (np.array([one.law.voltage(at), one.received_power(at, bath)]) for one in ends)
        voltage, power = (up - down) / (2 * _STEP)
        yield voltage, power


def _independent(known: CalibratedRange) -> list[tuple[float, float]]:
    """Return steps of gap [J] and resistance [Ohm] whose errors are independent: the columns of a Cholesky factor."""
    own = known.resistance_error * np.sqrt(max(1 - known.correlation**2, 0.0))
    steps = [(known.gap_error, known.correlation * known.resistance_error), (0.0, float(own))]
    return [step for step in steps if any(step)]


def _with(island: Island, thermometer: Thermometer, gap: float, resistance: float) -> Island:
    moved = {"gap": thermometer.gap + gap, "resistance": thermometer.resistance + resistance}
    return island.model_copy(update={"thermometer": thermometer.model_copy(update=moved)})
