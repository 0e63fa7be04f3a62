"""A switching run from a script: measure, or continue, and fit it in the morning.

    python examples/overnight.py station.yaml device.yaml protocol.yaml cooldown-12

Run it again with the same last argument to continue a run that was interrupted.
"""

import sys
from pathlib import Path

from valvelab import laboratory


def main(station: str, device: str, protocol: str, folder: str) -> None:
    """Measure or continue, reduce, fit with two models and print what each says."""
    if Path(folder).exists():
        laboratory.resume(folder, tell)
    else:
        laboratory.run(station, device, protocol, folder, tell)
    laboratory.reduce(folder)
    # The pair model knows what two qubits do that are neither at one frequency nor far apart, the collective one is
    # the paper's. Where they disagree, believe neither before you know why; the last one fitted is what is reported.
    for model in ("collective", "pair"):
        print("\n" + laboratory.fit(folder, model).report())
    print(f"\n{laboratory.report(folder)} can be mailed")


def tell(done: int, total: int, reading: object) -> None:
    """Show how far the run is, in one line."""
    print(f"\r{done} of {total}", end="", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:5])
