"""``valvelab safe``: bring the sources of a station to rest by hand."""

import sys
from pathlib import Path

import click

from .options import json_option, print_json


@click.command(name="safe", short_help="Bring all sources of a station to rest.")
@click.argument("station", type=click.Path(path_type=Path, dir_okay=False))
@json_option
def command(station: Path, as_json: bool) -> None:
    """Ramp every source of STATION to zero within its rate, heaters first, and read it back.

    A source that the station file wants held at the end (at_end: hold) stays where it is. What cannot be read back is
    UNKNOWN, never safe, and keeps no other source from being brought to rest. The exit code is 0 only if all are known
    to be safe. While a run holds the boxes nothing is done.

    \b
    Example:
      valvelab safe station.yaml
    """
    from contextlib import nullcontext

    from valvelab.laboratory import load_station
    from valvelab.run_lock import lock_boxes
    from valvelab.station_safe import make_station_safe

    file, _ = load_station(station)
    found = []
    addresses = [box.address for box in file.boxes.values()]
    with lock_boxes(addresses) if file.cryostat is None else nullcontext():
        for rest in make_station_safe(file, station.parent):
            found.append(rest)
            if not as_json:
                click.echo(rest.told, err=not rest.safe)
    if as_json:
        print_json([vars(rest) for rest in found])
    if not all(rest.safe for rest in found):
        sys.exit(2)
