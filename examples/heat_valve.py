"""The whole valve as one QCoDeS instrument: sweep its configurations and keep the heat that flows.

    python examples/heat_valve.py station.yaml device.yaml sweep.db

The device file needs calibrated thermometers ('valvelab calibrate thermometer' writes them). The result is a QCoDeS
dataset, which plottr and QCoDeS open; for data that survive a crash, and for errors, use 'valvelab run'.
"""

import sys
from pathlib import Path

from qcodes.dataset import ArraySweep, dond, initialised_database_at, load_or_create_experiment

from valvelab.configuration import load_configuration
from valvelab.device import Device
from valvelab.station import open_station
from valvelab.station_file import StationFile
from valvelab.station_valve import valve

CONFIGURATIONS = {"off": (2e9, 2e9), "both": (4e9, 4e9), "only_1": (4e9, 2e9), "only_2": (2e9, 4e9)}  # [Hz]


def main(station: Path, device: Path, database: Path) -> None:
    """Warm the source, switch through all configurations and print the heat into the drain in each."""
    known = load_configuration(device, Device)
    with open_station(load_configuration(station, StationFile), station.parent) as opened:
        made = valve(opened, known, CONFIGURATIONS)
        bath = made.bath_temperature()
        heating = known.source.electron_phonon_power(known.operating_point.source_temperature, bath)
        try:
            opened.parts["source_heater"].level(float(known.source.heater.source_voltage(heating)))
            opened.clock.sleep(10.0)
            sweep = ArraySweep(
                made.configuration,
                list(CONFIGURATIONS),
                post_actions=[lambda: opened.clock.sleep(2.0)],
            )
            with initialised_database_at(str(database)):
                load_or_create_experiment("heat_valve", "switching")
                dataset, _, _ = dond(
                    sweep, made.heat_power, made.heat_power_std, made.drain_temperature, show_progress=False
                )
            found = dataset.get_parameter_data("valve_heat_power")["valve_heat_power"]
            for name, power in zip(found["valve_configuration"], found["valve_heat_power"], strict=True):
                print(f"{name:7} {power * 1e18:8.1f} aW into the drain, background included")
        finally:
            for failure in made.safe_state():
                print(f"NOT SAFE: {failure}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
