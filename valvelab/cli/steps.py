"""The steps of a run folder: each reads the file of the one before and writes its own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from valvelab.errors import DataError
from valvelab.run_folder import RAW_FILE, Run, load_run

REDUCED_FILE = "reduced.nc"


def measure(run: Run, move: Callable[[int, int, str], None]) -> Path:
    """Take the readings that are missing, and return the path of ``raw.nc``."""
    from valvelab.run import execute

    def progress(done: int, total: int, reading: Any) -> None:
        bath, source = reading.bath_temperature * 1e3, reading.source_temperature * 1e3
        move(done, total, f"bath {bath:3.0f}, source {source:3.0f} mK, {reading.configuration:6}")

    try:
        return execute(run, progress)
    except KeyboardInterrupt:
        click.echo(
            f"\nInterrupted; sources are at rest. Continue with: valvelab resume {run.folder}", err=True
        )
        raise


def reduce_run(folder: Path) -> Path:
    """Reduce ``raw.nc`` of a run folder to ``reduced.nc`` and return its path."""
    from valvelab.analysis import reduce
    from valvelab.dataset import RAW, read_dataset, write_dataset

    run = load_run(folder)
    return write_dataset(reduce(read_dataset(folder / RAW_FILE, RAW), run.device), folder / REDUCED_FILE)


def fit_run(path: Path, model: str, truth: Path | None = None) -> dict[str, Any]:
    """Fit a reduced dataset, write ``fit.nc`` and ``fit.json`` beside it and return what ``fit.json`` holds.

    Parameters
    ----------
    path
        A run folder, or a reduced dataset of any name.
    model
        Name of the model.
    truth
        File of the simulated cryostat that the data come from, to compare with; the fit does not see it.
    """
    from valvelab.analysis import Rates, fit_switching, summarise, write_fit
    from valvelab.configuration import load_configuration
    from valvelab.dataset import REDUCED, read_dataset

    file = path / REDUCED_FILE if path.is_dir() else path
    if path.is_dir():
        _refuse_stale(file, path / RAW_FILE, "reduce")
    reduced = read_dataset(file, REDUCED)
    fit = fit_switching(reduced, model)
    true = None
    if truth is not None:
        from valvelab.sim.cryostat import Cryostat

        chip = load_configuration(truth, Cryostat).chip
        true = Rates(chip.gamma_h, chip.gamma_c, chip.gamma_p, chip.T_p)
    summary = summarise(
        fit,
        source_temperature=reduced.attrs.get("operating_source_temperature"),
        drain_temperature=reduced.attrs.get("operating_drain_temperature"),
        truth=true,
        reduced=reduced,
    )
    write_fit(file.parent, fit, reduced, summary)
    return summary


def report_run(folder: Path) -> Path:
    """Write ``report.html`` of a run folder and return its path."""
    from valvelab.analysis import write_report

    _refuse_stale(folder / "fit.json", folder / REDUCED_FILE, "fit")
    return write_report(folder)


def _refuse_stale(file: Path, source: Path, verb: str) -> None:
    """Refuse what was made before its source: a run that was continued has newer data."""
    if file.exists() and source.exists() and file.stat().st_mtime < source.stat().st_mtime:
        raise DataError(
            f"{file}: must be newer than {source.name}, found it older; run 'valvelab {verb}' again"
        )
