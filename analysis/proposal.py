"""A proposed protocol, and how long its blocks take: what the plan of that very protocol says."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from valvelab.device import Device
from valvelab.protocol import Protocol, Scan

Grid = tuple[tuple[float, ...], tuple[float, ...]]
"""Bath and source temperatures [K]."""
_COUNTED = 64
"""Blocks of a cell up to which every reading is planned; of more the time is a straight line."""
_SAMPLED = 12
"""Blocks of one cell whose time stands for all while grids are compared."""


def proposed(
    template: Protocol, grid: Grid, variant: tuple[Sequence[str], Sequence[float]], blocks: int
) -> Protocol:
    """Return the protocol of a grid, what each block visits and scans, and its blocks; the rest as in a template."""
    block, scanned = variant
    scan = Scan.model_construct(qubit=2, frequencies=tuple(scanned)) if scanned else None
    return template.model_copy(
        update={
            "bath_temperatures": grid[0],
            "source_temperatures": grid[1],
            "block": tuple(block),
            "scan": scan,
            "blocks_per_cell": blocks,
        }
    )


@dataclass(frozen=True)
class Proposal:
    """A grid of cells, and what its blocks will tell."""

    baths: tuple[float, ...]
    sources: tuple[float, ...]
    block: tuple[str, ...]
    scan: tuple[float, ...]
    """Frequencies of qubit 2 [Hz]; empty where nothing is scanned."""
    blocks: int
    """For each cell."""
    duration: float
    """Of readings and settling [s], as the plan of this protocol has it; ramps, and waiting for more, not counted."""
    errors: dict[str, float]
    """Relative errors of gamma_h, gamma_c and gamma_p, of T_p [K] and the enhancement."""

    def protocol(self, template: Protocol) -> Protocol:
        """Return the protocol of this grid, everything else as in a template."""
        return proposed(template, (self.baths, self.sources), (self.block, self.scan), self.blocks)


@dataclass(frozen=True)
class PlannedTime:
    """What the blocks of one variant take: roughly, to compare grids, and as `valvelab plan` counts it."""

    template: Protocol
    device: Device
    variant: tuple[tuple[str, ...], tuple[float, ...]]
    sample: tuple[float, float]
    """A pair of bath and source temperature [K] that is measured."""

    def rough_blocks(self, grid: Grid, cells: int, time: float) -> int:
        """Return how many blocks each cell of a grid can have, about.

        Parameters
        ----------
        grid, cells
            Temperatures, and the number of their pairs that are measured.
        time
            For everything [s].
        """
        settle = self.template.settle
        overhead = len(grid[0]) * max(settle.bath, settle.source)
        overhead += (cells - len(grid[0])) * max(settle.source, settle.configuration)
        return int((time - overhead) // (max(cells, 1) * self._block_time))

    def fitting(self, grid: Grid, time: float, begin: int) -> tuple[int, float]:
        """Return how many blocks each cell can have, and what they take [s], both as the plan has it.

        Parameters
        ----------
        grid
            Temperatures [K].
        time
            For everything [s].
        begin
            Number of blocks to begin from.

        Returns
        -------
        Number, which is 0 where one block takes too long, and time.
        """
        blocks = max(begin, 1)
        duration = self.duration(grid, blocks)
        one_more = self.duration(grid, blocks + 1) - duration
        blocks = max(blocks + int((time - duration) // one_more), 0)
        while (
            blocks and self.duration(grid, blocks) > time
        ):  # what comes every few blocks is no straight line
            blocks -= 1
        return blocks, self.duration(grid, blocks) if blocks else 0.0

    def duration(self, grid: Grid, blocks: int) -> float:
        """Return what so many blocks of each cell take [s]."""
        if blocks <= _COUNTED:
            return self._planned(grid, blocks)
        whole, half = (self._planned(grid, count) for count in (_COUNTED, _COUNTED // 2))
        return whole + (blocks - _COUNTED) * (whole - half) / (_COUNTED - _COUNTED // 2)

    @cached_property
    def _block_time(self) -> float:
        grid = (self.sample[:1], self.sample[1:])
        first, second = (self._planned(grid, count) for count in (_SAMPLED, 2 * _SAMPLED))
        return (second - first) / _SAMPLED

    def _planned(self, grid: Grid, blocks: int) -> float:
        return proposed(self.template, grid, self.variant, blocks).plan(self.device).duration
