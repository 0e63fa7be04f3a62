"""Which reading of a run belongs to which cell, block and configuration, in order of time."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from valvelab.arguments import Array
from valvelab.errors import DataError

from .grouped_readings import Grouped, Integers

if TYPE_CHECKING:
    import xarray as xr

_OWN = 0.5
"""Share of the squares of the bath's temperature in a cell that must not be explained by the configurations."""
FEWEST = 2
"""Readings of a configuration in a cell, without which nothing is known of their scatter."""


@dataclass(frozen=True)
class Layout:
    """Numbers of the readings that are measured for their heat, shape (n,) each, in order of time.

    A row is a configuration in a cell; rows are in the order of cells, and of names within a cell.
    """

    order: Integers
    """Which reading of the raw dataset it is."""
    time: Array
    """Moment [s]."""
    cell: Integers
    block: Integers
    configuration: Integers
    row: Integers
    covariates: Array
    """Time, heater voltage and temperature of a bath that wanders, which a cell's readings may follow linearly: drift,
    offset and what the bath does to an island are no noise, (3, n)."""
    cells: Integers
    """Cell of each row, as the raw dataset numbers it."""
    names: npt.NDArray[np.str_]
    """Configuration of each row."""
    kinds: tuple[str, ...]
    """Names of the configurations."""

    @property
    def off(self) -> int:
        """Number of the configuration "off"."""
        return self.kinds.index("off")

    @property
    def row_cells(self) -> Integers:
        """Number of the cell of each row, from 0."""
        return np.asarray(np.unique(self.cells, return_inverse=True)[1], np.int64)

    @property
    def cell_of(self) -> Integers:
        """Cell of each block."""
        result = np.zeros(int(self.block.max()) + 1, np.int64)
        result[self.block] = self.cell
        return result

    def in_cells(self, value: Array, kept: npt.NDArray[np.bool_]) -> Grouped:
        """Return kept readings grouped in cells."""
        configuration, cell = self.configuration[kept], self.cell[kept]
        return Grouped(self.time[kept], value[kept], configuration, cell, self.covariates[:, kept])

    def in_blocks(self, value: Array, kept: npt.NDArray[np.bool_]) -> Grouped:
        """Return kept readings grouped in blocks; the number of a group is that of its block among those kept."""
        configuration, block = self.configuration[kept], self.block[kept]
        return Grouped(self.time[kept], value[kept], configuration, block, self.covariates[:0, kept])

    def enough(self, kept: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Return which readings to use: those kept, and all of a row that would be left with too few."""
        rows = len(self.names)
        return kept | (np.bincount(self.row, kept, minlength=rows) < FEWEST)[self.row]

    def mean(self, values: Array, kept: npt.NDArray[np.bool_]) -> Array:
        """Return the plain mean of kept readings in each row, shape (rows,)."""
        weights = kept.astype(float)
        return np.asarray(np.bincount(self.row, values * weights) / np.bincount(self.row, weights))


def layout_of(raw: "xr.Dataset", chosen: Integers, name: str) -> Layout:
    """Return the layout of the chosen readings of a run.

    Parameters
    ----------
    raw
        Dataset with the variables of `valvelab.dataset.RAW`.
    chosen
        Which readings are measured for their heat.
    name
        Of the dataset, in messages.

    Raises
    ------
    DataError
        If a configuration was read once in a cell, or a cell lacks "off" or another.
    """
    order = chosen[np.argsort(raw["time"].values[chosen], kind="stable")]
    labels = raw["cell"].values[order].astype(np.int64)
    kinds, configuration = np.unique(raw["configuration"].values[order].astype(str), return_inverse=True)
    cells, cell = np.unique(labels, return_inverse=True)
    pairs, row = np.unique(cell * len(kinds) + configuration, return_inverse=True)
    row_cells, row_names = cells[pairs // len(kinds)], kinds[pairs % len(kinds)]
    _demand_scatter(np.bincount(row), row_cells, row_names, name)
    _demand_off(row_cells, row_names, name)
    blocks = raw["block"].values[order].astype(np.int64)
    block = np.unique(cell * (int(blocks.max()) + 1) + blocks, return_inverse=True)[1]
    time, heater, bath = (
        raw[one].values[order].astype(float)
        for one in ("time", "heater_voltage", "mixing_chamber_temperature")
    )
    covariates = np.stack([time, heater, _wandering(bath, cell, row)])
    return Layout(
        order, covariates[0], cell, block, configuration, row, covariates, row_cells, row_names, tuple(kinds)
    )


def _wandering(bath: Array, cell: Integers, row: Integers) -> Array:
    """Return the temperature of the bath, or its mean in cells where it follows the configuration more than it wanders.

    There its slope would be carried over all of what it differs between configurations, with the noise of its reading.
    """
    in_cell, in_row = (np.bincount(one, bath) / np.bincount(one) for one in (cell, row))
    squares, left = (np.bincount(cell, (bath - mean) ** 2) for mean in (in_cell[cell], in_row[row]))
    return np.asarray(
        np.where(left < _OWN * squares, 0.0, 1.0)[cell] * (bath - in_cell[cell]) + in_cell[cell]
    )


def _demand_scatter(counts: Integers, cells: Integers, names: npt.NDArray[np.str_], where: str) -> None:
    if (counts < FEWEST).any():
        worst = int(np.argmin(counts))
        raise DataError(
            f"{where}: cell {cells[worst]}, '{names[worst]}' must hold at least two readings to know their "
            f"scatter, found {counts[worst]}; is the run complete?"
        )


def _demand_off(cells: Integers, names: npt.NDArray[np.str_], where: str) -> None:
    without = sorted(set(cells[names != "off"].tolist()) - set(cells[names == "off"].tolist()))
    if without or np.all(names == "off"):
        raise DataError(
            f"{where}: every cell must hold the configuration 'off' and another, found "
            f"{without or 'none'} without; measure it, it carries the background"
        )
