"""What the readings of one thermometer say of its noise, and which of them are no noise."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from valvelab.arguments import Array

from .allan import allan_deviation, plain_residuals
from .block_differences import Jump, block_differences, find_jumps
from .configuration_means import Means, configuration_means
from .outliers import Flagged, find_outliers, judges, least_noise
from .run_layout import Layout
from .voltage_noise import VoltageNoise, estimate_noise

Mask = npt.NDArray[np.bool_]
_UNEVEN = 1e-6
"""Probability of a cell's scatter below which it is told."""


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
    uneven: tuple[tuple[int, float], ...]
    """Cells, numbered from 0, whose scatter is not that of the run, and their scatter over it."""


def find_disturbed(layout: Layout, value: Array) -> Disturbed:
    """Find outliers, and then, without them, jumps between blocks."""
    places = (layout.configuration, layout.cell, layout.block)
    flagged = find_outliers(layout.time, value, *places, layout.covariates)
    kept = np.ones(len(value), bool)
    kept[flagged.index] = False
    kept = layout.enough(kept)
    blocks, cells = layout.in_blocks(value, kept), layout.in_cells(value, kept)
    noise = estimate_noise(judges(blocks, cells), least_noise(value, *places[:2]))
    numbers = np.unique(layout.block[kept])
    differences = block_differences(blocks, noise, layout.off)
    jumps = find_jumps(differences, layout.cell_of[numbers], noise)
    return Disturbed(flagged, tuple(jump.numbered(numbers) for jump in jumps))


def average(layout: Layout, value: Array, kept: Mask) -> Averages:
    """Average the readings that are kept, each row with the weights that the noise asks for."""
    cells = layout.in_cells(value, kept)
    floor = least_noise(value[kept], layout.configuration[kept], layout.cell[kept])
    noise = estimate_noise(cells, floor)
    means = configuration_means(layout.time[kept], value[kept], layout.row[kept], cells, noise)
    residual = plain_residuals(cells, value[kept])
    allan = allan_deviation(residual, layout.time[kept], layout.cell[kept])
    uneven = cells.uneven(noise.parts, _UNEVEN) if noise.white > floor else []
    return Averages(means, noise, allan, tuple(uneven))
