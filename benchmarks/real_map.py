"""Fit a measured two-coil map in several ways and rank them: python benchmarks/real_map.py [FILE].

The measured map is not part of valvelab: its place is ../shared/data unless a file is named. Printed are, for each
model, residual, structure along the ridges, what it leaves of columns that it has not seen, and information criteria;
then what the best one says of the crossings, and how long a fit takes. The exit code is 1 where a figure is missed.
"""

# ruff: noqa: E402  (the number of threads must be set before numpy is imported)

import os
import sys
from collections.abc import Callable
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ[name] = "1"

import numpy as np
import xarray as xr
from clock import clock

from valvelab.analysis import FluxMapFit, fit_flux_map, flux_map_words, read_map
from valvelab.analysis.flux_map_validation import held_out

MAP = Path(__file__).parents[2] / "shared/data/two_qubit_map_even_columns.mat"
DEVICE = "aalto2026"
_ATTOWATT = 1e-18
_FOLDS = 5
_LARGEST_RMS = 3.1e-18
_LEAST_PROBABILITY = 0.01
_UNSEEN_OVER_SEEN = 1.05
_LONGEST = 5.0
_HEADINGS = (
    "| model | k | rms (aW) | ridges 1 | ridges 2 | seen (aW) | unseen (aW) | CV | AIC | BIC | fit (s) |"
)


def ladder() -> list[tuple[str, Callable[[xr.Dataset], FluxMapFit]]]:
    """Return the models, from two plain ridges on a flat background to more than the map asks for."""

    def one(model: str, *free: str, extend: bool) -> Callable[[xr.Dataset], FluxMapFit]:
        return lambda heat_map: fit_flux_map(heat_map, model, DEVICE, free=free, extend=extend)

    return [
        ("independent, plain", one("independent", extend=False)),
        ("pair, plain", one("pair", extend=False)),
        ("independent, coils bent", one("independent", "curvature", extend=False)),
        ("independent, resonators apart", one("independent", "resonator_splitting", extend=False)),
        ("independent, as the map asks", one("independent", extend=True)),
        ("pair, as the map asks", one("pair", extend=True)),
        ("+ both asymmetries", one("independent", "asymmetry", extend=True)),
        ("+ a quality factor for qubit 2", one("independent", "quality_ratio_2", extend=True)),
        ("+ a quality factor for the drain", one("independent", "drain_quality_ratio", extend=True)),
        ("+ filter exponent", one("independent", "filter_exponent", extend=True)),
    ]


def row(name: str, fit: FluxMapFit, seconds: float) -> str:
    """Return one line of the table."""
    cells = [name, str(fit.n_fitted), f"{fit.rms / _ATTOWATT:.3f}"]
    cells += [f"{e.chi_square:.1f} / {e.freedom} (p {e.probability:.2g})" for e in fit.structure]
    cells += [f"{rms / _ATTOWATT:.3f}" for rms in (fit.held_out.seen, fit.held_out.unseen)]
    cells += [f"{number:.1f}" for number in (held_out(fit, _FOLDS).surprise, fit.aic, fit.bic)]
    return f"| {' | '.join([*cells, f'{seconds:.1f}'])} |"


def halves(heat_map: xr.Dataset) -> tuple[float, float]:
    """Return the rms of columns that a fit saw, and of those that it did not, everything done on half a map [W]."""
    seen, unseen = [], []
    for first in (0, 1):
        part, other = (heat_map.isel(coil_current_2=slice(k, None, 2)) for k in (first, 1 - first))
        fit = fit_flux_map(part, "independent", DEVICE)
        for columns, found in ((part, seen), (other, unseen)):
            grid = columns["coil_current_1"].values[:, None], columns["coil_current_2"].values
            rest = columns["heat_power"].values - fit.predict(*grid, offsets=False)
            found.append(rest - rest.mean(axis=0))
    return float(np.std(np.concatenate(seen, axis=1))), float(np.std(np.concatenate(unseen, axis=1)))


def missed(fit: FluxMapFit, seconds: float, columns: tuple[float, float]) -> list[str]:
    """Return the figures that do not hold."""
    claims = {
        "residual": max(each.rms for each in (fit, fit.independent) if each) <= _LARGEST_RMS,
        "ridges": all(
            e.probability > _LEAST_PROBABILITY
            for each in (fit, fit.independent)
            if each
            for e in each.structure
        ),
        "columns": columns[1] < _UNSEEN_OVER_SEEN * columns[0],
        "time": seconds < _LONGEST,
    }
    return [name for name, holds in claims.items() if not holds]


def main(path: Path) -> int:
    """Print the table, and say which figures do not hold."""
    if not path.is_file():
        print(f"{path} is not here: nothing is measured.")
        return 0
    heat_map = read_map(path)
    print(f"{_HEADINGS}\n|{'---|' * 11}")
    fits = {}
    for name, model in ladder():
        start = clock()
        fits[name] = model(heat_map)
        print(row(name, fits[name], clock() - start), flush=True)
    start = clock()
    fit = fit_flux_map(heat_map, "pair", DEVICE)
    seconds, columns = clock() - start, halves(heat_map)
    best = fits["independent, as the map asks"]
    print("\nCV: -2 ln of the probability density of columns left out, a fifth at a time.")
    print(flux_map_words.noise_line(best))
    print(
        f"Crossing over sum: {best.enhancement.value:.3f} +- {best.enhancement.error:.3f}; beside f_1 = f_2 ",
        end="",
    )
    print(f"{best.crossing.product.value:.3f} +- {best.crossing.product.error:.3f}.")
    print(f"Everything fitted to every second column alone: {columns[0] / _ATTOWATT:.3f} aW there, ", end="")
    print(f"{columns[1] / _ATTOWATT:.3f} aW on the others. Both models together: {seconds:.1f} s.")
    wrong = missed(fit, seconds, columns)
    print(f"Missed: {', '.join(wrong)}." if wrong else "Every figure holds.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else MAP))
