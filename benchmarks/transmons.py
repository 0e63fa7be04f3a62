"""What other rungs find of transmons between slow resonators: python benchmarks/transmons.py [--table].

Powers of the drain are made with three levels of each transmon and resonators as modes (`transmons`), with T_p = 50 mK
and gamma_p = 0.02 gamma, at six source and four drain temperatures, both transmons on resonance and one parked at half
the frequency. They have errors of 3 aW, but no noise: what a fit finds is off by what its model leaves out, and what it
adds to chi-square is its own. They are fitted with modes alone, with levels alone, and with both, which should find the
chip; with --table also through a table. The exit code is 1 where that is not so.
"""

# ruff: noqa: E402  (the number of threads must be set before numpy is imported)

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ[name] = "1"

import xarray as xr
from device import FREQUENCY
from rungs import COUPLINGS, QUALITY, chip, clean, numbers

from valvelab.analysis import (
    Rates,
    SwitchingFit,
    Table,
    Transmons,
    enhancements,
    fit_switching,
    grid_of_dataset,
    tabulate,
)
from valvelab.analysis.enhancement import operating_point
from valvelab.sim import Resonator

ENERGY = 178e6
TRANSMONS = Transmons((ENERGY, ENERGY), 3)
WITHIN = 0.3
"""Errors within which what is fitted must be the truth."""


def table_of(data: xr.Dataset, truth: Rates, folder: str) -> Table:
    """Return a table within a factor of two about the truth."""
    near = {key: (getattr(truth, key) / 1.5, getattr(truth, key) * 1.5) for key in ("gamma_h", "gamma_c")}
    near |= {"gamma_p": (0.0, 4 * truth.gamma_p), "T_p": (0.0, 0.12)}
    begin = time.perf_counter()
    made = tabulate(
        "transmons",
        Resonator(FREQUENCY, QUALITY),
        grid_of_dataset(data, near),
        Path(folder) / f"{truth.gamma_h:.4g}.nc",
        transmons=TRANSMONS,
    )
    print(f"(table: {time.perf_counter() - begin:.0f} s, off by {made.error.max() * 1e18:.2g} aW)")
    return made


def told(fit: SwitchingFit, truth: Rates, name: str, seconds: float) -> bool:
    """Print one row, and tell whether the truth is within the errors."""
    hot, cold, warmth = numbers(fit, truth)
    error = float(fit.result.params["T_p"].stderr)
    ratios = [
        enhancements(rates, model, fit.data.resonator, operating_point(fit, None, None))["drain"]
        for rates, model in ((fit.rates, fit.model), (truth, "transmons"))
    ]
    print(
        f"| {name} | {hot:.3f}, {cold:.3f} | {warmth * truth.T_p * 1e3:.0f} +- {error * 1e3:.0f} | "
        f"{fit.chi_square:.1f} | {ratios[0]:.3f} ({ratios[1]:.3f}) | {seconds:.1f} |",
        flush=True,
    )
    values = [(fit.rates.gamma_h, "gamma_h"), (fit.rates.gamma_c, "gamma_c"), (fit.rates.T_p, "T_p")]
    return all(
        abs(value - getattr(truth, key)) < WITHIN * float(fit.result.params[key].stderr)
        for value, key in values
    )


def main() -> int:
    """Print what each rung finds, and say whether that is as it should be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--table", action="store_true")
    through, wrong = parser.parse_args().table, 0
    for coupling in COUPLINGS:
        truth = chip(coupling, TRANSMONS)
        data = clean(truth, "transmons").assign_attrs(charging_energy_1=ENERGY, charging_energy_2=ENERGY)
        print(f"\ngamma / kappa {coupling}, {data.sizes['point']} powers\n")
        print("| rung | gamma_h, gamma_c over truth | T_p (mK) | chi-square | enhancement (true) | s |")
        print("|---|---|---|---|---|---|", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            models: dict[str, str | Table] = {one: one for one in ("resonators", "levels", "transmons")}
            if through:
                models["transmons, by table"] = table_of(data, truth, folder)
            for name, model in models.items():
                begin = time.perf_counter()
                fit = fit_switching(data, model)
                found = told(fit, truth, name, time.perf_counter() - begin)
                wrong += name.startswith("transmons") and not found
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
