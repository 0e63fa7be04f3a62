"""Clocks."""

from datetime import timedelta

import pytest

from valvelab.clock import VirtualClock, WallClock


def test_virtual_time_passes_only_when_somebody_waits():
    clock = VirtualClock()
    assert clock.now() == clock.now() == 0
    clock.sleep(3600)
    assert clock.now() == 3600
    assert clock.utc() - VirtualClock.ORIGIN == timedelta(hours=1)


def test_virtual_time_never_runs_backwards():
    clock = VirtualClock(10.0)
    clock.sleep(-5)
    clock.resume(3.0)
    assert clock.now() == 10
    clock.resume(20.0)
    assert clock.now() == 20


def test_wall_time_goes_on_by_itself_and_is_not_set():
    clock = WallClock()
    before = clock.now()
    clock.resume(before + 1e6)
    clock.sleep(-1)
    assert 0 <= clock.now() - before < 1e3
    assert clock.utc().tzinfo is not None


@pytest.mark.parametrize("clock", [WallClock(), VirtualClock()])
def test_calendar_time_is_told_with_its_zone(clock):
    assert clock.utc().utcoffset() == timedelta(0)
