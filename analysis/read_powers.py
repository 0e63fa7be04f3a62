"""Read the powers of a switching measurement from the files that laboratories keep."""

import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from valvelab.dataset import REDUCED, UnusedColumns, check_dataset, read_dataset
from valvelab.device import Device
from valvelab.errors import DataError

from .power_columns import dataset_of, demand_matrices
from .power_names import demand_known, unused_settings
from .power_settings import OF_DEVICE, SETTINGS, missing_settings, settings_of
from .power_sizes import demand_sizes
from .power_table import read_power_table
from .reduced_columns import COLUMNS, DIRECTION, MATRICES
from .reduced_dataset import device_attributes

if TYPE_CHECKING:
    import xarray as xr

_SAID = {
    ".csv": "write lines such as '# resonator_frequency: 4 GHz' and '# quality_factor: 20' above the columns",
    ".nc": "set such attributes of the dataset, in Hz and without a unit",
    ".mat": "save such numbers beside the vectors, in Hz and without a unit",
    ".db": "add such metadata to the run, in Hz and without a unit",
}
"""How a file of each kind says what holds for all its powers."""
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def read_powers(
    path: Path | str, *, run: int | str | None = None, device: Device | None = None
) -> "xr.Dataset":
    """Read heat powers of a switching measurement.

    Parameters
    ----------
    path
        One of

        - ``.nc``: what `valvelab.analysis.reduce` wrote, or a dataset like it;
        - ``.csv``: a line of column names with units, those of ``reduced.nc``, and one line per power; lines such as
          ``# resonator_frequency: 4 GHz`` and ``# quality_factor: 20`` above it say the rest;
        - ``.mat``: vectors of those names in SI units, ``configuration`` a cell array of texts;
        - ``.db``: a QCoDeS database with a run whose parameters have those names and units.
    run
        Number or guid of the run in a database; its last one by default.
    device
        What is known of resonators and charging energies, where the file does not say it.

    Returns
    -------
    Dataset along ``point``, what `fit_switching` takes, in SI units.

    Raises
    ------
    DataError
        If the file cannot be read as what its name says, lacks something, does not say a unit, or holds what no heat
        valve can have; if a column looks like a known one misspelt, or like an error that nobody takes.

    Warns
    -----
    UnusedColumns
        If the file holds what a fit does not take.
    """
    path = Path(path)
    _demand_file(path, run)
    kind = path.suffix.lower()
    if kind == ".nc":
        dataset, remarks = _from_netcdf(path)
    elif kind == ".csv":
        dataset, remarks = read_power_table(path)
    elif kind == ".mat":
        dataset, remarks = _from_mat(path)
    elif kind == ".db":
        dataset, remarks = _from_qcodes(path, run)
    else:
        raise DataError(
            f"{path}: must be a .nc, .csv, .mat or .db file, found '{path.suffix}'; export it as one"
        )
    demand_sizes(dataset, str(path))
    if device is not None:
        known = device_attributes(device)
        dataset.attrs = {name: known[name] for name in OF_DEVICE} | dataset.attrs
    missing = missing_settings(dataset.attrs)
    if missing:
        near = "".join(f" {remark.removeprefix(f'{path}: ')}" for remark in remarks if missing[0] in remark)
        raise DataError(
            f"{path}: must say {' and '.join(missing)}, found neither in it nor beside; {_SAID[kind]}, or give the "
            f"device (--device).{near}"
        )
    for remark in remarks + _shifts_alone(dataset, str(path)):
        warnings.warn(remark, UnusedColumns, stacklevel=2)
    return dataset


def _demand_file(path: Path, run: int | str | None) -> None:
    if not path.is_file():
        if _GUID.fullmatch(path.name):
            raise DataError(
                f"{path}: is the guid of a run, and must come with the database that holds the run; say 'valvelab fit "
                f"DATABASE.db --run {path}'"
            )
        raise DataError(f"{path}: there is no such file; check the name")
    if run is not None and path.suffix.lower() != ".db":
        raise DataError(
            f"{path}: must be a .db file where a run is chosen, found run {run}; leave the run out"
        )


def _shifts_alone(dataset: "xr.Dataset", where: str) -> list[str]:
    """Return a remark on errors of frequencies that a fit cannot use, as it does not know how the powers move."""
    shifts = [name for name in COLUMNS if name.endswith("_shift") and name in dataset]
    if not shifts or any(name in dataset for name in MATRICES if name.endswith("_shift")):
        return []
    return [
        f"{where}: {', '.join(shifts)} are used by a fit only beside heat_power_drain_shift and its like, which no "
        "column can hold; frequencies are taken as exact: fit the netCDF file instead"
    ]


def _from_netcdf(path: Path) -> "tuple[xr.Dataset, list[str]]":
    dataset = read_dataset(path, REDUCED)
    where = str(path)
    if any(f"heat_power_{name}_model" in dataset for name in DIRECTION):
        raise DataError(
            f"{where}: must be a reduced dataset, found what a fit wrote; fit reduced.nc beside it"
        )
    # Along other dimensions stands what `reduce` tells of noise, and what others may want to keep.
    names = [str(name) for name in dataset.variables if "point" in dataset[name].dims]
    remarks = demand_known(names, where, matrices=True)
    check_dataset(dataset, COLUMNS, where, stated=True)
    demand_matrices(dataset, where)
    remarks += unused_settings([str(name) for name in dataset.attrs], where)
    return dataset.assign_attrs(settings_of(dataset.attrs, where)), remarks


def _from_mat(path: Path) -> "tuple[xr.Dataset, list[str]]":
    from scipy.io import loadmat, whosmat

    wanted = (*COLUMNS, *MATRICES, *SETTINGS)
    try:
        held = [name for name, _, _ in whosmat(path)]
        content: dict[str, Any] = loadmat(path, variable_names=wanted, squeeze_me=True)
    except NotImplementedError:
        raise DataError(f"{path}: is a MATLAB 7.3 file; save it again with 'save(..., \"-v7\")'") from None
    except Exception:  # scipy raises whatever a broken file leads it to
        raise DataError(
            f"{path}: must be a .mat file, found one of another kind or cut off; export it again"
        ) from None
    remarks = demand_known([name for name in held if name not in SETTINGS], str(path), matrices=True)
    settings = settings_of(content, str(path))
    columns = {name: np.atleast_1d(value) for name, value in content.items() if name in (*COLUMNS, *MATRICES)}
    if "configuration" in columns:
        columns["configuration"] = np.array([str(text) for text in columns["configuration"]])
    cure = "save each as a vector of that name in SI units"
    return dataset_of(columns, None, settings, str(path), cure), remarks


def _from_qcodes(path: Path, run: int | str | None) -> "tuple[xr.Dataset, list[str]]":
    if not path.read_bytes()[:16].startswith(b"SQLite format 3"):
        raise DataError(f"{path}: must be a QCoDeS database, found a file of another kind; check the name")
    from qcodes.dataset import connect, load_by_guid, load_by_id

    connection = connect(str(path), read_only=True)
    try:
        if run is None:
            run = connection.execute("SELECT MAX(run_id) FROM runs").fetchone()[0]
        if run is None:
            raise DataError(f"{path}: must hold a run, found none; measure one, or check the name")
        try:
            data = load_by_guid(run, connection) if isinstance(run, str) else load_by_id(run, connection)
        except (ValueError, NameError, RuntimeError) as error:
            raise DataError(f"{path}: must hold run {run}; {error}") from None
        units = {spec.name: spec.unit for spec in data.get_parameters()}
        frame = data.to_pandas_dataframe().reset_index()
        metadata = dict(data.metadata)
    finally:
        connection.close()
    if "thermometer_voltage_drain" in frame and "heat_power_drain" not in frame:
        raise DataError(
            f"{path}: run {run} holds voltages, and must hold heat powers; reduce its run folder with 'valvelab reduce'"
        )
    where = f"{path}: run {run}"
    names = [str(name) for name in frame.columns if name not in SETTINGS]
    remarks = demand_known(names, where, matrices=False) + unused_settings(list(metadata), where)
    columns = {name: frame[name].to_numpy() for name in frame.columns if name in COLUMNS}
    cure = "register a parameter of each of these names with its unit"
    return dataset_of(columns, units, settings_of(metadata, where), where, cure), remarks
