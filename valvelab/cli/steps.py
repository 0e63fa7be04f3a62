"""The steps of a run folder: each reads the file of the one before and writes its own."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from valvelab.errors import DataError
from valvelab.provenance import MADE_FROM, made_from, refuse_stale
from valvelab.run_folder import (
    DEVICE,
    JOURNAL,
    LOG,
    PROTOCOL,
    RAW_FILE,
    STATION,
    Run,
    load_run,
    read_status,
)

REDUCED_FILE, FIT_DATASET = "reduced.nc", "fit.nc"
CALIBRATED, FIGURE = "device-calibrated.yaml", "calibration.png"


def measure(run: Run, move: Callable[[int, int, str], None]) -> Path:
    """Take the readings that are missing, and return the path of ``raw.nc``."""
    from valvelab.run import execute

    def progress(done: int, total: int, reading: Any) -> None:
        move(done, total, reading.told)

    try:
        raw = execute(run, progress)
    except KeyboardInterrupt:
        click.echo(f"Interrupted; sources are at rest. Continue with: valvelab resume {run.folder}", err=True)
        raise
    rejected = read_status(run.folder).get("rejected", 0)
    if rejected:
        click.echo(f"{rejected} attempts failed and were repeated; {run.folder / LOG} says why", err=True)
    return raw


def tell_end(raw: Path) -> None:
    """Say how a run has ended that has all its readings."""
    status = read_status(raw.parent)
    reason = f" ({status['reason']})" if status["reason"] else ""
    click.secho(f"{status['outcome']}{reason}", fg="yellow" if status["outcome"] == "tainted" else None)
    click.echo(f"{status['readings']} readings in {raw}; next: valvelab reduce {raw.parent}")


def reduce_run(folder: Path) -> Path:
    """Reduce ``raw.nc`` of a run folder to ``reduced.nc`` and return its path."""
    from valvelab.analysis import reduce
    from valvelab.dataset import RAW, read_dataset, write_dataset

    run = load_run(folder)
    file = folder / RAW_FILE
    if not file.is_file():
        raise DataError(
            f"{file}: must hold the readings, found nothing there; run 'valvelab resume {folder}' first"
        )
    refuse_stale(file)
    raw = read_dataset(file, RAW)
    _warn_if_incomplete(raw, folder)
    reduced = reduce(raw, run.device)
    sources = json.dumps(made_from(file, folder / DEVICE))
    return write_dataset(reduced.assign_attrs({MADE_FROM: sources}), folder / REDUCED_FILE)


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
    if path.is_dir() and not file.is_file():
        raise DataError(
            f"{file}: must hold the powers, found nothing there; run 'valvelab reduce {path}' first"
        )
    if file.name == FIT_DATASET:
        raise DataError(
            f"{file}: must be a reduced dataset, found what a fit wrote; fit {REDUCED_FILE} beside it"
        )
    reduced = read_dataset(file, REDUCED)
    if path.is_dir():
        refuse_stale(file)
    _warn_if_incomplete(reduced, file.parent)
    fit = fit_switching(reduced, model)
    true = None
    if truth is not None:
        from valvelab.sim.cryostat import Cryostat

        chip = load_configuration(truth, Cryostat).chip
        true = Rates(chip.gamma_h, chip.gamma_c, chip.gamma_p, chip.T_p)
    sources = made_from(file)
    summary = summarise(
        fit,
        source_temperature=reduced.attrs.get("operating_source_temperature"),
        drain_temperature=reduced.attrs.get("operating_drain_temperature"),
        truth=true,
        reduced=reduced,
    ) | {MADE_FROM: sources}
    write_fit(file.parent, fit, reduced.assign_attrs({MADE_FROM: json.dumps(sources)}), summary)
    return summary


def is_calibration(folder: Path) -> bool:
    """Tell whether a folder is that of a calibration run."""
    from valvelab.calibration import Calibration

    return (folder / PROTOCOL).is_file() and isinstance(load_run(folder).protocol, Calibration)


def conclude_calibration(folder: Path) -> dict[str, Any]:
    """Fit the calibration in a run folder; write fit.json, calibration.png and the device file with the new values.

    Returns what ``fit.json`` holds.
    """
    from valvelab.analysis import calibration_figure, calibration_summary, fit_calibration
    from valvelab.dataset import RAW, read_dataset
    from valvelab.device_edit import write_calibrated
    from valvelab.files import write_whole

    run = load_run(folder)
    file = folder / RAW_FILE
    refuse_stale(file)
    raw = read_dataset(file, RAW)
    _warn_if_incomplete(raw, folder)
    fit = fit_calibration(raw, run.device, run.protocol)
    known = [one for one in fit.determined if one.place and math.isfinite(one.error)]
    remark = f"valvelab calibrate, {str(raw.attrs.get('utc', ''))[:10] or folder.name}"
    found = [(one.place, one.text, one.texts[1]) for one in known]
    found += [(place, text, "") for place, text in fit.settings]
    write_calibrated(folder / DEVICE, folder / CALIBRATED, found, remark)
    summary = calibration_summary(fit, run.device) | {MADE_FROM: made_from(file, folder / DEVICE)}
    write_whole(folder / "fit.json", json.dumps(summary, indent=2, allow_nan=False) + "\n")
    calibration_figure(fit).savefig(folder / FIGURE, dpi=160)
    return summary


def report_run(folder: Path) -> Path:
    """Write ``report.html`` of a run folder, or of a fit that came without one, and return its path."""
    from valvelab.analysis import write_report

    fit = folder / "fit.json"
    if fit.is_file():
        refuse_stale(fit)
    if any((folder / name).exists() for name in (DEVICE, STATION, PROTOCOL, JOURNAL, RAW_FILE)):
        status = read_status(load_run(folder).folder)
        if status["readings"] < status["planned"]:
            _warn(status["readings"], status["planned"], folder)
    return write_report(folder)


def _warn_if_incomplete(dataset: Any, folder: Path) -> None:
    taken, planned = (dataset.attrs.get(name, 0) for name in ("readings", "planned"))
    if taken < planned:
        _warn(taken, planned, folder)


def _warn(taken: int, planned: int, folder: Path) -> None:
    click.secho(
        f"Warning: {taken} of {planned} readings; 'valvelab resume {folder}' takes the rest",
        fg="yellow",
        err=True,
    )
