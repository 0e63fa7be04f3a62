"""What the records of a journal say: which readings count, what happened between them, and where the plan stands.

A record is a reading, an attempt that was ``rejected`` with its reason, or an ``event``: what happened, or was decided,
between readings.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

Record = Mapping[str, Any]
SESSION, SKIPPED, RECENTRED, REGULATED, SUSPENDED, RELEASED, SUSPECT, REMARK = (
    "session", "skipped", "recentred", "regulated", "suspended", "released", "suspect", "remark",
)  # fmt: skip
"""Kinds of events: a process begins to measure; readings are left out, a ridge is where it was found, a heater is given
what its reservoir needs; readings do not count, and count again; what was read from an index on does not count after
all; something that whoever uses the data must know."""


def is_reading(record: Record) -> bool:
    """Tell whether a record is a reading, and neither an event nor an attempt that was rejected."""
    return "rejected" not in record and "event" not in record


def accepted(records: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the readings that count, in the order of the plan: of each index the last one taken.

    A reading replaces those from its index on, so the readings of a block come from one go through it; what makes
    readings suspect removes them.
    """
    counted: list[dict[str, Any]] = []
    for record in records:
        if not is_reading(record) and record.get("event") != SUSPECT:
            continue
        while counted and counted[-1]["index"] >= record["index"]:
            counted.pop()
        if is_reading(record):
            counted.append(record)
    return counted


def events(records: Iterable[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """Return the events of a kind."""
    return [record for record in records if record.get("event") == kind]


def position(records: Iterable[Record]) -> int:
    """Return the index of the reading that comes next."""
    reached = 0
    for record in records:
        if record.get("event") == SKIPPED:
            reached = record["until"]
        elif record.get("event") == SUSPECT:
            reached = record["index"]
        elif is_reading(record):
            reached = record["index"] + 1
    return reached


def times(records: Sequence[dict[str, Any]]) -> list[float]:
    """Return for each reading that counts the seconds since the first session began.

    The clock of a laboratory starts anew with its computer, so sessions are put in order by the calendar.
    """
    begun = {event["session"]: event for event in events(records, SESSION)}
    counted = accepted(records)
    if any(record.get("session") not in begun for record in counted):
        return [record["time"] for record in counted]
    first = begun[min(begun, default=0)] if begun else {}

    def elapsed(record: Record) -> float:
        session = begun[record["session"]]
        since = datetime.fromisoformat(session["utc"]) - datetime.fromisoformat(first["utc"])
        return float(since.total_seconds() + record["time"] - session["time"])

    return [elapsed(record) for record in counted]
