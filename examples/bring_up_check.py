"""Look at a station before a run: read every thermometer, move one coil a little and back.

    python examples/bring_up_check.py station.yaml

The station is made safe when the ``with`` block ends, however it ends.
"""

import sys
from pathlib import Path

from valvelab.configuration import load_configuration
from valvelab.station import open_station
from valvelab.station_file import StationFile


def main(path: Path) -> None:
    """Print what the thermometers read, with coil 1 at rest and moved by 10 uA."""
    file = load_configuration(path, StationFile)
    with open_station(file, path.parent) as station:
        parts = station.parts
        try:
            for level in (0.0, 10e-6):
                parts["coil_1"].level(level)  # a guarded ramp from where the coil stands
                station.clock.sleep(2.0)
                print(
                    f"coil 1 at {parts['coil_1'].level() * 1e6:6.2f} uA: "
                    f"source {parts['source_thermometer'].voltage() * 1e6:.2f} uV, "
                    f"drain {parts['drain_thermometer'].voltage() * 1e6:.2f} uV, "
                    f"mixing chamber {parts['mixing_chamber'].temperature() * 1e3:.1f} mK"
                )
        finally:
            for failure in station.make_safe():
                print(f"NOT SAFE: {failure}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
