"""A guarded source among users, knobs and cables: no order of events lets a wrong level through."""

import itertools
import math

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from qcodes.parameters import Parameter

from valvelab.clock import VirtualClock
from valvelab.drivers import GuardedSource
from valvelab.errors import LimitError

WINDOW, STEP, RATE = (-3e-4, 3e-4), 2e-5, 1e-4
bad_levels = st.one_of(
    st.sampled_from([math.nan, math.inf, -math.inf, True, False]),
    st.floats(allow_nan=False).filter(lambda x: not WINDOW[0] <= x <= WINDOW[1]),
)


class CutError(OSError):
    """The wire is cut."""


numbers = itertools.count()


class Life(RuleBasedStateMachine):
    """Whatever users, knobs and cables do in any order; every level that reaches the box is judged at once."""

    @initialize(
        approach=st.sampled_from([("any", 0.0), ("from_below", 3e-5), ("from_above", 3e-5)]),
        resolution=st.sampled_from([1e-8, 7e-7]),
    )
    def open(self, approach, resolution):
        self.clock, self.level, self.cut_after = VirtualClock(), 0.0, None
        self.sent_at = -math.inf
        parameter = Parameter("current", get_cmd=self.read, set_cmd=self.judge)
        self.source = GuardedSource(
            f"life_{next(numbers)}", parameter, unit="A", window=WINDOW, maximum_step=STEP, ramp_rate=RATE,
            resolution=resolution, clock=self.clock, approach=approach[0], overshoot=approach[1],
        )  # fmt: skip

    def teardown(self):
        self.source.close()

    def trouble(self):
        if self.cut_after is not None:
            self.cut_after -= 1
            if self.cut_after < 0:
                raise CutError

    def read(self):
        self.trouble()
        return self.level

    def judge(self, level):
        self.trouble()
        low, high = WINDOW
        assert math.isfinite(level)
        assert min(low, self.level) <= level <= max(high, self.level)
        assert abs(level - self.level) <= STEP * (1 + 1e-6)
        assert abs(level - self.level) <= RATE * (self.clock.now() - self.sent_at) * (1 + 1e-6) + 1e-15
        self.level, self.sent_at = level, self.clock.now()
        self.trouble()

    @rule(level=st.floats(*WINDOW))
    def move(self, level):
        gate = self.source.gate
        try:
            self.source.level(level)
        except LimitError:
            turning = level - gate.side * gate.overshoot
            assert not WINDOW[0] <= turning <= WINDOW[1]
        except CutError:
            pass
        else:
            assert self.level == level

    @rule(level=bad_levels)
    def ask_for_nonsense(self, level):
        before = self.level
        with pytest.raises(LimitError):
            self.source.level(level)
        assert self.level == before

    @rule(level=st.floats(-1e-3, 1e-3))
    def turn_the_knob(self, level):
        self.level = level

    @rule(count=st.integers(0, 40))
    def pull_the_cable_soon(self, count):
        self.cut_after = count

    @rule()
    def plug_it_in(self):
        self.cut_after = None

    @rule()
    def come_home(self):
        start = abs(self.level)
        try:
            self.source.ramp_home()
        except CutError:
            assert abs(self.level) <= start
        else:
            assert self.level == 0.0

    @rule(seconds=st.floats(0, 10))
    def pass_time(self, seconds):
        self.clock.sleep(seconds)


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
