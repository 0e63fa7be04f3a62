"""The guard around a source."""

import math
from itertools import pairwise

import numpy as np
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
        self.parameter = Parameter(
            "current", get_cmd=lambda: self.level, set_cmd=lambda level: self.set(level)
        )

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
        arguments |= {"source": box.parameter} | changes
        source = GuardedSource(f"coil_{len(opened)}", clock=clock, **arguments)
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
    _, source = make(source=Parameter("stuck", get_cmd=lambda: 1e-5, set_cmd=lambda level: None))
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
def test_an_interrupted_ramp_stays_where_it_is_holds_and_says_where(make, interrupted_at, caplog):
    held = []
    box, source = make(hold=lambda: held.append(box.level))
    sleep = source.gate.clock.sleep

    def interrupt(seconds):
        if len(box.history) == interrupted_at:
            raise KeyboardInterrupt
        sleep(seconds)

    source.gate.clock.sleep = interrupt
    with pytest.raises(KeyboardInterrupt):
        source.level(1e-4)
    assert box.level == pytest.approx(interrupted_at * STEP, rel=1e-6, abs=0)
    assert held == [box.level]
    assert f"was interrupted and stays at {box.level:.9g} A" in caplog.text


def test_a_lost_connection_is_raised_as_it_is_and_written_down(make, caplog):
    box, source = make(hold=lambda: 1 / 0)

    def lost():
        raise OSError("the wire is cut")

    box.set = lambda level: lost()
    box.parameter.get = lambda: 0.0 if not caplog.records else lost()
    with pytest.raises(OSError, match="the wire is cut"):
        source.level(1e-4)
    assert "could not be told to hold" in caplog.text
    assert "its level is not known" in caplog.text


def test_what_is_sent_is_a_multiple_of_the_resolution_but_for_the_level_asked_for(make):
    box, source = make(resolution=3e-7)
    source.level(1.23456789e-4)
    sent = [level for _, level in box.history]
    assert sent[-1] == 1.23456789e-4
    assert all(abs(level / 3e-7 - round(level / 3e-7)) < 1e-9 for level in sent[:-1])


def test_a_box_that_rounds_has_arrived_within_its_resolution(make):
    box, source = make(resolution=1e-6)
    box.parameter.get = lambda: round(box.level, 6)
    source.level(1.0049e-4)
    assert box.level == 1.0049e-4


def test_the_rate_holds_from_one_move_to_the_next(make):
    _, source = make()
    for number in range(1, 11):
        source.level(number * 1e-5)
    assert source.gate.clock.now() == pytest.approx(9 * 1e-5 / RATE, rel=1e-9, abs=0)


@pytest.mark.parametrize(
    ("approach", "sign"), [("from_below", 1), ("from_above", -1)], ids=["from_below", "from_above"]
)
def test_every_level_is_arrived_at_from_the_same_side(make, approach, sign):
    box, source = make(approach=approach, overshoot=4e-5)
    for level in (1e-4, 0.0, -1e-4, 1e-4, 1e-5, 2e-5, 1.5e-5):
        before = len(box.history)
        source.level(level)
        sent = [value for _, value in box.history[before:]]
        assert sent[-1] == level
        turning = min(sent, key=lambda value: sign * value)
        rest = sent[sent.index(turning) :]
        assert [sign * value for value in rest] == sorted(sign * value for value in rest)


def test_a_level_next_to_the_last_one_is_reached_without_turning_if_the_side_is_right(make):
    box, source = make(approach="from_below", overshoot=4e-5)
    source.level(0.0)
    before = len(box.history)
    source.level(1e-5)
    source.level(1e-5)
    assert [level for _, level in box.history[before:]] == [1e-5, 1e-5]
    box.level = 0.5e-5  # by hand: nobody knows from which side
    source.level(1e-5)
    assert min(level for _, level in box.history[before:]) == pytest.approx(-3e-5, rel=1e-9, abs=0)


def test_a_level_that_leaves_no_room_for_the_overshoot_is_refused(make):
    box, source = make(approach="from_below", overshoot=4e-5)
    source.level(3e-4)
    before = len(box.history)
    with pytest.raises(LimitError, match="must leave room in the window"):
        source.level(-2.7e-4)
    assert len(box.history) == before


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"window": (1e-4, -1e-4)}, "window must be two finite levels in rising order"),
        ({"window": (-math.inf, 1e-4)}, "window must be two finite levels"),
        ({"maximum_step": 0.0}, "maximum_step must be finite and above zero"),
        ({"ramp_rate": math.nan}, "ramp_rate must be finite and above zero"),
        ({"resolution": 1e-4}, "maximum_step must be at least the resolution"),
        ({"approach": "below"}, "approach must be 'any', 'from_below' or 'from_above', found 'below'"),
        ({"approach": "from_below"}, "overshoot must be above zero"),
        (
            {"approach": "from_below", "overshoot": 1e-3},
            "overshoot must be above zero and smaller than the window",
        ),
        ({"overshoot": 1e-5}, "zero where it is 'any'"),
    ],
)
def test_limits_that_do_not_fit_together_are_refused(make, changes, words):
    with pytest.raises(ValueError, match=words):
        make(**changes)


@pytest.mark.parametrize(("start", "window", "home"), [
    (5e-4, WINDOW, 0.0), (-5e-4, WINDOW, 0.0), (1e-4, WINDOW, 0.0), (0.0, WINDOW, 0.0),
    (-1e-4, (1e-4, 3e-4), 1e-4), (5e-4, (1e-4, 3e-4), 1e-4), (5e-4, (-3e-4, -1e-4), -1e-4),
])  # fmt: skip
def test_a_source_is_ramped_home_from_anywhere_one_way(make, start, window, home):
    box, source = make(window=window)
    box.level = start
    source.ramp_home()
    levels = [start, *(level for _, level in box.history)]
    assert levels[-1] == home and source.level.get() == home
    assert levels == sorted(levels, reverse=start > home)
    assert max(abs(b - a) for a, b in pairwise(levels)) <= STEP * (1 + 1e-9)


def test_a_source_comes_home_whatever_its_approach(make):
    box, source = make(window=(0.0, 3e-4), approach="from_below", overshoot=4e-5)
    source.level(1e-4)
    source.ramp_home()
    assert box.level == 0.0


def test_a_source_that_came_home_has_not_arrived_from_the_right_side(make):
    box, source = make(approach="from_below", overshoot=4e-5)
    source.level(1e-4)
    source.ramp_home()
    before = len(box.history)
    source.level(1e-5)
    assert min(level for _, level in box.history[before:]) == pytest.approx(-3e-5, rel=1e-9, abs=0)


def test_an_overload_answer_is_no_place_to_start_from(make):
    box, source = make()
    box.level = 9.9e37
    with pytest.raises(RunError, match="must stand near its window"):
        source.level(0.0)
    assert box.history == []


@pytest.mark.parametrize("level", [1e-4, -2e-4, 3.1e-4, math.nan])
def test_the_gate_itself_lets_no_jump_through(make, level):
    box, source = make()
    box.level = 5e-5
    source.gate.begin()
    with pytest.raises(LimitError):
        source.gate.send(level)
    assert box.history == []


@pytest.mark.parametrize("level", [np.float64(1e-4), np.float32(1e-4), np.int64(0), 0])
def test_any_real_number_is_a_level(make, level):
    box, source = make()
    source.level(level)
    assert box.level == float(level)


@pytest.mark.parametrize("level", [np.True_, "1e-4", None, 1e-4j, np.array([1e-4])])
def test_what_is_no_number_is_refused(make, level):
    box, source = make()
    with pytest.raises(LimitError, match="must be a finite number"):
        source.level(level)
    assert box.history == []


def test_a_level_that_arrived_without_word_counts_for_the_rate(make):
    box, source = make()
    source.level(1e-5)
    source.gate.clock.sleep(10)
    give = box.set

    def give_and_fail(level):
        give(level)
        raise OSError("no word")

    box.set = give_and_fail
    with pytest.raises(OSError, match="no word"):
        source.level(1e-4)
    box.set = give
    source.level(1e-4)
    (before, first), (after, second) = box.history[1:3]
    assert after - before >= (second - first) / RATE * (1 - 1e-9) > 0
