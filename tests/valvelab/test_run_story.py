"""What happened in a run, as a reader of its report is told."""

import pytest

from valvelab.history import RECENTRED, RELEASED, REMARK, SESSION, SKIPPED, SUSPECT, SUSPENDED
from valvelab.run_story import story

UTC = "2026-11-25T21:30:05.123456+00:00"


def event(kind, **fields):
    return {"event": kind, "utc": UTC, "time": 0.0, **fields}


def session(number):
    return event(
        SESSION, session=number, machine="cryo-2", process=41, valvelab="0.1.0", commit="0123456789abcdef+"
    )


def reading(index, session, cell, block, drain):
    return {
        "index": index, "session": session, "cell": cell, "block": block, "configuration": "off",
        "thermometer_voltage_source": 1e-4 + 1e-9 * (index % 2), "thermometer_voltage_drain": drain,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (session(0), "begun on cryo-2, process 41, valvelab 0.1.0 (0123456789)"),
        (event(SUSPENDED, index=7, reason="warm"), "suspended before reading 7: warm"),
        (event(RELEASED, index=7, seconds=3661.0), "went on after 1.02 h; the block was measured again"),
        (
            event(RECENTRED, qubit=2, flux_offset=-0.0123, flux_offset_std=6e-5),
            "qubit 2 found at a flux offset of -0.01230 +- 0.00006 Phi0, followed from here on",
        ),
        (event(SKIPPED, until=96, reason="06:00 has come"), "readings up to 96 left out: 06:00 has come"),
        (event(SUSPECT, index=16, reason="stuck"), "readings from 16 on do not count: stuck"),
        (event(REMARK, reason="not safe"), "remark: not safe"),
    ],
)
def test_each_event_is_a_sentence(told, sentence):
    assert story([told]) == [("2026-11-25 21:30:05", sentence)]


def test_a_seam_is_seen_in_the_background_before_and_after_it():
    noise = [0.0, 2e-9]
    before = [reading(number, 0, 3, 0, 2e-4 + noise[number % 2]) for number in range(4)]
    after = [reading(number, 1, 3, 1, 2.001e-4 + noise[number % 2]) for number in range(4, 8)]
    sentences = [sentence for _, sentence in story([session(0), *before, session(1), *after])]
    # Means differ by 100 nV; each of four readings that scatter by 1.15 nV, so 0.8 nV for the difference.
    assert "continued on cryo-2" in sentences[1] and "drain thermometer in 'off' +100(1) nV" in sentences[1]
    assert "source thermometer in 'off' +0(0) nV from the block before" in sentences[1]


def test_a_seam_between_cells_has_nothing_to_compare_with():
    before = [reading(number, 0, 3, 0, 2e-4) for number in range(4)]
    after = [reading(number, 1, 4, 0, 3e-4) for number in range(4, 8)]
    assert "thermometer" not in story([*before, session(1), *after])[0][1]
    assert story([]) == []
