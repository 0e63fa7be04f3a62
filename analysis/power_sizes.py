"""What powers, temperatures, frequencies and their errors can be: what lies beyond has nearly always another unit."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from valvelab.arguments import Array
from valvelab.errors import DataError

from .reduced_columns import COLUMNS, DIRECTION, REFERENCE

if TYPE_CHECKING:
    import xarray as xr

_SIZES = {"Hz": (1e7, 1e12), "K": (1e-4, 20.0), "W": (0.0, 1e-6)}
"""What frequencies, temperatures and powers of such a device lie between, by their unit."""
_POWER_ERRORS = tuple(f"heat_power_{name}_std" for name in DIRECTION)
"""Without which nothing can be fitted: an error of zero would outweigh all others."""
_ROUNDING = 1e-6


def demand_sizes(dataset: "xr.Dataset", where: str) -> None:
    """Stop at values that no heat valve has, and at columns that say nothing without another.

    Parameters
    ----------
    dataset
        Checked for its columns' kinds and units.
    where
        What messages call it.

    Raises
    ------
    DataError
        Naming every column that is wrong, and the point where it is.
    """
    mistakes = [*_lone(dataset), *_out_of_size(dataset)]
    if not mistakes:
        mistakes = [*_beyond_their_value(dataset), *_correlated_too_much(dataset)]
    if mistakes:
        raise DataError("\n".join(f"{where}: {mistake}" for mistake in mistakes))


def _lone(dataset: "xr.Dataset") -> Iterator[str]:
    """Yield what is wrong with errors of nothing, and with a reference of which only a part is known."""
    for name in (name for name in COLUMNS if name.endswith("_std") and name in dataset):
        of = name.removesuffix("_std").removesuffix("_calibration")
        if of not in dataset:
            yield f"{name} must stand beside {of}, found it alone; add that, or leave it out"
    names = [f"reference_{name}" for name in REFERENCE]
    absent = [name for name in names if name not in dataset]
    if absent and len(absent) < len(names):
        yield (
            f"{', '.join(absent)} must be there as well where something was subtracted, found a part of the reference; "
            "add it, or leave all of reference_... out"
        )
    if "heat_power_temperature_covariance" in dataset and "temperature_drain_std" not in dataset:
        yield "heat_power_temperature_covariance must stand beside temperature_drain_std, found it alone; add that"


def _out_of_size(dataset: "xr.Dataset") -> Iterator[str]:
    for name, described in COLUMNS.items():
        if name not in dataset or described.units not in _SIZES:
            continue
        values = np.asarray(dataset[name].values, float)
        low, high = _bounds(name, described.units)
        wrong = np.flatnonzero(~((values >= low) & (values <= high)))
        if name in _POWER_ERRORS:
            wrong = np.union1d(wrong, np.flatnonzero(values == 0))
        if wrong.size:
            yield _told(name, described.units, (low, high), float(values[wrong[0]]), int(wrong[0]))


def _bounds(name: str, units: str) -> tuple[float, float]:
    low, high = _SIZES[units]
    if name.endswith("_std"):
        return 0.0, high
    signed = units == "W" or name.endswith("_shift")
    return (-high, high) if signed else (low, high)


def _told(name: str, units: str, bounds: tuple[float, float], found: float, point: int) -> str:
    low, high = bounds
    if name.endswith("_std") and found <= 0:
        must = "be above zero" if name in _POWER_ERRORS else "not be below zero"
        return f"{name} must {must}, found {found:g} {units} at point = {point}; give every value its error"
    return (
        f"{name} must lie between {low:g} and {high:g} {units}, found {found:g} {units} at point = {point}; is its "
        "unit right?"
    )


def _beyond_their_value(dataset: "xr.Dataset") -> Iterator[str]:
    """Yield errors of temperatures that are larger than these: they are in another unit."""
    for name in ("temperature_source", "temperature_drain"):
        if f"{name}_std" not in dataset:
            continue
        values, errors = (np.asarray(dataset[one].values, float) for one in (name, f"{name}_std"))
        wrong = np.flatnonzero(errors >= values)
        if wrong.size:
            point = int(wrong[0])
            yield (
                f"{name}_std must be below {name}, {values[point]:g} K, found {errors[point]:g} K at point = {point}; "
                "is its unit right?"
            )


def _correlated_too_much(dataset: "xr.Dataset") -> Iterator[str]:
    """Yield a covariance that two such errors cannot have: it would make a variance negative."""
    names = ("heat_power_temperature_covariance", "heat_power_drain_std", "temperature_drain_std")
    if any(name not in dataset for name in names):
        return
    covariance, power, temperature = (np.asarray(dataset[name].values, float) for name in names)
    largest: Array = power * temperature * (1 + _ROUNDING)
    wrong = np.flatnonzero(np.abs(covariance) > largest)
    if wrong.size:
        point = int(wrong[0])
        yield (
            f"{names[0]} must be at most the product of {names[1]} and {names[2]}, "
            f"{power[point] * temperature[point]:.3g} W*K, found {covariance[point]:.3g} W*K at point = {point}; is "
            "its unit right?"
        )
