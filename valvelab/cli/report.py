"""``valvelab report``: tell."""

from pathlib import Path

import click

from .options import run_argument


@click.command(name="report")
@run_argument
def command(run: Path) -> None:
    """Write report.html, one file to mail, from the fit in the run folder RUN."""
    from .steps import report_run

    click.echo(f"{report_run(run)} written")
