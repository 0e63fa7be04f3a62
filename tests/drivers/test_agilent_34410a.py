"""An Agilent 34410A as the voltmeter of a SINIS pair."""

import pytest
from qcodes.instrument_drivers.agilent import Agilent34410A

from valvelab.drivers import prepare_34410a


@pytest.fixture
def box(rack_of):
    """A 34410A across the drain thermometer."""
    return rack_of({"22": ("34410a", "drain_thermometer")})(Agilent34410A, "22")


def test_it_is_set_up_whatever_the_front_panel_was_left_at(box):
    box.write('SENS:FUNC "RES";:VOLT:NPLC 100;:VOLT:IMP:AUTO OFF;:TRIG:SOUR BUS;COUN 5;:SAMP:COUN 3')
    voltage = prepare_34410a(box, input_range=0.1, power_line_cycles=2)
    assert (box.range(), box.NPLC(), box.range_auto(), box.ask("VOLT:IMP:AUTO?")) == (0.1, 2.0, "off", "1")
    assert 1e-4 < voltage() < 1e-3
    assert box.ask("SYST:ERR?").startswith("+0")
    assert prepare_34410a(box, input_range=0.1, power_line_cycles=2) is voltage


def test_a_snapshot_takes_no_reading(box):
    prepare_34410a(box, input_range=0.1, power_line_cycles=10)
    clock = box.visa_handle.visalib.clock
    before = clock.now()
    box.snapshot(update=True)
    assert clock.now() == before and box.ask("SYST:ERR?").startswith("+0")


@pytest.mark.parametrize("wrong", [{"input_range": 0.2}, {"power_line_cycles": 20}])
def test_a_setting_that_it_does_not_offer_is_refused(box, wrong):
    with pytest.raises(ValueError, match="is not in"):
        prepare_34410a(box, **({"input_range": 0.1, "power_line_cycles": 10} | wrong))
