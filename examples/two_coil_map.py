"""A map over both coils: where the qubits meet the resonators, and the flux matrix that follows.

    python examples/two_coil_map.py station.yaml device.yaml map-7

Run it again with the same last argument to continue one that was interrupted.
"""

import sys
from pathlib import Path

from valvelab import laboratory
from valvelab.calibration import FluxCalibration

# More than a flux quantum of either qubit, so that the period is seen and not assumed; lines along coil 1, each from
# its lowest current upwards, so that hysteresis is the same everywhere. Take more points if you have the hours.
MAP = FluxCalibration.model_validate(
    {
        "schema": "valvelab-flux-calibration/1",
        "name": "map",
        "bath_temperature": "60 mK",
        "heater_voltage": "290 mV",
        "coil_currents_1": ["-130 uA", "130 uA"],
        "points_1": 51,
        "coil_currents_2": ["-45 uA", "45 uA"],
        "points_2": 27,
        "readings_per_point": 1,
        "settle": {"configuration": "1 s", "source": "10 s", "bath": "20 min"},
    }
)


def main(station: str, device: str, folder: str) -> None:
    """Measure or continue, fit, and print what was found."""
    if Path(folder).exists():
        laboratory.resume(folder)
    else:
        laboratory.run(station, device, MAP, folder)
    found = laboratory.conclude_calibration(Path(folder))
    for entry in found["determined"]:
        value, error = entry["texts"]
        print(f"{entry['name']:40} {value:>20} +- {error}")
    print(f"use {Path(folder) / laboratory.CALIBRATED} from now on; look at {laboratory.FIGURE} first")


if __name__ == "__main__":
    main(*sys.argv[1:4])
