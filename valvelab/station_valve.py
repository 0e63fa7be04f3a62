"""The parts of a station as one instrument: the heat valve."""

import importlib
from collections.abc import Mapping
from typing import Any

from valvelab.device import Device, Island
from valvelab.errors import ConfigurationError
from valvelab.station import OpenStation
from valvelab.thermometer_calibration import calibrated


def valve(
    station: OpenStation,
    device: Device,
    configurations: Mapping[str, tuple[float, float]],
    *,
    frequency_tolerance: float = 5e6,
    readings: int = 4,
) -> Any:
    """Make the parts of a station one instrument, with what a device file knows of the chip.

    Parameters
    ----------
    station
        The open station; its thermometers get the device's calibrations.
    device
        Flux bias, both islands with calibrated thermometers, and the source's heater must be known.
    configurations
        Frequencies of both qubits [Hz] by the name of the configuration.
    frequency_tolerance
        Distance from them at which a configuration counts as set [Hz].
    readings
        Readings that make one measurement of a thermometer.

    Returns
    -------
    The `valvelab.drivers.HeatValve`.

    Raises
    ------
    ConfigurationError
        If the device file lacks a part.
    """
    drivers = importlib.import_module("valvelab.drivers")
    source, drain = (_known_island(device, role) for role in ("source", "drain"))
    if device.flux is None or source.heater is None:
        lacking = ("flux",) if device.flux is None else ("source", "heater")
        raise ConfigurationError(f"{device.places.at(*lacking)}: must be known to switch the valve; add it")
    parts, limits = station.parts, station.file.source_heater.limits
    for role, island in (("source", source), ("drain", drain)):
        parts[f"{role}_thermometer"].calibration = calibrated(island.thermometer)
        parts[f"{role}_thermometer"].readings = readings
    warm = device.operating_point.source_temperature
    coils = parts["coil_1"], parts["coil_2"]
    heater = station.add(
        drivers.SinisHeater(
            "heater",
            parts["source_heater"],
            divider=source.heater.divider,
            law=source.heater,
            power_limit=float(source.heater.power(max(map(abs, limits)), warm)),
            temperature=warm,
            offset=source.heater.offset,
            clock=station.clock,
        )
    )
    bias = station.add(drivers.FluxBias("flux_bias", coils, law=device.flux, qubits=device.qubits))
    made = drivers.HeatValve(
        "valve",
        flux_bias=bias,
        configurations=configurations,
        frequency_tolerance=frequency_tolerance,
        source_thermometer=parts["source_thermometer"],
        drain_thermometer=parts["drain_thermometer"],
        mixing_chamber=parts["mixing_chamber"],
        drain=drain,
        heater=heater,
        zeroed=[coil for coil in coils if station.file.boxes[coil.name].at_end == "zero"],
    )
    return station.add(made)


def _known_island(device: Device, role: str) -> Island:
    island: Island | None = getattr(device, role)
    if island is None:
        raise ConfigurationError(f"{device.places.at(role)}: must be known to switch the valve; add it")
    if island.thermometer.calibration is None and island.thermometer.points is None:
        raise ConfigurationError(
            f"{device.places.at(role, 'thermometer', 'calibration')}: must be known to read kelvins; run "
            "'valvelab calibrate thermometer', which writes it"
        )
    return island
