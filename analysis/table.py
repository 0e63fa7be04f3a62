"""A tabulated model: quick, differentiable, and only where it was computed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from valvelab.sim import HeatCurrents, Resonator

from .chebyshev_sums import Orders, slopes_at, values_at
from .models import PAIR_IMPERFECTIONS, Points, Rates
from .table_axes import FREQUENCY_AXES, KINDS, RATE_AXES, TEMPERATURE_AXES, Axis
from .table_base import TableDerivatives, base_currents, base_slopes, scale_of, scale_slope
from .table_demands import demand_ranges, demand_resonator, raise_no_box
from .table_grid import TableGrid, narrow
from .transmons import Transmons

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_AXES = {"T_h": "temperature_source", "T_c": "temperature_drain"}
"""Axis of a parameter of `TableDerivatives`, where it has another name."""


@dataclass(frozen=True, eq=False)
class Table:
    """Stand for a model within the grid of a table; to be called like one.

    Parameters
    ----------
    name
        By which it is registered.
    model
        Name of the model that was tabulated.
    source
        Where the table is from, for messages.
    resonator, grid, degree
        What it was computed for.
    coefficients
        Of the terms of each box, (terms, 2).
    error
        Root mean square of what the currents of source and drain are off by, at the places that were computed to
        check, for each box [W], (boxes, 2).
    largest_error
        The largest of the same.
    size
        Root mean square of the currents there [W].
    transmons
        Of the chip, where the model knows of them.
    """

    name: str
    model: str
    source: str
    resonator: Resonator
    grid: TableGrid
    degree: int
    coefficients: tuple[Array, ...]
    error: Array
    largest_error: Array
    size: Array
    transmons: Transmons | None = None

    @cached_property
    def _axes(self) -> list[tuple[Axis, ...]]:
        return [self.grid.axes(box, self.resonator) for box in self.grid.boxes]

    @cached_property
    def _orders(self) -> list[Orders]:
        return [self.grid.terms(box, self.resonator, self.degree) for box in self.grid.boxes]

    def __call__(self, rates: Rates, points: Points, resonator: Resonator) -> HeatCurrents:
        """Return the currents, as the models of `valvelab.analysis.MODELS` do.

        Raises
        ------
        DataError
            If the table does not reach there, or is of another resonator.
        """
        values, shape = self._values(rates, points, resonator)
        correction = np.empty((2, values["gamma_h"].size))
        for box, places, which in self._boxes(values):
            correction[:, which] = values_at(places, self._orders[box], self.coefficients[box]).T
        hot, cold = base_currents(rates, points, resonator) + scale_of(rates, resonator) * correction.reshape(
            2, *shape
        )
        return HeatCurrents(hot, cold, -(hot + cold))

    def slopes(self, rates: Rates, points: Points, resonator: Resonator) -> TableDerivatives:
        """Return the derivatives of the currents, as `valvelab.analysis.model_slopes.SLOPES` do.

        By an imperfection that the table has no axis of they are not a number.
        """
        values, _ = self._values(rates, points, resonator)
        count = values["gamma_h"].size
        correction, by_axis = np.empty((2, count)), {name: np.zeros((2, count)) for name in KINDS}
        for box, places, which in self._boxes(values):
            found, slopes = slopes_at(places, self._orders[box], self.coefficients[box])
            correction[:, which] = found.T
            for axis, slope in zip(self._axes[box], slopes, strict=True):
                by_place = axis.slope(values[axis.name][which])
                by_axis[axis.name][:, which] = by_place * slope.T
        return self._derivatives(rates, points, resonator, correction, by_axis)

    def _derivatives(
        self,
        rates: Rates,
        points: Points,
        resonator: Resonator,
        correction: Array,
        by_axis: Mapping[str, Array],
    ) -> TableDerivatives:
        parameters = TableDerivatives.PARAMETERS
        known = [name for name in parameters if _AXES.get(name, name) in self.grid.ranges]
        base, scale = base_slopes(rates, points, resonator, known), scale_of(rates, resonator)
        found = np.full((*correction.shape, len(parameters)), np.nan)
        for name in known:
            slope = scale_slope(rates, resonator, name) * correction + scale * by_axis[_AXES.get(name, name)]
            found[..., parameters.index(name)] = base[name] + slope
        return TableDerivatives(found[0], found[1], -(found[0] + found[1]))

    def _values(
        self, rates: Rates, points: Points, resonator: Resonator
    ) -> tuple[dict[str, Array], tuple[int, ...]]:
        """Return the values of all axes, flat, and the shape that they stand for."""
        demand_resonator(self, resonator)
        asked: dict[str, Any] = {name: getattr(rates, name) for name in (*RATE_AXES, *PAIR_IMPERFECTIONS)}
        asked |= {name: getattr(points, name) for name in (*TEMPERATURE_AXES, *FREQUENCY_AXES)}
        spread = np.broadcast_arrays(*(np.asarray(value, float) for value in asked.values()))
        values = {name: whole.reshape(-1) for name, whole in zip(asked, spread, strict=True)}
        demand_ranges(self, values)
        return values, spread[0].shape

    def boxes_at(self, points: Points) -> npt.NDArray[np.intp]:
        """Return the number of the box that each point is in."""
        found = np.zeros(points.frequency_1.shape, np.intp)
        for box, which in self._members({name: getattr(points, name) for name in FREQUENCY_AXES}):
            found[which] = box
        return found

    def _boxes(self, values: Mapping[str, Array]) -> Iterator[tuple[int, Array, npt.NDArray[np.intp]]]:
        """Yield boxes with the places in them and which of the values they are."""
        for box, which in self._members(values):
            places = [axis.place(values[axis.name][which]) for axis in self._axes[box]]
            yield box, np.column_stack(places), which

    def _members(self, values: Mapping[str, Array]) -> Iterator[tuple[int, npt.NDArray[np.intp]]]:
        """Yield each box with which of the values are in it; every one must be in some."""
        left = np.ones(values["frequency_1"].size, bool)
        for box, ranges in enumerate(self.grid.boxes):
            near = [
                _near(values[name], span, self.resonator)
                for name, span in zip(FREQUENCY_AXES, ranges, strict=True)
            ]
            inside = left & near[0] & near[1]
            left &= ~inside
            yield box, np.flatnonzero(inside)
        if left.any():
            raise_no_box(self, *(float(values[name][left][0]) for name in FREQUENCY_AXES))


def _near(frequencies: Array, span: tuple[float, float], resonator: Resonator) -> Mask:
    """Tell which frequencies are in a range, or beside it by no more than what needs no axis."""
    margin = narrow(resonator) / 2
    return np.asarray((frequencies >= span[0] - margin) & (frequencies <= span[1] + margin))
