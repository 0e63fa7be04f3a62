"""``valvelab plan``: what a protocol will do, before anything is switched on."""

from pathlib import Path

import click

from .options import json_option, print_json, print_table, say

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(name="plan", short_help="Show what a protocol would do; nothing is switched on.")
@click.argument("device", type=_FILE)
@click.argument("protocol", type=_FILE)
@click.option("--station", type=_FILE, help="Station file whose limits the set points must keep.")
@json_option
def command(device: Path, protocol: Path, station: Path | None, as_json: bool) -> None:
    """Show what PROTOCOL would do on DEVICE: cells, readings, duration and the range of every set point.

    Nothing is written and no instrument is opened. With --station each set point is also compared with the
    limits of its source; the first one outside is named, and the exit code is 2.

    \b
    Example:
      valvelab plan device.yaml protocol.yaml --station station.yaml
    """
    print_plan(device, protocol, station, as_json=as_json)


def print_plan(device: Path, protocol: Path, station: Path | None, *, as_json: bool = False) -> None:
    """Print the plan of a protocol, after checking its set points against a station's limits."""
    from valvelab.configuration import load_configuration
    from valvelab.device import Device
    from valvelab.limits import check_limits
    from valvelab.protocol import Protocol
    from valvelab.protocol_file import load_protocol
    from valvelab.units import format_quantity

    from .stations import load_station

    known = load_configuration(device, Device)
    plan = load_protocol(protocol).plan(known)
    if station is not None:
        check_limits(load_station(station)[0], plan)
    records = [reading.as_record() for reading in plan.readings]
    ranges = {
        name: [min(record[name] for record in records), max(record[name] for record in records)]
        for name in _SET_POINTS
        if name in records[0]
    }
    if as_json:
        print_json(
            {"cells": plan.cells, "readings": len(plan.readings), "duration": plan.duration, "ranges": ranges}
        )
        return
    rows = [
        [name.replace("_", " "), *(format_quantity(end, dimension, 4) for end in ranges[name])]
        for name, dimension in _SET_POINTS.items()
        if name in ranges
    ]
    print_table(
        f"{len(plan.readings)} readings in {plan.cells} cells, about {format_quantity(plan.duration, 'time', 3)}",
        ["set point", "lowest", "highest"],
        rows,
    )
    if isinstance(plan.protocol, Protocol):
        pairs = len(plan.protocol.bath_temperatures) * len(plan.protocol.source_temperatures)
        if pairs > plan.cells:
            say(f"{pairs - plan.cells} of {pairs} cells left out: a source cannot be colder than the bath.")
    checked = (
        "within the limits of the station"
        if station is not None
        else "not compared with limits (no --station)"
    )
    click.echo(f"Set points: {checked}.")


_SET_POINTS = {
    "bath_temperature": "temperature",
    "source_temperature": "temperature",
    "frequency_1": "frequency",
    "frequency_2": "frequency",
    "coil_current_1": "current",
    "coil_current_2": "current",
    "heater_voltage": "voltage",
}
