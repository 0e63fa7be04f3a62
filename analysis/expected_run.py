"""What a protocol will show on a chip that is as assumed: powers with their errors, before anything is measured."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from valvelab.device import Device, Island
from valvelab.errors import ConfigurationError
from valvelab.sim import Resonator
from valvelab.switching_plan import SwitchingReading
from valvelab.units import format_quantity
from valvelab.walk import Plan, purpose

from .models import MODELS, Points, Rates
from .switching_data import SwitchingData
from .table_fits import demand_balance, drain_bracket
from .thermometry import read_island

Array = npt.NDArray[np.float64]
_HALVINGS = 50
"""After these an interval of temperatures is as narrow as rounding."""


@dataclass(frozen=True)
class Assumed:
    """What a plan takes for granted.

    Parameters
    ----------
    rates
        Rates, T_p and imperfections of the chip.
    background
        Heat into the drain that does not come through the qubits [W].
    voltage_noise
        Of one reading of a thermometer [V]; white, since blocks cancel what is slow.
    """

    rates: Rates
    background: float
    voltage_noise: float


TYPICAL = Assumed(Rates(0.5e9, 0.5e9, 0.01e9, 0.05), 0.67e-15, 1e-7)
"""Rates of the paper's Table I, background and noise of a good cryostat: what is assumed where nothing is said."""


@dataclass(frozen=True)
class Cell:
    """One pair of bath and source temperature, with the configurations that are read there."""

    bath: float
    source: float
    names: tuple[str, ...]
    """Configurations, "off" first."""
    frequencies: tuple[tuple[float, float], ...]
    readings: tuple[float, ...]
    """Number of readings of each."""


def cells_of(plan: Plan) -> list[Cell]:
    """Return the cells of a switching plan with the number of readings of each configuration."""
    counts: dict[tuple[float, float], dict[str, int]] = {}
    places: dict[str, tuple[float, float]] = {}
    for reading in plan.readings:
        if isinstance(reading, SwitchingReading) and not purpose(reading.configuration):
            cell = counts.setdefault((reading.bath_temperature, reading.source_temperature), {})
            cell[reading.configuration] = cell.get(reading.configuration, 0) + 1
            places[reading.configuration] = reading.frequency_1, reading.frequency_2
    found = []
    for (bath, source), visits in counts.items():
        names = ("off", *(name for name in visits if name != "off"))
        found.append(
            Cell(
                bath,
                source,
                names,
                tuple(places[name] for name in names),
                tuple(float(visits[name]) for name in names),
            )
        )
    return found


def expected_data(cells: Sequence[Cell], device: Device, assumed: Assumed, model: str) -> SwitchingData:
    """Return noiseless powers above "off", with the covariance that readings with noise would give.

    Parameters
    ----------
    cells
        What is read.
    device
        Its drain must be known.
    assumed
        Of the chip and of the voltmeters.
    model
        Of `valvelab.analysis.MODELS`: what the chip obeys.

    Raises
    ------
    ConfigurationError
        If the device file does not know the drain, or its thermometer was not calibrated where the drain will be.
    DataError
        If the model is a table that does not reach the drain's temperature.
    """
    resonator, drain = _known(device)
    points, bath, counts, cell = _laid_out(cells)
    warm = drain_temperature(points, bath, resonator, drain, assumed, model)
    _demand_calibrated(device, drain, warm, points.temperature_source, bath)
    read = read_island(drain, drain.law.voltage(warm), bath, "expected drain thermometer")
    noise = assumed.voltage_noise / np.sqrt(counts)
    power_std, temperature_std = np.abs(read.power_slope) * noise, np.abs(read.temperature_slope) * noise
    shared = read.power_slope * read.temperature_slope * noise**2
    at = Points(points.frequency_1, points.frequency_2, points.temperature_source, read.temperature)
    is_off = np.r_[True, cell[1:] != cell[:-1]]
    off = np.flatnonzero(is_off)[cell][~is_off]
    on = np.flatnonzero(~is_off)
    return _data(at, on, off, resonator, (power_std, temperature_std, shared), cell, device, assumed, model)


def calibrated_cells(
    cells: Sequence[Cell], device: Device, assumed: Assumed, model: str
) -> npt.NDArray[np.bool_]:
    """Return in which cells the drain stays where its thermometer was calibrated, in all configurations.

    Arguments are those of `expected_data`.
    """
    resonator, drain = _known(device)
    points, bath, _, cell = _laid_out(cells)
    warm = drain_temperature(points, bath, resonator, drain, assumed, model)
    return np.asarray(np.bincount(cell, _outside(drain, warm)) == 0)


def _known(device: Device) -> tuple[Resonator, Island]:
    if device.drain is None:
        raise ConfigurationError(
            f"{device.places.at('drain')}: must be known to say what will be seen; add it"
        )
    made = device.resonator
    return Resonator(made.frequency, made.quality_factor, made.exponent), device.drain


def _outside(island: Island, temperature: Array) -> Array:
    """Return by how much temperatures lie outside of what a thermometer was calibrated for [K]."""
    if island.trusted_range is None:
        return np.zeros_like(temperature)
    low, high = island.trusted_range
    return np.maximum(0.0, np.maximum(low - temperature, temperature - high))


def _demand_calibrated(device: Device, drain: Island, warm: Array, source: Array, bath: Array) -> None:
    """Refuse a drain that comes to where its thermometer was not calibrated: the run would stop there."""
    outside = _outside(drain, warm)
    if drain.trusted_range is None or not outside.any():
        return
    worst = np.argmax(outside)
    low, high, found, cold, hot = (
        format_quantity(float(value), "temperature", 4)
        for value in (*drain.trusted_range, warm[worst], bath[worst], source[worst])
    )
    place = device.places.at("drain", "thermometer", drain.thermometer.told_by)
    raise ConfigurationError(
        f"{place}: must hold wherever the drain will be, found {low} to {high}, and a drain at {found} with the bath "
        f"at {cold} and the source at {hot}; calibrate over a wider range, or leave such cells out"
    )


def drain_temperature(
    points: Points, bath: Array, resonator: Resonator, drain: Island, assumed: Assumed, model: str
) -> Array:
    """Return the temperature at which the drain is in balance [K]: the more it is warmed, the less reaches it."""
    low, high = drain_bracket(model, 0.2 * bath, np.maximum(points.temperature_source, bath) * 1.5 + 0.2)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        here = Points(points.frequency_1, points.frequency_2, points.temperature_source, middle)
        heat = -np.asarray(MODELS[model](assumed.rates, here, resonator).cold) + assumed.background
        too_cold = drain.received_power(middle, bath) < heat
        low, high = np.where(too_cold, middle, low), np.where(too_cold, high, middle)
    demand_balance(model, (low + high) / 2)
    return np.asarray((low + high) / 2)


def _laid_out(cells: Iterable[Cell]) -> tuple[Points, Array, Array, npt.NDArray[np.intp]]:
    """Return every configuration of every cell: where it is, its bath, its readings and its cell."""
    rows = [
        (*pair, cell.source, cell.bath, count, number)
        for number, cell in enumerate(cells)
        for pair, count in zip(cell.frequencies, cell.readings, strict=True)
    ]
    first, second, source, bath, counts, number = np.array(rows).T
    return Points(first, second, source, bath), bath, counts, number.astype(np.intp)


def _data(
    points: Points,
    on: npt.NDArray[np.intp],
    off: npt.NDArray[np.intp],
    resonator: Resonator,
    errors: tuple[Array, Array, Array],
    cell: npt.NDArray[np.intp],
    device: Device,
    assumed: Assumed,
    model: str,
) -> SwitchingData:
    from scipy.sparse import csr_array

    power_std, temperature_std, shared = errors
    same = cell[on][:, None] == cell[on]
    covariance = csr_array(np.diag(power_std[on] ** 2) + same * power_std[off] ** 2)
    zero = np.zeros(on.size)
    data = SwitchingData(
        points.at(on),
        points.at(off),
        resonator,
        zero,
        covariance,
        covariance,
        (zero, temperature_std[on], shared[on]),
        np.full(on.size, ""),
        (device.operating_point.source_temperature, device.operating_point.drain_temperature),
        charging_energies=(device.qubits[0].charging_energy, device.qubits[1].charging_energy),
    )
    return replace(data, measured=data.powers(MODELS[model], assumed.rates))
