"""What a fit must know of a table: how far it may go, and whether the table has all that is asked of it."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from valvelab.constants import BOLTZMANN, PLANCK
from valvelab.errors import DataError

from .enhancement import OperatingPoint, enhancements
from .models import MODELS, PAIR_IMPERFECTIONS, Points, Rates
from .switching_data import SwitchingData
from .table import Table
from .table_axes import RATE_AXES
from .table_demands import axis_text, demand_ranges, demand_resonator, demand_transmons
from .table_files import read_table
from .table_registry import TABLES, register, rungs

Array = npt.NDArray[np.float64]


def model_name(model: str | Path | Table) -> str:
    """Return the name under which a model is known; a table, or the file of one, is made known.

    Raises
    ------
    ValueError
        If there is no model of that name.
    DataError
        If the file is no table.
    """
    if isinstance(model, Table):
        return register(model).name
    if isinstance(model, Path) or (model not in MODELS and model.endswith(".nc")):
        return register(read_table(model)).name
    if model not in MODELS:
        raise ValueError(
            f"model must be one of {', '.join(rungs())}, found {model!r}; or give a table's file"
        )
    return model


def table_limits(table: Table, data: SwitchingData) -> dict[str, tuple[float, float]]:
    """Return how far each coordinate of a fit may go in a table.

    Raises
    ------
    DataError
        If the table does not reach all points of the data, or is of another chip.
    """
    _demand_points(table, data)
    ranges, quantum = table.grid.ranges, PLANCK * float(table.resonator.frequency) / BOLTZMANN
    with np.errstate(divide="ignore", over="ignore"):
        n_p = 1 / np.expm1(quantum / np.array(ranges["T_p"]))
    found = {f"ln_{name}": tuple(map(float, np.log(ranges[name]))) for name in ("gamma_h", "gamma_c")}
    found |= {name: ranges[name] for name in ("gamma_p", *PAIR_IMPERFECTIONS) if name in ranges}
    drains = _temperatures(data)[1]
    low, high = ranges["temperature_drain"]
    found["n_p"] = (float(n_p[0]), float(n_p[1]))
    found["drain_scale"] = (low / float(drains.min()), high / float(drains.max()))
    return {name: (ends[0], ends[1]) for name, ends in found.items()}


def table_shift(table: Table, data: SwitchingData) -> float:
    """Return by how much a table moves what is fitted to some data, in its errors, if it is off everywhere alike.

    No number moves by more than the root of the summed squares of what the powers are off by, in their errors (Cauchy
    and Schwarz), and what a table is off by is smooth enough to come near: 51 powers that were off by 0.0185 of their
    errors, which makes 0.13, moved a rate by 0.14.
    """
    spreads = np.sqrt(data.reading_covariance.diagonal())
    asked = table.boxes_at(data.points)
    off = np.concatenate([table.error[asked, {"source": 0, "drain": 1}[name]] for name in data.reservoirs])
    return float(np.linalg.norm(off / spreads))


def table_exactness(
    model: str, data: SwitchingData, rates: Rates, at: OperatingPoint
) -> dict[str, Any] | None:
    """Return what the powers of a model are read from, where that is a table, and how exact it is for some data.

    How far the drain's enhancement is off is asked at this very place, where the tabulated model is one of `MODELS`: at
    the edge of a table, where an operating point often is, that may be five times what its root mean square makes.
    """
    if model not in TABLES:
        return None
    table, wrong = TABLES[model], None
    if table.model in MODELS:
        asked = rates if table.transmons is None else replace(rates, transmons=table.transmons)
        found, true = (enhancements(asked, one, table.resonator, at)["drain"] for one in (model, table.model))
        wrong = abs(found - true)
    return {
        "file": table.source,
        "model": table.model,
        "error": float(table.error[:, 1].max()),
        "shift": table_shift(table, data),
        "enhancement_error": wrong,
        "without": [name for name in PAIR_IMPERFECTIONS if name not in table.grid.ranges],
    }


def _demand_points(table: Table, data: SwitchingData) -> None:
    """Check that a table has the frequencies and temperatures of some data."""
    source, drain = _temperatures(data)
    demand_resonator(table, data.resonator)
    demand_transmons(table, data.charging_energies)
    demand_ranges(table, {"temperature_source": source, "temperature_drain": drain})
    middle: dict[str, Any] = {name: float(np.mean(table.grid.ranges[name])) for name in RATE_AXES}
    for points in (data.points, data.reference):
        if points is not None:
            table(Rates(**middle), points, data.resonator)


def _temperatures(data: SwitchingData) -> tuple[Array, Array]:
    """Return all temperatures of source and drain at which a fit of some data asks for powers [K]."""
    parts: list[Points] = [data.points] + ([] if data.reference is None else [data.reference])
    stated = [[] if end is None else [end] for end in data.operating_temperatures]
    return (
        np.concatenate([*(part.temperature_source for part in parts), stated[0]]),
        np.concatenate([*(part.temperature_drain for part in parts), stated[1]]),
    )


def demand_inside(model: str, ends: Iterable[tuple[str, bool]], what: str = "the fit") -> None:
    """Check that a search did not end where a table does.

    Parameters
    ----------
    model
        Name of a table.
    ends
        What was found at an end of the table, a field of `Rates` and whether that is the upper one.
    what
        Was searched.

    Raises
    ------
    DataError
        If there is one.
    """
    told = []
    for name, top in ends:
        axis, beyond = {"drain_scale": "temperature_drain"}.get(name, name), "above" if top else "below"
        end = axis_text(axis, TABLES[model].grid.ranges[axis][top])
        told.append(f"--range {axis} to go {beyond} {end}" + (f", for {name}" if axis != name else ""))
    if told:
        table = TABLES[model]
        raise DataError(
            f"{table.source}: {what} must stay within the table, found that it wants {' and '.join(told)}; tabulate "
            f"so, or ask whether the data are of another model than '{table.model}'"
        )


def holds(model: str, frequencies: Iterable[tuple[float, float]]) -> bool:
    """Tell whether a model knows qubits at some pairs of frequencies [Hz]: a table may not."""
    if model not in TABLES:
        return True
    first, second = np.array(list(frequencies)).T
    try:
        TABLES[model].boxes_at(Points(first, second, first, first))
    except DataError:
        return False
    return True


def drain_bracket(model: str, low: Array, high: Array) -> tuple[Array, Array]:
    """Return between which drain temperatures [K] a balance can be sought with a model: a table does not reach far."""
    if model not in TABLES:
        return low, high
    ends = TABLES[model].grid.ranges["temperature_drain"]
    return np.clip(low, *ends), np.clip(high, *ends)


def demand_balance(model: str, found: Array) -> None:
    """Check that drain temperatures at which heat is in balance [K] are not where a table ends.

    Raises
    ------
    DataError
        If one of them is.
    """
    if model not in TABLES:
        return
    table = TABLES[model]
    low, high = table.grid.ranges["temperature_drain"]
    at_end = np.minimum(found - low, high - found) < 1e-6 * (high - low)
    if at_end.any():
        side, end = (
            ("below", low) if np.abs(found - low).min() < np.abs(high - found).min() else ("above", high)
        )
        raise DataError(
            f"{table.source}: the table must reach the temperature of the drain, found one {side} "
            f"{axis_text('temperature_drain', end)}, where it ends; tabulate with a wider --range temperature_drain"
        )
