"""A calibrated thermometer: temperatures with errors, and none beyond the calibration."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valvelab.errors import ConfigurationError
from valvelab.sim import preset, sinis_temperature
from valvelab.thermometer import CalibratedRange
from valvelab.thermometer_calibration import JunctionCalibration

BARE = preset("paper").drain.thermometer
UEV = 1.602176634e-25
KNOWN = CalibratedRange.model_construct(
    lowest=0.06, highest=0.35, gap_error=0.03 * UEV, resistance_error=30.0, correlation=-0.97
)
CALIBRATION = JunctionCalibration(BARE.model_copy(update={"calibration": KNOWN}))


@settings(deadline=None, max_examples=40)
@given(st.floats(0.0572, 0.3674))
def test_voltage_and_temperature_are_each_other_s_inverse(temperature):
    voltage = CALIBRATION.voltage(temperature)
    assert CALIBRATION.temperature(voltage) == pytest.approx(temperature, rel=1e-9, abs=0)


@pytest.mark.parametrize("temperature", [0.0571, 0.3676])
def test_nothing_is_read_more_than_five_per_cent_beyond(temperature):
    with pytest.raises(ValueError, match=r"must lie within the calibration, .* \(57\.14 mK to 367\.5 mK\)"):
        CALIBRATION.temperature(CALIBRATION.voltage(temperature))


def test_the_error_is_that_of_many_draws_of_voltage_gap_and_resistance():
    generator, voltage, noise = np.random.default_rng(0), CALIBRATION.voltage(0.15), 5e-8
    errors = np.array([[KNOWN.gap_error**2, 0], [0, KNOWN.resistance_error**2]])
    errors[0, 1] = errors[1, 0] = KNOWN.correlation * KNOWN.gap_error * KNOWN.resistance_error
    scale = np.array([UEV, 1.0])
    gaps, resistances = (
        generator.multivariate_normal([0, 0], errors / np.outer(scale, scale), 4000) * scale
    ).T
    drawn = sinis_temperature(
        voltage + noise * generator.standard_normal(4000),
        BARE.bias_current,
        BARE.gap + gaps,
        BARE.resistance + resistances,
    )
    assert CALIBRATION.temperature_std(voltage, noise) == pytest.approx(drawn.std(), rel=0.05, abs=0)


def test_a_thermometer_that_was_never_calibrated_says_how_to_do_it():
    with pytest.raises(ConfigurationError, match="valvelab calibrate thermometer"):
        JunctionCalibration(BARE)


def test_offset_and_leak_are_part_of_the_law():
    made = CALIBRATION.thermometer.model_copy(update={"offset": 5e-6, "broadening": 1e-4})
    calibration = JunctionCalibration(made)
    voltage = calibration.voltage(0.1)
    assert calibration.temperature(voltage) == pytest.approx(0.1, rel=1e-9, abs=0)
    step = 1e-9
    slope = 2 * step / (calibration.voltage(0.1 + step) - calibration.voltage(0.1 - step))
    exact = made.model_copy(
        update={"calibration": KNOWN.model_copy(update={"gap_error": 0.0, "resistance_error": 0.0})}
    )
    assert JunctionCalibration(exact).temperature_std(voltage, 1e-7) == pytest.approx(
        -slope * 1e-7, rel=1e-4, abs=0
    )
