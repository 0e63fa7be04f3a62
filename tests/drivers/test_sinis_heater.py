"""The heater at the wire."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from qcodes.parameters import Parameter

from valvelab.clock import VirtualClock
from valvelab.drivers import GuardedSource, SinisHeater, SinisThermometer, prepare_gs200
from valvelab.errors import LimitError, RunError

OFFSET, DIVIDER = -1.378, 1000.0


class Law:
    """Below 0.4 mV across the pair it cools a little, above it heats like a resistor."""

    def power(self, source_voltage, temperature):
        size = abs(source_voltage) / DIVIDER
        return -1e-14 * (size / 4e-4) if size < 4e-4 else (size**2 - 1.6e-7) / 25e3 + temperature * 1e-15


class Chip:
    """A source whose level stands across a heater with an offset, and the thermometer beside it."""

    def __init__(self):
        self.level, self.history, self.noise = 0.0, [], np.random.default_rng(11)
        self.parameter = Parameter("voltage", unit="V", get_cmd=lambda: self.level, set_cmd=self.set)

    def set(self, level):
        self.history.append(level)
        self.level = level

    def response(self):
        size = abs(self.level - OFFSET) / DIVIDER
        return -1e-4 * (1 + (size / 4e-4) ** 4) ** 0.2 + 1e-7 * self.noise.standard_normal()


@pytest.fixture
def heater():
    clock, chip = VirtualClock(), Chip()
    source = GuardedSource(
        "heater_source",
        chip.parameter,
        unit="V",
        window=(-4.0, 4.0),
        maximum_step=0.5,
        ramp_rate=1.0,
        resolution=1e-6,
        clock=clock,
    )
    made = SinisHeater(
        "source_heater",
        source,
        divider=DIVIDER,
        law=Law(),
        power_limit=2e-11,
        temperature=0.1,
        clock=clock,
        offset=OFFSET,
    )
    yield chip, clock, made
    made.close()
    source.close()


def test_the_voltage_is_counted_from_the_symmetric_point(heater):
    chip, _, made = heater
    made.voltage(5e-4)
    assert chip.level == pytest.approx(OFFSET + 0.5, rel=1e-12, abs=0)
    assert made.voltage() == pytest.approx(5e-4, rel=1e-12, abs=0)
    assert made.source_voltage() == chip.level
    assert (made.voltage.unit, made.source_voltage.unit) == ("V", "V")


def test_the_voltage_is_read_from_the_source_not_remembered(heater):
    chip, _, made = heater
    made.voltage(5e-4)
    chip.level = OFFSET - 0.25
    assert made.voltage() == pytest.approx(-2.5e-4, rel=1e-12, abs=0)


def test_off_heats_nothing_and_safe_is_zero_volts(heater):
    chip, _, made = heater
    made.voltage(5e-4)
    made.off()
    assert (chip.level, made.voltage()) == (OFFSET, 0.0)
    made.safe()
    assert chip.level == 0.0
    assert made.voltage() == pytest.approx(-OFFSET / DIVIDER, rel=1e-12, abs=0)


def test_plus_zero_and_minus_lie_about_the_symmetric_point(heater):
    chip, _, made = heater
    levels = []
    for voltage in made.plus_zero_minus(5e-4):
        made.voltage(voltage)
        levels.append(chip.level)
    assert np.array(levels) - OFFSET == pytest.approx([0.5, 0.0, -0.5], rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("voltage", [9e-4, -9e-4])
def test_a_voltage_that_heats_more_than_allowed_is_refused_before_anything_moves(heater, voltage):
    chip, _, made = heater
    for action in (
        lambda: made.voltage(voltage),
        lambda: made.source_voltage(OFFSET + DIVIDER * voltage),
        lambda: made.plus_zero_minus(voltage),
        lambda: made.find_offset(chip.response, [OFFSET, OFFSET + DIVIDER * voltage], 1.0),
    ):
        with pytest.raises(LimitError, match=r"power must be at most 2e-11 W, found 2\.6\d*e-11 W"):
            action()
    assert chip.history == []


@pytest.mark.parametrize("voltage", [math.nan, math.inf, True])
def test_what_is_no_voltage_is_refused(heater, voltage):
    chip, _, made = heater
    for parameter in (made.voltage, made.source_voltage):
        with pytest.raises(LimitError, match="must be a"):
            parameter(voltage)
    assert chip.history == []


def test_a_law_that_answers_nan_lets_nothing_pass(heater):
    chip, _, made = heater
    made._law = type("Broken", (), {"power": lambda self, voltage, temperature: math.nan})()
    with pytest.raises(LimitError, match="found nan W"):
        made.voltage(1e-4)
    assert chip.history == []


def test_the_window_of_the_source_holds_beyond_the_power_limit(heater):
    chip, _, made = heater
    made._power_limit = 1.0
    with pytest.raises(LimitError, match="level must lie between -4 and 4 V"):
        made.voltage(6e-3)
    assert chip.history == []


def test_the_offset_is_found_within_its_error_and_the_heater_returns(heater):
    chip, clock, made = heater
    made.offset(0.0)  # nothing is known yet
    made._power_limit = 1e-9
    made.source_voltage(0.25)
    before = clock.now()
    found = made.find_offset(chip.response, np.linspace(-3.0, 0.2, 33), 2.0)
    assert abs(found.voltage - OFFSET) < 3 * found.voltage_std < 0.02
    assert found.scatter == pytest.approx(1e-7, rel=0.3, abs=0)
    assert clock.now() - before >= 66 * 2.0
    assert chip.level == 0.25
    assert made.offset() == 0.0


def test_the_simulated_heater_has_no_offset(connect):
    source_box, meter = connect("13"), connect("21")
    clock = meter.visa_handle.visalib.clock
    source = GuardedSource(
        "heater_source",
        prepare_gs200(source_box, "V", 1.0),
        unit="V",
        window=(-1.0, 1.0),
        maximum_step=0.1,
        ramp_rate=1.0,
        resolution=1e-4,
        clock=clock,
    )
    thermometer = SinisThermometer("source_thermometer", meter, power_line_cycles=10, input_range=0.1)
    law = SimpleNamespace(power=lambda voltage, temperature: (voltage / 1000) ** 2 / 10e3)
    made = SinisHeater(
        "heater", source, divider=1000.0, law=law, power_limit=2e-11, temperature=0.1, clock=clock
    )
    found = made.find_offset(thermometer.voltage, np.linspace(-0.3, 0.25, 23), 1.0)
    assert abs(found.voltage) < 4 * found.voltage_std < 2e-3
    for instrument in (made, thermometer, source):
        instrument.close()


def test_a_steady_drift_is_no_offset(heater):
    chip, clock, made = heater
    made._power_limit = 1e-9
    found = made.find_offset(lambda: chip.response() + 2e-8 * clock.now(), np.linspace(-3.0, 0.2, 33), 2.0)
    assert abs(found.voltage - OFFSET) < 3 * found.voltage_std


def test_a_sweep_that_is_interrupted_leaves_the_heater_where_it_was(heater):
    chip, _, made = heater
    readings = iter([1e-4, 1e-4])
    made.source_voltage(-1.0)
    with pytest.raises(StopIteration):
        made.find_offset(lambda: next(readings), [-1.4, -1.3, -1.2], 1.0)
    assert chip.level == -1.0


def test_a_thermometer_that_feels_no_heating_tells_no_offset(heater):
    _, _, made = heater
    with pytest.raises(RunError, match="source_heater: the response must change"):
        made.find_offset(lambda: 3e-4, np.linspace(-1.5, -1.0, 11), 0.0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"divider": 0.0}, "`divider` must be finite and above 0"),
        ({"power_limit": math.nan}, "`power_limit` must be finite and above 0 W"),
        ({"temperature": -0.1}, "`temperature` must be finite and above 0 K"),
        ({"offset": math.inf}, "`offset` must be finite"),
    ],
)
def test_arguments_that_make_no_heater_are_refused(heater, change, message):
    arguments = {"divider": 1000.0, "power_limit": 1e-12, "temperature": 0.1, "offset": 0.0} | change
    with pytest.raises(ValueError, match=message):
        SinisHeater("heater", None, law=Law(), clock=VirtualClock(), **arguments)


def test_the_snapshot_knows_offset_and_limit(heater):
    _, _, made = heater
    snapshot = made.snapshot(update=True)
    assert snapshot["parameters"]["offset"]["value"] == OFFSET
    assert snapshot["metadata"]["power_limit"] == 2e-11
