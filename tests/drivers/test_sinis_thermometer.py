"""The thermometer at the wire."""

import pytest

from valvelab.drivers import SinisThermometer
from valvelab.errors import RunError


@pytest.fixture
def thermometer(connect):
    meter = connect("21")
    made = SinisThermometer("source_thermometer", meter, power_line_cycles=10, input_range=0.1)
    yield meter, made
    made.close()


def test_the_multimeter_is_set_up_and_its_reading_handed_on(thermometer):
    meter, made = thermometer
    assert (meter.range(), meter.NPLC()) == (0.1, 10)
    assert 0 < made.voltage() < 1e-3
    assert made.voltage.unit == "V"


def test_a_snapshot_takes_no_reading(thermometer):
    meter, made = thermometer
    clock = meter.visa_handle.visalib.clock
    before = clock.now()
    made.snapshot(update=True)
    assert clock.now() == before


@pytest.mark.parametrize("value", [9.9e37, -9.9e37, float("nan"), float("inf"), 0.2])
def test_an_overload_is_no_reading(thermometer, monkeypatch, value):
    meter, made = thermometer
    monkeypatch.setattr(meter, "volt", lambda: value)
    with pytest.raises(RunError, match=r"source_thermometer: must read at most 0\.1 V"):
        made.voltage()
