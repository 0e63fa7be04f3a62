"""Whether errors mean what they say: simulated experiments through the whole chain, and how often they cover the truth.

    python benchmarks/coverage.py --count 300

Each experiment is a run folder of its own: SCPI to simulated boxes, journal, reduction, fit. The cryostat has flicker,
jumps and drift of its voltmeters, a bath that wanders and fluxes that drift, and every experiment another seed.
"""

# ruff: noqa: E402  (the number of threads must be set before numpy is imported)

import argparse
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ[name] = "1"

import numpy as np

CLI = Path(__file__).parents[1] / "valvelab/cli"
NAMES = ("gamma_h", "gamma_c", "gamma_p", "T_p", "enhancement")
TRUTH = {"gamma_h": 0.5e9, "gamma_c": 0.5e9, "gamma_p": 0.01e9, "T_p": 0.05}
NOISE = """source_noise: {flicker: 30 nV, jump: 0.1 uV, jump_rate: 5e-5 1/s, drift: 20 nV/h}
drain_noise: {flicker: 30 nV, jump: 0.1 uV, jump_rate: 5e-5 1/s, drift: 20 nV/h}
flux_noise: {drift: 0.02 mPhi0/h}
"""


def files_of(folder: Path, seed: int) -> dict[str, Path]:
    """Write the files of one experiment."""
    from valvelab.sim import preset_path
    from valvelab.sim.cryostat import DEFAULT_CRYOSTAT

    cryostat = DEFAULT_CRYOSTAT.read_text(encoding="utf-8").replace("seed: 240117469", f"seed: {seed}")
    cryostat = cryostat.replace("voltmeter_noise:", f"{NOISE}voltmeter_noise:", 1)
    wandering = "thermometer_noise: 20 uK, "
    if wandering not in cryostat:
        raise ValueError(
            "the packaged cryostat must say the noise of its bath's thermometer; mend this script"
        )
    texts = {
        "station.yaml": (CLI / "demo-station.yaml").read_text(encoding="utf-8"),
        "device.yaml": preset_path("paper").read_text(encoding="utf-8"),
        "protocol.yaml": (CLI / "demo-protocol.yaml").read_text(encoding="utf-8"),
        "cryostat.yaml": cryostat,
    }
    folder.mkdir()
    for file, text in texts.items():
        (folder / file).write_text(text, encoding="utf-8")
    return {file: folder / file for file in texts}


def experiment(seed: int) -> dict[str, tuple[float, float]]:
    """Measure, reduce and fit once; return value and error of each number, and chi-square with its expectation."""
    from valvelab import laboratory
    from valvelab.analysis import OperatingPoint, enhancements
    from valvelab.run import execute
    from valvelab.run_folder import create_run

    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        run = create_run(root / "run", files_of(root / "lab", seed))
        execute(run)
        laboratory.reduce(run.folder)
        fit = laboratory.fit(run.folder, "pair")
        at = OperatingPoint(0.384, 0.096, 2e9)
        found = {name: fit.propagate(lambda rates, name=name: float(getattr(rates, name))) for name in TRUTH}
        found["enhancement"] = fit.propagate(
            lambda rates: enhancements(rates, "pair", fit.data.resonator, at)["drain"]
        )
        found["chi-square"] = fit.chi_square, float(fit.degrees_of_freedom)
    return found


def main() -> None:
    """Do so many experiments on both cores, and print how often they cover the truth."""
    from valvelab.analysis import OperatingPoint, Rates, enhancements
    from valvelab.sim import Resonator

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    begun = time.perf_counter()
    found = []
    with ProcessPoolExecutor(asked.workers) as pool:
        for done, one in enumerate(
            pool.map(experiment, range(asked.seed, asked.seed + asked.count)), start=1
        ):
            found.append(one)
            print(f"\r{done} of {asked.count}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    at = OperatingPoint(0.384, 0.096, 2e9)
    true = TRUTH | {"enhancement": enhancements(Rates(**TRUTH), "pair", Resonator(4e9, 20.0), at)["drain"]}
    print(f"{asked.count} experiments, {(time.perf_counter() - begun) / 60:.1f} min")
    print(f"{'':12} {'bias':>8} {'scatter':>8} {'68 %':>7} {'95 %':>7}   (bias and scatter in errors)")
    for name in NAMES:
        pulls = np.array([(one[name][0] - true[name]) / one[name][1] for one in found])
        inside = [float(np.mean(np.abs(pulls) < limit)) for limit in (1.0, 1.96)]
        bias = pulls.mean() / max(pulls.std(), 1e-9)
        print(f"{name:12} {bias:+8.2f} {pulls.std():8.2f} {inside[0]:7.1%} {inside[1]:7.1%}")
    ratios = np.array([one["chi-square"][0] / one["chi-square"][1] for one in found])
    print(f"chi-square over its expectation: mean {ratios.mean():.2f}, s.d. {ratios.std():.2f}")


if __name__ == "__main__":
    main()
