"""``valvelab reduce``: from voltages to powers."""

from pathlib import Path

import click

from .options import run_argument


@click.command(name="reduce")
@run_argument
def command(run: Path) -> None:
    """Turn the voltages of the run folder RUN (raw.nc) into heat powers with their covariance (reduced.nc)."""
    from .steps import reduce_run

    click.echo(f"{reduce_run(run)} written; next: valvelab fit {run}")
