"""A reservoir comes to its temperature although its heater, and what else warms it, are not what the file says."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valvelab.errors import ConfigurationError, DataError
from valvelab.heating import corrected, heater_voltage, warmth
from valvelab.history import REGULATED
from valvelab.sim import preset

DEVICE = preset("paper")
SOURCE = DEVICE.source


def shown(warm, bath, wanted, voltage):
    """Return what a reading says of a source at a temperature."""
    return {
        "heated": "source",
        "cell": 3,
        "source_temperature": wanted,
        "mixing_chamber_temperature": bath,
        "heater_voltage": voltage,
        "thermometer_voltage_source": float(SOURCE.thermometer.voltage(warm)),
    }


def balance(power, bath):
    """Return the temperature at which the source gives away a power, found by halving."""
    low, high = bath / 4, 2.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if SOURCE.received_power(middle, bath) < power else (low, middle)
    return (low + high) / 2


@settings(deadline=None, max_examples=25)
@given(
    wanted=st.floats(0.15, 0.45),
    bath=st.floats(0.03, 0.12),
    efficiency=st.floats(0.6, 1.5),
    extra=st.floats(0.0, 0.3),
)
def test_four_corrections_reach_any_temperature_to_a_tenth_of_a_millikelvin(wanted, bath, efficiency, extra):
    needed = float(SOURCE.received_power(wanted, bath))
    voltage = heater_voltage(DEVICE, wanted, bath)
    records = []
    for _ in range(5):
        power = efficiency * float(SOURCE.heater.power(voltage)) + extra * needed
        found = balance(power, bath)
        record = shown(found, bath, wanted, voltage)
        assert warmth(DEVICE, record) == pytest.approx(found, abs=1e-7)
        records.append(record)
        event = corrected(DEVICE, records)
        assert (event["event"], event["cell"], event["heated"]) == (REGULATED, 3, "source")
        voltage = SOURCE.heater.offset + event["heater_rise"]
    assert found == pytest.approx(wanted, abs=1e-4)


def test_a_reservoir_that_something_else_keeps_too_warm_cannot_be_cooled_by_its_heater():
    with pytest.raises(
        DataError, match=r"source_heater: must still heat to bring the source to 150 mK, found it at 200"
    ):
        corrected(DEVICE, [shown(0.2, 0.06, 0.15, SOURCE.heater.offset)])


def test_a_voltage_that_is_no_temperature_is_told_with_its_thermometer():
    record = shown(0.2, 0.06, 0.15, 0.0) | {"thermometer_voltage_source": 1.0}
    with pytest.raises(DataError, match="source_thermometer: "):
        warmth(DEVICE, record)


def test_the_first_voltage_is_the_law_s_and_none_where_there_is_nothing_to_heat():
    power = SOURCE.electron_phonon_power(0.384, 0.096)
    rise = heater_voltage(DEVICE, 0.384, 0.096) - SOURCE.heater.offset
    assert float(SOURCE.heater.power(rise)) == pytest.approx(float(power), rel=1e-9, abs=0)
    assert heater_voltage(DEVICE, 0.384, 0.096, reverse=True) == pytest.approx(
        SOURCE.heater.offset - rise, abs=1e-15
    )
    assert heater_voltage(DEVICE, 0.096, 0.096) == SOURCE.heater.offset
    with pytest.raises(ConfigurationError, match=r"drain\.heater.*must be known to heat; add it"):
        heater_voltage(DEVICE, 0.384, 0.096, island="drain")
