"""Sweep the bath, read both thermometers, and write a device file that can tell kelvins from their volts.

    python examples/thermometer_calibration.py station.yaml device.yaml calibration-3

Run it again with the same last argument to continue one that was interrupted.
"""

import sys
from pathlib import Path

from valvelab import laboratory
from valvelab.calibration import ThermometerCalibration

# From below what you will measure to above it: nothing is extrapolated later. Upwards, because a cryostat warms faster
# than it cools; ten readings a point, because the errors of gap and resistance come from their scatter.
CALIBRATION = ThermometerCalibration.model_validate(
    {
        "schema": "valvelab-thermometer-calibration/1",
        "name": "thermometers",
        "bath_temperatures": ["60 mK", "90 mK", "130 mK", "180 mK", "240 mK", "310 mK", "390 mK"],
        "readings_per_point": 10,
        "settle": {
            "configuration": "2 s",
            "source": "10 s",
            "bath": "2 min",
            "until_stable": {"mixing_chamber": "0.5 mK", "duration": "1 min", "longest": "2 h"},
        },
    }
)


def main(station: str, device: str, folder: str) -> None:
    """Measure or continue, fit, and print what was found."""
    if Path(folder).exists():
        laboratory.resume(folder)
    else:
        laboratory.run(station, device, CALIBRATION, folder)
    found = laboratory.conclude_calibration(Path(folder))
    for entry in found["determined"]:
        value, error = entry["texts"]
        print(f"{entry['name']:40} {value:>14} +- {error}")
    print(f"use {Path(folder) / laboratory.CALIBRATED} from now on; look at {laboratory.FIGURE} first")


if __name__ == "__main__":
    main(*sys.argv[1:4])
