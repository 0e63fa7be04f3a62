"""What several verbs do on the way: measure with a progress bar, say how it ended, say what is missing."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from valvelab.dataset import UnusedColumns
from valvelab.laboratory import ForeseenStop, IncompleteRun
from valvelab.run_folder import LOG, Run, read_status

_SAID = (IncompleteRun, ForeseenStop, UnusedColumns)


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


@contextmanager
def warnings_said() -> Iterator[None]:
    """Say on the error stream what run is not complete or will stop, and what in a file is not used."""
    with warnings.catch_warnings(record=True) as caught:
        for known in _SAID:
            warnings.simplefilter("always", known)
        yield
    for warning in caught:
        if issubclass(warning.category, _SAID):
            click.secho(f"Warning: {warning.message}", fg="yellow", err=True)
        else:
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
