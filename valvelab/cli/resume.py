"""``valvelab resume``: continue a run that was interrupted."""

from pathlib import Path

import click

from .options import progress_bar, run_argument


@click.command(name="resume", short_help="Continue a run that was interrupted.")
@run_argument
def command(run: Path) -> None:
    """Continue the run in the folder RUN where its journal stands.

    The set points are established again by safe ramps and settled; readings that are in records.jsonl are not
    taken twice. A run whose device or protocol file has changed is refused.
    """
    from valvelab.history import accepted
    from valvelab.records import read_journal
    from valvelab.run_folder import JOURNAL, load_begun_run

    from .steps import measure, tell_end

    begun = load_begun_run(run)
    journal = begun.folder / JOURNAL
    taken = len(accepted(read_journal(journal))) if journal.exists() else 0
    with progress_bar("measuring", len(begun.plan.readings), taken) as move:
        raw = measure(begun, move)
    tell_end(raw)
