"""``valvelab reduce``: from voltages to powers."""

from pathlib import Path

import click

from .options import run_argument


@click.command(name="reduce", short_help="Turn the voltages of a run into heat powers.")
@run_argument
def command(run: Path) -> None:
    """Turn the voltages of the run folder RUN into heat powers with their covariance.

    Reads raw.nc and writes reduced.nc: the readings of each configuration are averaged over its palindromic
    blocks, thermometer voltages become electron temperatures with the calibration in device.yaml, the heat
    balance of the drain gives the power that reaches it, and that of "off" in the same cell is subtracted.

    \b
    Example:
      valvelab reduce cooldown-12 && valvelab fit cooldown-12
    """
    from valvelab.laboratory import reduce

    from .steps import warnings_said

    with warnings_said():
        reduce(run)
    click.echo(f"{run / 'reduced.nc'} written; next: valvelab fit {run}")
