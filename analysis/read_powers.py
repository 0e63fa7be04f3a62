"""Read the powers of a switching measurement from the files that laboratories keep."""

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from valvelab.dataset import REDUCED, read_dataset
from valvelab.device import Device
from valvelab.errors import DataError

from .entries import DIMENSIONS
from .power_columns import EXAMPLE, SETTINGS, dataset_of, demand_sizes, setting
from .reduced_dataset import device_attributes

if TYPE_CHECKING:
    import xarray as xr


def read_powers(
    path: Path | str, *, run: int | str | None = None, device: Device | None = None
) -> "xr.Dataset":
    """Read heat powers of a switching measurement.

    Parameters
    ----------
    path
        One of

        - ``.nc``: what `valvelab.analysis.reduce` wrote, or a dataset like it;
        - ``.csv``: a line of column names with units, those of `valvelab.dataset.REDUCED`, and one line per power;
          lines such as ``# resonator_frequency: 4 GHz`` and ``# quality_factor: 20`` above it say the rest;
        - ``.mat``: vectors of those names in SI units, ``configuration`` a cell array of texts;
        - ``.db``: a QCoDeS database with a run whose parameters have those names and units.
    run
        Number or guid of the run in a database; its last one by default.
    device
        What is known of resonators and charging energies, where the file does not say it.

    Returns
    -------
    Dataset along ``point``, what `fit_switching` takes.

    Raises
    ------
    DataError
        If the file cannot be read as what its name says, or lacks something.
    """
    path = Path(path)
    if not path.is_file():
        raise DataError(f"{path}: there is no such file; check the name")
    kind = path.suffix.lower()
    if kind == ".nc":
        dataset = read_dataset(path, REDUCED)
    elif kind == ".csv":
        dataset = _from_csv(path)
    elif kind == ".mat":
        dataset = _from_mat(path)
    elif kind == ".db":
        dataset = _from_qcodes(path, run)
    else:
        raise DataError(
            f"{path}: must be a .nc, .csv, .mat or .db file, found '{path.suffix}'; export it as one"
        )
    demand_sizes(dataset, str(path))
    if device is not None:
        known = device_attributes(device)
        dataset.attrs = {name: known[name] for name in SETTINGS} | dataset.attrs
    missing = [name for name in ("resonator_frequency", "quality_factor") if name not in dataset.attrs]
    if missing:
        raise DataError(
            f"{path}: must say {' and '.join(missing)}, found neither in it nor beside; give the device "
            "with --device, or as an argument"
        )
    return dataset


def _from_csv(path: Path) -> "xr.Dataset":
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path}: must be UTF-8 text, found byte {error.start} that is not; export it again"
        ) from None
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    settings = {}
    for number, line in numbered:
        found = re.fullmatch(r"#\s*(\w+)\s*[:=]\s*(.+?)\s*", line)
        if found and found[1] in SETTINGS:
            settings[found[1]] = setting(found[1], found[2], f"{path}:{number}")
    rows = [(number, line) for number, line in numbered if not line.startswith("#")]
    if len(rows) < 2:
        raise DataError(
            f"{path}: must hold a line of column names and one line per power, found {len(rows)} lines"
        )
    names, units = _headings(path, *rows[0])
    cells: list[list[str]] = []
    for number, line in rows[1:]:
        row = next(csv.reader([line]))
        if len(row) != len(names):
            raise DataError(f"{path}:{number}: must hold {len(names)} cells, found {len(row)}; mend the line")
        cells.append(row)
    columns: dict[str, Any] = {}
    for place, name in enumerate(names):
        texts = [row[place].strip() for row in cells]
        columns[name] = texts if name == "configuration" else _numbers(path, rows, place, texts)
    return dataset_of(columns, units, settings, str(path))


def _headings(path: Path, number: int, line: str) -> tuple[list[str], dict[str, str]]:
    names, units = [], {}
    for cell in next(csv.reader([line])):
        found = re.fullmatch(r"\s*(\w+)\s*(?:[\[(]([^\])]*)[\])])?\s*", cell)
        if found is None:
            raise DataError(
                f"{path}:{number}: must name columns such as '{EXAMPLE}', found '{cell.strip()[:40]}'"
            )
        name, unit = found[1], (found[2] or "").strip()
        if name in REDUCED and REDUCED[name].units in DIMENSIONS and not unit:
            raise DataError(
                f"{path}:{number}: {name} must have a unit in brackets, as in '{EXAMPLE}', found none"
            )
        names.append(name)
        units[name] = unit
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise DataError(f"{path}:{number}: must name each column once, found {min(twice)} twice")
    return names, units


def _numbers(path: Path, rows: list[tuple[int, str]], place: int, texts: list[str]) -> list[float]:
    values = []
    for (number, _), text in zip(rows[1:], texts, strict=True):
        try:
            values.append(float(text))
        except ValueError:
            raise DataError(
                f"{path}:{number}: must hold a number in column {place + 1}, found '{text[:40]}'"
            ) from None
    return values


def _from_mat(path: Path) -> "xr.Dataset":
    from scipy.io import loadmat

    wanted = (*REDUCED, *SETTINGS)
    try:
        content: dict[str, Any] = loadmat(path, variable_names=wanted, squeeze_me=True)
    except NotImplementedError:
        raise DataError(f"{path}: is a MATLAB 7.3 file; save it again with 'save(..., \"-v7\")'") from None
    except Exception:  # scipy raises whatever a broken file leads it to
        raise DataError(
            f"{path}: must be a .mat file, found one of another kind or cut off; export it again"
        ) from None
    settings = {
        name: float(content[name]) for name in SETTINGS if name in content and np.size(content[name]) == 1
    }
    columns = {name: np.atleast_1d(content[name]) for name in REDUCED if name in content}
    if "configuration" in columns:
        columns["configuration"] = np.array([str(text) for text in columns["configuration"]])
    return dataset_of(columns, {}, settings, str(path))


def _from_qcodes(path: Path, run: int | str | None) -> "xr.Dataset":
    if not path.read_bytes()[:16].startswith(b"SQLite format 3"):
        raise DataError(f"{path}: must be a QCoDeS database, found a file of another kind; check the name")
    from qcodes.dataset import connect, load_by_guid, load_by_id

    connection = connect(str(path), read_only=True)
    try:
        if run is None:
            run = connection.execute("SELECT MAX(run_id) FROM runs").fetchone()[0]
        if run is None:
            raise DataError(f"{path}: must hold a run, found none")
        try:
            data = load_by_guid(run, connection) if isinstance(run, str) else load_by_id(run, connection)
        except (ValueError, NameError, RuntimeError) as error:
            raise DataError(f"{path}: must hold run {run}; {error}") from None
        units = {spec.name: spec.unit for spec in data.get_parameters()}
        frame = data.to_pandas_dataframe().reset_index()
        settings = {name: float(data.metadata[name]) for name in SETTINGS if name in data.metadata}
    finally:
        connection.close()
    columns = {name: frame[name].to_numpy() for name in frame.columns if name in REDUCED}
    if "thermometer_voltage_drain" in frame and "heat_power_drain" not in frame:
        raise DataError(
            f"{path}: run {run} holds voltages, and must hold heat powers; reduce its run folder with 'valvelab reduce'"
        )
    return dataset_of(columns, units, settings, f"{path}: run {run}")
