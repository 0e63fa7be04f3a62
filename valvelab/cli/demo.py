"""``valvelab demo``: the whole chain on a simulated cryostat."""

import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .fit_tables import print_fit
from .options import Between, Quantity, json_option, print_json, progress_bar, say

if TYPE_CHECKING:
    from valvelab.run_folder import Run

HERE = Path(__file__).parent


@click.command(name="demo", short_help="Run a whole experiment on a simulated cryostat.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder to make.  [default: valve-run-<time>]")
@click.option(
    "--seed",
    type=Between(int, 0, 999_999_999),
    default=1,
    show_default=True,
    help="Seed of the noise, a whole number.",
)
@click.option(
    "--parasitic-temperature",
    type=Quantity("temperature", minimum=1e-4, maximum=10.0),
    default="50 mK",
    show_default=True,
    help="True temperature of the parasitic bath on the simulated chip.",
)
@click.option(
    "--files-only",
    is_flag=True,
    help="Write the four files that the demo begins with, to edit for a run of your own, and stop.",
)
@json_option
def command(
    out: Path | None, seed: int, parasitic_temperature: float, files_only: bool, as_json: bool
) -> None:
    """Measure, reduce, fit and report a simulated heat valve.

    The device of the paper's Table I hangs in a simulated cryostat. Unmodified QCoDeS drivers talk SCPI to its
    boxes, the switching protocol runs on a virtual clock, and the analysis sees nothing but the voltages. The
    same seed gives the same numbers to the last digit. At the end the fitted values stand beside the true ones.

    \b
    Examples:
      valvelab demo
      valvelab demo --out cold --parasitic-temperature "120 mK" --seed 7
      valvelab demo --files-only --out lab
    """
    from valvelab import laboratory
    from valvelab.files import read_json

    from .steps import measure

    folder = out or Path(f"valve-run-{datetime.now():%Y%m%d-%H%M%S}")  # a name people read
    run = _prepare(folder, seed, parasitic_temperature)
    if files_only:
        click.echo(
            f"station.yaml, device.yaml, protocol.yaml and cryostat.yaml are in {folder}; next, in there:"
        )
        click.echo("  valvelab plan device.yaml protocol.yaml --station station.yaml")
        click.echo("  valvelab run station.yaml device.yaml protocol.yaml --out <new folder>")
        return
    with progress_bar("measuring", len(run.plan.readings), waits=run.plan.waits) as move:
        measure(run, move)
    click.echo("reducing and fitting", err=True)
    laboratory.reduce(folder)
    laboratory.fit(folder, "collective", truth=folder / "cryostat.yaml")
    report = laboratory.report(folder)
    summary = read_json(folder / "fit.json", "repeat the demo", "repeat the demo")
    if as_json:
        print_json(summary)
        return
    print_fit(summary)
    say(f"{len(run.plan.readings)} readings. Everything is in {folder}; open {report} in a browser.")


def _prepare(folder: Path, seed: int, parasitic_temperature: float) -> "Run":
    """Make the run folder: the device as it is known, the station, the protocol, and the cryostat's truth."""
    from valvelab.configuration import dump_configuration, load_configuration
    from valvelab.run_folder import DEVICE, PROTOCOL, STATION, create_run
    from valvelab.sim import preset_path
    from valvelab.sim.cryostat import DEFAULT_CRYOSTAT, Cryostat

    cryostat = load_configuration(DEFAULT_CRYOSTAT, Cryostat)
    chip = cryostat.chip.model_copy(update={"T_p": parasitic_temperature})
    with tempfile.TemporaryDirectory() as temporary:
        truth = Path(temporary) / "cryostat.yaml"
        truth.write_text(
            dump_configuration(cryostat.model_copy(update={"seed": seed, "chip": chip})), encoding="utf-8"
        )
        files = {
            DEVICE: preset_path("paper"),
            STATION: HERE / "demo-station.yaml",
            PROTOCOL: HERE / "demo-protocol.yaml",
            "cryostat.yaml": truth,
        }
        return create_run(folder, files)
