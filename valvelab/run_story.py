"""What happened in a run besides readings, in words: sessions and their seams, holds, decisions, remarks."""

import math
from collections.abc import Iterator, Sequence
from datetime import datetime
from statistics import fmean, stdev
from typing import Any

from valvelab.history import (
    RECENTRED,
    REGULATED,
    RELEASED,
    REMARK,
    SESSION,
    SKIPPED,
    SUSPECT,
    SUSPENDED,
    accepted,
)
from valvelab.units import format_quantity


def story(records: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return when and what, for each event of a journal.

    Parameters
    ----------
    records
        All records of the journal, in order.

    Returns
    -------
    Pairs of calendar time (UTC, to the second) and a sentence.
    """
    seams = dict(_seams(accepted(records)))
    told = []
    for record in records:
        if "event" in record:
            time = datetime.fromisoformat(record["utc"]).strftime("%Y-%m-%d %H:%M:%S")
            told.append((time, _sentence(record, seams)))
    return told


def _sentence(event: dict[str, Any], seams: dict[int, str]) -> str:
    kind = event["event"]
    if kind == SESSION:
        version = f"valvelab {event['valvelab']}" + (f" ({event['commit'][:10]})" if event["commit"] else "")
        begun = "begun" if event["session"] == 0 else "continued"
        seam = seams.get(event["session"], "")
        return f"{begun} on {event['machine']}, process {event['process']}, {version}{seam}"
    if kind == SUSPENDED:
        return f"suspended before reading {event['index']}: {event['reason']}"
    if kind == SUSPECT:
        return f"readings from {event['index']} on do not count: {event['reason']}"
    if kind == RELEASED:
        return f"went on after {format_quantity(event['seconds'], 'time', 3)}; the block was measured again"
    if kind == RECENTRED:
        return f"qubit {event['qubit']} found at a flux offset of {_with_error(event)} Phi0, followed from here on"
    if kind == REGULATED:
        found, voltage = (
            format_quantity(event["temperature"], "temperature", 4),
            format_quantity(event["heater_rise"], "voltage", 4),
        )
        return f"cell {event['cell']}: the {event['heated']} was at {found}, its heater is given {voltage} from here on"
    if kind == SKIPPED:
        return f"readings up to {event['until']} left out: {event['reason']}"
    return f"remark: {event['reason']}" if kind == REMARK else str(kind)


def _with_error(event: dict[str, Any]) -> str:
    return f"{event['flux_offset']:.5f} +- {event['flux_offset_std']:.5f}"


def _seams(readings: Sequence[dict[str, Any]]) -> Iterator[tuple[int, str]]:
    """Yield for each later session how the background that was measured again compares with that before."""
    for session in sorted({reading.get("session", 0) for reading in readings} - {0}):
        after = [
            one for one in readings if one.get("session", 0) == session and one["configuration"] == "off"
        ]
        if not after:
            continue
        here = [one for one in after if (one["cell"], one["block"]) == (after[0]["cell"], after[0]["block"])]
        before = [
            one
            for one in readings
            if one.get("session", 0) < session
            and (one["configuration"], one["cell"]) == ("off", after[0]["cell"])
        ]
        before = [one for one in before if one["block"] == before[-1]["block"]]
        if len(before) > 1 and len(here) > 1:
            yield session, "; " + ", ".join(_change(side, before, here) for side in ("source", "drain"))


def _change(side: str, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> str:
    values = [[one[f"thermometer_voltage_{side}"] for one in group] for group in (before, after)]
    moved = fmean(values[1]) - fmean(values[0])
    error = math.sqrt(sum(stdev(group) ** 2 / len(group) for group in values))
    return f"{side} thermometer in 'off' {moved * 1e9:+.0f}({error * 1e9:.0f}) nV from the block before"
