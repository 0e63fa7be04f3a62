"""Columns of powers from files of other programs, as the dataset that a fit takes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from valvelab.arguments import Array
from valvelab.dataset import REDUCED, Variable, check_dataset, make_dataset
from valvelab.errors import DataError
from valvelab.units import UNITS
from valvelab.wording import kind_of_data, one_of

from .entries import DIMENSIONS
from .reduced_columns import COLUMNS, MATRICES

if TYPE_CHECKING:
    import xarray as xr


def scale_of(unit: str, described: Variable, where: str) -> float:
    """Return the SI value of the unit that a column is in.

    Parameters
    ----------
    unit
        As it stands in the file, empty where it says none.
    described
        What the column is.
    where
        Of the column, for messages.

    Raises
    ------
    DataError
        If the column needs a unit and has none, or one of another kind.
    """
    if described.units in ("", "1"):
        if unit not in ("", "1"):
            raise DataError(f"{where} must have no unit, found '{unit}'; is it another column?")
        return 1.0
    tables = [UNITS[DIMENSIONS[one]] for one in described.units.split("*")]
    factors = unit.replace(" ", "").split("*")
    if len(factors) != len(tables) or any(
        one not in table for one, table in zip(factors, tables, strict=False)
    ):
        known = " times ".join(", ".join(table) for table in tables)
        found = f"'{unit}'" if unit else "none"
        written = f" (written as {described.units})" if len(tables) > 1 else ""
        raise DataError(f"{where} must be in one of {known}{written}, found {found}; say its unit")
    return float(np.prod([float(table[one]) for one, table in zip(factors, tables, strict=True)]))


def dataset_of(
    columns: Mapping[str, Any],
    units: Mapping[str, str] | None,
    settings: Mapping[str, float],
    where: str,
    cure: str,
) -> "xr.Dataset":
    """Return the dataset of some columns, their values turned into SI units.

    Parameters
    ----------
    columns
        Values by the names of `COLUMNS`, and of `MATRICES` with a row for each point; others are left out.
    units
        By name, empty where a file says none; None where the file is in SI units throughout.
    settings
        Attributes of the dataset.
    where
        What messages call the file.
    cure
        How a column is added to such a file.

    Raises
    ------
    DataError
        If a column is missing, in a wrong unit, no vector of real numbers, or of another length than the rest.
    """
    kept: dict[str, Any] = {}
    for name, described in COLUMNS.items():
        if name not in columns:
            continue
        unit = described.units if units is None else units.get(name, "")
        scale = scale_of(unit, described, f"{where}: {name}")
        kept[name] = _vector(columns[name], scale, described, f"{where}: {name}")
    _demand_columns(kept, where, cure)
    dataset = make_dataset(kept, COLUMNS, dict(settings))
    dataset = dataset.assign(
        {
            name: _matrix(name, columns[name], dataset.sizes["point"], where)
            for name in MATRICES
            if name in columns
        }
    )
    check_dataset(dataset, COLUMNS, where)
    return dataset


def _vector(values: Any, scale: float, described: Variable, where: str) -> Any:
    array = np.asarray(values)
    if array.ndim != 1:
        raise DataError(
            f"{where} must be a vector, found the shape {array.shape}; give one value for each point"
        )
    if described.kind == "U":
        return array
    numbers = _real(array, where) * scale
    if described.kind == "i" and not np.array_equal(numbers, np.floor(numbers)):
        raise DataError(f"{where} must be whole numbers, found others; number the points' cells")
    return numbers


def _real(array: Any, where: str) -> Array:
    kind = array.dtype.kind
    if kind == "O" and all(isinstance(one, str) for one in array.ravel()):
        kind = "U"
    if kind not in "iuf":
        raise DataError(f"{where} must hold real numbers, found {kind_of_data(kind)}; export it as numbers")
    return np.asarray(array, float)


def _demand_columns(kept: Mapping[str, Any], where: str, cure: str) -> None:
    lengths = {name: len(values) for name, values in kept.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise DataError(f"{where}: all variables must be equally long, found {told}; export them together")
    missing = [name for name, described in REDUCED.items() if name not in kept and described.is_needed(kept)]
    if missing:
        held = f"found {one_of(kept).replace(' or ', ' and ')}" if kept else "found none of them"
        raise DataError(f"{where}: must hold {', '.join(missing)} as well, {held}; {cure}")


def _matrix(name: str, values: Any, size: int, where: str) -> Any:
    """Return a matrix of a file in SI units as xarray takes it."""
    known, array = MATRICES[name], _real(np.asarray(values), f"{where}: {name}")
    wanted = f"must have one row for each of {size} points"
    if array.size == 0 or array.size % size or (array.ndim == 2 and len(array) != size) or array.ndim > 2:
        raise DataError(f"{where}: {name} {wanted}, found the shape {array.shape}; is it transposed?")
    if known.dims[1] == "point_" and array.size != size**2:
        raise DataError(
            f"{where}: {name} {wanted} and as many columns, found the shape {array.shape}; export it whole"
        )
    return (known.dims, array.reshape(size, -1), {"units": known.units[0]})


def demand_matrices(dataset: "xr.Dataset", where: str) -> None:
    """Stop at a matrix of a netCDF file that lies elsewhere, or says no unit or another.

    Raises
    ------
    DataError
        Naming the first that does.
    """
    for name, known in MATRICES.items():
        if name not in dataset:
            continue
        variable = dataset[name]
        _real(variable.values, f"{where}: {name}")
        found = variable.attrs.get("units", "")
        if found not in known.units:
            told = f"'{found}'" if found else "none"
            raise DataError(
                f"{where}: {name} must say that it is in {known.units[0]}, found {told}; set its attribute units"
            )
        if variable.ndim != 2 or variable.dims[0] != "point":
            raise DataError(
                f"{where}: {name} must lie along {' and '.join(known.dims)}, found it along "
                f"{' and '.join(map(str, variable.dims)) or 'nothing'}; export it again"
            )
        if not np.all(np.isfinite(variable.values)):
            raise DataError(
                f"{where}: {name} must be finite, found values that are not; leave those points out"
            )
