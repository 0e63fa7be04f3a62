"""The thermometer at the wire."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from qcodes.parameters import ManualParameter, Parameter

from valvelab.drivers import SinisThermometer
from valvelab.errors import RunError

BIAS = 5e-12


@pytest.fixture
def calibration(nis_calibration):
    return nis_calibration(BIAS, (0.05, 0.3))


@pytest.fixture
def make():
    """Return a function that makes a thermometer on a voltmeter which reads the given voltages in turn."""
    opened = []

    def maker(*voltages, **arguments):
        readings = iter(voltages)
        meter = Parameter("voltage", unit="V", get_cmd=lambda: next(readings))
        made = SinisThermometer(f"thermometer_{len(opened)}", meter, **({"input_range": 0.1} | arguments))
        opened.append(made)
        return made

    yield maker
    for made in opened:
        made.close()


@pytest.fixture
def multimeter(connect):
    meter = connect("21")
    made = SinisThermometer("source_thermometer", meter, power_line_cycles=10, input_range=0.1)
    yield meter, made
    made.close()


def test_the_driver_of_a_multimeter_is_set_up_and_its_reading_handed_on(multimeter):
    meter, made = multimeter
    assert (meter.range(), meter.NPLC(), meter.autozero(), meter.autorange()) == (0.1, 10, "ON", "OFF")
    assert 0 < made.voltage() < 1e-3
    assert made.voltage.unit == "V"


def test_a_snapshot_takes_no_reading(multimeter):
    meter, made = multimeter
    clock = meter.visa_handle.visalib.clock
    before = clock.now()
    made.snapshot(update=True)
    assert clock.now() == before


@pytest.mark.parametrize("value", [9.9e37, -9.9e37, math.nan, math.inf, 0.121])
def test_an_overload_is_no_reading(make, value):
    with pytest.raises(RunError, match=r"thermometer_0: must read at most 0\.1 V"):
        make(value).voltage()


def test_a_range_may_be_exceeded_by_a_fifth_as_voltmeters_do(make):
    assert make(-0.119).voltage() == -0.119


def test_readings_are_averaged_and_their_scatter_gives_the_standard_error(make):
    made = make(1e-4, 2e-4, 3e-4, 2e-4, readings=4)
    assert made.voltage() == pytest.approx(2e-4, rel=1e-12, abs=0)
    assert made.voltage_std() == pytest.approx(1e-4 * math.sqrt(2 / 3) / 2, rel=1e-12, abs=0)


def test_the_standard_error_belongs_to_the_latest_measurement(make):
    made = make(1e-4, 1e-4, 1e-4, 2e-4, readings=2)
    made.voltage()
    made.voltage()
    assert made.voltage_std() == made.voltage_std() == pytest.approx(5e-5, rel=1e-12, abs=0)


def test_the_standard_error_measures_where_nothing_has_been_measured(make):
    assert make(1e-4, 2e-4, readings=2).voltage_std() == pytest.approx(5e-5, rel=1e-12, abs=0)


def test_a_measurement_that_fails_leaves_no_standard_error_behind(make):
    made = make(1e-4, 2e-4, 1e-4, 9.9e37, 9.9e37, readings=2)
    made.voltage()
    for parameter in (made.voltage, made.voltage_std):
        with pytest.raises(RunError, match="must read at most"):
            parameter()


def test_a_single_reading_tells_no_standard_error(make, calibration):
    voltage = float(calibration.voltage(0.1))
    made = make(voltage, calibration=calibration)
    assert made.temperature() == pytest.approx(0.1, rel=1e-9, abs=0)
    assert math.isnan(made.voltage_std())
    assert math.isnan(made.temperature_std())


def test_temperature_error_and_cooling_are_those_of_the_calibration(make, calibration):
    voltage, scatter = float(calibration.voltage(0.1)), 1e-7
    made = make(*[voltage - scatter, voltage + scatter] * 2, readings=2, calibration=calibration)
    assert made.temperature() == pytest.approx(0.1, rel=1e-9, abs=0)
    responsivity = (calibration.voltage(0.1001) - calibration.voltage(0.0999)) / 2e-4
    statistical = scatter / abs(float(responsivity))  # two readings at +-1 scatter: their mean errs by it
    assert made.temperature_std() == pytest.approx(math.hypot(statistical, 1e-4), rel=1e-3, abs=0)
    assert made.cooling_power() == pytest.approx(0.55e-15, rel=0.05, abs=0)


@pytest.mark.parametrize("temperature", [0.045, 0.31])
def test_a_voltage_outside_of_the_calibration_is_no_temperature(make, temperature, calibration):
    voltage = float(calibration.voltage(temperature))
    made = make(voltage, voltage, voltage, calibration=calibration)
    assert made.voltage() == voltage
    with pytest.raises(RunError, match=r"\(50 to 300 mK\), found \d+\.\d+ uV") as caught:
        made.temperature()
    low, high = sorted(float(calibration.voltage(end)) * 1e6 for end in (0.05, 0.3))
    assert f"from {low:.6g} to {high:.6g} uV" in str(caught.value)
    with pytest.raises(RunError, match="where its calibration holds"):
        made.cooling_power()


@pytest.mark.parametrize("parameter", ["temperature", "temperature_std", "cooling_power"])
def test_without_a_calibration_the_way_to_one_is_told(make, parameter):
    made = make(3e-4)
    with pytest.raises(RunError, match="valvelab calibrate thermometer"):
        made.parameters[parameter]()


def test_a_calibration_may_be_given_later(make, calibration):
    made = make(float(calibration.voltage(0.2)))
    made.calibration = calibration
    assert made.temperature() == pytest.approx(0.2, rel=1e-9, abs=0)


def test_a_bias_current_that_the_calibration_was_not_made_at_is_refused(make, calibration):
    bias = SimpleNamespace(level=ManualParameter("level", initial_value=BIAS))
    voltage = float(calibration.voltage(0.1))
    made = make(voltage, voltage, calibration=calibration, bias=bias, bias_current=BIAS)
    assert made.temperature() == pytest.approx(0.1, rel=1e-9, abs=0)
    for other in (0.0, -BIAS, BIAS * 1.002, math.nan):
        bias.level(other)
        with pytest.raises(RunError, match="must be biased with 5e-12 A"):
            made.voltage()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"readings": 0}, "`readings` must be an integer and at least 1, but is 0"),
        ({"readings": True}, "`readings`"),
        ({"readings": 2.0}, "`readings`"),
        ({"input_range": 0.0}, "`input_range` must be finite and above 0 V"),
        ({"input_range": math.nan}, "`input_range`"),
        ({"power_line_cycles": 10}, "`power_line_cycles` must be given with a driver and left out"),
        ({"bias_current": 5e-12}, "`bias` and `bias_current` must be given together"),
        ({"bias": object()}, "`bias` and `bias_current` must be given together"),
        ({"bias": object(), "bias_current": 0.0}, "`bias_current` must be finite and not 0 A"),
        ({"bias_tolerance": math.nan}, "`bias_tolerance` must be finite and above 0"),
    ],
)
def test_arguments_that_make_no_thermometer_are_refused(make, arguments, message):
    with pytest.raises(ValueError, match=message):
        make(1e-4, **arguments)


def test_a_driver_needs_its_integration_time(connect):
    with pytest.raises(ValueError, match="`power_line_cycles` must be given with a driver"):
        SinisThermometer("thermometer", connect("21"), input_range=0.1)


def test_a_noisy_thermometer_errs_by_its_standard_error(make, calibration):
    truth = float(calibration.voltage(0.12))
    noise = np.random.default_rng(7).normal(0.0, 2e-7, 1000)
    made = make(*(truth + noise), readings=10, calibration=calibration)
    errors, stds = np.array([(made.temperature() - 0.12, made.temperature_std()) for _ in range(100)]).T
    # Student's distribution of 9 degrees of freedom is sqrt(9/7) wide; 100 samples tell that to 9 %.
    assert np.std(errors / np.sqrt(stds**2 - 1e-8)) == pytest.approx(1.134, abs=0.3)
