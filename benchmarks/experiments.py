"""Whether errors mean what they say: simulated experiments through the whole chain, and how often they cover the truth.

    python benchmarks/experiments.py --count 300
    python benchmarks/experiments.py --count 300 --imperfect

Each experiment is a run folder of its own: SCPI to simulated boxes, journal, reduction, fit. The cryostat has flicker,
jumps and drift of its voltmeters, a bath that wanders and fluxes that drift, and every experiment another seed and
other drifts. What is slower than a run cannot be found from it, so the device file states how far the zero of the
voltmeters may have moved, as a day's record of them would show: the jumps are half a step from their middle. An
imperfect chip has 5 % of coupling asymmetry, and a qubit 2 that lies 20 MHz higher than the device file says; its runs
scan qubit 2 through the resonance, asymmetry and mismatch are fitted, and the file states how far the fluxes drift in
half a run. The same runs are also fitted by who knows nothing of that, and it is counted how often the fit says so.

Intervals are those that a fit's report gives: from the profile of chi-square for T_p, from the error of all others.
"""

# ruff: noqa: E402  (the number of threads must be set before numpy is imported)

import argparse
import itertools
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ[name] = "1"

import numpy as np

from valvelab.analysis import (
    OperatingPoint,
    Rates,
    SwitchingFit,
    enhancements,
    fit_switching,
    summarise,
)
from valvelab.sim import Resonator

AT = OperatingPoint(0.384, 0.096, 2e9)
CLI = Path(__file__).parents[1] / "valvelab/cli"
LIMITS = (1.0, 1.96)
"""Half widths of intervals of 68 and 95 % in standard deviations."""
NAMES = ("gamma_h", "gamma_c", "gamma_p", "T_p", "enhancement")
TRUTH = {"gamma_h": 0.5e9, "gamma_c": 0.5e9, "gamma_p": 0.01e9, "T_p": 0.05}
NOISE = """source_noise: {flicker: 30 nV, jump: 0.1 uV, jump_rate: 5e-5 1/s, drift: SOURCE_DRIFT}
drain_noise: {flicker: 30 nV, jump: 0.1 uV, jump_rate: 5e-5 1/s, drift: DRAIN_DRIFT}
flux_noise: {drift: FLUX_DRIFT}
"""
DRIFTS = {"SOURCE_DRIFT": (20, "nV/h"), "DRAIN_DRIFT": (20, "nV/h"), "FLUX_DRIFT": (0.02, "mPhi0/h")}
"""Standard deviations over the experiments. A run with a scan is at its middle after an hour."""
ZEROS = [
    (f"bias_current: {bias}}}", f"bias_current: {bias}, offset_error: 50 nV}}") for bias in ("100 pA", "5 pA")
]
FLUX = [
    (
        "offset: [0.02 Phi0, -0.11 Phi0]",
        "offset: [0.02 Phi0, -0.11 Phi0]\n  offset_error: [0.02 mPhi0, 0.02 mPhi0]",
    )
]
WANDER = ("thermometer_noise: 20 uK,", "thermometer_noise: 20 uK, wander: 0.1 mK,")
IMPERFECT = [
    ("gamma_h: 0.5e9", "weights_hot: [1.025, 0.975]\n  weights_cold: [1.025, 0.975]\n  gamma_h: 0.5e9"),
    ("maximum_frequency: 6.3 GHz", "maximum_frequency: 6.331 GHz"),
]
SCAN = [
    ("blocks_per_cell: 8", "blocks_per_cell: 4"),
    (
        "settle:",
        "scan: {qubit: 2, frequencies: [3.92 GHz, 3.94 GHz, 3.955 GHz, 3.97 GHz, 3.985 GHz, 4.015 GHz, 4.03 GHz, "
        "4.045 GHz]}\nsettle:",
    ),
]


def changed(text: str, *changes: tuple[str, str]) -> str:
    """Return a text with each of the changes made once."""
    for old, new in changes:
        if old not in text:
            raise ValueError(f"the packaged file must hold {old!r}, found it changed; mend this script")
        text = text.replace(old, new, 1)
    return text


def files_of(folder: Path, seed: int, *, imperfect: bool) -> dict[str, Path]:
    """Write the files of one experiment."""
    from valvelab.sim import preset_path
    from valvelab.sim.cryostat import DEFAULT_CRYOSTAT

    drawn = np.random.default_rng(seed).normal(size=len(DRIFTS))
    drifts = [
        (name, f"{share * size:.4g} {unit}")
        for share, (name, (size, unit)) in zip(drawn, DRIFTS.items(), strict=True)
    ]
    cryostat = changed(
        DEFAULT_CRYOSTAT.read_text(encoding="utf-8"),
        ("seed: 240117469", f"seed: {seed}"),
        ("voltmeter_noise:", f"{NOISE}voltmeter_noise:"),
        *drifts,
        WANDER,
        *(IMPERFECT if imperfect else []),
    )
    protocol = (CLI / "demo-protocol.yaml").read_text(encoding="utf-8")
    texts = {
        "station.yaml": (CLI / "demo-station.yaml").read_text(encoding="utf-8"),
        "device.yaml": changed(
            preset_path("paper").read_text(encoding="utf-8"), *ZEROS, *(FLUX if imperfect else [])
        ),
        "protocol.yaml": changed(protocol, *(SCAN if imperfect else [])),
        "cryostat.yaml": cryostat,
    }
    folder.mkdir()
    for file, text in texts.items():
        (folder / file).write_text(text, encoding="utf-8")
    return {file: folder / file for file in texts}


def experiment(seed: int, imperfect: bool) -> dict[str, tuple[float, ...]]:
    """Measure, reduce and fit once; return what `numbers` does, and what a fit that knows of nothing says."""
    from valvelab import laboratory
    from valvelab.run import execute
    from valvelab.run_folder import create_run

    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        run = create_run(root / "run", files_of(root / "lab", seed, imperfect=imperfect))
        execute(run)
        reduced = laboratory.reduce(run.folder)
    if not imperfect:
        return numbers(fit_switching(reduced, "pair"))
    naive = fit_switching(reduced, "pair")
    told = summarise(naive)["warnings"]
    said = any("does not describe the data" in text or "--free" in text for text in told)
    honest = numbers(fit_switching(reduced, "pair", free=["asymmetry", "mismatch"]))
    return honest | {"naive T_p": (naive.rates.T_p,), "said so": (float(said),)}


def numbers(fit: SwitchingFit) -> dict[str, tuple[float, ...]]:
    """Return value, error and ends of intervals of what is compared with the truth; chi-square, its expectation."""
    found = {name: fit.propagate(lambda rates, name=name: float(getattr(rates, name))) for name in TRUTH}
    found["enhancement"] = fit.propagate(
        lambda rates: enhancements(rates, "pair", fit.data.resonator, AT)["drain"]
    )
    ends = {
        name: [end for limit in LIMITS for end in (value - limit * error, value + limit * error)]
        for name, (value, error) in found.items()
    }
    ends["T_p"] = [end for limit in LIMITS for end in fit.confidence_interval("T_p", limit)]
    return {name: (*found[name], *ends[name]) for name in NAMES} | {
        "chi-square": (fit.chi_square, float(fit.degrees_of_freedom))
    }


def main() -> None:
    """Do so many experiments on both cores, and print how often they cover the truth."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--imperfect", action="store_true", help="asymmetric couplings, mismatched qubits, a scan"
    )
    asked = parser.parse_args()
    begun = time.perf_counter()
    found = []
    seeds = range(asked.seed, asked.seed + asked.count)
    with ProcessPoolExecutor(asked.workers) as pool:
        for done, one in enumerate(pool.map(experiment, seeds, itertools.repeat(asked.imperfect)), start=1):
            found.append(one)
            print(f"\r{done} of {asked.count}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    chip = Rates(**TRUTH, asymmetry=0.05, mismatch=20e6) if asked.imperfect else Rates(**TRUTH)
    true = TRUTH | {"enhancement": enhancements(chip, "pair", Resonator(4e9, 20.0), AT)["drain"]}
    print(f"{asked.count} experiments, {(time.perf_counter() - begun) / 60:.1f} min")
    print(f"{'':12} {'bias':>8} {'scatter':>8} {'68 %':>7} {'95 %':>7}   (bias and scatter in errors)")
    for name in NAMES:
        values, errors, *ends = np.array([one[name] for one in found]).T
        pulls = (values - true[name]) / errors
        inside = [
            float(np.mean((low < true[name]) & (true[name] < high)))
            for low, high in zip(ends[::2], ends[1::2], strict=True)
        ]
        print(f"{name:12} {pulls.mean():+8.2f} {pulls.std():8.2f} {inside[0]:7.1%} {inside[1]:7.1%}")
    ratios = np.array([one["chi-square"][0] / one["chi-square"][1] for one in found])
    print(f"chi-square over its expectation: mean {ratios.mean():.2f}, s.d. {ratios.std():.2f}")
    if asked.imperfect:
        naive = np.array([one["naive T_p"][0] for one in found]) * 1e3
        said = sum(one["said so"][0] for one in found)
        print(
            f"fits that know of neither: T_p {naive.mean():.1f} mK on average, {said:.0f} of {len(found)} say so"
        )


if __name__ == "__main__":
    main()
