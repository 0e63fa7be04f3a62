"""``valvelab run``: measure."""

from pathlib import Path

import click

from .options import progress_bar

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(name="run", short_help="Measure: take all readings of a protocol.")
@click.argument("station", type=_FILE)
@click.argument("device", type=_FILE)
@click.argument("protocol", type=_FILE)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Run folder to make.")
@click.option("--dry-run", is_flag=True, help="Check files, set points and limits, list the steps, and stop.")
def command(station: Path, device: Path, protocol: Path, out: Path, dry_run: bool) -> None:
    """Run the switching protocol of three files on a station.

    STATION says which boxes stand where and how far each source may go, DEVICE what is known of the chip,
    PROTOCOL what to measure. The demo writes one of each to begin from.

    Every set point is compared with the limits before the first volt, and it is said where the drain will probably
    leave its thermometer's calibration. Each reading is on disk before the next
    begins (records.jsonl). Whatever ends the run, the heater goes to zero and the coils are ramped to where the
    station file says; `valvelab resume` continues it.

    \b
    Examples:
      valvelab demo --files-only --out lab
      valvelab run station.yaml device.yaml protocol.yaml --out cooldown-12
    """
    from valvelab.errors import StationError
    from valvelab.laboratory import begin, foresee
    from valvelab.run_folder import discard_run

    from .plan import loaded
    from .plan_steps import print_plan
    from .steps import measure, tell_end, warnings_said

    if dry_run:
        known, walk = loaded(device, protocol)
        print_plan(known, walk, station, steps=True)
        with warnings_said():
            foresee(known, walk)
        return
    with warnings_said():
        run = begin(station, device, protocol, out)
    try:
        with progress_bar("measuring", len(run.plan.readings), waits=run.plan.waits) as move:
            raw = measure(run, move)
    except StationError:
        discard_run(run)
        raise
    tell_end(raw)
