"""What a fit finds on another rung than the data's own: python benchmarks/rungs.py [--seeds 8].

Powers of the drain are made by the hierarchy of equations of motion, with T_p = 50 mK, gamma_p = 0.02 gamma and noise
of 3 aW, at six source and four drain temperatures, both qubits on resonance and one parked at half the frequency.
They are fitted with resonators as modes, which should find the chip, and with a Markovian master equation, which
should say that it does not hold. The exit code is 1 where that is not so.
"""

# ruff: noqa: E402  (the number of threads must be set before numpy is imported)

import argparse
import os
import sys

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ[name] = "1"

import numpy as np
import xarray as xr
from device import FREQUENCY

from valvelab.analysis import MODELS, Points, Rates, SwitchingFit, Transmons, fit_switching, summarise
from valvelab.sim import Resonator

QUALITY, NOISE, WARMTH = 20.0, 3e-18, 0.05
SOURCES, DRAINS = (0.15, 0.2, 0.25, 0.3, 0.384, 0.5), (0.06, 0.1, 0.16, 0.25)
COUPLINGS = (0.1, 0.4)
CLOSE = 0.05
"""Largest relative error of a rate, on average over the seeds."""
LEAST_COVERED = 0.75
"""Share of the 95 % intervals of T_p that must hold the truth: eight of them know that no better."""


def chip(coupling: float, transmons: Transmons | None = None) -> Rates:
    """Return rates at a gamma / kappa."""
    gamma = coupling * 2 * np.pi * FREQUENCY / QUALITY
    return Rates(gamma, gamma, 0.02 * gamma, WARMTH, transmons=transmons)


def clean(truth: Rates, model: str = "hierarchy") -> xr.Dataset:
    """Return powers by a model, without noise."""
    hot, cold = (x.ravel() for x in np.meshgrid(SOURCES, DRAINS, indexing="ij"))
    on = np.full(hot.size, FREQUENCY)
    points = Points(np.tile(on, 2), np.r_[on, on / 2], np.tile(hot, 2), np.tile(cold, 2))
    columns = {
        "configuration": np.repeat(["both", "only_1"], hot.size),
        "frequency_1": points.frequency_1,
        "frequency_2": points.frequency_2,
        "temperature_source": points.temperature_source,
        "temperature_drain": points.temperature_drain,
        "heat_power_drain": -MODELS[model](truth, points, Resonator(FREQUENCY, QUALITY)).cold,
        "heat_power_drain_std": np.full(2 * hot.size, NOISE),
    }
    attributes = {"resonator_frequency": FREQUENCY, "quality_factor": QUALITY}
    return xr.Dataset({key: ("point", column) for key, column in columns.items()}, attrs=attributes)


def numbers(fit: SwitchingFit, truth: Rates) -> list[float]:
    """Return both reservoirs' rates and T_p over the true ones."""
    return [float(getattr(fit.rates, name) / getattr(truth, name)) for name in ("gamma_h", "gamma_c", "T_p")]


def flagged(fit: SwitchingFit) -> bool:
    """Tell whether a fit says that its rung does not hold."""
    said = summarise(fit)["warnings"]
    return any("slower than the qubits" in text or "does not describe the data" in text for text in said)


def main() -> int:
    """Print what each rung finds, and say whether that is as it should be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=8)
    seeds, wrong = parser.parse_args().seeds, 0
    print("| gamma / kappa | rung | gamma_h, gamma_c over truth | T_p (mK) | chi-square / freedom ", end="")
    print("| T_p covered | flagged |")
    print("|---|---|---|---|---|---|---|")
    for coupling in COUPLINGS:
        truth = chip(coupling)
        exact = clean(truth)
        for model in ("resonators", "pair"):
            found, covered, told, misfit = [], 0, 0, []
            for seed in range(seeds):
                noise = NOISE * np.random.default_rng(seed).standard_normal(exact.sizes["point"])
                fit = fit_switching(exact.assign(heat_power_drain=exact["heat_power_drain"] + noise), model)
                low, high = fit.confidence_interval("T_p", 1.96)
                covered += low <= WARMTH <= high
                found.append(numbers(fit, truth))
                misfit.append(fit.chi_square / fit.degrees_of_freedom)
                told += flagged(fit) if model == "pair" else 0
            hot, cold, warmth = np.mean(found, axis=0)
            print(
                f"| {coupling} | {model} | {hot:.3f}, {cold:.3f} | {warmth * WARMTH * 1e3:.0f} | {np.mean(misfit):.2f} "
                f"| {covered} of {seeds} | {f'{told} of {seeds}' if model == 'pair' else ''} |",
                flush=True,
            )
            if model == "pair":
                wrong += told < seeds
            else:
                wrong += max(abs(hot - 1), abs(cold - 1)) > CLOSE or covered < LEAST_COVERED * seeds
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
