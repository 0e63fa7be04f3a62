"""A Yokogawa GS200 behind the guard: how it starts, and how it ramps by itself."""

import pytest

from valvelab.drivers import GS200Ramp, GuardedSource, prepare_gs200
from valvelab.errors import RunError


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


def test_the_driver_is_left_neither_ramping_nor_choosing_ranges_by_itself(connect):
    box = connect("11")
    box.ramp_mode("HARDWARE")
    box.auto_range(True)
    prepare_gs200(box, "A", 1e-3)
    assert (box.ramp_mode(), box.auto_range()) == ("JUMP", False)


@pytest.mark.parametrize(("unit", "output_range"), [("V", 1.0), ("A", 1e-2)])
def test_a_live_box_in_another_mode_or_range_is_refused(guarded, unit, output_range):
    box, source = guarded
    source.level(1e-4)
    with pytest.raises(RunError, match="while its output is on"):
        prepare_gs200(box, unit, output_range)
    assert box.current() == pytest.approx(1e-4, rel=1e-6, abs=0)


@pytest.fixture
def ramped(connect):
    box = connect("11")
    source = GuardedSource(
        "coil_1",
        prepare_gs200(box, "A", 1e-3),
        unit="A",
        window=(-1e-3, 1e-3),
        maximum_step=2e-5,
        ramp_rate=1e-4,
        resolution=1e-8,
        clock=box.visa_handle.visalib.clock,
        hardware_ramp=GS200Ramp(box),
    )
    yield box, source
    source.close()


def _spy(box):
    sent, write = [], box.write_raw
    box.write_raw = lambda command: sent.append(command) or write(command)
    return sent


def test_a_hardware_ramp_takes_its_time_and_one_message(ramped):
    box, source = ramped
    sent, clock = _spy(box), source.gate.clock
    source.level(2e-4)
    assert [message for message in sent if "?" not in message] == [
        ":PROG:REP 0;:PROG:SLOP 2.0;:PROG:INT 2.0;:PROG:EDIT:STAR;:SOUR:LEV 2.00000E-04;:PROG:EDIT:END;:PROG:RUN"
    ]
    assert clock.now() == pytest.approx(2.0, rel=1e-3, abs=0)
    assert source.level() == pytest.approx(2e-4, rel=1e-6, abs=0)
    assert box.system_errors().startswith("0")


def test_a_move_of_one_step_needs_no_program(ramped):
    box, source = ramped
    sent = _spy(box)
    source.level(2e-5)
    assert not any("PROG" in message for message in sent)


def test_the_level_runs_straight_through_a_hardware_ramp(ramped):
    box, source = ramped
    clock, seen = source.gate.clock, []
    sleep = clock.sleep

    def watch(seconds):
        for _ in range(4):
            sleep(seconds / 4)
            seen.append(float(box.ask(":SOUR:LEV?")))

    clock.sleep = watch
    source.level(2e-4)
    assert seen[-4:] == pytest.approx([5e-5, 1e-4, 1.5e-4, 2e-4], rel=1e-3, abs=0)


def test_a_level_can_be_set_after_a_ramp_that_was_paused(ramped):
    _, source = ramped
    clock = source.gate.clock
    sleep = clock.sleep

    def interrupt(seconds):
        clock.sleep = sleep
        sleep(seconds / 2)
        raise KeyboardInterrupt

    clock.sleep = lambda seconds: interrupt(seconds) if seconds > 1 else sleep(seconds)
    with pytest.raises(KeyboardInterrupt):
        source.level(2e-4)
    clock.sleep(1000)
    assert source.level() == pytest.approx(1e-4, rel=1e-3, abs=0)
    for level in (1.1e-4, -1e-4, 0.0):
        source.level(level)
        clock.sleep(1000)
        assert source.level() == pytest.approx(level, rel=1e-6, abs=1e-9)


def test_a_box_that_does_not_follow_its_program_is_an_error_and_paused(ramped):
    box, source = ramped
    sent = _spy(box)
    source.gate.hardware_ramp.start = lambda level, duration: box.write("*CLS")
    with pytest.raises(RunError, match=r"must have arrived at 0\.0002"):
        source.level(2e-4)
    assert sent.count(":PROG:PAUS") == 1
