"""A number with its error as it stands in files, and as text."""

import math
from collections.abc import Mapping
from typing import Any

from valvelab.units import format_quantity, format_with_error
from valvelab.wording import unsigned_zero

DIMENSIONS = {"1/s": "rate", "K": "temperature", "Hz": "frequency", "W": "power", "rad": "angle"}
"""Dimension of a number by its SI unit; what is not here is a plain number."""


def entry_of(value: float, error: float | None, truth: float | None = None) -> dict[str, Any]:
    """Return a number with its error for a file, and how far it lies from a truth if there is one."""
    entry: dict[str, Any] = {"value": finite(value), "error": finite(error)}
    if truth is not None:
        entry["truth"] = finite(truth)
        entry["pull"] = finite((value - truth) / error) if error and math.isfinite(error) else None
    return entry


def finite(value: float | None) -> float | None:
    """Return a number, or None if it is not finite: JSON knows no infinity."""
    return value if value is not None and math.isfinite(value) else None


def entry_texts(entry: Mapping[str, Any]) -> tuple[str, str, str, str]:
    """Return value, error, truth and pull of an entry of `summarise` as texts, rounded to the error."""
    dimension = DIMENSIONS.get(entry.get("units", ""))
    value, error, truth, pull = (entry.get(name) for name in ("value", "error", "truth", "pull"))
    texts = ("not determined", "")
    if value is not None and error:
        texts = format_with_error(value, error, dimension)
    true = "" if truth is None else _true_text(truth, error, dimension)
    return *texts, true, "" if pull is None else unsigned_zero(f"{pull:+.2f}")


def with_error(entry: Mapping[str, Any], between: str = " +- ") -> str:
    """Return value and error of an entry as one text; without an error it is not determined."""
    return between.join(filter(None, entry_texts(entry)[:2]))


def parasitic_temperature_text(entry: Mapping[str, Any], between: str = " +- ") -> str:
    """Return T_p with its error as text, in words where it is no larger than its error.

    An error that was carried to T_p = 0 by linear propagation means nothing: T_p is flat in n_p there.
    """
    value, error = entry["value"], entry["error"]
    if value is not None and error is not None and value <= error:
        return "not told from 0 K"
    return with_error(entry, between)


def size_text(size: float, units: str) -> str:
    """Return how large an imperfection is, in words: a plain number as a share."""
    dimension = DIMENSIONS.get(units)
    return f"{size * 100:g} %" if dimension is None else format_quantity(size, dimension, 3)


def _true_text(truth: float, error: float | None, dimension: str | None) -> str:
    """Return a true value rounded to the error of the fitted one, but to no fewer than four digits of its own."""
    if truth == 0:
        return "0"
    own = 1e-2 * abs(truth)
    return format_with_error(truth, min(error or own, own), dimension)[0]
