"""The guard around a source."""

import math
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from qcodes.parameters import Parameter

from valvelab.clock import VirtualClock
from valvelab.drivers import GuardedSource
from valvelab.errors import LimitError, RunError

WINDOW, STEP, RATE = (-3e-4, 3e-4), 2e-5, 1e-4


class Box:
    """A source that remembers every level it was ever given, and when."""

    def __init__(self, clock):
        self.clock, self.level, self.history = clock, 0.0, []
        self.parameter = Parameter("current", get_cmd=lambda: self.level, set_cmd=self.set)

    def set(self, level):
        self.history.append((self.clock.now(), level))
        self.level = level


@pytest.fixture
def make():
    opened = []

    def maker(**changes):
        clock = VirtualClock()
        box = Box(clock)
        arguments = {
            "unit": "A",
            "window": WINDOW,
            "maximum_step": STEP,
            "ramp_rate": RATE,
            "resolution": 1e-8,
        }
        source = GuardedSource(f"coil_{len(opened)}", box.parameter, clock=clock, **(arguments | changes))
        opened.append(source)
        return box, source

    yield maker
    for source in opened:
        source.close()


bad_levels = st.one_of(
    st.sampled_from([math.nan, math.inf, -math.inf, True, False]),
    st.floats(allow_nan=False).filter(lambda x: not WINDOW[0] <= x <= WINDOW[1]),
)
once = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80)


@once
@given(bad_levels)
def test_a_level_outside_the_window_never_reaches_the_box(make, level):
    box, source = make()
    with pytest.raises(LimitError, match=r"coil_\d+: level must"):
        source.level(level)
    assert box.history == []


@once
@given(st.lists(st.tuples(st.booleans(), st.floats(*WINDOW)), max_size=8))
def test_no_step_is_larger_and_no_ramp_faster_than_allowed_whatever_the_front_panel_does(make, moves):
    box, source = make()
    for by_hand, level in moves:
        if by_hand:
            box.level = level
            continue
        start, first = box.level, len(box.history)
        source.level(level)
        path = [start, *(value for _, value in box.history[first:])]
        assert path[-1] == level
        assert max(abs(b - a) for a, b in pairwise(path)) <= STEP * (1 + 1e-9)
        for (t0, a), (t1, b) in pairwise(box.history[first:]):
            assert abs(b - a) <= RATE * (t1 - t0) * (1 + 1e-9)


def test_a_ramp_starts_from_what_the_box_answers_not_from_what_was_last_sent(make):
    box, source = make()
    source.level(2e-4)
    box.level = -2e-4  # somebody turned the knob
    source.level(2e-4)
    assert box.history[-20:][0][1] == pytest.approx(-1.8e-4, rel=1e-6, abs=0)


def test_a_source_found_outside_its_window_is_ramped_home(make):
    box, source = make()
    box.level = 5e-4
    source.level(0.0)
    assert box.level == 0.0
    levels = [level for _, level in box.history]
    assert levels == sorted(levels, reverse=True)


def test_a_box_that_does_not_arrive_is_an_error(make):
    box, source = make()
    box.parameter = None
    source._source = Parameter("stuck", get_cmd=lambda: 1e-4, set_cmd=lambda level: None)
    with pytest.raises(RunError, match="must have arrived at 0"):
        source.level(0.0)


def test_a_box_that_answers_no_number_is_not_moved(make):
    box, source = make()
    box.level = math.nan
    with pytest.raises(RunError, match="must answer a finite level"):
        source.level(1e-4)
    assert box.history == []


def test_reading_the_level_asks_the_box(make):
    box, source = make()
    box.level = 1.25e-4
    assert source.level() == 1.25e-4
    assert source.level.unit == "A"


@pytest.mark.parametrize("interrupted_at", [1, 3])
def test_an_interrupted_ramp_stays_where_it_is(make, interrupted_at):
    box, source = make()
    sleep = source._clock.sleep

    def interrupt(seconds):
        if len(box.history) == interrupted_at:
            raise KeyboardInterrupt
        sleep(seconds)

    source._clock.sleep = interrupt
    with pytest.raises(KeyboardInterrupt):
        source.level(1e-4)
    assert box.level == pytest.approx(interrupted_at * STEP, rel=1e-6, abs=0)
