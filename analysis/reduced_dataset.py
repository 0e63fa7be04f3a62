"""The reduced dataset: powers above "off", with everything that moves them and their temperatures together."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from valvelab.arguments import Array
from valvelab.dataset import make_dataset
from valvelab.device import Device

from .grouped_readings import Integers
from .reduced_columns import COLUMNS, DIRECTION, REFERENCE
from .reservoir_powers import Reservoir
from .run_layout import Layout

if TYPE_CHECKING:
    import xarray as xr


def reduced_dataset(
    layout: Layout,
    columns: Mapping[str, Array],
    reservoirs: Mapping[str, Reservoir],
    asked: tuple[str, ...],
    attributes: Mapping[str, Any],
    moved_columns: Mapping[str, Array] | None = None,
) -> "xr.Dataset":
    """Return one point for each row but "off", with the "off" of its cell subtracted.

    Parameters
    ----------
    layout
        Cells and configurations of the rows.
    columns
        Frequencies and bath temperature of each row, by their names in the dataset.
    reservoirs
        The ``"source"`` and the ``"drain"``; their errors are independent of each other.
    asked
        Of which of them the powers are wanted.
    attributes
        Of the dataset.
    moved_columns
        By how much columns move for one standard error of what each of them has for its own.
    """
    rows = np.flatnonzero(layout.names != "off")
    off_rows = np.flatnonzero(layout.names == "off")
    off = off_rows[np.searchsorted(layout.cells[off_rows], layout.cells[rows])]
    along = dict(columns) | {f"temperature_{name}": one.temperature for name, one in reservoirs.items()}
    shifts = _shifts(rows, off, reservoirs, asked)
    values: dict[str, Any] = {name: column[rows] for name, column in along.items()}
    values |= {f"reference_{name}": along[name][off] for name in REFERENCE}
    values |= {"configuration": layout.names[rows], "cell": layout.cells[rows]}
    for name in reservoirs:
        values[f"temperature_{name}_std"] = _size(shifts[f"temperature_{name}_shift"])
    for name in asked:
        moved = shifts[f"heat_power_{name}_shift"]
        values[f"heat_power_{name}"] = reservoirs[name].power[rows] - reservoirs[name].power[off]
        values[f"heat_power_{name}_std"] = _size(moved)
        values[f"heat_power_{name}_calibration_std"] = _size(moved[:, reservoirs[name].readings :])
    values["heat_power_temperature_covariance"] = np.sum(
        shifts["heat_power_drain_shift"] * shifts["temperature_drain_shift"], axis=1
    )
    for name, column in (moved_columns or {}).items():
        values |= {f"{name}_shift": column[rows], f"reference_{name}_shift": column[off]}
    dataset = make_dataset(values, COLUMNS, attributes)
    return _with_shifts(dataset, shifts, reservoirs, asked)


def device_attributes(device: Device) -> dict[str, float]:
    """Return what a fit must know of a device, as attributes."""
    return {
        "resonator_frequency": device.resonator.frequency,
        "quality_factor": device.resonator.quality_factor,
        "resonator_exponent": device.resonator.exponent,
        "charging_energy_1": device.qubits[0].charging_energy,
        "charging_energy_2": device.qubits[1].charging_energy,
        "operating_source_temperature": device.operating_point.source_temperature,
        "operating_drain_temperature": device.operating_point.drain_temperature,
    }


def _shifts(
    rows: Integers, off: Integers, reservoirs: Mapping[str, Reservoir], asked: tuple[str, ...]
) -> dict[str, Array]:
    """Return moves of all that a fit compares, for each independent error of its reservoir, shape (point, error)."""
    shifts: dict[str, Array] = {}
    for name, one in reservoirs.items():
        shifts[f"temperature_{name}_shift"] = one.temperature_shift[rows]
        shifts[f"reference_temperature_{name}_shift"] = one.temperature_shift[off]
        if name in asked:
            shifts[f"heat_power_{name}_shift"] = one.power_shift[rows] - one.power_shift[off]
    return shifts


def _size(shift: Array) -> Array:
    return np.asarray(np.sqrt(np.sum(shift**2, axis=1)))


def _with_shifts(
    dataset: "xr.Dataset",
    shifts: Mapping[str, Array],
    reservoirs: Mapping[str, Reservoir],
    asked: tuple[str, ...],
) -> "xr.Dataset":
    more: dict[str, Any] = {}
    for name in asked:
        moved = shifts[f"heat_power_{name}_shift"]
        more[f"heat_power_{name}_covariance"] = (
            ("point", "point_"),
            moved @ moved.T,
            {"units": "W**2", "long_name": f"covariance of the heat power {DIRECTION[name]}"},
        )
    for name, shift in shifts.items():
        reservoir = name.removesuffix("_shift").rpartition("_")[2]
        long_name = f"move of {name.removesuffix('_shift')} for one standard error of each independent error"
        units = "W" if name.startswith("heat") else "K"
        along = ("point", f"{reservoir}_error")
        more[name] = (along, shift, {"units": units, "long_name": long_name})
    for name, one in reservoirs.items():
        causes = np.where(np.arange(one.power_shift.shape[1]) < one.readings, "readings", "calibration")
        more[f"{name}_error_cause"] = (f"{name}_error", causes, {"long_name": "what the error comes from"})
    return dataset.assign(more)
