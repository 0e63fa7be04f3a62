"""Reduce simulated runs with known noise, and compare powers, errors and what is flagged with the truth.

    PYTHONPATH=. python benchmarks/reduction.py pulls --runs 300
    PYTHONPATH=. python benchmarks/reduction.py flags --runs 100
    PYTHONPATH=. python benchmarks/reduction.py rates --runs 12
    PYTHONPATH=. python benchmarks/reduction.py time

``pulls`` prints the root mean square of (found - true) / error: of powers, of powers whitened by their whole
covariance, of drain temperatures, and of powers with the errors that readings of white noise would give. ``flags``
counts what is flagged in runs without outliers, and of what was put in. ``rates`` runs the experiment of the demo on
a simulated cryostat with flicker, and prints how far the fitted rates are from the truth, in their errors. ``time``
reduces up to 100 000 readings.
"""

import argparse
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

import numpy as np

from tests.analysis.voltage_simulator import DEVICE, Run, drain_pulls, naive_errors, power_errors
from valvelab.analysis import fit_switching, reduce, voltage_noise
from valvelab.configuration import dump_configuration, load_configuration
from valvelab.dataset import RAW, read_dataset
from valvelab.run import execute
from valvelab.run_folder import create_run
from valvelab.sim import preset_path
from valvelab.sim.cryostat import DEFAULT_CRYOSTAT, Cryostat

CLI = Path(__file__).parents[1] / "valvelab/cli"
RATES = "gamma_h", "gamma_c", "gamma_p", "T_p"
SETTINGS = [
    # white and flicker noise [V], drift within a cell [V/s], blocks in each of three cells
    (100e-9, 0.0, 0.0, 4),
    (100e-9, 30e-9, 0.0, 8),
    (100e-9, 100e-9, 0.0, 4),
    (100e-9, 100e-9, 1e-9, 4),
    (50e-9, 200e-9, 1e-9, 4),
]


def pulls(runs: int) -> None:
    """Print how wide the pulls are for several kinds of noise."""
    print(
        f"{'white':>7} {'flicker':>8} {'drift':>9} {'power':>7} {'whitened':>9} {'drain T':>8} {'white only':>11}"
    )
    for white, flicker, drift, blocks in SETTINGS:
        run = Run(cells=3, blocks=blocks, visit=2)
        found: dict[str, list] = {"power": [], "whitened": [], "drain": [], "naive": []}
        for raw in run.draws(runs, white=white, flicker=flicker, drift=drift, seed=1):
            reduced = reduce(raw, DEVICE)
            off = power_errors(reduced)
            root = np.linalg.cholesky(reduced["heat_power_drain_covariance"].values)
            found["power"].append(off / reduced["heat_power_drain_std"].values)
            found["whitened"].append(np.linalg.solve(root, off))
            found["drain"].append(drain_pulls(reduced))
            found["naive"].append(off / naive_errors(raw, reduced))
        widths = [float(np.sqrt(np.mean(np.square(values)))) for values in found.values()]
        print(
            f"{white * 1e9:4.0f} nV {flicker * 1e9:5.0f} nV {drift * 1e9:4.1f} nV/s "
            + "{:7.3f} {:9.3f} {:8.3f} {:11.3f}".format(*widths)
        )


def flags(runs: int) -> None:
    """Print how many readings are flagged in clean runs, and how many outliers and jumps are found."""
    for flicker in (0.0, 100e-9):
        run = Run(cells=3, blocks=8, visit=2)
        readings = flagged = jumps = 0
        for raw in run.draws(runs, white=100e-9, flicker=flicker, drift=0.0, seed=2):
            reduced = reduce(raw, DEVICE)
            readings += raw.sizes["point"]
            flagged += reduced.sizes.get("flagged", 0)
            jumps += reduced.sizes.get("jump", 0)
        print(
            f"flicker {flicker * 1e9:.0f} nV: {flagged} readings and {jumps} runs of blocks flagged, "
            f"of {readings} clean readings"
        )
        for size in (4.0, 6.0, 8.0, 12.0):
            random, found, others = np.random.default_rng(3), 0, 0
            for raw in run.draws(runs, white=100e-9, flicker=flicker, drift=0.0, seed=4):
                place = int(random.integers(raw.sizes["point"]))
                raw["thermometer_voltage_drain"].values[place] += size * 100e-9
                told = reduce(raw, DEVICE).get("flagged_reading")
                numbers = [] if told is None else told.values.tolist()
                found += place in numbers
                others += len(set(numbers) - {place})
            print(
                f"  one off by {size:.0f} white standard deviations: found in {found} of {runs}, {others} others"
            )


def measured(seed: int, folder: Path):
    """Return a simulated cryostat with 50 nV of white and 100 nV of flicker noise, and the demo's readings."""
    truth = load_configuration(DEFAULT_CRYOSTAT, Cryostat)
    slow = truth.drain_noise.model_copy(update={"flicker": 100e-9})
    noise = {"seed": seed, "voltmeter_noise": 50e-9, "source_noise": slow, "drain_noise": slow}
    truth = truth.model_copy(update=noise)
    (folder / "cryostat.yaml").write_text(dump_configuration(truth), encoding="utf-8")
    files = {
        "device.yaml": preset_path("paper"),
        "station.yaml": CLI / "demo-station.yaml",
        "protocol.yaml": CLI / "demo-protocol.yaml",
        "cryostat.yaml": folder / "cryostat.yaml",
    }
    return truth, read_dataset(execute(create_run(folder / "run", files)), RAW)


def rates(runs: int) -> None:
    """Print the pulls of fitted rates, from the errors as they are and as readings of white noise would give them."""
    pulls: dict[str, list] = {"noise as found": [], "white only": []}
    squares: dict[str, list] = {name: [] for name in pulls}
    for seed in range(1, runs + 1):
        with tempfile.TemporaryDirectory() as name:
            truth, raw = measured(seed, Path(name))
        for kind in pulls:
            fewest = np.inf if kind == "white only" else voltage_noise.FEWEST
            with patch.object(voltage_noise, "FEWEST", fewest):  # below which no flicker is looked for
                fit = fit_switching(reduce(raw, DEVICE))
            squares[kind].append(fit.chi_square / fit.degrees_of_freedom)
            found = [fit.propagate(lambda one, key=key: getattr(one, key)) for key in RATES]
            true = [getattr(truth.chip, key) for key in RATES]
            pulls[kind].append([(value - t) / error for (value, error), t in zip(found, true, strict=True)])
    for kind, values in pulls.items():
        widths = np.sqrt(np.mean(np.square(values), axis=0)).round(2)
        told = ", ".join(f"{key} {width}" for key, width in zip(RATES, widths, strict=True))
        print(f"{kind:15} pulls of {told}; chi-square per degree of freedom {np.mean(squares[kind]):.2f}")


def times() -> None:
    """Print how long runs of several lengths take."""
    for cells, blocks in ((15, 8), (15, 67), (15, 417), (3, 2084)):
        run = Run(cells=cells, blocks=blocks, visit=2)
        raw = next(run.draws(1, white=100e-9, flicker=0.0, drift=0.0, seed=5))
        reduce(raw, DEVICE)
        begin = time.perf_counter()
        reduce(raw, DEVICE)
        print(f"{raw.sizes['point']:7d} readings in {cells} cells: {time.perf_counter() - begin:.2f} s")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["pulls", "flags", "rates", "time"])
    parser.add_argument("--runs", type=int, default=300)
    given = parser.parse_args()
    if given.what == "time":
        times()
    else:
        {"pulls": pulls, "flags": flags, "rates": rates}[given.what](given.runs)
