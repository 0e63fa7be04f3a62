"""``valvelab check``: look at a station before anything is set."""

import sys
from pathlib import Path

import click

from .options import json_option, print_json, print_table, progress_bar, say


@click.command(name="check", short_help="Look at a station: who answers, and what does each box say.")
@click.argument("station", type=click.Path(path_type=Path, dir_okay=False))
@json_option
def command(station: Path, as_json: bool) -> None:
    """Connect every box of STATION, identify it, read it once and set nothing.

    The model that answers must be the one that the station file names, and so must its serial number where the
    file gives one; the level of a source must lie within its limits, and where its driver cannot tell it without
    measuring the table says so. The exit code is 0 only if all of it holds.

    \b
    Example:
      valvelab check station.yaml
    """
    from valvelab.laboratory import load_station
    from valvelab.station_check import check_station

    file, _ = load_station(station)
    findings = []
    with progress_bar("looking", len(file.boxes)) as move:
        for finding in check_station(file, station.parent):
            findings.append(finding)
            move(len(findings), len(file.boxes), finding.role)
    mistakes = [mistake for finding in findings for mistake in finding.mistakes]
    if as_json:
        print_json([vars(finding) for finding in findings])
    else:
        rows = [
            [
                finding.role,
                finding.identity or "-",
                ", ".join(f"{name} {value}" for name, value in finding.readings.items()) or "-",
            ]
            for finding in findings
        ]
        print_table(f"Station {file.name}", ["role", "answers", "reads"], rows, left=3)
    if mistakes:
        click.echo("\n".join(mistakes), err=True)
        sys.exit(2)
    if not as_json:
        say(f"{len(findings)} boxes answer as the station file says; nothing was set")
