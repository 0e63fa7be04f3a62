"""Calibrate simulated cryostats of many seeds through the whole chain, and compare what is found with the truth.

    python benchmarks/calibrations.py thermometer --seeds 50
    python benchmarks/calibrations.py heater --seeds 50
    python benchmarks/calibrations.py flux --seeds 10

Prints mean and standard deviation of the pulls, (found - true) / error, and for the flux bias how far each qubit is
from resonance where the found bias puts it there.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np

from valvelab.cli.calibrate import calibration_text
from valvelab.configuration import dump_configuration, load_configuration
from valvelab.device import Device
from valvelab.laboratory import conclude_calibration
from valvelab.run import execute
from valvelab.run_folder import create_run
from valvelab.sim import preset_path
from valvelab.sim.cryostat import DEFAULT_CRYOSTAT, Cryostat
from valvelab.station_file import StationFile

STATION = Path(__file__).parents[1] / "valvelab/cli/demo-station.yaml"
RASTER = """schema: valvelab-flux-calibration/1
name: flux
bath_temperature: 60 mK
heater_voltage: 290 mV
coil_currents_1: [-130 uA, 130 uA]
points_1: 51
coil_currents_2: [-50 uA, 50 uA]
points_2: 41
readings_per_point: 1
settle: {configuration: 2 s, source: 10 s, bath: 20 min}
"""


def cold_device() -> str:
    """Return the paper's device file without anything of the flux bias."""
    text = preset_path("paper").read_text(encoding="utf-8")
    for maximum in ("maximum_frequency: 6.5 GHz, ", "maximum_frequency: 6.3 GHz, "):
        text = text.replace(maximum, "")
    return text[: text.index("flux:")] + text[text.index("source:\n") :]


def calibrated(kind: str, seed: int, folder: Path) -> tuple[Cryostat, dict, Device]:
    """Run one calibration on the cryostat of a seed; return the truth, what fit.json holds and the device file."""
    truth = load_configuration(DEFAULT_CRYOSTAT, Cryostat).model_copy(update={"seed": seed})
    given = {
        "station.yaml": STATION.read_text(encoding="utf-8"),
        "cryostat.yaml": dump_configuration(truth),
        "device.yaml": cold_device() if kind == "flux" else preset_path("paper").read_text(encoding="utf-8"),
        "protocol.yaml": RASTER if kind == "flux" else "",
    }
    for name, text in given.items():
        (folder / name).write_text(text, encoding="utf-8")
    if kind != "flux":
        station = load_configuration(folder / "station.yaml", StationFile)
        (folder / "protocol.yaml").write_text(
            calibration_text(kind, station, folder / "device.yaml"), encoding="utf-8"
        )
    run = create_run(folder / "run", {name: folder / name for name in given})
    execute(run)
    summary = conclude_calibration(folder / "run")
    return truth, summary, load_configuration(folder / "run" / "device-calibrated.yaml", Device)


def true_value(truth: Cryostat, place: list) -> float:
    """Return what the cryostat file says where a device file would say it."""
    node = truth.chip if place[0] in ("flux", "qubits") else truth
    for part in place:
        node = node[part] if isinstance(part, int) else getattr(node, part)
    return float(node)


def detunings(truth: Cryostat, device: Device) -> list[float]:
    """Return how far each qubit is from resonance [Hz] at the coil currents that a device file makes of it."""
    resonance = truth.chip.resonator.frequency
    currents = device.flux.coil_currents([qubit.flux(resonance) for qubit in device.qubits])
    fluxes = truth.chip.flux.fluxes(currents)
    return [
        float(qubit.frequency(flux)) - resonance
        for qubit, flux in zip(truth.chip.qubits, fluxes, strict=True)
    ]


def main() -> None:
    """Calibrate, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=["thermometer", "heater", "flux"])
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    asked = parser.parse_args()
    pulls: dict[str, list[float]] = {}
    off: list[list[float]] = []
    for seed in range(asked.first, asked.first + asked.seeds):
        with tempfile.TemporaryDirectory() as folder:
            truth, summary, device = calibrated(asked.kind, seed, Path(folder))
        for entry in summary["determined"]:
            if entry["place"]:
                pull = (entry["value"] - true_value(truth, entry["place"])) / entry["error"]
                pulls.setdefault(entry["name"], []).append(pull)
        if asked.kind == "flux":
            off.append(detunings(truth, device))
    print(f"{asked.kind}, {asked.seeds} seeds")
    for name, found in pulls.items():
        print(
            f"  {name:40} pull {np.mean(found):+.2f} +- {np.std(found):.2f}, largest {np.abs(found).max():.1f}"
        )
    if off:
        worst = np.abs(off).max(axis=0) / 1e6
        print(f"  furthest from resonance: qubit 1 {worst[0]:.2f} MHz, qubit 2 {worst[1]:.2f} MHz")


if __name__ == "__main__":
    main()
