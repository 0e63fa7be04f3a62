"""Walking from level to level."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qcodes.parameters import ManualParameter

from valvelab.clock import VirtualClock
from valvelab.drivers import GuardedSource
from valvelab.drivers.walk import staircase, walk
from valvelab.errors import LimitError

levels = st.floats(-1e-3, 1e-3)


@settings(max_examples=200, deadline=None)
@given(levels, levels, st.integers(1, 50), st.sampled_from([1e-8, 3.7e-9, 1e-6]))
def test_a_staircase_goes_one_way_on_multiples_and_ends_at_the_target(start, target, count, resolution):
    stairs = staircase(start, target, resolution, count)
    assert len(stairs) == count and stairs[-1] == target
    steps = [b - a for a, b in pairwise([start, *stairs])]
    assert all(step * (target - start) >= 0 for step in steps)
    assert max(map(abs, steps)) <= abs(target - start) / count + 2 * resolution
    for level in stairs[:-1]:
        assert level in (start, target) or abs(level / resolution - round(level / resolution)) < 1e-6


@pytest.fixture
def pair():
    clock, opened, path = VirtualClock(), [], []
    for name, step, rate in (("one", 2e-5, 1e-4), ("two", 1e-5, 1e-5)):
        source = ManualParameter(name, initial_value=0.0)
        opened.append(
            GuardedSource(
                f"coil_{name}",
                source,
                unit="A",
                window=(-3e-4, 3e-4),
                maximum_step=step,
                ramp_rate=rate,
                resolution=1e-8,
                clock=clock,
            )
        )

    def spy(gate):
        send = gate.send

        def sent(level):
            send(level)
            path.append((clock.now(), *(one.gate.source() for one in opened)))

        gate.send = sent

    for one in opened:
        spy(one.gate)
    yield opened, path
    for one in opened:
        one.close()


def test_two_sources_keep_to_the_straight_line_and_the_slower_one_sets_the_pace(pair):
    (one, two), path = pair
    walk([(one.gate, 2e-4), (two.gate, -1e-4)])
    assert path[-1][1:] == (2e-4, -1e-4)
    for _, first, second in path[1::2]:
        assert first + 2 * second == pytest.approx(0, abs=3e-8)
    assert path[-1][0] == pytest.approx(9 * 1e-5 / 1e-5, rel=0.02, abs=0)


def test_nothing_moves_if_one_target_is_outside(pair):
    (one, two), path = pair
    with pytest.raises(LimitError, match="coil_two"):
        walk([(one.gate, 2e-4), (two.gate, 4e-4)])
    assert path == []
