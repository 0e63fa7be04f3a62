"""A thermometer calibrated point by point."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valvelab.analysis.thermometry import read_island
from valvelab.configuration import dump_configuration, load_configuration
from valvelab.device import Device
from valvelab.errors import ConfigurationError, DataError
from valvelab.sim import preset, preset_path
from valvelab.spline_calibration import SplineCalibration
from valvelab.thermometer import CalibratedRange
from valvelab.thermometer_calibration import JunctionCalibration, calibrated

DRAIN = preset("paper").drain
TEMPERATURES = np.linspace(0.06, 0.35, 30)
POINTS = tuple((float(t), float(DRAIN.thermometer.voltage(t)), 1e-7) for t in TEMPERATURES)
MADE = DRAIN.thermometer.model_copy(update={"points": POINTS})
CALIBRATION = SplineCalibration(MADE)


def test_it_goes_through_its_points():
    voltages = np.array([point[1] for point in POINTS])
    np.testing.assert_allclose(CALIBRATION.temperature(voltages), TEMPERATURES, rtol=1e-12)
    np.testing.assert_allclose(CALIBRATION.voltage(TEMPERATURES), voltages, rtol=1e-14)
    assert CALIBRATION.range == (0.06, 0.35)


def test_between_its_points_it_is_near_the_curve_they_were_taken_from():
    between = np.linspace(0.061, 0.349, 200)
    np.testing.assert_allclose(CALIBRATION.temperature(MADE.voltage(between)), between, rtol=3e-4)


@settings(deadline=None, max_examples=40)
@given(st.floats(0.06, 0.35))
def test_voltage_and_temperature_are_each_other_s_inverse(temperature):
    found = CALIBRATION.temperature(CALIBRATION.voltage(temperature))
    assert float(found) == pytest.approx(temperature, rel=1e-12, abs=0)


@pytest.mark.parametrize("temperature", [0.0599, 0.3501])
def test_nothing_is_extrapolated(temperature):
    with pytest.raises(
        ValueError, match=r"voltage must lie within the calibration, .* \(60 mK to 350 mK\), found"
    ):
        CALIBRATION.temperature(MADE.voltage(temperature))
    with pytest.raises(
        ValueError, match=r"temperature must lie within the calibration, 60 mK to 350 mK, found"
    ):
        CALIBRATION.voltage(temperature)


def test_the_error_is_that_of_many_draws_of_voltage_and_points():
    generator, voltage, noise = np.random.default_rng(3), float(MADE.voltage(0.147)), 2e-7
    drawn = []
    for _ in range(400):
        moved = tuple((t, v + 1e-7 * generator.standard_normal(), s) for t, v, s in POINTS)
        other = SplineCalibration(MADE.model_copy(update={"points": moved}))
        drawn.append(float(other.temperature(voltage + noise * generator.standard_normal())))
    assert float(CALIBRATION.temperature_std(voltage, noise)) == pytest.approx(np.std(drawn), rel=0.12, abs=0)


def test_it_cools_as_its_junctions_do():
    assert float(CALIBRATION.cooling_power(0.1)) == float(MADE.cooling_power(0.1))


def test_an_island_is_read_with_its_points_and_refused_beyond_them():
    shifted = tuple((t * 1.01, v, s) for t, v, s in POINTS)
    island = DRAIN.model_copy(update={"thermometer": MADE.model_copy(update={"points": shifted})})
    voltage = np.array([POINTS[0][1], POINTS[10][1], POINTS[-1][1]])
    found = read_island(island, voltage, 0.06, "drain")
    np.testing.assert_allclose(found.temperature, 1.01 * TEMPERATURES[[0, 10, 29]], rtol=1e-10)
    assert (found.temperature_slope < 0).all() and (found.power_slope < 0).all()
    with pytest.raises(
        DataError, match=r"drain: must lie between .*trusted \(60\.6 mK to .*, device\.yaml:3\)"
    ):
        read_island(island, 1e-3, 0.06, "drain", "device.yaml:3")


def test_the_points_decide_which_calibration_it_is():
    assert isinstance(calibrated(MADE), SplineCalibration)
    with pytest.raises(ConfigurationError, match="valvelab calibrate thermometer"):
        calibrated(DRAIN.thermometer)
    with pytest.raises(ConfigurationError, match=r"thermometer\.points: must be in the device file"):
        SplineCalibration(DRAIN.thermometer)


KNOWN = "calibration: {lowest: 60 mK, highest: 0.3 K, gap_error: 0 ueV, resistance_error: 0 Ohm}"
GOOD = "[60 mK, 380 uV, 0.1 uV], [80 mK, 350 uV, 0.1 uV], [0.1 K, 320 uV, 0.1 uV], [0.2 K, 250 uV, 0.1 uV]"


@pytest.fixture
def load(tmp_path):
    def loaded(new):
        text = preset_path("paper").read_text(encoding="utf-8")
        assert "bias_current: 5 pA" in text
        (tmp_path / "device.yaml").write_text(
            text.replace("bias_current: 5 pA", f"bias_current: 5 pA, {new}"), encoding="utf-8"
        )
        return load_configuration(tmp_path / "device.yaml", Device)

    return loaded


def test_a_file_may_hold_points(load, tmp_path):
    device = load(f"points: [{GOOD}]")
    assert device.drain.thermometer.points[2] == (0.1, 320e-6, 1e-7)
    (tmp_path / "again.yaml").write_text(dump_configuration(device), encoding="utf-8")
    assert load_configuration(tmp_path / "again.yaml", Device) == device


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (f"points: [{GOOD}], {KNOWN}", "thermometer.points: must stand alone, found a calibration"),
        ("points: [[60 mK, 380 uV, 0.1 uV]]", "thermometer.points: must be at least 4, found 1"),
        (
            f"points: [{GOOD}, [0.3 K, 260 uV, 0.1 uV]]",
            "thermometer.points.5: must be warmer and at a lower voltage",
        ),
        (
            f"points: [{GOOD}, [0.3 K, 200 uV, 0 uV]]",
            "thermometer.points.5.3: must be a standard error of a voltage, never 0, between 0.001 nV",
        ),
        (f"points: [{GOOD}, [0.3 K, 200 uV]]", "thermometer.points.5: must be three values"),
        (f"points: [{GOOD}, [0.3 V, 200 uV, 0.1 uV]]", "thermometer.points.5.1: must be a temperature"),
    ],
)
def test_a_mistake_is_answered_at_its_point(load, written, words):
    with pytest.raises(ConfigurationError) as caught:
        load(written)
    assert words in str(caught.value)


def test_both_kinds_tell_the_same_temperature():
    known = preset("paper").drain.thermometer
    whole = CalibratedRange(lowest="60 mK", highest="350 mK", gap_error="0.01 ueV", resistance_error="1 Ohm")
    law = JunctionCalibration(known.model_copy(update={"calibration": whole}))
    voltage = law.voltage(0.1234)
    assert float(CALIBRATION.temperature(voltage)) == pytest.approx(law.temperature(voltage), rel=3e-4, abs=0)
