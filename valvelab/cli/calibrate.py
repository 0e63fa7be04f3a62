"""``valvelab calibrate``: find out what the device file should say."""

import math
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import json_option, print_json, print_table, progress_bar, say

if TYPE_CHECKING:
    from valvelab.run_folder import Run
    from valvelab.station_file import StationFile

_BATHS, _VOLTAGES = 15, 9
_FAST, _SLOW, _QUANTA = 101, 61, 1.2
_FILE = click.Path(path_type=Path, dir_okay=False)
_KINDS = ("thermometer", "heater", "flux")


@click.command(name="calibrate", short_help="Calibrate thermometers, heater or flux bias.")
@click.argument("kind", type=click.Choice(_KINDS))
@click.argument("station", type=_FILE)
@click.argument("device", type=_FILE)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Run folder to make.")
@click.option(
    "--plan", type=_FILE, help="Calibration file; without it one is made from the station's limits."
)
@json_option
def command(kind: str, station: Path, device: Path, out: Path, plan: Path | None, as_json: bool) -> None:
    """Measure what DEVICE should say of its thermometers, heater or flux bias, and write it there with errors.

    \b
    thermometer  sweeps the bath, heater off, coils at zero, and fits gap and resistance of both SINIS pairs
    heater       sweeps the heater at the lowest bath temperature and fits its resistance, and, where the limits
                 allow both signs, the voltage at which it does not heat
    flux         sweeps both coils with a warm source and fits the flux matrix, offsets, maximum frequencies and
                 the quality factor; says how well the qubits come to resonance, or what is missing

    A calibration is a run: it has a folder, a journal and a safe end; `valvelab resume` continues one that was
    interrupted and `valvelab fit` then fits it. The folder then holds the readings, fit.json, calibration.png with
    the residuals, and device-calibrated.yaml, the device file with new values and their errors.

    \b
    Example:
      valvelab calibrate thermometer station.yaml device.yaml --out thermometers
      valvelab calibrate heater station.yaml thermometers/device-calibrated.yaml --out heater
      valvelab calibrate flux station.yaml heater/device-calibrated.yaml --out flux
    """
    from .steps import measure

    run = _begin(kind, station, device, out, plan)
    with progress_bar("measuring", len(run.plan.readings), waits=run.plan.waits) as move:
        measure(run, move)
    tell_calibration(out, as_json=as_json)


def tell_calibration(folder: Path, *, as_json: bool) -> None:
    """Fit the calibration in a run folder, write what it found, and print it."""
    from valvelab.laboratory import CALIBRATED, FIGURE, conclude_calibration

    from .steps import warnings_said

    with warnings_said():
        summary = conclude_calibration(folder)
    if as_json:
        print_json(summary)
        return
    rows = [[entry["name"], *entry["texts"], entry["before"]] for entry in summary["determined"]]
    freedom = summary["degrees_of_freedom"]
    print_table(
        f"Calibration of {summary['title']}: chi-square {summary['chi_square']:.1f} for {freedom} degrees of freedom",
        ["quantity", "value", "error", "device file"],
        rows,
    )
    for text in (*summary["warnings"], *summary["missing"]):
        say(f"Warning: {text}", fg="yellow")
    say(f"{folder / CALIBRATED} holds the new values; {folder / FIGURE} shows the residuals.")


def _begin(kind: str, station: Path, device: Path, out: Path, plan: Path | None) -> "Run":
    from valvelab.laboratory import load_station
    from valvelab.run_folder import DEVICE, PROTOCOL, STATION, create_run

    file, cryostat = load_station(station)
    with tempfile.TemporaryDirectory() as temporary:
        if plan is None:
            plan = Path(temporary) / "calibration.yaml"
            plan.write_text(calibration_text(kind, file, device), encoding="utf-8")
        return create_run(out, {STATION: station, DEVICE: device, PROTOCOL: plan, **cryostat})


def calibration_text(kind: str, station: "StationFile", device: Path) -> str:
    """Return the file of a calibration that goes as far as the limits of a station let it."""
    import numpy as np

    from valvelab.units import format_quantity

    def listed(values: Iterable[float], dimension: str) -> str:
        return ", ".join(format_quantity(float(value), dimension, 3) for value in values)

    coldest, warmest = station.mixing_chamber.limits
    if kind == "thermometer":
        swept = f"bath_temperatures: [{listed(np.linspace(coldest, warmest, _BATHS), 'temperature')}]"
    elif kind == "flux":
        swept = _raster(station, device)
    else:
        low, high = station.source_heater.limits
        both = low < 0
        most = min(high, -low if both else high, _hottest(device, coldest))
        # The power goes with the square of the voltage, the temperature with the fifth root of that.
        voltages = most * np.linspace(0, 1, _VOLTAGES) ** 2
        swept = (
            f"bath_temperature: {format_quantity(coldest, 'temperature')}\n"
            f"heater_voltages: [{listed(voltages, 'voltage')}]\nboth_signs: {str(both).lower()}"
        )
    settle = "settle: {configuration: 2 s, source: 10 s, bath: 20 min}"
    count = 1 if kind == "flux" else 10
    return f"schema: valvelab-{kind}-calibration/1\nname: {kind}\n{swept}\nreadings_per_point: {count}\n{settle}\n"


def _hottest(path: Path, bath: float) -> float:
    """Return the voltage that should bring the source to the end of its thermometer's calibration [V]."""
    from valvelab.configuration import load_configuration
    from valvelab.device import Device
    from valvelab.heating import heater_voltage

    device = load_configuration(path, Device)
    known = device.source and device.source.trusted_range
    return heater_voltage(device, known[1], bath) if known else math.inf


def _raster(station: "StationFile", path: Path) -> str:
    """Return a raster over more than a flux quantum of each qubit as far as the flux bias is known, else over all."""
    import numpy as np

    from valvelab.configuration import load_configuration
    from valvelab.device import Device
    from valvelab.heating import heater_voltage
    from valvelab.units import format_quantity

    device = load_configuration(path, Device)
    bath = station.mixing_chamber.limits[0]
    heating = heater_voltage(device, device.operating_point.source_temperature, bath)
    lines = [
        f"bath_temperature: {format_quantity(bath, 'temperature')}",
        f"heater_voltage: {format_quantity(heating, 'voltage', 4)}",
    ]
    for coil, points in ((1, _FAST), (2, _SLOW)):
        low, high = getattr(station, f"coil_{coil}").limits
        if device.flux is not None:
            half = _QUANTA / 2 / abs(np.asarray(device.flux.matrix)[coil - 1, coil - 1])
            low, high = max(low, -half), min(high, half)
        ends = ", ".join(format_quantity(end, "current", 3) for end in (low, high))
        lines += [f"coil_currents_{coil}: [{ends}]", f"points_{coil}: {points}"]
    return "\n".join(lines)
