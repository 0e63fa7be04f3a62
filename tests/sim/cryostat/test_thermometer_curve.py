"""The quick thermometer against the integrals it stands for."""

import numpy as np
import pytest

from valvelab.junction import sinis_cooling_power, sinis_voltage
from valvelab.sim.cryostat.thermometer_curve import ThermometerCurve

GAP, RESISTANCE = 205e-6 * 1.602176634e-19, 25e3
TEMPERATURES = np.geomspace(3e-3, 1.3, 41)


@pytest.mark.parametrize("bias", [1e-12, 5e-12, 100e-12, 5e-9])
def test_voltage_and_cooling_are_those_of_the_integrals(bias):
    curve = ThermometerCurve(bias, GAP, RESISTANCE)
    for quick, law in ((curve.voltage, sinis_voltage), (curve.cooling, sinis_cooling_power)):
        found = [quick(temperature)[0] for temperature in TEMPERATURES]
        np.testing.assert_allclose(found, law(bias, TEMPERATURES, GAP, RESISTANCE), rtol=1e-12)


def test_slopes_are_those_of_the_values():
    curve = ThermometerCurve(5e-12, GAP, RESISTANCE)
    for quick in (curve.voltage, curve.cooling):
        for temperature in TEMPERATURES:
            step = 1e-4 * temperature
            difference = quick(temperature + step)[0] - quick(temperature - step)[0]
            assert quick(temperature)[1] == pytest.approx(difference / (2 * step), rel=1e-5, abs=0)


def test_a_reversed_bias_reverses_the_voltage_and_cools_alike():
    there, back = (ThermometerCurve(bias, GAP, RESISTANCE) for bias in (5e-12, -5e-12))
    assert back.voltage(0.1) == tuple(-value for value in there.voltage(0.1))
    assert back.cooling(0.1) == there.cooling(0.1)


def test_without_a_bias_there_is_neither_voltage_nor_cooling():
    curve = ThermometerCurve(0.0, GAP, RESISTANCE)
    assert curve.voltage(0.1) == curve.cooling(0.1) == (0.0, 0.0)
