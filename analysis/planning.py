"""Which bath and source temperatures, configurations and repetitions tell most in the time there is."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from valvelab.device import Device
from valvelab.protocol import Protocol, Scan
from valvelab.units import format_quantity

from .enhancement import OperatingPoint, enhancements
from .expected_run import Assumed, Cell, calibrated_cells, expected_data
from .identifiability import values_at
from .switching_fit import gradient
from .switching_parameters import coordinates
from .switching_problem import SwitchingProblem
from .table_fits import holds

Array = npt.NDArray[np.float64]
Grid = tuple[tuple[float, ...], tuple[float, ...]]
"""Bath and source temperatures [K]."""
Aim = Literal["all", "T_p", "enhancement"]
BATHS = (0.04, 0.06, 0.08, 0.1, 0.12, 0.15, 0.18, 0.21, 0.25)
SOURCES = (0.1, 0.12, 0.15, 0.18, 0.21, 0.24, 0.275, 0.31, 0.35, 0.384, 0.45)
"""Temperatures that may be chosen [K]; sources up to that of the operating point."""
_SCANNED = np.linspace(-1.0, 1.0, 9)
_VARIANTS: tuple[tuple[str, ...], ...] = (
    ("off", "both", "only_1", "only_2"),
    ("off", "both", "only_1"),
    ("off", "both", "only_2"),
)
_READING = 0.4
"""Of both thermometers [s]."""


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
    """Of everything [s]."""
    errors: dict[str, float]
    """Relative errors of gamma_h, gamma_c and gamma_p, of T_p [K] and the enhancement."""

    def protocol(self, template: Protocol) -> Protocol:
        """Return the protocol of this grid, everything else as in a template."""
        scan = Scan.model_construct(qubit=2, frequencies=self.scan) if self.scan else None
        return template.model_copy(
            update={
                "bath_temperatures": self.baths,
                "source_temperatures": self.sources,
                "block": self.block,
                "scan": scan,
                "blocks_per_cell": self.blocks,
            }
        )


def propose(
    template: Protocol,
    device: Device,
    assumed: Assumed,
    time: float,
    *,
    model: str = "pair",
    aim: Aim = "all",
    free: Sequence[str] = (),
    baths: Iterable[float] = BATHS,
    sources: Iterable[float] = SOURCES,
) -> Proposal:
    """Choose the grid that tells most in a time.

    For every choice of configurations the best grid of two baths and two sources is made larger or smaller by one
    temperature at a time, as long as that helps.

    Parameters
    ----------
    template
        Gives the frequencies of the configurations, the readings of a visit and the times to settle.
    device, assumed
        The chip, and what is taken for granted.
    time
        For everything [s].
    model
        What the chip obeys and what will be fitted: "pair" is the same as "collective" where that holds, and knows
        scans and imperfections. A slow model is best given as a table, which chooses among what it holds.
    aim
        ``"all"``: the determinant of the information on all parameters (D-optimal); ``"T_p"`` or ``"enhancement"``:
        the error of that alone (c-optimal).
    free
        Imperfections that will be fitted as well.
    baths, sources
        Temperatures to choose from [K]; baths not below the coldest of the template, sources not above the operating
        point, and none that the thermometers were not calibrated for.

    Raises
    ------
    ValueError
        If the time does not suffice for one block of any grid, or the thermometers were calibrated for none.
    """
    highest = device.operating_point.source_temperature
    coldest = min(template.bath_temperatures)
    island = getattr(device, template.heated)
    low, high = (island and island.trusted_range) or (0.0, np.inf)
    grid = (
        tuple(sorted({bath for bath in baths if bath >= coldest} | {coldest})),
        tuple(
            sorted(source for source in sources if source <= highest * (1 + 1e-9) and low <= source <= high)
        ),
    )
    best: Proposal | None = None
    found = np.inf
    for block, scan in _variants(template, device, model):
        chooser = _Chooser(template, device, assumed, model, (block, scan), grid, tuple(free), aim)
        chosen, value = chooser.choose(time)
        if chosen is not None and value < found:
            best, found = chooser.proposal(chosen, time), value
    if best is None:
        raise ValueError(
            "the time must suffice for a block of each cell of some grid, and the settling of the bath, which "
            f"takes hours; found {format_quantity(time, 'time', 3)}"
        )
    return best


def _variants(
    template: Protocol, device: Device, model: str
) -> list[tuple[tuple[str, ...], tuple[float, ...]]]:
    known = template.configurations
    blocks = [block for block in _VARIANTS if set(block) <= set(known)]
    span = 1.5e-2 * device.resonator.frequency
    middle = known["both"][1] if "both" in known else device.resonator.frequency
    scan = tuple(float(middle + span * share) for share in _SCANNED if share != 0)
    scans = [(), scan] if holds(model, [(known.get("both", known["off"])[0], one) for one in scan]) else [()]
    return [(block, chosen) for block in blocks for chosen in scans]


class _Chooser:
    """The information of one block of each cell, and the search among grids of them."""

    def __init__(
        self,
        template: Protocol,
        device: Device,
        assumed: Assumed,
        model: str,
        variant: tuple[tuple[str, ...], tuple[float, ...]],
        grid: Grid,
        free: tuple[str, ...],
        aim: Aim,
    ) -> None:
        self._template, self._aim, self._grid = template, aim, grid
        self._block, self._scan = variant
        visits = 2 * (len(self._block) + len(self._scan))
        times = template.settle
        self._block_time = visits * (times.configuration + template.readings_per_visit * _READING)
        pairs = [pair for pair in itertools.product(*grid) if _is_cell(pair)]
        if not pairs:
            raise ValueError("sources must not be colder than every bath, found none")
        holds = calibrated_cells([self._cell(*pair) for pair in pairs], device, assumed, model)
        pairs = list(itertools.compress(pairs, holds))
        if not pairs:
            raise ValueError(
                "the drain must come to temperatures that its thermometer was calibrated at, found no grid where it "
                "does; calibrate over a wider range"
            )
        data = expected_data([self._cell(*pair) for pair in pairs], device, assumed, model)
        where = coordinates(data, model, free)
        self._where, self._values = where, values_at(assumed.rates, where)
        problem = SwitchingProblem(data, model, where).with_errors_in_variables(self._values)
        # Cells share nothing, so each has its own rows.
        rows = np.split(problem.jacobian(self._values), len(pairs))
        self._information = {pair: np.asarray(part.T @ part) for pair, part in zip(pairs, rows, strict=True)}
        point = device.operating_point
        at = OperatingPoint(
            point.source_temperature, point.drain_temperature, template.configurations["off"][0]
        )
        self._gradient = gradient(
            lambda rates: enhancements(rates, model, data.resonator, at)["drain"], self._values, where
        )

    def choose(self, time: float) -> tuple[Grid | None, float]:
        """Return the best grid and its value; no grid where the time suffices for none."""
        baths, sources = self._grid
        pairs = itertools.product(itertools.combinations(baths, 2), itertools.combinations(sources, 2))
        best, value = None, np.inf
        neighbours: list[Grid] = list(pairs)
        while neighbours:
            values = [self._value(one, time) for one in neighbours]
            least = int(np.argmin(values))
            if not values[least] < value:
                break
            best, value = neighbours[least], values[least]
            neighbours = list(self._neighbours(best))
        return best, value

    def _neighbours(self, grid: Grid) -> Iterator[Grid]:
        """Yield the grids with one temperature more, or one less."""
        for bath in self._grid[0]:
            yield _toggled(grid[0], bath), grid[1]
        for source in self._grid[1]:
            yield grid[0], _toggled(grid[1], source)

    def proposal(self, grid: Grid, time: float) -> Proposal:
        """Return what a grid is and tells."""
        cells, blocks, duration = self._costs(grid, time)
        spread = np.linalg.inv(blocks * sum(self._information[cell] for cell in cells))
        errors = self._where.factors(self._values) * np.sqrt(np.diag(spread))
        named = dict(zip(self._where.fields, map(float, errors), strict=True))
        for place, name in ((0, "gamma_h"), (1, "gamma_c"), (2, "gamma_p")):
            named[name] /= float([np.exp(self._values[0]), np.exp(self._values[1]), self._values[2]][place])
        named["enhancement"] = float(np.sqrt(self._gradient @ spread @ self._gradient))
        return Proposal(*grid, self._block, self._scan, blocks, duration, named)

    def _value(self, grid: Grid, time: float) -> float:
        cells, blocks, _ = self._costs(grid, time)
        if blocks < 1 or not cells or len(cells) < sum(map(_is_cell, itertools.product(*grid))):
            return float(np.inf)
        information = blocks * sum(self._information[cell] for cell in cells)
        scale = np.sqrt(np.diag(information))
        if not np.all(scale > 0):
            return float(np.inf)
        scaled = information / np.outer(scale, scale)
        if np.linalg.cond(scaled) > 1e12:
            return float(np.inf)
        spread = np.linalg.inv(scaled) / np.outer(scale, scale)
        if self._aim == "all":
            return float(np.linalg.slogdet(spread)[1])
        if self._aim == "T_p":
            return float(spread[3, 3])
        return float(self._gradient @ spread @ self._gradient)

    def _costs(self, grid: Grid, time: float) -> tuple[list[tuple[float, float]], int, float]:
        """Return the cells of a grid, how many blocks each can have, and what all that takes."""
        cells = [cell for cell in itertools.product(*grid) if cell in self._information]
        settle = self._template.settle
        overhead = len(grid[0]) * settle.bath + len(cells) * settle.source
        blocks = int((time - overhead) // (max(len(cells), 1) * self._block_time))
        return cells, blocks, overhead + len(cells) * blocks * self._block_time

    def _cell(self, bath: float, source: float) -> Cell:
        both = self._template.configurations.get("both", self._template.configurations["off"])
        places = [
            pair
            for wanted in self._block
            for name, pair in self._template.configurations.items()
            if name == wanted
        ]
        places += [(both[0], frequency) for frequency in self._scan]
        names = (*self._block, *(f"scan_{number:03d}" for number in range(len(self._scan))))
        count = 2.0 * self._template.readings_per_visit
        return Cell(bath, source, names, tuple(places), (count,) * len(names))


def _is_cell(pair: tuple[float, float]) -> bool:
    """Return whether a pair of bath and source is measured; a source cannot be colder than its bath."""
    bath, source = pair
    return source >= bath


def _toggled(temperatures: tuple[float, ...], one: float) -> tuple[float, ...]:
    return tuple(sorted(set(temperatures) ^ {one}))
