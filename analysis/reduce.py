"""From readings to powers: block averages, heat balance, and the background that all configurations share."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from valvelab.dataset import RAW, REDUCED, Variable, check_dataset, make_dataset
from valvelab.device import Device, Island
from valvelab.errors import ConfigurationError, DataError
from valvelab.walk import purpose

from .thermometry import read_island

Array = npt.NDArray[np.float64]

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

_SOURCE, _DRAIN = "thermometer_voltage_source", "thermometer_voltage_drain"
_REFERENCE = ("frequency_1", "frequency_2", "temperature_source", "temperature_drain")
_MORE: dict[str, Variable] = {
    "cell": Variable("1", "pair of bath and source temperature", "i"),
    "bath_temperature": Variable("K", "temperature of the mixing chamber"),
    "temperature_source_std": Variable("K", "standard error of the source temperature"),
    "temperature_drain_std": Variable("K", "standard error of the drain temperature"),
    "heat_power_temperature_covariance": Variable(
        "W*K", "covariance of heat power and drain temperature, which one voltage gives"
    ),
    **{
        f"reference_{name}": Variable(REDUCED[name].units, f"{REDUCED[name].long_name} in the reference")
        for name in _REFERENCE
    },
}
"""What a reduced run holds besides the contract: errors of temperatures, and the reference subtracted."""


def reduce(raw: "xr.Dataset", device: Device) -> "xr.Dataset":
    """Turn the readings of a run into heat powers relative to the configuration "off".

    The readings of a configuration in a cell are averaged; blocks are palindromic, so a linear drift cancels.
    The balance of the drain gives the power that reaches it, and that of "off" in the same cell, background
    and all, is subtracted. Where the drain was heated, source and drain are exchanged throughout, as the attribute
    ``heated`` says. Powers of one cell share the error of its "off": their covariance says so.

    Parameters
    ----------
    raw
        Dataset with the variables of `valvelab.dataset.RAW`.
    device
        The device; its islands and flux bias must be known.

    Returns
    -------
    Dataset along ``point``, one for each cell and configuration but "off", with the variables of
    `valvelab.dataset.REDUCED`, the covariance ``heat_power_drain_covariance`` (point, point_), and the
    frequencies and temperatures of the reference as ``reference_...``: what was measured is the model at the
    point minus the model at the reference.

    Raises
    ------
    DataError
        If variables are missing or wrong, a cell lacks "off", or a configuration was read only once.
    ConfigurationError
        If the device file lacks what is needed.

    Notes
    -----
    The voltage noise is estimated from the scatter of the readings about their means, pooled over the run.
    The drain temperature and the power come from the same voltage, so their errors are correlated; the fit
    needs that covariance because the model is evaluated at the measured temperature.
    """
    name = _name(raw)
    check_dataset(raw, RAW, name)
    raw, device = _turned(_measuring(raw, name), device)
    source, drain = _islands(device)
    table = _averages(raw)
    bath = table["bath_temperature"].values
    hot, cold = (
        read_island(
            island,
            table[column].values,
            bath,
            f"{name}: {column}",
            device.places.beside(role, "thermometer", "gap"),
        )
        for role, island, column in (("source", source, _SOURCE), ("drain", drain, _DRAIN))
    )
    source_error, drain_error = table[f"{_SOURCE}_std"].values, table[f"{_DRAIN}_std"].values
    table["frequency_1"], table["frequency_2"] = _frequencies(device, table)
    table["temperature_source"] = hot.temperature
    table["temperature_source_std"] = np.abs(hot.temperature_slope) * source_error
    table["temperature_drain"] = cold.temperature
    table["temperature_drain_std"] = np.abs(cold.temperature_slope) * drain_error
    table["power"] = cold.power
    table["power_std"] = np.abs(cold.power_slope) * drain_error
    table["heat_power_temperature_covariance"] = cold.power_slope * cold.temperature_slope * drain_error**2
    return _relative_to_off(table, device, raw)


def _name(raw: "xr.Dataset") -> str:
    """Return the file that a dataset was read from, for messages."""
    return str(raw.encoding.get("source", "raw dataset"))


def _measuring(raw: "xr.Dataset", name: str) -> "xr.Dataset":
    """Leave out the readings that only prepared others."""
    kept = np.array([not purpose(str(configuration)) for configuration in raw["configuration"].values], bool)
    if not kept.any():
        raise DataError(f"{name}: must hold readings of a configuration, found none; is the run complete?")
    return raw.isel(point=np.flatnonzero(kept))


def _turned(raw: "xr.Dataset", device: Device) -> "tuple[xr.Dataset, Device]":
    """Exchange source and drain where the drain was heated: what is called source from here on is the warm one."""
    if raw.attrs.get("heated", "source") == "source":
        return raw, device
    values = {_SOURCE: raw[_DRAIN].values, _DRAIN: raw[_SOURCE].values}
    turned = raw.assign({name: raw[name].copy(data=data) for name, data in values.items()})
    turned.encoding = dict(raw.encoding)
    return turned, device.swapped


def _islands(device: Device) -> tuple[Island, Island]:
    missing = [name for name in ("source", "drain", "flux") if getattr(device, name) is None]
    if device.source is None or device.drain is None or missing:
        lines = [f"{device.places.at(name)}: must be known to reduce; add it" for name in missing]
        raise ConfigurationError("\n".join(lines))
    return device.source, device.drain


def _averages(raw: "xr.Dataset") -> "pd.DataFrame":
    """Return one row per cell and configuration: means, and standard errors of the thermometer voltages."""
    groups = raw[[name for name in RAW if name in raw]].to_dataframe().groupby(["cell", "configuration"])
    counts = groups.size()
    if (counts < 2).any():
        cell, name = counts.idxmin()
        raise DataError(
            f"{_name(raw)}: cell {cell}, '{name}' must hold at least two readings to know their "
            f"scatter, found {counts.min()}; is the run complete?"
        )
    table = groups.mean(numeric_only=True)
    for name in (_SOURCE, _DRAIN):
        pooled = (groups[name].var() * (counts - 1)).sum() / (counts - 1).sum()
        table[f"{name}_std"] = np.sqrt(pooled / counts)
    # One bath temperature for the whole cell: its reading noise then cancels in the difference to "off".
    table["bath_temperature"] = table["mixing_chamber_temperature"].groupby("cell").transform("mean")
    return table


def _frequencies(device: Device, table: "pd.DataFrame") -> tuple[Array, Array]:
    assert device.flux is not None  # noqa: S101 # checked with the islands
    fluxes = device.flux.fluxes(table[["coil_current_1", "coil_current_2"]].values)
    found = [name for name in ("flux_offset_1", "flux_offset_2") if name in table]
    if len(found) == 2:
        fluxes = fluxes + table[found].values
    return device.qubits[0].frequency(fluxes[:, 0]), device.qubits[1].frequency(fluxes[:, 1])


def _relative_to_off(table: "pd.DataFrame", device: Device, raw: "xr.Dataset") -> "xr.Dataset":
    names = table.index.get_level_values("configuration")
    rows = table[names != "off"]
    cells = rows.index.get_level_values("cell")
    without = sorted(set(cells) - set(table.index[names == "off"].get_level_values("cell")))
    if without or rows.empty:
        raise DataError(
            f"{_name(raw)}: every cell must hold the configuration 'off' and another, found "
            f"{without or 'none'} without; measure it, it carries the background"
        )
    off = table.xs("off", level="configuration").loc[cells]
    columns = {
        **{name: rows[name].values for name in [*REDUCED, *_MORE] if name in rows},
        **{f"reference_{name}": off[name].values for name in _REFERENCE},
        "configuration": list(rows.index.get_level_values("configuration")),
        "cell": cells.values,
        "heat_power_drain": rows["power"].values - off["power"].values,
        "heat_power_drain_std": np.hypot(rows["power_std"].values, off["power_std"].values),
    }
    attributes = {
        **raw.attrs,
        "resonator_frequency": device.resonator.frequency,
        "quality_factor": device.resonator.quality_factor,
        "resonator_exponent": device.resonator.exponent,
        "operating_source_temperature": device.operating_point.source_temperature,
        "operating_drain_temperature": device.operating_point.drain_temperature,
        "reference": "off, same cell",
    }
    dataset = make_dataset(columns, {**REDUCED, **_MORE}, attributes)
    shared = (cells.values[:, None] == cells.values) * off["power_std"].values ** 2
    dataset["heat_power_drain_covariance"] = (
        ("point", "point_"),
        np.diag(rows["power_std"].values ** 2) + shared,
        {"units": "W**2", "long_name": "covariance of the heat power into the drain"},
    )
    return dataset
