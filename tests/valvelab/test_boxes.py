"""What boxes can be set to, held against the drivers that will set them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valvelab import boxes


def test_the_ranges_are_those_that_the_drivers_allow():
    from qcodes.instrument_drivers.Lakeshore import LakeshoreModel372
    from qcodes.instrument_drivers.yokogawa import YokogawaGS200

    visalib = "@valve"
    source = YokogawaGS200("source", "TCPIP0::192.168.150.11::inst0::INSTR", visalib=visalib)
    bridge = LakeshoreModel372("bridge", "TCPIP0::192.168.150.31::inst0::INSTR", visalib=visalib)
    try:
        assert set(boxes.SOURCES["YokogawaGS200"].current) == set(source.current_range.vals.valid_values)
        assert set(boxes.SOURCES["YokogawaGS200"].voltage) == set(source.voltage_range.vals.valid_values)
        names = set(bridge.sample_heater.RANGES)
        assert {boxes.heater_range(text) for text in boxes._HEATER_RANGES} == names - {"off"}
    finally:
        source.close()
        bridge.close()


def test_the_meter_s_settings_are_those_that_its_driver_allows():
    from qcodes.instrument_drivers.Keysight import Keysight34465A

    meter = Keysight34465A("meter", "TCPIP0::192.168.150.21::inst0::INSTR", visalib="@valve")
    try:
        assert set(boxes.METERS["Keysight34465A"].ranges) == set(meter.range.vals.valid_values)
        assert set(boxes.METERS["Keysight34465A"].cycles) <= set(meter.NPLC.vals.valid_values)
    finally:
        meter.close()


@pytest.mark.parametrize("text", ["10 mA", "10mA", "0.01 A", "10000 uA"])
def test_a_heater_range_is_written_like_any_current(text):
    assert boxes.heater_range(text) == "10mA"


@pytest.mark.parametrize(
    ("text", "words"),
    [("20 mA", "must be 31.6 uA, 100 uA"), ("off", "with its unit"), (10, "'10 uA'"), (None, "nothing")],
)
def test_what_is_no_heater_range_is_refused(text, words):
    with pytest.raises(ValueError, match=words):
        boxes.heater_range(text)


@given(low=st.floats(-1, 1), high=st.floats(-1, 1), step=st.floats(-1, 3))
def test_limits_are_accepted_exactly_if_they_rise_hold_zero_and_lie_in_the_range(low, high, step):
    good = low < high and low <= 0 <= high and max(-low, high) <= 0.5 and 0 < step <= high - low
    try:
        boxes.demand_limits((low, high), 0.5, "voltage")
        boxes.demand_share("maximum_step", step, (low, high), "voltage")
    except ValueError:
        assert not good
    else:
        assert (
            good
            or step == pytest.approx(high - low, rel=1e-6, abs=0)
            or max(-low, high) == pytest.approx(0.5, rel=1e-6, abs=0)
        )


def test_a_setting_that_is_not_offered_is_told_with_what_is():
    boxes.demand_offered(0.1, boxes.METERS["Keysight34465A"].ranges, "Keysight34465A", "voltage")
    with pytest.raises(
        ValueError,
        match="must be 100 mV, 1 V, 10 V, 100 V or 1 kV, what a Keysight34465A offers, found 5 mV",
    ):
        boxes.demand_offered(5e-3, boxes.METERS["Keysight34465A"].ranges, "Keysight34465A", "voltage")
