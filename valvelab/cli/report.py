"""``valvelab report``: tell."""

from pathlib import Path

import click

from .options import run_argument


@click.command(name="report", short_help="Write report.html, one file to mail.")
@run_argument
def command(run: Path) -> None:
    """Write report.html, one file to mail, from the fit in the run folder RUN.

    It holds the fitted rates, every enhancement with its reservoir and reference, the ratios as measured, the
    figure, warnings, what the errors rest on, and the files the run was begun with. It loads nothing from
    anywhere, so it can be read offline in ten years.
    """
    from valvelab.laboratory import report

    from .steps import warnings_said

    with warnings_said():
        page = report(run)
    click.echo(f"{page} written")
