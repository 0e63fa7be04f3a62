"""A Yokogawa GS200 behind the guard: what the raw driver does, and what the guard does not let it do."""

import math
from itertools import pairwise

import pytest

from valvelab.drivers import GuardedSource, prepare_gs200
from valvelab.errors import LimitError, RunError


@pytest.fixture
def guarded(connect):
    box = connect("11")
    clock = box.visa_handle.visalib.clock
    source = GuardedSource(
        "coil_1",
        prepare_gs200(box, "A", 1e-3),
        unit="A",
        window=(-3e-4, 3e-4),
        maximum_step=2e-5,
        ramp_rate=1e-4,
        resolution=1e-8,
        clock=clock,
    )
    yield box, source
    source.close()


def test_a_box_that_is_off_is_set_up_and_switched_on_at_zero(connect):
    box = connect("13")
    parameter = prepare_gs200(box, "V", 1.0)
    assert (box.source_mode(), box.voltage_range(), box.output(), parameter()) == ("VOLT", 1.0, "on", 0.0)
    assert box.system_errors().startswith("0")


def test_a_live_box_in_the_right_mode_and_range_is_left_as_it_is(guarded):
    box, source = guarded
    source.level(1e-4)
    assert prepare_gs200(box, "A", 1e-3)() == pytest.approx(1e-4, rel=1e-6, abs=0)


@pytest.mark.parametrize(("unit", "output_range"), [("V", 1.0), ("A", 1e-2)])
def test_a_live_box_in_another_mode_or_range_is_refused(guarded, unit, output_range):
    box, source = guarded
    source.level(1e-4)
    with pytest.raises(RunError, match="while its output is on"):
        prepare_gs200(box, unit, output_range)
    assert box.current() == pytest.approx(1e-4, rel=1e-6, abs=0)


def test_the_unit_is_amperes_where_the_driver_says_i(guarded):
    box, source = guarded
    assert box.current.unit == "I"
    assert source.level.unit == "A"


def test_a_front_panel_change_is_ramped_away_where_the_drivers_cache_jumps(guarded):
    box, source = guarded
    source.level(2e-4)
    box.write(":SOUR:LEV -2e-4")  # as by hand, behind the driver's back
    assert box.current.cache() == pytest.approx(2e-4, rel=1e-6, abs=0)
    sent = []
    box.current.global_on_set_callback = None
    write = box.write_raw

    def spy(command):
        if command.upper().startswith((":SOUR:LEV", "SOUR:LEV")):
            sent.append(float(command.split()[-1]))
        write(command)

    box.write_raw = spy
    source.level(2e-4)
    path = [-2e-4, *sent]
    assert len(sent) == 20
    assert max(abs(b - a) for a, b in pairwise(path)) <= 2e-5 * (1 + 1e-6)


@pytest.mark.parametrize("level", [math.nan, math.inf, 3.1e-4, True])
def test_what_the_raw_driver_would_send_is_refused(guarded, level):
    box, source = guarded
    with pytest.raises(LimitError):
        source.level(level)
    assert box.current() == 0
    assert box.system_errors().startswith("0")
