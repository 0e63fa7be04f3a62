"""The datasets of a run: which variables they hold, and how they reach the disk and come back."""

import contextlib
import gc
import io
import os
import sys
from collections.abc import Container, Hashable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from valvelab.errors import DataError
from valvelab.files import append_digest, is_damaged, plain_reason
from valvelab.wording import kind_of_data, one_of, shown

if TYPE_CHECKING:
    import xarray as xr

MAXIMUM_BYTES = 2 * 1024**3
"""Largest dataset that is loaded: a few kilobytes on disk can declare gigabytes."""

_SIGNATURE = b"\x89HDF\r\n\x1a\n"


class UnusedColumns(UserWarning):
    """A file of powers holds something that a fit does not take."""


@dataclass(frozen=True)
class Variable:
    """A variable along ``point``: its unit and what it means; `kind` as in `numpy.dtype.kind`."""

    units: str
    long_name: str
    kind: str = "f"
    optional: bool = False
    unless: str = ""
    """A variable that may be there instead."""

    def is_needed(self, held: Container[Hashable]) -> bool:
        """Tell whether a dataset that holds these variables must hold this one."""
        return not self.optional and self.unless not in held


_SET_POINTS = {
    "configuration": Variable("", "switching configuration", "U"),
    "cell": Variable("1", "pair of bath and source temperature", "i"),
    "block": Variable("1", "palindromic block within the cell", "i"),
    "repetition": Variable("1", "reading within the visit", "i"),
}

RAW: Mapping[str, Variable] = {
    **_SET_POINTS,
    "session": Variable("1", "stretch of measuring, from a start or resume to its end", "i", optional=True),
    "time": Variable("s", "time since the first session began"),
    "coil_current_1": Variable("A", "current read back from coil 1"),
    "coil_current_2": Variable("A", "current read back from coil 2"),
    "heater_voltage": Variable("V", "voltage read back from the source heater's supply"),
    "thermometer_voltage_source": Variable("V", "voltage of the source thermometer"),
    "thermometer_voltage_drain": Variable("V", "voltage of the drain thermometer"),
    "mixing_chamber_temperature": Variable("K", "temperature of the mixing chamber"),
    "bath_temperature_set_point": Variable("K", "bath temperature asked for"),
    "flux_offset_1": Variable(
        "1", "flux quanta in qubit 1 beyond what the device file expects", optional=True
    ),
    "flux_offset_2": Variable(
        "1", "flux quanta in qubit 2 beyond what the device file expects", optional=True
    ),
}
"""Variables of ``raw.nc``: one row per reading, as read."""

REDUCED: Mapping[str, Variable] = {
    "configuration": _SET_POINTS["configuration"],
    "frequency_1": Variable("Hz", "transition frequency of qubit 1"),
    "frequency_2": Variable("Hz", "transition frequency of qubit 2"),
    "temperature_source": Variable("K", "electron temperature of the source"),
    "temperature_drain": Variable("K", "electron temperature of the drain"),
    "heat_power_drain": Variable("W", "heat power into the drain", unless="heat_power_source"),
    "heat_power_drain_std": Variable(
        "W", "standard error of the heat power into the drain", unless="heat_power_source"
    ),
    "heat_power_source": Variable("W", "heat power out of the source", optional=True),
    "heat_power_source_std": Variable(
        "W", "standard error of the heat power out of the source", optional=True
    ),
}
"""Variables that a switching fit reads from ``reduced.nc``; a dataset may hold more."""


def make_dataset(
    columns: Mapping[str, Iterable[Any]], schema: Mapping[str, Variable], attributes: Mapping[str, Any]
) -> "xr.Dataset":
    """Build a dataset along ``point`` from columns, with units, names and links from values to errors."""
    import xarray as xr

    variables = {}
    for name, column in columns.items():
        described = schema[name]
        dtype = {"U": None, "i": np.int64, "f": np.float64}[described.kind]
        attrs = {"long_name": described.long_name}
        if described.units:
            attrs["units"] = described.units
        if f"{name}_std" in columns:
            attrs["ancillary_variables"] = f"{name}_std"
        variables[name] = ("point", np.asarray(list(column), dtype=dtype), attrs)
    return xr.Dataset(variables, attrs=dict(attributes))


def write_dataset(dataset: "xr.Dataset", path: Path) -> Path:
    """Write netCDF so that the file is either whole and checksummed or not there.

    The data go to a temporary file, with a checksum on every numeric variable and a digest of the whole at its end, are
    synchronised, and only then take the name.

    Raises
    ------
    DataError
        If the folder or the disk does not let it.
    """
    import dask

    encoding: dict[Any, dict[str, Any]] = {
        name: {"fletcher32": True, "chunksizes": variable.shape}
        for name, variable in dataset.variables.items()
        if variable.dtype.kind in "fiu" and variable.size
    }
    # HDF5 on a full disk can end the process, so it writes to memory; what goes wrong with a file is then an OSError.
    buffer = io.BytesIO()
    # With a client of a cluster in the process xarray would ask its scheduler for a lock, which knows no memory here.
    with dask.config.set(scheduler="synchronous"):
        dataset.to_netcdf(buffer, engine="h5netcdf", encoding=encoding)
    temporary = path.with_name(f"{path.name}.part")
    try:
        temporary.write_bytes(buffer.getbuffer())
        append_digest(temporary)
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise DataError(
            f"{path}: cannot be written ({plain_reason(error)}); check permissions and space"
        ) from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    return path


def read_dataset(path: Path, schema: Mapping[str, Variable] | None = None) -> "xr.Dataset":
    """Read a netCDF file into memory and check it.

    Raises
    ------
    DataError
        If the file cannot be read, is damaged, or does not hold what `schema` asks for, in units that it says.
    """
    if not path.is_file():
        raise DataError(f"{path}: must be a netCDF file, found nothing there; run the step before first")
    dataset, reason = _load(path)
    if dataset is None:
        raise DataError(
            f"{path}: must be a netCDF-4 file, found {reason}; restore it or repeat the step that wrote it"
        )
    if schema is not None:
        _demand_kind(dataset, schema, path)
        check_dataset(dataset, schema, str(path), stated=True)
    return dataset


def _demand_kind(dataset: "xr.Dataset", schema: Mapping[str, Variable], path: Path) -> None:
    """Stop at a dataset of another kind, which would lack whatever the schema asks for."""
    kinds = {"raw": RAW, "reduced": REDUCED}
    wanted = next((kind for kind, known in kinds.items() if known is schema), "")
    found = [kind for kind, known in kinds.items() if not _missing(dataset, known)]
    if not wanted or wanted in found:
        return
    if found:
        cure = "run 'valvelab reduce' first" if wanted == "reduced" else "it comes before that one"
        raise DataError(f"{path}: must be a {wanted} dataset, found a {found[0]} dataset; {cure}")
    if len(_missing(dataset, schema)) > len(schema) // 2:
        held = ", ".join(map(str, dataset.variables)) or "nothing"
        raise DataError(
            f"{path}: must be a {wanted} dataset, found one of {shown(held)}; is it another file?"
        )


def _missing(dataset: "xr.Dataset", schema: Mapping[str, Variable]) -> list[str]:
    return [
        name for name, described in schema.items() if name not in dataset and described.is_needed(dataset)
    ]


def _load(path: Path) -> "tuple[xr.Dataset | None, str]":
    """Return a dataset in memory, or the reason why it cannot be had."""
    import xarray as xr

    # A single flipped bit can make HDF5 loop for ever, so a damaged file does not get that far.
    if is_damaged(path):
        return None, "one that is damaged"
    # h5netcdf's finaliser complains on the terminal about files that it could not open.
    hook, sys.unraisablehook = sys.unraisablehook, lambda unraisable: None
    try:
        with xr.open_dataset(path, engine="h5netcdf") as lazy:
            if lazy.nbytes > MAXIMUM_BYTES:
                return None, f"one of {lazy.nbytes / 1024**3:.1f} GiB, where less than 2 GiB are read"
            return lazy.load(), ""
    except (OSError, ValueError, KeyError, RuntimeError, TypeError, AttributeError) as error:
        error.__traceback__ = error.__context__ = None
        gc.collect()
        return None, _damage(path)
    finally:
        sys.unraisablehook = hook


def _damage(path: Path) -> str:
    """Return in plain words what is wrong with a file that HDF5 cannot read."""
    with path.open("rb") as file:
        head = file.read(len(_SIGNATURE))
    if not head:
        return "an empty file"
    return "one that is damaged or cut off" if head == _SIGNATURE else "a file of another kind"


def check_dataset(
    dataset: "xr.Dataset", schema: Mapping[str, Variable], where: str, *, stated: bool = False
) -> None:
    """Check that a dataset holds the variables of a schema along ``point``, finite and in the right units.

    Parameters
    ----------
    dataset
        The dataset.
    schema
        What it must hold.
    where
        What messages call it.
    stated
        Whether each variable with a dimension must say its unit, as in a file; an array in memory is in SI units.

    Raises
    ------
    DataError
        Naming every variable that is missing or wrong.
    """
    mistakes = [
        f"{where}: {name}: {problem}"
        for name, described in schema.items()
        if (problem := _problem(dataset, name, described, stated=stated))
    ]
    if mistakes:
        raise DataError("\n".join(mistakes))


def _problem(dataset: "xr.Dataset", name: str, described: Variable, *, stated: bool) -> str | None:
    if name not in dataset:
        unit = f" in {described.units}" if described.units not in ("", "1") else ""
        return f"is missing; add it along 'point'{unit}" if described.is_needed(dataset) else None
    variable = dataset[name]
    if variable.dims != ("point",):
        return (
            f"must lie along 'point', found it along {one_of(variable.dims) if variable.dims else 'nothing'}"
        )
    if described.kind == "U":
        return None
    if variable.dtype.kind not in "fiu":
        return f"must hold numbers, found {kind_of_data(variable.dtype.kind)}"
    found = variable.attrs.get("units", "")
    if not found and stated and described.units not in ("", "1"):
        return (
            f"must say its unit, found none; set its attribute units to {described.units}, if it is in that"
        )
    if found and found != described.units:
        return f"must be in {described.units}, found {found}; convert it"
    bad = np.flatnonzero(~np.isfinite(variable.values))
    if not bad.size:
        return None
    more = f" and {bad.size - 1} more" if bad.size > 1 else ""
    return f"must be finite, found {variable.values[bad[0]]} at point = {bad[0]}{more}; leave such points out"
