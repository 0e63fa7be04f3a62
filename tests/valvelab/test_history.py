"""Which readings of a journal count, and where the plan stands."""

from hypothesis import given
from hypothesis import strategies as st

from valvelab.history import RELEASED, SESSION, SKIPPED, SUSPECT, SUSPENDED, accepted, events, position, times


@st.composite
def histories(draw):
    """Return the records of a run of up to 60 readings in blocks of four, and its readings as they should count."""
    records, counted, at = [], [], 0
    for _ in range(draw(st.integers(0, 80))):
        what = draw(st.sampled_from(["reading"] * 8 + ["rejected", "rewind", "suspect", "skip", "note"]))
        if what == "reading":
            counted = [kept for kept in counted if kept[0] < at]
            counted.append((at, len(records)))
            records.append({"index": at, "sequence": len(records)})
            at += 1
        elif what == "rejected":
            records.append({"index": at, "rejected": "garbage"})
        elif what == "rewind":
            at = at // 4 * 4
            records.append({"event": SUSPENDED, "index": at})
        elif what == "suspect":
            at = max(0, at // 4 - 1) * 4
            counted = [kept for kept in counted if kept[0] < at]
            records.append({"event": SUSPECT, "index": at})
        elif what == "skip":
            at = (at // 4 + draw(st.integers(1, 3))) * 4
            records.append({"event": SKIPPED, "until": at})
        else:
            records.append({"event": RELEASED, "index": at})
    return records, counted, at


@given(histories())
def test_of_each_index_the_latest_counts_and_nothing_else(history):
    records, counted, _ = history
    found = accepted(records)
    assert [(record["index"], record["sequence"]) for record in found] == counted
    assert [record["index"] for record in found] == sorted({record["index"] for record in found})


def test_the_plan_goes_on_after_what_was_taken_or_left_out():
    records = [{"index": 0}, {"index": 1}, {"index": 2, "rejected": "nan"}]
    assert position([]) == 0 and position(records) == 2
    assert position([*records, {"event": SKIPPED, "until": 8}]) == 8
    assert position([*records, {"event": SKIPPED, "until": 8}, {"index": 8}]) == 9
    assert position([*records, {"event": SUSPENDED, "index": 2}, {"index": 0}]) == 1
    assert len(events([*records, {"event": SUSPENDED, "index": 2}], SUSPENDED)) == 1


def test_sessions_are_put_in_order_by_the_calendar_and_within_by_the_monotonic_clock():
    def session(number, time, utc):
        return {"event": SESSION, "session": number, "time": time, "utc": f"2026-11-25T{utc}+00:00"}

    records = [
        session(0, 5000.0, "20:00:00"),
        {"index": 0, "session": 0, "time": 5010.0},
        session(1, 100.0, "21:00:00"),  # the computer was started anew
        {"index": 1, "session": 1, "time": 130.0},
    ]
    assert times(records) == [10.0, 3630.0]
    old = [{"index": 0, "time": 3.0}, {"index": 1, "time": 4.0}]
    assert times(old) == [3.0, 4.0]
    # An old journal that is continued keeps the time it had.
    assert times([*old, session(1, 9.0, "21:00:00"), {"index": 2, "session": 1, "time": 9.5}]) == [
        3.0,
        4.0,
        9.5,
    ]
    assert times([]) == []
