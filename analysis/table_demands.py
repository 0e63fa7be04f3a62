"""What is asked of a table that it does not hold: other ranges, resonators, transmons or frequencies."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from valvelab.arguments import Array
from valvelab.errors import DataError
from valvelab.sim import Resonator
from valvelab.units import format_quantity

from .entries import DIMENSIONS
from .table_axes import FREQUENCY_AXES, KINDS

if TYPE_CHECKING:
    from .table import Table

_BEYOND = 1e-3
"""How far beyond its ends an axis may be asked for, in units of its half range: for differences at a bound."""


def demand_ranges(table: "Table", values: Mapping[str, Array]) -> None:
    """Check that the axes reach some values.

    Raises
    ------
    DataError
        Naming the axis, the range that is needed, and the one that is there.
    """
    mistakes = []
    for name, needed in values.items():
        if name in FREQUENCY_AXES:
            continue
        low, high = table.grid.ranges.get(name, (0.0, 0.0))
        beyond = _BEYOND * (high - low) / 2
        if np.min(needed) < low - beyond or np.max(needed) > high + beyond:
            span = (axis_text(name, float(end)) for end in (np.min(needed), np.max(needed)))
            there = (
                f"{axis_text(name, low)} to {axis_text(name, high)}"
                if name in table.grid.ranges
                else "no such axis"
            )
            mistakes.append(f"{name} from {' to '.join(span)}, found {there}")
    if mistakes:
        raise DataError(
            f"{table.source}: the table of '{table.model}' must reach {'; '.join(mistakes)}; make one that does with "
            "'valvelab tabulate' and --range"
        )


def demand_resonator(table: "Table", resonator: Resonator) -> None:
    """Check that a resonator is the table's.

    Raises
    ------
    DataError
        If it is another.
    """
    keys = ("frequency", "quality_factor", "exponent")
    needed, there = ([float(getattr(one, key)) for key in keys] for one in (resonator, table.resonator))
    if not np.allclose(needed, there, rtol=1e-9, atol=0):
        told = [f"{f / 1e9:.6g} GHz, Q = {q:g}, exponent {e:g}" for f, q, e in (needed, there)]
        raise DataError(
            f"{table.source}: must be a table of a chip with resonators of {told[0]}, found one of {told[1]}; "
            "tabulate for this chip"
        )


def demand_transmons(table: "Table", energies: tuple[float | None, float | None]) -> None:
    """Check that E_C / h of transmons [Hz], where they are known, are those of the table.

    Raises
    ------
    DataError
        If they are others.
    """
    if table.transmons is None or None in energies:
        return
    there = table.transmons.charging_energies
    if not np.allclose(np.array(energies, float), there, rtol=1e-6, atol=0):
        needed, found = (
            " and ".join(format_quantity(float(one), "frequency", 6) for one in some if one is not None)
            for some in (energies, there)
        )
        raise DataError(
            f"{table.source}: must be a table of transmons with charging energies of {needed}, found {found}; "
            "tabulate for this chip"
        )


def raise_no_box(table: "Table", first: float, second: float) -> NoReturn:
    """Raise the error of qubits at frequencies [Hz] that no box of a table holds."""
    told = "; ".join(
        " and ".join(f"{low / 1e9:.6g} to {high / 1e9:.6g}" for low, high in box) for box in table.grid.boxes
    )
    raise DataError(
        f"{table.source}: the table of '{table.model}' must hold qubits at {first / 1e9:.6g} and {second / 1e9:.6g} "
        f"GHz, found {told} GHz; tabulate for the frequencies of these data"
    )


def axis_text(name: str, value: float) -> str:
    """Return a value of an axis with its unit."""
    units = KINDS[name].units
    if units not in DIMENSIONS:
        return f"{value:.4g}"
    return format_quantity(value, DIMENSIONS[units], 4)
