"""Look at a station before a run: read every thermometer, move one coil a little and back.

    python examples/bring_up_check.py station.yaml

The sources are at rest when the ``with`` block ends, however it ends.
"""

import sys

from valvelab import laboratory


def main(path: str) -> None:
    """Print what the thermometers read, with coil 1 at rest and moved by 10 uA."""
    with laboratory.open_station(path) as station:
        parts = station.parts
        for level in (0.0, 10e-6):
            parts["coil_1"].level(level)  # a guarded ramp from where the coil stands
            station.clock.sleep(2.0)
            print(
                f"coil 1 at {parts['coil_1'].level() * 1e6:6.2f} uA: "
                f"source {parts['source_thermometer'].voltage() * 1e6:.2f} uV, "
                f"drain {parts['drain_thermometer'].voltage() * 1e6:.2f} uV, "
                f"mixing chamber {parts['mixing_chamber'].temperature() * 1e3:.1f} mK"
            )


if __name__ == "__main__":
    main(sys.argv[1])
