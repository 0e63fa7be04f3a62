"""The grid of bath and source temperatures that tells most in a time, by what one block of each cell tells."""

import itertools
from collections.abc import Iterator
from typing import Literal

import numpy as np
import numpy.typing as npt

from valvelab.device import Device
from valvelab.protocol import Protocol

from .enhancement import OperatingPoint, enhancements
from .expected_run import Assumed, Cell, calibrated_cells, expected_data
from .identifiability import values_at
from .proposal import Grid, PlannedTime, Proposal
from .switching_coordinates import coordinates
from .switching_fit import gradient
from .switching_problem import SwitchingProblem

Array = npt.NDArray[np.float64]
Aim = Literal["all", "T_p", "enhancement"]


class Chooser:
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
        self._times = PlannedTime(template, device, variant, max(pairs, key=lambda pair: pair[1] - pair[0]))
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

    def proposal(self, grid: Grid, time: float) -> Proposal | None:
        """Return what a grid is and tells; None where its plan does not fit into the time after all."""
        cells, about = self._costs(grid, time)
        blocks, duration = self._times.fitting(grid, time, about)
        if not blocks:
            return None
        spread = np.linalg.inv(blocks * sum(self._information[cell] for cell in cells))
        errors = self._where.factors(self._values) * np.sqrt(np.diag(spread))
        named = dict(zip(self._where.fields, map(float, errors), strict=True))
        for place, name in ((0, "gamma_h"), (1, "gamma_c"), (2, "gamma_p")):
            named[name] /= float([np.exp(self._values[0]), np.exp(self._values[1]), self._values[2]][place])
        named["enhancement"] = float(np.sqrt(self._gradient @ spread @ self._gradient))
        return Proposal(*grid, self._block, self._scan, blocks, duration, named)

    def _value(self, grid: Grid, time: float) -> float:
        cells, blocks = self._costs(grid, time)
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

    def _costs(self, grid: Grid, time: float) -> tuple[list[tuple[float, float]], int]:
        """Return the cells of a grid, and how many blocks each can have, about."""
        cells = [cell for cell in itertools.product(*grid) if cell in self._information]
        return cells, self._times.rough_blocks(grid, len(cells), time)

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
