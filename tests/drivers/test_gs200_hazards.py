"""Six hazards of the QCoDeS driver of a GS200: each shows with the raw driver, and does not with the guard."""

import math
import time
from itertools import pairwise

import pytest
from qcodes.validators import Numbers

from valvelab.drivers import GS200Ramp, GuardedSource, prepare_gs200
from valvelab.errors import LimitError

WINDOW, STEP = (-3e-4, 3e-4), 2e-5


@pytest.fixture
def box(connect):
    opened = connect("11")
    prepare_gs200(opened, "A", 1e-3)
    return opened


@pytest.fixture
def clock(box):
    return box.visa_handle.visalib.clock


@pytest.fixture
def guard(box, clock):
    opened = []

    def maker(**changes):
        limits = {"window": WINDOW, "maximum_step": STEP, "ramp_rate": 1e-4, "resolution": 1e-8}
        opened.append(GuardedSource("coil_1", box.current, unit="A", clock=clock, **(limits | changes)))
        return opened[-1]

    yield maker
    for made in opened:
        made.close()


@pytest.fixture
def front_panel(box):
    """Return a function that sets the level behind the driver's back, as by hand."""
    ends = {"read_termination": "\n", "write_termination": "\n"}
    panel = box.resource_manager.open_resource(box.address, **ends)
    return lambda level: panel.write(f":SOUR:LEV {level:.5E}")


@pytest.fixture
def sent(box):
    """Return the levels that reach the box, as text."""
    levels, write = [], box.write_raw

    def spy(command):
        write(command)
        if command.upper().startswith(":SOUR:LEV"):
            levels.append(command.split()[-1])

    box.write_raw = spy
    return levels


def test_the_raw_driver_names_a_unit_that_does_not_exist(box):
    assert box.current.unit == "I"


def test_the_guard_says_amperes(guard):
    assert guard().level.unit == "A"


def test_the_raw_driver_sends_nan(box, sent):
    box.current(math.nan)
    assert sent == ["nan"]


def test_the_guard_sends_finite_numbers_only(guard, sent):
    source = guard()
    for level in (math.nan, math.inf, -math.inf, True):
        with pytest.raises(LimitError):
            source.level(level)
    assert sent == []


def test_a_ramp_of_the_raw_driver_goes_past_its_validator(box):
    box.current.vals = Numbers(*WINDOW)
    box.ramp_current(4.1e-4)
    assert float(box.ask(":SOUR:LEV?")) == pytest.approx(4.1e-4, rel=1e-6, abs=0)


def test_the_guard_seals_the_ramps_and_the_range_of_the_raw_driver(box, guard):
    source = guard()
    # A full scale of 1 mA lets newer drivers through to 1.2 mA, and a wider range further still.
    for bypass in (
        lambda: box.ramp_current(4.1e-4),
        lambda: box.current(1.1e-3),
        lambda: box.current_range(1e-2),
        lambda: source.level(4.1e-4),
    ):
        with pytest.raises((LimitError, ValueError)):
            bypass()
    assert source.level() == 0.0


def test_a_software_ramp_of_the_raw_driver_always_fails(box):
    with pytest.raises(TypeError, match="not settable"):
        box.ramp_current(1e-4, ramp_mode="SOFTWARE")


def test_the_guard_ramps_by_software(guard, clock, sent):
    source = guard()
    source.level(1e-4)
    assert len(sent) == 5
    assert source.level() == pytest.approx(1e-4, rel=1e-6, abs=0)


def test_an_interrupted_ramp_of_the_raw_driver_goes_on(box, clock, monkeypatch):
    def interrupt(seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        box.ramp_current(2e-4)
    assert abs(box.current()) < 1e-4
    clock.sleep(10)
    assert box.current() == pytest.approx(2e-4, rel=1e-6, abs=0)


@pytest.mark.parametrize("hardware", [True, False])
def test_an_interrupted_ramp_of_the_guard_stays(box, guard, clock, hardware):
    source = guard(hardware_ramp=GS200Ramp(box) if hardware else None)
    sleep = clock.sleep

    def interrupt(seconds):
        sleep(seconds / 4)
        if source.level() > 4e-5:
            raise KeyboardInterrupt

    clock.sleep = interrupt
    with pytest.raises(KeyboardInterrupt):
        source.level(2e-4)
    clock.sleep = sleep
    stands = source.level()
    assert 4e-5 < stands < 1e-4
    clock.sleep(10_000)
    assert source.level() == stands


def test_a_long_ramp_of_the_raw_driver_is_faster_than_asked(box, clock):
    box.ramp_rate(3e-7)
    begin = clock.now()
    box.current(-1e-3)
    box.ramp_mode("HARDWARE")
    box.current(1e-3)
    assert clock.now() - begin < 3700 < 2e-3 / 3e-7


@pytest.mark.parametrize("hardware", [True, False])
def test_a_long_ramp_of_the_guard_takes_as_long_as_it_must(box, guard, clock, front_panel, hardware):
    front_panel(-1e-3)
    ramp = GS200Ramp(box) if hardware else None
    source = guard(window=(-1e-3, 1e-3), ramp_rate=3e-7, hardware_ramp=ramp)
    begin, slopes = clock.now(), []
    write = box.write_raw

    def spy(command):
        write(command)
        slopes.extend(float(part.split()[1]) for part in command.split(";") if "SLOP" in part)

    box.write_raw = spy
    source.level(1e-3)
    least = (
        2e-3 / 3e-7 * (1 if hardware else 0.98)
    )  # by steps there is nothing to wait for after the last one
    assert least <= clock.now() - begin <= 2e-3 / 3e-7 + 5
    if hardware:
        assert max(slopes) <= 3600 and sum(slopes) == pytest.approx(2e-3 / 3e-7, abs=0.2)


def test_a_step_of_the_raw_driver_starts_from_a_cache_that_lies(box, front_panel, sent):
    box.current.step, box.current.inter_delay = 1e-5, 0
    box.current(2e-4)
    front_panel(-5e-4)
    del sent[:]
    box.current(2e-4)
    assert list(map(float, sent)) == [2e-4]  # one jump of 0.7 mA


def test_a_step_of_the_guard_starts_from_what_the_box_answers(box, guard, front_panel, sent):
    source = guard()
    source.level(2e-4)
    front_panel(-5e-4)
    assert box.current.cache() == pytest.approx(2e-4, rel=1e-6, abs=0)
    del sent[:]
    source.level(2e-4)
    path = [-5e-4, *map(float, sent)]
    assert path[-1] == 2e-4
    assert max(abs(b - a) for a, b in pairwise(path)) <= STEP * (1 + 1e-6)


def test_the_raw_driver_cannot_come_home_from_outside_its_validator(box, front_panel):
    box.current.step, box.current.inter_delay = 1e-5, 0
    front_panel(5e-4)
    box.current()
    box.current.vals = Numbers(*WINDOW)
    with pytest.raises(ValueError, match=r"0\.00049"):
        box.current(0.0)
    assert box.current() == pytest.approx(5e-4, rel=1e-6, abs=0)


@pytest.mark.parametrize("home", [lambda source: source.level(0.0), lambda source: source.ramp_home()])
def test_the_guard_comes_home_from_outside_its_window(guard, front_panel, sent, home):
    front_panel(5e-4)
    source = guard()
    home(source)
    path = [5e-4, *map(float, sent)]
    assert path[-1] == 0.0 and path == sorted(path, reverse=True)
    assert max(abs(b - a) for a, b in pairwise(path)) <= STEP * (1 + 1e-6)
