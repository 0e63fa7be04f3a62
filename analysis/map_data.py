"""A two-coil heat map as a dataset: made from arrays, and checked wherever one is accepted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from valvelab.errors import DataError
from valvelab.units import UNITS, format_quantity
from valvelab.wording import kind_of_data

if TYPE_CHECKING:
    import xarray

Array = npt.NDArray[np.float64]

COILS = ("coil_current_1", "coil_current_2")
POWER = "heat_power"
_POSSIBLE = (1e-22, 1e-6)
"""Largest powers of a heat map that can be meant [W]: a tenth of a zeptowatt is never resolved."""
SMALLEST_MAP = (8, 4)
"""Points along the longer and along the shorter side that a map must have."""

_LABELS = {
    COILS[0]: ("A", "current in coil 1", "current"),
    COILS[1]: ("A", "current in coil 2", "current"),
    POWER: ("W", "heat power into the drain", "power"),
}


@dataclass(frozen=True)
class HeatMap:
    """The arrays of a checked map: currents [A], ascending, and powers [W] of shape (coil 1, coil 2)."""

    coil_current_1: Array
    coil_current_2: Array
    heat_power: Array


def map_dataset(
    coil_current_1: npt.ArrayLike,
    coil_current_2: npt.ArrayLike,
    heat_power: npt.ArrayLike,
    source: str = "map",
) -> xarray.Dataset:
    """Make the dataset of a heat map.

    Parameters
    ----------
    coil_current_1, coil_current_2
        Axes of the map [A], rising or falling, evenly spaced or not.
    heat_power
        Powers [W], one row per current of coil 1, one column per current of coil 2.
    source
        What error messages call the map.

    Raises
    ------
    DataError
        If the axes do not fit the map, a value is not finite, or the map is too small to be fitted.
    """
    import xarray as xr

    first, second = (
        _axis(name, axis, source) for name, axis in zip(COILS, (coil_current_1, coil_current_2), strict=True)
    )
    power = _numbers(POWER, heat_power, source)
    if power.shape != (first.size, second.size):
        raise DataError(
            f"{source}: {POWER} must have one row per {COILS[0]} and one column per {COILS[1]}, "
            f"{first.size} x {second.size}, found {' x '.join(map(str, power.shape))}; check the axes, or transpose it"
        )
    if max(power.shape) < SMALLEST_MAP[0] or min(power.shape) < SMALLEST_MAP[1]:
        raise DataError(
            f"{source}: a map must have at least {SMALLEST_MAP[0]} x {SMALLEST_MAP[1]} points to be fitted, "
            f"found {power.shape[0]} x {power.shape[1]}; measure a larger one"
        )
    _demand_possible(power, source)
    rows, columns = np.argsort(first), np.argsort(second)
    dataset = xr.Dataset(
        {POWER: (COILS, power[np.ix_(rows, columns)])},
        coords={COILS[0]: first[rows], COILS[1]: second[columns]},
    )
    for name, (unit, long_name, _) in _LABELS.items():
        dataset[name].attrs = {"units": unit, "long_name": long_name}
    return dataset


def _demand_possible(power: Array, source: str) -> None:
    """Refuse a map of zeros, and one whose powers no such chip has: its unit is another one."""
    largest = float(np.max(np.abs(power)))
    if largest == 0:
        raise DataError(
            f"{source}: {POWER} must be that of a measured map, found 0 everywhere; export it again"
        )
    if not _POSSIBLE[0] <= largest <= _POSSIBLE[1]:
        low, high = (format_quantity(bound, "power", 3) for bound in _POSSIBLE)
        raise DataError(
            f"{source}: {POWER} must have its largest value between {low} and {high}, found {largest:.3g} W; is the "
            "unit right?"
        )


def checked_map(dataset: xarray.Dataset, source: str = "dataset") -> xarray.Dataset:
    """Return the map that a dataset holds, in SI units and in the order of `map_dataset`.

    Raises
    ------
    DataError
        If a variable is missing or has the wrong dimensions or units, and for the reasons of `map_dataset`.
    """
    for name in (POWER, *COILS):
        if name not in dataset.variables:
            held = ", ".join(map(str, dataset.variables)) or "none"
            held = held if len(held) <= 80 else f"{held[:77]}..."
            raise DataError(
                f"{source}: must hold the variable {name}, found {held}; rename what the file calls it"
            )
    power = dataset[POWER]
    if set(power.dims) != set(COILS):
        raise DataError(
            f"{source}: {POWER} must have the dimensions {' and '.join(COILS)}, found "
            f"{' and '.join(map(str, power.dims)) or 'none'}; select one map"
        )
    values = {name: _si(dataset, name, source) for name in (*COILS, POWER)}
    ordered = values[POWER] if power.dims == COILS else values[POWER].T
    return map_dataset(values[COILS[0]], values[COILS[1]], ordered, source)


def map_arrays(dataset: xarray.Dataset) -> HeatMap:
    """Return the arrays of a dataset that `map_dataset` or `checked_map` made."""
    return HeatMap(*(np.asarray(dataset[name].values, float) for name in (*COILS, POWER)))


def unit_scale(unit: object, name: str, source: str) -> float:
    """Return the SI value of the unit in which a variable of a map is given.

    Raises
    ------
    DataError
        If it is not a unit of that variable's dimension.
    """
    base, _, dimension = _LABELS[name]
    known = UNITS[dimension]
    if unit not in known:
        found = "no unit" if unit in (None, "") else f"'{unit}'"
        raise DataError(
            f"{source}: {name} must be in one of {', '.join(known)}, found {found}; say its unit, e.g. {base}"
        )
    return float(known[str(unit)])


def _si(dataset: xarray.Dataset, name: str, source: str) -> Array:
    scale = unit_scale(dataset[name].attrs.get("units"), name, source)
    return scale * _numbers(name, dataset[name].values, source)


def _numbers(name: str, values: npt.ArrayLike, source: str) -> Array:
    try:
        numbers = np.asarray(values)
    except ValueError:
        numbers = np.asarray(None)  # rows of different lengths
    if numbers.dtype.kind not in "iuf":
        raise DataError(
            f"{source}: {name} must be made of real numbers, found {kind_of_data(numbers.dtype.kind)}; export it again"
        )
    wrong = np.argwhere(~np.isfinite(numbers))
    if wrong.size:
        place = tuple(int(index) for index in wrong[0])
        where = ", ".join(
            f"{which} {index + 1}" for which, index in zip(("row", "column"), place, strict=False)
        )
        raise DataError(
            f"{source}: {name} must be finite, found {numbers[place]} in {where} ({len(wrong)} such values); "
            "measure the points again, or cut the map to the part that is complete"
        )
    return np.asarray(numbers, float)


def _axis(name: str, values: npt.ArrayLike, source: str) -> Array:
    axis = _numbers(name, values, source)
    if axis.ndim != 1:
        raise DataError(
            f"{source}: {name} must be one row of currents, found the shape {axis.shape}; give the axis alone"
        )
    steps = np.diff(axis)
    if not (np.all(steps > 0) or np.all(steps < 0)):
        first = int(np.argmax(steps * np.sign(axis[-1] - axis[0]) <= 0))
        raise DataError(
            f"{source}: {name} must rise or fall throughout, found {axis[first]:.6g} A followed by "
            f"{axis[first + 1]:.6g} A at index {first}; sort the map and merge repeated rows"
        )
    return axis
