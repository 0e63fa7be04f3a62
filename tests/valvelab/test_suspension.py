"""What is no good reading never lets a run go on."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valvelab.clock import VirtualClock
from valvelab.errors import RunError
from valvelab.suspension import Suspension
from valvelab.walk import Reading, Suspend

RULE = Suspend.model_validate(
    {"distance": "3 mK", "good_readings": 3, "interval": "10 s", "longest": "10 min"}
)
WANTED = Reading(0, 0, 0, 0, "off", 0.06, 0.0, 0.0, 0.0)
BAD = [
    0.064,
    0.056,
    math.nan,
    math.inf,
    -math.inf,
    OSError("gone"),
    RunError("no answer"),
    KeyError("status"),
]
GOOD = [0.06, 0.0629, 0.0571]


def suspension(outcomes, clock):
    waiting = iter(outcomes)

    def read():
        outcome = next(waiting)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return Suspension(RULE, read, clock)


@pytest.mark.parametrize("bad", BAD, ids=str)
def test_what_is_out_of_band_no_number_or_no_answer_is_trouble(bad):
    assert suspension([bad], VirtualClock()).trouble(WANTED).startswith("mixing_chamber: must be")


@pytest.mark.parametrize("good", GOOD)
def test_what_is_in_the_band_is_none(good):
    assert suspension([good], VirtualClock()).trouble(WANTED) == ""
    assert suspension([], VirtualClock()).trouble(WANTED, {"mixing_chamber_temperature": good}) == ""


@given(st.lists(st.sampled_from([*GOOD, *BAD]), max_size=40))
def test_it_goes_on_only_after_so_many_good_ones_in_a_row(outcomes):
    clock = VirtualClock()
    wait = suspension([*outcomes, 0.06, 0.06, 0.06], clock)
    took = wait.wait(WANTED)
    used = round(took / 10)
    seen = [*outcomes, 0.06, 0.06, 0.06][:used]
    assert all(any(outcome is good for good in GOOD) for outcome in seen[-3:])
    for end in range(3, used):
        assert not all(any(outcome is good for good in GOOD) for outcome in seen[end - 3 : end])


def test_it_does_not_wait_for_ever():
    clock = VirtualClock()
    with pytest.raises(RunError, match=r"found nan, still after 10 min; run 'valvelab resume'"):
        suspension([math.nan] * 1000, clock).wait(WANTED)
    assert clock.now() == 600
