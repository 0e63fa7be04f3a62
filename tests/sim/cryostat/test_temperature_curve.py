"""The quick curves against the integrals that they stand for."""

import numpy as np
import pytest

from valvelab.heater import Heater
from valvelab.sim.cryostat.temperature_curve import cooling_curve, heating_curve, voltage_curve
from valvelab.thermometer import Thermometer

TEMPERATURES = np.geomspace(3e-3, 1.3, 41)


def thermometer(bias="5 pA", broadening=0.0):
    return Thermometer(gap="205 ueV", resistance="25 kOhm", bias_current=bias, broadening=broadening)


@pytest.mark.parametrize("broadening", [0.0, 1e-4])
@pytest.mark.parametrize("bias", ["5 pA", "100 pA", "5 nA"])
def test_voltage_and_cooling_are_those_of_the_integrals(bias, broadening):
    made = thermometer(bias, broadening)
    for curve, law in ((voltage_curve, made.voltage), (cooling_curve, made.cooling_power)):
        quick, exact = curve(made, made.bias_current), law(TEMPERATURES)
        found = np.array([quick.at(temperature)[0] for temperature in TEMPERATURES])
        assert np.abs(found - exact).max() < 1e-11 * np.abs(exact).max()


@pytest.mark.parametrize("voltage", [0.0, 0.35, 0.42, 0.6])
def test_a_heater_of_junctions_is_that_of_the_integrals(voltage):
    heater = Heater(resistance="25 kOhm", divider=1000, gap="205 ueV", broadening=1e-4)
    quick, exact = heating_curve(heater, voltage), heater.power(voltage, TEMPERATURES)
    found = np.array([quick.at(temperature)[0] for temperature in TEMPERATURES])
    np.testing.assert_allclose(found, exact, rtol=1e-7, atol=1e-9 * np.abs(exact).max())


def test_slopes_are_those_of_the_values():
    heater = Heater(resistance="25 kOhm", divider=1000, gap="205 ueV", broadening=1e-4)
    made = thermometer()
    for quick in (
        voltage_curve(made, 5e-12),
        cooling_curve(made, 5e-12),
        heating_curve(heater, 0.35),
    ):
        for temperature in np.geomspace(0.02, 0.6, 21):
            step = 1e-4 * temperature
            difference = quick.at(temperature + step)[0] - quick.at(temperature - step)[0]
            assert quick.at(temperature)[1] == pytest.approx(difference / (2 * step), rel=1e-4, abs=0)


def test_a_reversed_bias_reverses_the_voltage_and_cools_alike():
    made = thermometer()
    there, back = (voltage_curve(made, bias).at(0.1) for bias in (5e-12, -5e-12))
    assert back == pytest.approx(tuple(-value for value in there), rel=1e-13, abs=0)
    assert cooling_curve(made, -5e-12).at(0.1) == cooling_curve(made, 5e-12).at(0.1)


def test_without_a_bias_or_a_heater_there_is_nothing():
    made = thermometer()
    for quick in (voltage_curve(made, 0.0), cooling_curve(made, 0.0), heating_curve(None, 1.0)):
        assert quick.at(0.1) == (0.0, 0.0)


def test_a_resistor_heats_alike_at_all_temperatures():
    quick = heating_curve(Heater(resistance="10 kOhm", divider=1000), 0.3)
    for temperature in (0.02, 0.1, 0.7):
        power, slope = quick.at(temperature)
        assert power == pytest.approx(9e-12, rel=1e-13, abs=0)
        assert abs(slope) < 1e-22
