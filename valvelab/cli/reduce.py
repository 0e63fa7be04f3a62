"""``valvelab reduce``: from voltages to powers."""

from pathlib import Path

import click

from .options import run_argument, say


@click.command(name="reduce", short_help="Turn the voltages of a run into heat powers.")
@run_argument
@click.option(
    "--source",
    is_flag=True,
    help="Also the power that leaves the source; it is much noisier than the drain's.",
)
def command(run: Path, source: bool) -> None:
    """Turn the voltages of the run folder RUN into heat powers with their covariance.

    Reads raw.nc and writes reduced.nc: white and flicker noise are found from the readings themselves, readings and
    blocks that stand out are told and left out, and each configuration is averaged so that a drift cancels. Thermometer
    voltages become electron temperatures with the calibration in device.yaml, the heat balance of the drain gives the
    power that reaches it, and that of "off" in the same cell is subtracted.

    \b
    Examples:
      valvelab reduce cooldown-12 && valvelab fit cooldown-12
      valvelab reduce cooldown-12 --source
    """
    from valvelab.laboratory import reduce

    from .steps import warnings_said

    with warnings_said():
        reduced = reduce(run, ("drain", "source") if source else ("drain",))
    for remark in reduced["remark"].values if "remark" in reduced else ():
        say(str(remark))
    click.echo(f"{run / 'reduced.nc'} written; next: valvelab fit {run}")
