"""Reduced datasets as the files that other programs write, for tests of what reads them."""

import numpy as np
from scipy.io import savemat

from valvelab.analysis.reduced_columns import COLUMNS, MATRICES
from valvelab.dataset import write_dataset

SHOWN = {"Hz": ("GHz", 1e9), "K": ("mK", 1e-3), "W": ("aW", 1e-18), "W*K": ("aW*mK", 1e-21)}
KINDS = ("nc", "csv", "mat", "db")
SETTINGS = {"resonator_frequency": 4e9, "quality_factor": 20.0}


def columns_of(dataset):
    """Return the columns of a dataset in the units that people write, with these units."""
    columns, units = {}, {}
    for name in (name for name in COLUMNS if name in dataset):
        units[name], scale = SHOWN.get(COLUMNS[name].units, ("", None))
        values = dataset[name].values
        columns[name] = [str(one) for one in values] if scale is None else list(values.astype(float) / scale)
    return columns, units


def write_powers(path, dataset, **changed):
    """Write a dataset as the kind of file that the path says; `changed` stands among its settings."""
    {".nc": _netcdf, ".csv": _csv, ".mat": _mat, ".db": _db}[path.suffix](path, dataset, SETTINGS | changed)
    return path


def _netcdf(path, dataset, settings):
    path.unlink(missing_ok=True)
    write_dataset(dataset.assign_attrs(settings), path)


def _csv(path, dataset, settings):
    columns, units = columns_of(dataset)
    headings = [f"{name} [{units[name]}]" if units[name] else name for name in columns]
    lines = [",".join(map(str, row)) for row in zip(*columns.values(), strict=True)]
    told = {
        name: value if isinstance(value, str) else f"{value!r}{' Hz' * (name == 'resonator_frequency')}"
        for name, value in settings.items()
    }
    head = [f"# {name}: {text}" for name, text in told.items()]
    path.write_text("\n".join([*head, ",".join(headings), *lines, ""]), encoding="utf-8")


def _mat(path, dataset, settings):
    held = {name: dataset[name].values for name in (*COLUMNS, *MATRICES) if name in dataset}
    savemat(path, held | {"configuration": held["configuration"].astype(object)} | settings)


def _db(path, dataset, settings):
    from qcodes.dataset import Measurement, connect, load_or_create_experiment

    columns, units = columns_of(dataset)
    connection = connect(str(path))
    try:
        measurement = Measurement(exp=load_or_create_experiment("powers", "chip", conn=connection))
        measurement.register_custom_parameter("point", unit="")
        for name, unit in units.items():
            kind = "text" if name == "configuration" else "numeric"
            measurement.register_custom_parameter(name, unit=unit, setpoints=("point",), paramtype=kind)
        with measurement.run(in_memory_cache=False) as saver:
            for point in range(dataset.sizes["point"]):
                row = [
                    (name, values[point] if name == "configuration" else float(values[point]))
                    for name, values in columns.items()
                ]
                saver.add_result(("point", point), *row)
            for name, value in settings.items():
                saver.dataset.add_metadata(name, value)
    finally:
        connection.close()


def with_errors(dataset, std=1e-4):
    """Return a dataset with all that a column can hold besides: errors, cells, and a reference."""
    size, kelvin = dataset.sizes["point"], {"units": "K"}
    more = {
        "cell": ("point", np.arange(size) % 4),
        "bath_temperature": ("point", np.full(size, 0.03), kelvin),
        "temperature_source_std": ("point", np.full(size, std), kelvin),
        "temperature_drain_std": ("point", np.linspace(std, 2 * std, size), kelvin),
        "heat_power_drain_calibration_std": ("point", np.full(size, 1e-19), {"units": "W"}),
        "heat_power_temperature_covariance": ("point", np.full(size, 0.5e-18 * std), {"units": "W*K"}),
    }
    for name in ("temperature_source", "temperature_drain"):
        more[f"reference_{name}"] = ("point", dataset[name].values, kelvin)
    for qubit in (1, 2):
        more[f"reference_frequency_{qubit}"] = ("point", np.full(size, 2e9), {"units": "Hz"})
    return dataset.assign(more)


def along(dataset, value, units="K"):
    """Return a constant column as xarray takes it."""
    return ("point", np.full(dataset.sizes["point"], value), {"units": units})
