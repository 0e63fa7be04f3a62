"""Drift-cancelled differences to "off" in each block, and the blocks in which they are not those of the cell."""

from dataclasses import dataclass, replace

import numpy as np

from valvelab.arguments import Array

from .grouped_readings import Grouped, Integers
from .outliers import threshold
from .voltage_noise import VoltageNoise


@dataclass(frozen=True)
class Differences:
    """The voltage of a configuration less that of "off", block by block."""

    block: Integers
    """Number of the block in the run, shape (n,)."""
    configuration: Integers
    """Number of the configuration, shape (n,)."""
    value: Array
    """Difference [V], shape (n,)."""
    error: Array
    """Standard error, for the noise of the run [V], shape (n,)."""


@dataclass(frozen=True)
class Jump:
    """Neighbouring blocks of a cell whose differences are not those of the others."""

    cell: int
    configuration: int
    blocks: tuple[int, ...]
    """Numbers in the run; they are fewer than those they are compared with."""
    step: float
    """By how much they differ [V] ..."""
    deviation: float
    """... and in standard errors."""

    def numbered(self, numbers: Integers) -> "Jump":
        """Return the same with the numbers that its blocks have elsewhere."""
        return replace(self, blocks=tuple(numbers[np.array(self.blocks, np.int64)].tolist()))


def block_differences(readings: Grouped, noise: VoltageNoise, off: int) -> Differences:
    """Return the differences to "off" in each block that holds both.

    What is slower than a block cancels in them, whatever it is.

    Parameters
    ----------
    readings
        Readings grouped in blocks.
    noise
        Noise of the voltage.
    off
        Number of the configuration "off".
    """
    found = readings.solve(noise.parts)
    value = found.means - found.means[:, [off]]
    variance = np.diagonal(found.covariance, axis1=1, axis2=2)
    shared = found.covariance[:, :, off]
    error = noise.white * np.sqrt(np.maximum(variance + variance[:, [off]] - 2 * shared, 0))
    value[:, off] = np.nan
    block, configuration = np.nonzero(np.isfinite(value))
    return Differences(block, configuration, value[block, configuration], error[block, configuration])


def find_jumps(differences: Differences, cell_of: Integers, noise: VoltageNoise) -> list[Jump]:
    """Find the blocks that a jump of a flux or a voltage sets apart from the rest of their cell.

    Of all runs of neighbouring blocks the one is taken whose mean differs most, in standard errors, from the mean of
    the others; the shorter side is flagged, and the rest is looked at again. Where half of a cell's blocks or more
    would be flagged, none is: there is no level that most of the cell agrees on, and the jump is told with no blocks.

    Parameters
    ----------
    differences
        Of all blocks of the run.
    cell_of
        Cell of each block.
    noise
        Noise that the errors were made from; how well it is known moves the limit.

    Notes
    -----
    Circular binary segmentation: Olshen et al., Biostatistics 5, 557 (2004).
    """
    limit = threshold(noise.freedom)
    jumps: list[Jump] = []
    for cell in np.unique(cell_of[differences.block]):
        blocks = np.unique(differences.block[cell_of[differences.block] == cell])
        jumps += _jumps_of(int(cell), blocks, differences, limit)
    return jumps


def _jumps_of(cell: int, blocks: Integers, differences: Differences, limit: float) -> list[Jump]:
    left = blocks
    found: list[Jump] = []
    while True:
        jump = _worst(cell, left, differences)
        if jump is None or abs(jump.deviation) <= limit:
            return found
        left = left[~np.isin(left, jump.blocks)]
        found.append(jump)
        if len(left) <= len(blocks) / 2:
            return [Jump(cell, one.configuration, (), one.step, one.deviation) for one in found[:1]]


def _worst(cell: int, blocks: Integers, differences: Differences) -> Jump | None:
    """Return the run of blocks that differs most from the others, in any configuration."""
    worst: Jump | None = None
    among = np.isin(differences.block, blocks)
    for configuration in np.unique(differences.configuration[among]):
        chosen = among & (differences.configuration == configuration)
        where, value, error = (
            one[chosen] for one in (differences.block, differences.value, differences.error)
        )
        if len(where) < 2:
            continue
        begin, end, step, deviation = _segment(value - np.average(value, weights=1 / error**2), error)
        if worst is None or abs(deviation) > abs(worst.deviation):
            inside = (np.arange(len(where)) >= begin) & (np.arange(len(where)) < end)
            if 2 * (end - begin) > len(where):
                inside, step, deviation = ~inside, -step, -deviation
            worst = Jump(cell, int(configuration), tuple(where[inside].tolist()), step, deviation)
    return worst


def _segment(value: Array, error: Array) -> tuple[int, int, float, float]:
    """Return begin and end of the neighbours whose mean differs most from that of the others, step and deviation."""
    weight = np.concatenate([[0.0], np.cumsum(error**-2)])
    weighted = np.concatenate([[0.0], np.cumsum(value * error**-2)])
    best = (0, 1, 0.0, 0.0)
    for begin in range(len(value)):
        ends = np.arange(begin + 1, len(value) + (begin > 0))
        inside, outside = weight[ends] - weight[begin], weight[-1] - (weight[ends] - weight[begin])
        step = (weighted[ends] - weighted[begin]) / inside
        step = step - (weighted[-1] - (weighted[ends] - weighted[begin])) / outside
        deviation = step / np.sqrt(1 / inside + 1 / outside)
        place = int(np.argmax(np.abs(deviation)))
        if abs(deviation[place]) > abs(best[3]):
            best = (begin, int(ends[place]), float(step[place]), float(deviation[place]))
    return best
