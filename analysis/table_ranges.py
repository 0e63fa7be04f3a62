"""The grid of a table for what is to be fitted with it: measured powers, or the plan of a device."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from valvelab.device import Device
from valvelab.errors import DataError
from valvelab.protocol import Protocol
from valvelab.sim import Resonator

from .enhancement import operating_point_of
from .expected_run import Assumed, cells_of, expected_data
from .planning import BATHS, SOURCES
from .switching_data import SwitchingData
from .table_demands import axis_text
from .table_grid import RATES_RANGES, Range, TableGrid, boxes_of

if TYPE_CHECKING:
    import xarray as xr

Array = npt.NDArray[np.float64]
_SOURCE_ROOM, _DRAIN_ROOM = 0.02, 0.05
"""How much further than the temperatures a table goes: errors of a thermometer's scale are fitted, and profiled."""


def grid_of_dataset(reduced: "xr.Dataset", ranges: Mapping[str, Range] | None = None) -> TableGrid:
    """Return the grid of a table through which a reduced dataset can be fitted.

    Frequencies and temperatures are those of the powers, of the reference, and of the operating point at which the
    enhancement is stated; the rates are about Table I of the paper.

    Parameters
    ----------
    reduced
        What `fit_switching` takes.
    ranges
        Other ranges, and those of imperfections that will be free, see `TableGrid`.

    Raises
    ------
    DataError
        If a range of temperatures does not hold those of the powers.
    """
    data = SwitchingData.from_dataset(reduced)
    at, resonator = operating_point_of(data, None, None), data.resonator
    parts = [data.points] + ([] if data.reference is None else [data.reference])
    sources = np.concatenate([*(part.temperature_source for part in parts), [at.source_temperature]])
    drains = np.concatenate([*(part.temperature_drain for part in parts), [at.drain_temperature]])
    pairs = [
        pair
        for part in parts
        for pair in zip(part.frequency_1.tolist(), part.frequency_2.tolist(), strict=True)
    ]
    for name, needed in (("temperature_source", sources), ("temperature_drain", drains)):
        low, high = (ranges or {}).get(name, (-np.inf, np.inf))
        if needed.min() < low or needed.max() > high:
            there, asked = (
                " to ".join(axis_text(name, float(end)) for end in ends)
                for ends in ((needed.min(), needed.max()), (low, high))
            )
            raise DataError(
                f"table: the range of {name} must hold {there}, where powers are fitted, found {asked}; widen or leave "
                "out --range"
            )
    return _grid(sources, drains, pairs, at.parked_frequency, resonator, ranges)


def grid_of_device(
    device: Device, protocol: Protocol, assumed: Assumed, ranges: Mapping[str, Range] | None = None
) -> TableGrid:
    """Return the grid of a table for `valvelab plan`, and for what will be measured as planned.

    The temperatures are those of the protocol and those among which `propose` chooses; the drain's are what "pair"
    expects there.

    Parameters
    ----------
    device, protocol
        The chip, and where it is measured.
    assumed
        What is taken for granted; the rates matter for the drain's temperature alone.
    ranges
        As for `grid_of_dataset`.

    Raises
    ------
    ConfigurationError
        If the device file does not know the drain.
    """
    point, planned = device.operating_point, cells_of(protocol.plan(device))
    baths = {bath for bath in BATHS if bath >= min(protocol.bath_temperatures)}
    sources = {source for source in SOURCES if source <= point.source_temperature}
    cells = [
        replace(planned[0], bath=bath, source=source)
        for bath, source in itertools.product(
            sorted(baths.union(protocol.bath_temperatures)),
            sorted(sources.union(protocol.source_temperatures)),
        )
        if source >= bath
    ]
    data = expected_data(cells, device, assumed, "pair")
    drains = [data.points.temperature_drain, np.array([point.drain_temperature])]
    if data.reference is not None:
        drains.append(data.reference.temperature_drain)
    warm = np.array([point.source_temperature, *(cell.source for cell in cells)])
    frequencies = planned[0].frequencies
    return _grid(warm, np.concatenate(drains), frequencies, frequencies[0][0], data.resonator, ranges)


def _grid(
    sources: Array,
    drains: Array,
    pairs: Sequence[tuple[float, float]],
    parked: float,
    resonator: Resonator,
    ranges: Mapping[str, Range] | None,
) -> TableGrid:
    on = float(resonator.frequency)
    stated = [(on, on), (on, parked), (parked, on)]
    spans = {
        "temperature_source": _roomy(sources, _SOURCE_ROOM),
        "temperature_drain": _roomy(drains, _DRAIN_ROOM),
    }
    return TableGrid({**RATES_RANGES, **spans, **(ranges or {})}, boxes_of([*pairs, *stated], resonator))


def _roomy(temperatures: Array, room: float) -> Range:
    return float(temperatures.min() * (1 - room)), float(temperatures.max() * (1 + room))
