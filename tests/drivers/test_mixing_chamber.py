"""The mixing chamber behind its bridge."""

import pytest

from valvelab.drivers import MixingChamber
from valvelab.errors import LimitError, RunError


@pytest.fixture
def chamber(connect):
    bridge = connect("31")
    made = MixingChamber("mixing_chamber", bridge, channel=6, heater_range="10mA", window=(0.02, 0.4))
    yield bridge, made
    made.close()


def test_a_set_point_is_regulated_in_closed_loop_and_reached(chamber):
    bridge, made = chamber
    made.set_point(0.15)
    heater = bridge.sample_heater
    assert (heater.mode(), heater.input_channel(), heater.output_range()) == ("closed_loop", 6, "10mA")
    bridge.visa_handle.visalib.clock.sleep(3600)
    assert made.temperature() == pytest.approx(0.15, abs=2e-4)
    assert made.set_point() == 0.15


@pytest.mark.parametrize("temperature", [0.0, 0.019, 0.41, float("nan"), True])
def test_a_set_point_outside_the_window_is_refused(chamber, temperature):
    bridge, made = chamber
    with pytest.raises(LimitError, match="set point must lie between"):
        made.set_point(temperature)
    assert bridge.sample_heater.mode() == "off"


def test_a_sensor_that_reads_nothing_is_no_temperature(connect):
    bridge = connect("31")
    made = MixingChamber("mixing_chamber", bridge, channel=3, heater_range="10mA", window=(0.02, 0.4))
    with pytest.raises(RunError, match="must read a temperature above 0 K"):
        made.temperature()
    made.close()
