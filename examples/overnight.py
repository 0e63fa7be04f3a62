"""A switching run from a script, fitted with two models when it is done.

    python examples/overnight.py station.yaml device.yaml protocol.yaml cooldown-12

Run it again with the same last argument to continue a run that was interrupted.
"""

import sys
from pathlib import Path

from valvelab.analysis import fit_switching, reduce
from valvelab.configuration import load_configuration
from valvelab.dataset import RAW, read_dataset
from valvelab.run import execute
from valvelab.run_folder import DEVICE, PROTOCOL, STATION, create_run, load_begun_run
from valvelab.station_file import StationFile


def main(station: Path, device: Path, protocol: Path, folder: Path) -> None:
    """Measure or continue, reduce, fit with two models and print what each says."""
    files = {STATION: station, DEVICE: device, PROTOCOL: protocol}
    cryostat = load_configuration(station, StationFile).cryostat
    if cryostat is not None:  # a simulated one
        files[cryostat] = station.parent / cryostat
    run = load_begun_run(folder) if folder.exists() else create_run(folder, files)
    raw = execute(run, lambda done, total, reading: print(f"\r{done} of {total}", end="", flush=True))
    reduced = reduce(read_dataset(raw, RAW), run.device)
    for model in ("collective", "pair"):
        print("\n" + fit_switching(reduced, model).report())


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:5]))
