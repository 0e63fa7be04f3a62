"""Heaters: a resistor, and junctions that cool before they heat."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valvelab.configuration import dump_configuration, load_configuration
from valvelab.device import Device
from valvelab.errors import ConfigurationError
from valvelab.heater import Heater
from valvelab.sim import preset, preset_path

JUNCTIONS = Heater(resistance="25 kOhm", divider=1000, gap="200 ueV")
RESISTOR = Heater(resistance="10 kOhm", divider=1000)


@pytest.mark.parametrize(
    ("voltage", "power", "tolerance"),
    [
        (0.3e-3, -0.6e-15, 0.05),
        (0.4e-3, -14e-15, 0.02),
        (0.5e-3, 374e-15, 2e-3),
        (0.6e-3, 1.13e-12, 2e-3),
        (1e-3, 6.7e-12, 0.01),
    ],
)
def test_a_pair_cools_below_its_gap_and_heats_above(voltage, power, tolerance):
    # From an independent integration at 100 mK with a broadening of 1e-4, rounded as it was written down.
    leaking = JUNCTIONS.model_copy(update={"broadening": 1e-4})
    assert float(leaking.power(1000 * voltage, 0.1)) == pytest.approx(power, rel=tolerance, abs=0)


@settings(deadline=None, max_examples=30)
@given(st.floats(1e-16, 1e-10), st.floats(0.02, 0.6), st.sampled_from([0.0, 1e-3]))
def test_the_voltage_of_junctions_is_the_inverse_of_their_heating(power, temperature, broadening):
    heater = JUNCTIONS.model_copy(update={"broadening": broadening})
    voltage = float(heater.source_voltage(power, temperature))
    assert float(heater.power(voltage, temperature)) == pytest.approx(power, rel=1e-9, abs=0)
    assert float(heater.power(1.01 * voltage, temperature)) > power


def test_no_power_is_no_voltage_and_arrays_broadcast():
    assert float(JUNCTIONS.source_voltage(0.0, 0.1)) == 0
    assert float(RESISTOR.source_voltage(0.0)) == 0
    assert JUNCTIONS.source_voltage(np.array([[1e-13], [1e-12]]), np.array([0.1, 0.2, 0.3])).shape == (2, 3)


def test_far_above_the_gap_the_island_gets_half_of_what_is_dissipated():
    share = JUNCTIONS.power(20.0, 0.1) / JUNCTIONS.dissipation(20.0, 0.1)
    assert share == pytest.approx(0.5, rel=1e-2, abs=0)
    assert float(RESISTOR.dissipation(0.3)) == float(RESISTOR.power(0.3))


def test_both_signs_of_the_voltage_heat_alike():
    voltage = np.array([0.1, 0.45, 1.0])
    assert (JUNCTIONS.power(-voltage, 0.2) == JUNCTIONS.power(voltage, 0.2)).all()


def test_junctions_ask_for_the_temperature():
    with pytest.raises(ValueError, match="`temperature` must be given for a heater of junctions"):
        JUNCTIONS.power(0.5)


@pytest.fixture
def load(tmp_path):
    def loaded(new):
        text = preset_path("paper").read_text(encoding="utf-8")
        old = "heater: {resistance: 10 kOhm, divider: 1000}"
        assert old in text
        (tmp_path / "device.yaml").write_text(text.replace(old, new), encoding="utf-8")
        return load_configuration(tmp_path / "device.yaml", Device)

    return loaded


def test_a_file_may_hold_junctions_and_an_offset(load, tmp_path):
    device = load(
        "heater: {resistance: 25 kOhm, divider: 1000, gap: 200 ueV, broadening: 1e-4, offset: -1.378 V}"
    )
    assert device.source.heater == JUNCTIONS.model_copy(update={"broadening": 1e-4, "offset": -1.378})
    (tmp_path / "again.yaml").write_text(dump_configuration(device), encoding="utf-8")
    assert load_configuration(tmp_path / "again.yaml", Device) == device


def test_a_file_without_them_means_what_it_meant(load):
    assert load("heater: {resistance: 10 kOhm, divider: 1000}") == preset("paper")


@pytest.mark.parametrize(
    ("heater", "words"),
    [
        (
            "{resistance: 25 kOhm, divider: 1000, broadening: 1e-4}",
            "heater.broadening: must go with the gap of junctions",
        ),
        (
            "{resistance: 25 kOhm, divider: 1000, gap: 200 ueV, broadening: -1}",
            "heater.broadening: must be at least 0",
        ),
        ("{resistance: 25 kOhm, divider: 1000, gap: 200}", "heater.gap: must be a gap with its unit"),
        ("{resistance: 25 kOhm, divider: 1000, ofset: 1 V}", "did you mean 'offset'?"),
    ],
)
def test_a_mistake_is_answered_at_its_key(load, heater, words):
    with pytest.raises(ConfigurationError) as caught:
        load(f"heater: {heater}")
    assert words in str(caught.value)
