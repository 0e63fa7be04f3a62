"""``valvelab resume``: continue a run that was interrupted."""

from pathlib import Path

import click

from .options import progress_bar, run_argument


@click.command(name="resume")
@run_argument
def command(run: Path) -> None:
    """Continue the run in the folder RUN where its journal stands.

    The set points are established again by safe ramps and settled; readings that are in records.jsonl are not
    taken twice. A run whose device or protocol file has changed is refused.
    """
    from valvelab.run_folder import load_begun_run

    from .steps import measure

    with progress_bar("measuring") as move:
        raw = measure(load_begun_run(run), move)
    click.echo(f"complete: {raw}; next: valvelab reduce {run}")
