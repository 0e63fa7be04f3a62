"""A Keysight 344xxA made ready for a SINIS pair."""

import pytest

from valvelab.drivers import prepare_344xxa


def test_the_multimeter_does_not_load_the_pair_whatever_the_front_panel_was_left_at(connect):
    meter = connect("21")
    meter.write("VOLT:IMP:AUTO OFF")  # where it starts: 10 MOhm, which draw more than the bias current
    meter.trigger.source("BUS")
    meter.trigger.count(3)
    voltage = prepare_344xxa(meter, input_range=0.1, power_line_cycles=10)
    assert meter.ask("VOLT:IMP:AUTO?") == "1"
    assert 0 < voltage() < 1e-3
    assert meter.ask("SYST:ERR?").startswith("+0")


@pytest.mark.parametrize("setting", [{"input_range": 0.2}, {"power_line_cycles": 11}])
def test_a_setting_that_the_multimeter_does_not_offer_is_refused(connect, setting):
    with pytest.raises(ValueError, match="is not in"):
        prepare_344xxa(connect("21"), **({"input_range": 0.1, "power_line_cycles": 10} | setting))
