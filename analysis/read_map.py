"""Read a measured two-coil heat map from the files that laboratories keep."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from valvelab.dataset import read_dataset
from valvelab.errors import DataError
from valvelab.units import UNITS
from valvelab.wording import kind_of_data

from .map_data import Array, checked_map, map_dataset
from .map_table import read_table

if TYPE_CHECKING:
    import xarray

_MILLIAMPERE = float(UNITS["current"]["mA"])
_FEMTOWATT = float(UNITS["power"]["fW"])


def read_map(path: Path | str) -> xarray.Dataset:
    """Read a heat map.

    Parameters
    ----------
    path
        One of

        - ``.mat``: ``z_data`` is the heat power into the drain [fW], one row per current of coil 1; ``y_data`` is
          the current in coil 1 [mA] and ``x_data`` that in coil 2 [mA], each all values or the two end points;
        - ``.nc``: variable ``heat_power`` on ``coil_current_1`` and ``coil_current_2``, each with its ``units``;
        - ``.csv``: a first line ``coil_current_1 [mA],coil_current_2 [mA],heat_power [fW]`` with any units of
          those dimensions, then one line per point, in any order.

    Returns
    -------
    Dataset with the variable ``heat_power`` [W] on ``coil_current_1`` and ``coil_current_2`` [A], both ascending.

    Raises
    ------
    DataError
        If the file cannot be read as what its name says, or does not hold a complete map.
    """
    path = Path(path)
    if path.is_dir():
        raise DataError(
            f"{path}: must be a .mat, .nc or .csv file with a map, found a folder; name the file in it"
        )
    readers = {".mat": _read_mat, ".nc": _read_netcdf, ".csv": _read_csv}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise DataError(
            f"{path}: must be a .mat, .nc or .csv file, found '{path.suffix}'; export the map as one of them"
        )
    if not path.is_file():
        raise DataError(f"{path}: there is no such file; check the name")
    dataset = reader(path)
    dataset.attrs["source"] = path.name
    return dataset


def _read_csv(path: Path) -> xarray.Dataset:
    return map_dataset(*read_table(path), str(path))


def _read_netcdf(path: Path) -> xarray.Dataset:
    return checked_map(read_dataset(path), str(path))


def _read_mat(path: Path) -> xarray.Dataset:
    from scipy.io import loadmat

    try:
        content: dict[str, Any] = loadmat(path, variable_names=("x_data", "y_data", "z_data"))
    except NotImplementedError:
        raise DataError(f"{path}: is a MATLAB 7.3 file; save it again with 'save(..., \"-v7\")'") from None
    except Exception:  # scipy raises whatever a broken file leads it to
        raise DataError(f"{path}: must be a .mat file, found {_other_file(path)}; export it again") from None
    for name in ("x_data", "y_data", "z_data"):
        if name not in content:
            found = ", ".join(key for key in content if not key.startswith("__")) or "none of the three"
            raise DataError(f"{path}: must hold x_data, y_data and z_data, found {found}; add {name}")
    power = np.asarray(content["z_data"])
    if power.ndim != 2 or power.dtype.kind not in "iuf":
        raise DataError(
            f"{path}: z_data must be a table of real numbers, found {kind_of_data(power.dtype.kind, power.shape)}"
        )
    first, second = (
        _MILLIAMPERE * _mat_axis(path, name, content[name], size, which)
        for name, size, which in (("y_data", power.shape[0], "row"), ("x_data", power.shape[1], "column"))
    )
    _demand_femtowatts(path, power)
    return map_dataset(first, second, _FEMTOWATT * power, str(path))


def _mat_axis(path: Path, name: str, values: Any, size: int, which: str) -> Array:
    values = np.ravel(values)
    if values.dtype.kind not in "iuf" or values.size not in (2, size):
        raise DataError(
            f"{path}: {name} must hold 2 end points or one current for each {which} of z_data ({size}), "
            f"found {values.size}, {kind_of_data(values.dtype.kind)}; check that z_data is not transposed"
        )
    axis: Array = np.linspace(values[0], values[-1], size) if values.size == 2 else values.astype(float)
    return axis


def _demand_femtowatts(path: Path, power: Any) -> None:
    """Suspect the unit where the powers are possible ones in W, but not in fW."""
    largest = float(np.max(np.abs(power), initial=0.0))
    if 0 < largest < 1e-9:
        raise DataError(
            f"{path}: z_data must be in fW, found {largest * _FEMTOWATT:.2g} W as its largest value, read so; is it in "
            "W? multiply it by 1e15"
        )


def _other_file(path: Path) -> str:
    head = path.read_bytes()[:8]
    if not head:
        return "an empty file"
    return "one that is damaged or cut off" if head.startswith(b"MATLAB") else "a file of another kind"
