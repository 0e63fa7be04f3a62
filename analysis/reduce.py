"""From readings to powers: drift-cancelled means, heat balance, and the background that all configurations share."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from valvelab.arguments import Array
from valvelab.dataset import RAW, check_dataset
from valvelab.device import Device, Island
from valvelab.errors import ConfigurationError, DataError
from valvelab.walk import purpose

from .configuration_means import configuration_means
from .grouped_readings import Integers
from .noise_record import noise_record
from .reduced_dataset import device_attributes, reduced_dataset
from .reservoir_powers import balance
from .run_layout import Layout, layout_of
from .run_noise import Averages, Disturbed, Mask, average, find_disturbed

if TYPE_CHECKING:
    import xarray as xr

_VOLTAGES = {"source": "thermometer_voltage_source", "drain": "thermometer_voltage_drain"}
_POWERS = ("drain",), ("drain", "source")


def reduce(raw: "xr.Dataset", device: Device, reservoirs: tuple[str, ...] = ("drain",)) -> "xr.Dataset":
    """Turn the readings of a run into heat powers relative to the configuration "off".

    White and flicker noise of each thermometer are found from the run itself; outliers and jumps are flagged, told and
    left out. The means of all configurations are those of generalised least squares for that noise, in which
    differences within a block count most and a drift cancels. The balance of the drain gives the power that reaches
    it, and that of "off" in the same cell, background and all, is subtracted. Where the drain was heated, source and
    drain are exchanged throughout, as the attribute ``heated`` says.

    Parameters
    ----------
    raw
        Dataset with the variables of `valvelab.dataset.RAW`.
    device
        The device; its islands and flux bias must be known.
    reservoirs
        Whose powers are wanted: ``("drain",)``, or ``("drain", "source")`` where the heat that leaves the source is to
        be fitted, too. Its heater must then be known; a warm source is much noisier than a cold drain.

    Returns
    -------
    Dataset along ``point``, one for each cell and configuration but "off", with the variables of
    `valvelab.dataset.REDUCED`, the covariance ``heat_power_drain_covariance`` (point, point_), and the
    frequencies and temperatures of the reference as ``reference_...``: what was measured is the model at the
    point minus the model at the reference. ``..._shift`` (point, error) is by how much a power or a temperature moves
    with each independent error of its reservoir: products of shifts are covariances; the noise of
    the thermometers and what was flagged is as `valvelab.analysis.noise_record` says.

    Raises
    ------
    DataError
        If variables are missing or wrong, a cell lacks "off", or a configuration was read only once.
    ConfigurationError
        If the device file lacks what is needed.

    Notes
    -----
    Powers of one cell share the error of its "off", all cells share what the calibration leaves uncertain and the
    flicker that is slower than a cell, and power and temperature of a reservoir come from one voltage: all of that is
    in the shifts.
    """
    if tuple(sorted(reservoirs)) not in _POWERS:
        raise ValueError(
            f"reservoirs must be ('drain',) or ('drain', 'source'), found {reservoirs!r}; the drain is always there"
        )
    name = _name(raw)
    check_dataset(raw, RAW, name)
    chosen = _measuring(raw, name)
    raw, device = _turned(raw, device)
    warm = raw.attrs.get("heated", "source")
    origin = {"source": warm, "drain": "drain" if warm == "source" else "source"}  # what the files call it
    islands = _islands(device, reservoirs)
    layout = layout_of(raw, chosen, name)
    voltages = {role: raw[column].values[layout.order] for role, column in _VOLTAGES.items()}
    disturbed = {role: find_disturbed(layout, voltage) for role, voltage in voltages.items()}
    undisturbed, kept = _kept(layout, disturbed)
    averages = {role: average(layout, voltages[role], kept[role]) for role in voltages}
    columns, moved = _set_points(raw, layout, device, undisturbed)
    balances = {
        role: balance(
            island,
            averages[role].means,
            columns["bath_temperature"],
            f"{name}: {_VOLTAGES[origin[role]]}",
            device.places.beside(origin[role], "thermometer", island.thermometer.told_by),
        )
        for role, island in islands.items()
    }
    if "source" in reservoirs:
        supply = raw["heater_voltage"].values[layout.order]
        heating = _heating(islands["source"], supply, layout, averages["source"], kept["source"])
        balances["source"] = balances["source"].giving(heating)
    attributes = {
        **raw.attrs,
        **device_attributes(device),
        "reference": "off, same cell",
        "flagged_readings": sum(one.flagged.index.size for one in disturbed.values()),
        "flagged_blocks": int(np.unique(layout.block[~undisturbed]).size),
    }
    reduced = reduced_dataset(layout, columns, balances, tuple(reservoirs), attributes, moved)
    return reduced.assign(noise_record(layout, averages, disturbed, kept))


def _kept(layout: Layout, disturbed: Mapping[str, Disturbed]) -> tuple[Mask, dict[str, Mask]]:
    """Return which readings are in no block with a jump, and of these which to average for each thermometer.

    A block in which a flux or a heater jumped is no good for either.
    """
    jumped = [block for one in disturbed.values() for jump in one.jumps for block in jump.blocks]
    undisturbed = layout.enough(~np.isin(layout.block, jumped))
    return undisturbed, {
        role: layout.enough(one.kept(layout) & undisturbed) for role, one in disturbed.items()
    }


def _name(raw: "xr.Dataset") -> str:
    """Return the file that a dataset was read from, for messages."""
    return str(raw.encoding.get("source", "raw dataset"))


def _measuring(raw: "xr.Dataset", name: str) -> Integers:
    """Return the readings that did not only prepare others."""
    chosen = [not purpose(str(configuration)) for configuration in raw["configuration"].values]
    if not any(chosen):
        raise DataError(f"{name}: must hold readings of a configuration, found none; is the run complete?")
    return np.flatnonzero(chosen)


def _turned(raw: "xr.Dataset", device: Device) -> "tuple[xr.Dataset, Device]":
    """Exchange source and drain where the drain was heated: what is called source from here on is the warm one."""
    if raw.attrs.get("heated", "source") == "source":
        return raw, device
    source, drain = _VOLTAGES["source"], _VOLTAGES["drain"]
    return raw.assign(
        {source: raw[source].copy(data=raw[drain].values), drain: raw[drain].copy(data=raw[source].values)}
    ), device.swapped


def _islands(device: Device, reservoirs: tuple[str, ...]) -> dict[str, Island]:
    missing: list[tuple[str, ...]] = [
        (name,) for name in ("source", "drain", "flux") if getattr(device, name) is None
    ]
    if "source" in reservoirs and device.source is not None and device.source.heater is None:
        missing.append(("source", "heater"))
    if device.source is None or device.drain is None or missing:
        lines = [f"{device.places.at(*place)}: must be known to reduce; add it" for place in missing]
        raise ConfigurationError("\n".join(lines))
    return {"source": device.source, "drain": device.drain}


def _set_points(
    raw: "xr.Dataset", layout: Layout, device: Device, kept: Mask
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Return bath temperature and frequencies of each row, and how these move with the errors of their fluxes."""
    baths = raw["mixing_chamber_temperature"].values[layout.order]
    # One bath temperature for the whole cell: its reading noise then cancels in the difference to "off".
    in_cell = np.bincount(layout.cell, baths * kept) / np.bincount(layout.cell, kept)
    fluxes = []
    coils = np.column_stack([raw[f"coil_current_{coil}"].values[layout.order] for coil in (1, 2)])
    assert device.flux is not None  # noqa: S101 # checked with the islands
    expected = device.flux.fluxes(coils)
    for number in (1, 2):
        beyond = raw.get(f"flux_offset_{number}")
        found = 0.0 if beyond is None else beyond.values[layout.order]
        fluxes.append(layout.mean(expected[:, number - 1] + found, kept))
    columns, moved = {"bath_temperature": in_cell[layout.row_cells]}, {}
    for name, qubit, flux, error in zip(
        ("frequency_1", "frequency_2"), device.qubits, fluxes, device.flux.offset_error, strict=True
    ):
        columns[name] = qubit.frequency(flux)
        if any(device.flux.offset_error):
            moved[name] = error * qubit.frequency_slope(flux)
    return columns, moved


def _heating(
    island: Island, supply: Array, layout: Layout, averages: Averages, kept: Mask
) -> Callable[[Array], Array]:
    """Return the power of the source's heater [W] by row, averaged as the voltages of its thermometer were."""
    heater = island.heater
    assert heater is not None  # noqa: S101 # checked with the islands
    rise, row, cells = np.abs(supply - heater.offset)[kept], layout.row[kept], layout.in_cells(supply, kept)

    def heating(temperature: Array) -> Array:
        power = np.asarray(heater.power(rise, temperature[row]), float)
        return configuration_means(layout.time[kept], power, row, cells, averages.noise).values

    return heating
