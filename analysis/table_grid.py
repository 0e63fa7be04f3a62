"""Where a table is computed: ranges of what a fit varies, boxes of frequencies, and the nodes in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from valvelab.errors import DataError
from valvelab.sim import Resonator

from .chebyshev_sums import Orders, orders
from .models import PAIR_IMPERFECTIONS, Points, Rates
from .table_axes import FREQUENCY_AXES, KINDS, RATE_AXES, TEMPERATURE_AXES, Axis

Array = npt.NDArray[np.float64]
Range = tuple[float, float]
Box = tuple[Range, Range]
"""Ranges of both frequencies [Hz]: a configuration, or a scan of one."""

RATES_RANGES: Mapping[str, Range] = {
    "gamma_h": (0.25e9, 1e9),
    "gamma_c": (0.25e9, 1e9),
    "gamma_p": (0.0, 0.05e9),
    "T_p": (0.0, 0.15),
}
"""Where rates [1/s] and T_p [K] are looked for unless told otherwise: about Table I of the paper."""
_NARROW = 0.02
"""Range of a frequency, in linewidths of the resonator, that needs no axis: what the quick model says of it does."""
_APART = 0.05
"""Distance of frequencies, in units of the resonator's, from which on they belong to different boxes."""
_CHECKS_BEGIN = 10_000_000


@dataclass(frozen=True)
class TableGrid:
    """Where a table is valid.

    Parameters
    ----------
    ranges
        By name the lowest and highest value of an axis, names of `valvelab.analysis.table_axes.KINDS` but the
        frequencies: both rates of the reservoirs, gamma_p, T_p and both temperatures, and the imperfections that will
        be fitted through the table. What is not named is 0, its ideal value.
    boxes
        Ranges of both frequencies [Hz] for each configuration.

    Raises
    ------
    DataError
        If an axis is missing, unknown, empty or out of range.

    Examples
    --------
    >>> warm = {"temperature_source": (0.1, 0.4), "temperature_drain": (0.05, 0.2)}
    >>> grid = TableGrid({**RATES_RANGES, **warm}, (((4e9, 4e9), (2e9, 2e9)),))
    >>> [axis.name for axis in grid.axes(grid.boxes[0], Resonator(4e9, 20))][:3]
    ['gamma_h', 'gamma_c', 'gamma_p']
    """

    ranges: Mapping[str, Range]
    boxes: tuple[Box, ...]

    def __post_init__(self) -> None:
        needed = (*RATE_AXES, *TEMPERATURE_AXES)
        known = [name for name in KINDS if name not in FREQUENCY_AXES]
        for name in needed:
            if name not in self.ranges:
                raise DataError(f"table: ranges must hold {name}, found {', '.join(self.ranges)}; add it")
        for name, (low, high) in self.ranges.items():
            if name not in known:
                raise DataError(f"table: ranges must be of {', '.join(known)}, found {name}")
            _demand_range(name, low, high)
        if not self.boxes:
            raise DataError("table: there must be a pair of frequencies, found none; name the configurations")
        for box in self.boxes:
            for low, high in box:
                if not 0 < low <= high < np.inf:
                    raise DataError(
                        f"table: frequencies must be above 0 Hz and in order, found {low:g} to {high:g} Hz"
                    )

    def axes(self, box: Box, resonator: Resonator) -> tuple[Axis, ...]:
        """Return the axes of a box; a frequency has one where its range is not narrow."""
        spans, widest = dict(self.ranges), narrow(resonator)
        spans |= {
            name: span for name, span in zip(FREQUENCY_AXES, box, strict=True) if span[1] - span[0] > widest
        }
        return tuple(Axis(name, *spans[name], float(resonator.frequency)) for name in KINDS if name in spans)

    def terms(self, box: Box, resonator: Resonator, degree: int) -> Orders:
        """Return the orders of the terms of a box."""
        return orders([axis.weight for axis in self.axes(box, resonator)], degree)

    def nodes(self, box: Box, resonator: Resonator, numbers: npt.NDArray[np.intp]) -> dict[str, Array]:
        """Return the values of all axes at nodes by their numbers, dense towards the ends of each range."""
        axes = self.axes(box, resonator)
        places = -np.cos(np.pi * spread(numbers, len(axes)))
        values = {axis.name: axis.value(places[:, k]) for k, axis in enumerate(axes)}
        middles = {
            name: np.full(len(numbers), sum(span) / 2) for name, span in zip(FREQUENCY_AXES, box, strict=True)
        }
        return middles | values

    def checks(self, box: Box, resonator: Resonator, count: int) -> dict[str, Array]:
        """Return the values of all axes at places between the nodes, evenly spread, frequencies included."""
        axes = [axis for axis in self.axes(box, resonator) if axis.name not in FREQUENCY_AXES]
        even = spread(_CHECKS_BEGIN + np.arange(count), len(axes) + 2)
        frequencies = {
            name: low + share * (high - low)
            for name, (low, high), share in zip(FREQUENCY_AXES, box, even[:, -2:].T, strict=True)
        }
        return frequencies | {axis.name: axis.value(2 * even[:, k] - 1) for k, axis in enumerate(axes)}

    def with_ranges(self, changed: Mapping[str, Range]) -> "TableGrid":
        """Return the grid with other ranges of some axes, or further ones."""
        return replace(self, ranges={**self.ranges, **changed})


def narrow(resonator: Resonator) -> float:
    """Return the range of a frequency [Hz] that needs no axis."""
    return _NARROW * float(resonator.frequency) / max(float(resonator.quality_factor), 1.0)


def arguments(values: Mapping[str, Array]) -> tuple[Rates, Points]:
    """Return what a model takes, from values by axis."""
    named: dict[str, Any] = {name: values[name] for name in KINDS if name in values}
    points = Points(*(named.pop(name) for name in (*FREQUENCY_AXES, *TEMPERATURE_AXES)))
    return Rates(**named), points


def boxes_of(frequencies: Iterable[Sequence[float]], resonator: Resonator) -> tuple[Box, ...]:
    """Return boxes about pairs of frequencies [Hz]: what is near each other, a scan for example, is in one."""
    pairs = np.unique(np.array([tuple(pair) for pair in frequencies], float).reshape(-1, 2), axis=0)
    apart = _APART * float(resonator.frequency)
    labels = np.column_stack([_labels(column, apart) for column in pairs.T])
    found = []
    for label in np.unique(labels, axis=0):
        inside = pairs[np.all(labels == label, axis=1)]
        (low_1, low_2), (high_1, high_2) = inside.min(axis=0).tolist(), inside.max(axis=0).tolist()
        found.append(((low_1, high_1), (low_2, high_2)))
    return tuple(found)


def _labels(column: Array, apart: float) -> npt.NDArray[np.intp]:
    """Return for each value the number of its group; a gap wider than `apart` parts two groups."""
    order = np.argsort(column)
    labels = np.empty(len(column), np.intp)
    labels[order] = np.cumsum(np.diff(column[order], prepend=column.min()) > apart)
    return labels


def spread(numbers: npt.NDArray[np.intp], dimensions: int) -> Array:
    """Return evenly spread places in (0, 1)^dimensions: multiples of powers of the generalised golden ratio.

    Those of a number are the same in every library and however many there are, so a table can be continued.
    Roberts, "The unreasonable effectiveness of quasirandom sequences" (2018).
    """
    ratio = 2.0
    for _ in range(60):
        ratio = (1 + ratio) ** (1 / (dimensions + 1))
    steps = ratio ** -np.arange(1.0, dimensions + 1)
    return np.asarray((0.5 + np.multiply.outer(numbers + 1.0, steps)) % 1.0)


def _demand_range(name: str, low: float, high: float) -> None:
    units, positive = KINDS[name].units, KINDS[name].coordinate == "log"
    if not (np.isfinite([low, high]).all() and low < high):
        raise DataError(
            f"table: the range of {name} must go from a lower to a higher value, found {low:g} to {high:g} {units}"
        )
    signed = name in PAIR_IMPERFECTIONS
    if not signed and (low < 0 or (positive and low == 0)):
        least = "above 0" if positive else "0 or more"
        raise DataError(f"table: the range of {name} must begin at {least}, found {low:g} {units}")


def described(grid: TableGrid) -> dict[str, Any]:
    """Return a grid as JSON can hold it."""
    return {
        "ranges": {name: list(span) for name, span in sorted(grid.ranges.items())},
        "boxes": [[list(first), list(second)] for first, second in grid.boxes],
    }
