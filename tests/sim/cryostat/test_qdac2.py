"""The simulated QDAC-II."""

import pytest

from valvelab.clock import VirtualClock
from valvelab.sim.cryostat.qdac2 import QDac2


@pytest.fixture
def box(clock: VirtualClock):
    return QDac2(clock)


def error(box):
    return int(box.receive("SYST:ERR?").split(",")[0])


def test_channels_are_set_one_by_one_and_are_always_on(box):
    box.receive("sour3:volt 1.5")
    box.receive("sour24:volt -0.25")
    assert [box.output(channel) for channel in (3, 24, 1)] == [1.5, -0.25, 0.0]
    assert box.receive("sour3:volt?;:sour24:volt:last?") == "1.500000;-0.250000"


def test_a_slew_rate_takes_its_time_and_can_be_turned_round(box, clock):
    box.receive("sour1:volt:slew 0.1;:sour1:volt 1")
    clock.sleep(4)
    assert box.output(1) == pytest.approx(0.4, rel=1e-9, abs=0)
    box.receive("sour1:volt 0")
    clock.sleep(1)
    assert box.output(1) == pytest.approx(0.3, rel=1e-9, abs=0)
    clock.sleep(10)
    assert box.output(1) == 0.0


@pytest.mark.parametrize(
    "message", ["sour1:volt 2.5", "sour1:volt nan", "sour25:volt 1", "sour1:rang wide", "sour1:volt"]
)
def test_what_cannot_be_is_an_error_and_leaves_the_voltage(box, message):
    box.receive("sour1:rang low;:sour1:volt 1")
    box.receive(message)
    assert box.output(1) == 1.0 and error(box) < 0


def test_a_smaller_range_lets_the_voltage_jump(box):
    box.receive("sour1:volt 7")
    box.receive("sour1:rang low")
    assert box.output(1) == 2.0 and box.receive("sour1:rang?") == "LOW"
    assert box.receive("sour1:rang:low:max?;:sour1:rang:high:min?") == "2.000000;-10.000000"
