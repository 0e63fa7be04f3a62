"""``valvelab resume``: continue a run that was interrupted."""

from pathlib import Path

import click

from .options import progress_bar, run_argument


@click.command(name="resume", short_help="Continue a run that was interrupted.")
@run_argument
def command(run: Path) -> None:
    """Continue the run in the folder RUN where its journal stands.

    The block that was interrupted is measured again from its beginning, background included, after the set points
    have been established by safe ramps and settled; blocks that are complete are not. The report shows the seam. A
    run whose device, station or protocol file has changed is refused, with each line that differs.
    """
    from valvelab.history import position
    from valvelab.records import read_journal
    from valvelab.run_folder import JOURNAL, load_begun_run

    from .steps import measure, tell_end

    begun = load_begun_run(run)
    reached = begun.plan.begins[position(read_journal(begun.folder / JOURNAL))]
    with progress_bar("measuring", len(begun.plan.readings), reached, waits=begun.plan.waits) as move:
        raw = measure(begun, move)
    tell_end(raw)
