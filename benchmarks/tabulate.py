"""Tabulate slow resonators on one worker and on two, and fit through the table: python benchmarks/tabulate.py.

Workers are timed by the wall from when they are there to the last place, by turns, with the same places in both: once
with places that wait, which tells what handing out and keeping chunks costs whatever else this computer does, and once
with places that compute, where nothing else may run. Fits are timed by the processor. The exit code is 1 where the fits
differ by a tenth of their errors.
"""

# ruff: noqa: E402  (the number of threads must be set before numpy is imported)

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ[name] = "1"

import numpy as np
import table
import xarray as xr
from clock import Task, Timing, by_turns

from valvelab.analysis import MODELS, Points, Rates, Table, fit_switching, grid_of_dataset, tabulate
from valvelab.sim import HeatCurrents, Resonator

RESULTS = Path(__file__).parent / "results"
RESONATOR = Resonator(4e9, 20.0)
TRUTH = Rates(0.5e9, 0.5e9, 0.01e9, 0.05)
NOISE = 2e-18
NAMES = ("gamma_h", "gamma_c", "gamma_p", "T_p")
TURNS = 3
PLACE = 0.015
"""How long a place waits [s]."""
FAST = {"gamma_h": (0.7e9, 1.4e9), "gamma_c": (0.7e9, 1.4e9)}
"""Rates [1/s] for which a place takes some ten milliseconds."""


def powers() -> xr.Dataset:
    """Return 51 powers of the paper's chip, whose resonators are slow, with noise."""
    pairs = [(h, c) for h in (0.12, 0.2, 0.3, 0.384, 0.45) for c in (0.06, 0.1, 0.16, 0.25) if h >= c]
    places = {"both": (4e9, 4e9), "only_1": (4e9, 2e9), "only_2": (2e9, 4e9)}
    names = np.repeat(list(places), len(pairs))
    first, second = np.array([places[name] for name in names]).T
    hot, cold = np.tile(np.array(pairs).T, 3)
    power = -MODELS["resonators"](TRUTH, Points(first, second, hot, cold), RESONATOR).cold
    columns = {
        "configuration": names,
        "frequency_1": first,
        "frequency_2": second,
        "temperature_source": hot,
        "temperature_drain": cold,
        "heat_power_drain": power + NOISE * np.random.default_rng(3).standard_normal(len(names)),
        "heat_power_drain_std": np.full(len(names), NOISE),
    }
    return xr.Dataset(
        {name: ("point", values) for name, values in columns.items()},
        attrs={"resonator_frequency": 4e9, "quality_factor": 20.0},
    )


def waiting(rates: Rates, points: Points, resonator: Resonator) -> HeatCurrents:
    """Return the currents of a quick model as late as a slow one would."""
    time.sleep(PLACE * points.frequency_1.size)
    return MODELS["pair"](rates, points, resonator)


def tabulated(
    data: xr.Dataset,
    degree: int,
    workers: int,
    model: str | Callable[..., HeatCurrents] = "resonators",
    ranges: dict[str, tuple[float, float]] | None = None,
) -> tuple[Table, float]:
    """Return a table, and how long its places took [s]."""
    times: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        found = tabulate(
            model,
            RESONATOR,
            grid_of_dataset(data, ranges),
            Path(folder) / "table.nc",
            degree=degree,
            workers=workers,
            announce=lambda cost: times.append(time.perf_counter()),
            progress=lambda done, total: times.append(time.perf_counter()),
        )
    return found, times[-1] - times[0]


def worker_row(data: xr.Dataset, model: str | Callable[..., HeatCurrents], told: str) -> table.Row:
    """Measure two workers beside one."""
    times: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(TURNS):
        for workers, found in times.items():
            found.append(tabulated(data, 4, workers, model, FAST)[1])
    return table.Row(
        f"672 places that {told}, two local workers",
        Timing(times[2]),
        "one local worker",
        Timing(times[1]),
        at_least=1.7,
        remark="wall time, from when the workers are there to the last place",
    )


def fit_row(data: xr.Dataset, through: Table) -> table.Row:
    """Measure a fit through a table beside the fit with the model itself."""
    fit, direct = fit_switching(data, through), fit_switching(data, "resonators")
    shifts = []
    for name in NAMES:
        (one, _), (two, error) = (
            each.propagate(lambda rates, name=name: float(getattr(rates, name))) for each in (fit, direct)
        )
        shifts.append(abs(one - two) / error)
    found = by_turns(
        {
            "table": Task(lambda: fit_switching(data, through)),
            "model": Task(lambda: fit_switching(data, "resonators"), rounds=3),
        },
        15,
    )
    return table.Row(
        "fit of 51 powers through a table",
        found["table"],
        "the same with the model itself",
        found["model"],
        at_least=20,
        deviation=max(shifts),
        tolerance=0.1,
        remark=f"deviation in errors of the fit; table of degree {through.degree}, off by at most "
        f"{through.error.max() * 1e18:.2g} aW (rms)",
    )


def main() -> int:
    """Measure, print and write the table."""
    data = powers()
    rows = [
        worker_row(data, waiting, "wait for 15 ms"),
        worker_row(data, "resonators", "compute"),
        fit_row(data, tabulated(data, 8, 2)[0]),
    ]
    print(table.write(rows, RESULTS, "tabulate"))
    return int(not all(row.agrees for row in rows))


if __name__ == "__main__":
    sys.exit(main())
