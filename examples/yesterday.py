"""Fit a run of yesterday on any computer: the run folder is all that is needed, no instrument.

python examples/yesterday.py cooldown-12
"""

import json
import sys
from pathlib import Path

from valvelab import laboratory


def main(folder: str) -> None:
    """Say how the run ended, reduce it anew, and compare the models."""
    status = json.loads((Path(folder) / "run.json").read_text(encoding="utf-8"))
    print(f"{status['outcome']}, {status['readings']} of {status['planned']} readings {status['reason']}")
    powers = laboratory.reduce(folder)  # with the device file in the folder; change that, and it is used
    for name in ("both", "only_1", "only_2"):
        cell = powers.isel(point=powers["configuration"].values == name).isel(point=-1)
        power, error = float(cell["heat_power_drain"]) * 1e18, float(cell["heat_power_drain_std"]) * 1e18
        print(f"{name:8} {power:8.1f} +- {error:.1f} aW into the drain, at its warmest source")
    # Without a collective effect and with it: what the data prefer has the smaller chi-square.
    for model in ("independent", "pair"):
        fit = laboratory.fit(folder, model)
        print(f"{model:12} chi-square {fit.chi_square:8.1f} for {fit.degrees_of_freedom} degrees of freedom")
    print(f"{laboratory.report(folder)} holds the last one")


if __name__ == "__main__":
    main(sys.argv[1])
