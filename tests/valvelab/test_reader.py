"""Readings that fail are taken again, and never counted."""

import dataclasses

import pytest
from pyvisa import VisaIOError
from pyvisa.constants import StatusCode

from valvelab.clock import VirtualClock
from valvelab.errors import LimitError, RunError
from valvelab.history import accepted
from valvelab.reader import PAUSES, SAME, Reader
from valvelab.records import Journal, read_journal
from valvelab.walk import Reading

READING = Reading(0, 0, 0, 0, "off", 0.06, 1e-5, 2e-5, 0.3)


@pytest.fixture
def journal(tmp_path):
    with Journal(tmp_path / "records.jsonl") as journal:
        yield journal


def fields(number=0):
    return {
        "thermometer_voltage_source": 3e-4 + 1e-9 * number,
        "thermometer_voltage_drain": 2e-4 + 1e-9 * number,
        "mixing_chamber_temperature": 0.06 + 1e-6 * number,
    }


def attempts(*outcomes):
    """Return an attempt that has the outcomes in turn."""
    waiting = iter(outcomes)

    def attempt(reading):
        outcome = next(waiting)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    return attempt


FAILURES = [
    RunError("must read at most 0.1 V, found 9.9e+37"),
    VisaIOError(StatusCode.error_timeout),
    ConnectionResetError("gone"),
    ValueError("could not convert string to float: 'x'"),
]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
def test_what_fails_is_written_down_and_taken_again_after_a_pause(journal, failure):
    clock = VirtualClock()
    record = Reader(journal, clock, attempts(failure, fields())).take(READING)
    assert record == {**READING.as_record(), **fields()} and clock.now() == PAUSES[0]
    (rejected,) = read_journal(journal.path)
    assert rejected["rejected"] and rejected["index"] == 0 and accepted(journal.records) == []


def test_it_gives_up_after_the_last_pause_and_says_what_was_wrong(journal):
    clock = VirtualClock()
    with pytest.raises(
        RunError, match=r"reading 0: must succeed within 4 attempts, found at the last one: gone"
    ):
        Reader(journal, clock, attempts(*[ConnectionResetError("gone")] * 4)).take(READING)
    assert clock.now() == sum(PAUSES) and len(journal.records) == 4 and accepted(journal.records) == []


@pytest.mark.parametrize(
    "failure", [LimitError("beyond"), KeyboardInterrupt(), KeyError("a mistake"), MemoryError()]
)
def test_what_no_repetition_mends_is_not_tried_again(journal, failure):
    with pytest.raises(type(failure)):
        Reader(journal, VirtualClock(), attempts(failure, fields())).take(READING)
    assert journal.records == []


def test_a_box_that_answers_the_same_while_set_points_change_is_stuck(journal):
    other = dataclasses.replace(READING, coil_current_1=5e-5)
    stuck = [{**fields(number), "thermometer_voltage_drain": 2e-4} for number in range(SAME + 3)]
    reader = Reader(journal, VirtualClock(), attempts(*stuck[:SAME], fields(SAME)))
    for number in range(SAME - 1):
        reader.take((READING, other)[number % 2])
    reader.take(READING)
    assert [("rejected" in record) for record in journal.records] == [True]
    assert "thermometer_voltage_drain must change" in journal.records[0]["rejected"]
    assert "stuck" in journal.records[0]["rejected"]


def test_without_noise_equal_readings_at_one_set_point_are_no_sign_of_anything(journal):
    reader = Reader(journal, VirtualClock(), attempts(*[fields()] * 40))
    for _ in range(40):
        reader.take(READING)
    assert journal.records == []
