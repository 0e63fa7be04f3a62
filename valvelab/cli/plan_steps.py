"""What a protocol does, on the screen: steps, duration, and the range of every set point."""

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import print_table, say

if TYPE_CHECKING:
    from valvelab.device import Device
    from valvelab.protocol import Protocol
    from valvelab.walk import Plan, Walk


def print_plan(
    known: "Device", walk: "Walk", station: Path | None, *, steps: bool = False, as_json: bool = False
) -> dict[str, Any]:
    """Print the plan of a protocol after checking its set points against a station's limits, or return it for JSON."""
    from valvelab.laboratory import load_station
    from valvelab.limits import check_calibrated, check_limits
    from valvelab.protocol import Protocol
    from valvelab.units import format_quantity

    check_calibrated(known, walk)
    plan = walk.plan(known)
    if station is not None:
        check_limits(load_station(station)[0], plan)
    records = [reading.as_record() for reading in plan.readings]
    ranges = {
        name: [min(record[name] for record in records), max(record[name] for record in records)]
        for name in _SET_POINTS
        if name in records[0]
    }
    if as_json:
        told = {
            "cells": plan.cells,
            "blocks": plan.blocks,
            "readings": len(plan.readings),
            "duration": plan.duration,
            "ranges": ranges,
        }
        listed = [dict(zip(_STEP, step, strict=True)) for step in plan_steps(plan)] if steps else None
        return told | ({} if listed is None else {"steps": listed})
    if steps:
        print_table("Steps", _STEP, plan_steps(plan), 2)
    rows = [
        [name.replace("_", " "), *(format_quantity(end, dimension, 4) for end in ranges[name])]
        for name, dimension in _SET_POINTS.items()
        if name in ranges
    ]
    print_table(
        f"{len(plan.readings)} readings in {plan.cells} cells and {plan.blocks} blocks, at least "
        f"{format_quantity(plan.duration, 'time', 3)}",
        ["set point", "lowest", "highest"],
        rows,
    )
    if isinstance(plan.protocol, Protocol):
        pairs = len(plan.protocol.bath_temperatures) * len(plan.protocol.source_temperatures)
        if pairs > plan.cells:
            say(f"{pairs - plan.cells} of {pairs} cells left out: a source cannot be colder than the bath.")
        _say_rules(plan.protocol)
    checked = (
        "within the limits of the station"
        if station is not None
        else "not compared with limits (no --station)"
    )
    click.echo(f"Set points: {checked}.")
    return {}


def _say_rules(protocol: "Protocol") -> None:
    """Say what may make a run shorter or longer than its plan."""
    stop, suspend, stable = protocol.stop, protocol.suspend, protocol.settle.until_stable
    if stop is not None and stop.enhancement is not None:
        say(f"A cell is left when both / (only_1 + only_2) as read is known to {stop.enhancement * 100:g} %.")
    if stop is not None and stop.at is not None:
        say(f"No block is begun after {stop.at}, the next one that comes.")
    if stable is not None:
        say("After a change of bath or heater it is waited until everything is stable.")
    if suspend is not None:
        say("Heaters rest, and the block is measured again, while the mixing chamber is off its set point.")


def plan_steps(plan: "Plan") -> list[list[str]]:
    """Return the blocks of a plan in order as rows of a table, consecutive ones that are alike in one."""
    from valvelab.units import format_quantity

    begins = [*sorted(set(plan.begins[:-1])), len(plan.readings)]
    blocks = []
    for number, (begin, end) in enumerate(itertools.pairwise(begins), start=1):
        first = plan.readings[begin]
        groups = itertools.groupby(plan.readings[begin:end], lambda one: one.configuration)
        warm = getattr(first, "source_temperature", None)
        described = (
            _told([name for name, _ in groups]),
            format_quantity(first.bath_temperature, "temperature", 4),
            "" if warm is None else format_quantity(warm, "temperature", 4),
            format_quantity(first.heater_voltage, "voltage", 4),
        )
        blocks.append((described, number, end - begin, sum(plan.waits[begin:end])))
    rows = []
    for described, alike in itertools.groupby(blocks, lambda block: block[0]):
        _, numbers, readings, times = zip(*alike, strict=True)
        which = str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}-{numbers[-1]}"
        rows.append([which, *described, str(sum(readings)), format_quantity(sum(times), "time", 3)])
    return rows


def _told(visits: list[str]) -> str:
    """Return what a block visits, in few words."""
    from valvelab.switching_plan import scan_index
    from valvelab.walk import CENTRING, REGULATING, purpose

    prepared = {CENTRING: "search for both ridges", REGULATING: "closed loop of the heated reservoir"}
    if purpose(visits[0]):
        return prepared[purpose(visits[0])]
    if visits == visits[::-1]:
        half = visits[: (len(visits) + 1) // 2]
        named = [name for name in half if scan_index(name) is None]
        named += [f"scan of {len(half) - len(named)}"] if len(named) < len(half) else []
        return " ".join(named) + (" and back" if len(half) > 1 else "")
    return f"{len(set(visits))} configurations, each twice, in random order"


_STEP = ("blocks", "what", "bath", "warm", "heater", "readings", "time")
_SET_POINTS = {
    "bath_temperature": "temperature",
    "source_temperature": "temperature",
    "frequency_1": "frequency",
    "frequency_2": "frequency",
    "coil_current_1": "current",
    "coil_current_2": "current",
    "heater_voltage": "voltage",
}
