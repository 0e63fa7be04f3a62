"""What the readings of one thermometer say of its noise, and which of them are no noise."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from valvelab.arguments import Array

from .allan import allan_deviation, plain_residuals
from .block_differences import Jump, block_differences, find_jumps
from .configuration_means import Means, configuration_means
from .grouped_readings import Grouped, Integers
from .outliers import Flagged, find_outliers, judges, least_noise
from .run_layout import Layout
from .voltage_noise import VoltageNoise, estimate_noise

Mask = npt.NDArray[np.bool_]
_IMPROBABLE = 1e-6
"""Probability of a cell's scatter below which it is not that of the others."""


@dataclass(frozen=True)
class Disturbed:
    """What stands out in the voltage of a thermometer."""

    flagged: Flagged
    jumps: tuple[Jump, ...]

    def kept(self, layout: Layout) -> Mask:
        """Return which readings are neither flagged nor in a block that a jump sets apart."""
        blocks = [block for jump in self.jumps for block in jump.blocks]
        kept = ~np.isin(layout.block, blocks)
        kept[self.flagged.index] = False
        return kept


@dataclass(frozen=True)
class Averages:
    """Means of a thermometer's voltage and the noise they were weighted for."""

    means: Means
    noise: VoltageNoise
    allan: tuple[Array, Array, Array]
    """Numbers of readings, times [s], deviations [V]."""
    noisy: Mapping[int, float]
    """Cells, numbered from 0, that scatter more than the others, and by how much their errors are larger for that."""


def find_disturbed(layout: Layout, value: Array) -> Disturbed:
    """Find outliers, and then, without them, jumps between blocks."""
    places = (layout.configuration, layout.cell, layout.block)
    flagged = find_outliers(layout.time, value, *places, layout.covariates)
    kept = np.ones(len(value), bool)
    kept[flagged.index] = False
    kept = layout.enough(kept)
    floor = least_noise(value, *places[:2])
    blocks, cells = layout.in_blocks(value, kept), layout.in_cells(value, kept)
    judge, numbers = judges(blocks, cells), np.unique(layout.block[kept])
    cell_of = layout.cell_of[numbers]
    noise = estimate_noise(judge, floor)
    noisy = _noisy(judge, noise, floor, cell_of if judge is blocks else np.arange(cells.groups))
    differences = block_differences(blocks, noise, layout.off)
    larger = np.array([noisy.get(int(cell), 1.0) for cell in cell_of[differences.block]])
    jumps = find_jumps(replace(differences, error=larger * differences.error), cell_of, noise)
    return Disturbed(flagged, tuple(jump.numbered(numbers) for jump in jumps))


def average(layout: Layout, value: Array, kept: Mask) -> Averages:
    """Average the readings that are kept, each row with the weights that the noise asks for."""
    cells = layout.in_cells(value, kept)
    floor = least_noise(value[kept], layout.configuration[kept], layout.cell[kept])
    noise = estimate_noise(cells, floor)
    means = configuration_means(layout.time[kept], value[kept], layout.row[kept], cells, noise)
    residual = plain_residuals(cells, value[kept])
    allan = allan_deviation(residual, layout.time[kept], layout.cell[kept])
    noisy = _noisy(cells, noise, floor, np.arange(cells.groups))
    larger = np.array([noisy.get(int(cell), 1.0) for cell in layout.row_cells])
    means = Means(means.values, means.covariance * np.outer(larger, larger))
    return Averages(means, noise, allan, noisy)


def _noisy(readings: Grouped, noise: VoltageNoise, floor: float, cell: Integers) -> dict[int, float]:
    """Return cells that scatter more than the others; none where nothing scatters but by rounding."""
    return readings.noisy(noise.parts, _IMPROBABLE, cell) if noise.white > floor else {}
