"""A Keithley 6221: what is said on its wire, behind a guard, and in delta mode."""

import numpy as np
import pytest

from tests.drivers.traffic import Traffic
from valvelab.configuration import load_configuration
from valvelab.drivers import GuardedSource, Keithley2182A, Keithley6221, prepare_2182a, prepare_6221
from valvelab.errors import LimitError, RunError
from valvelab.sim.cryostat import DEFAULT_CRYOSTAT, Cryostat


@pytest.fixture
def spoken():
    wire = Traffic(("<clear>", None), ("*IDN?", "KEITHLEY INSTRUMENTS INC.,MODEL 6221,1180002,D04  /700x"))
    box = Keithley6221("source", resource=wire)
    wire.expect()
    yield box, wire
    box.close()


def test_what_is_said_and_what_is_understood(spoken):
    box, wire = spoken
    wire.expect(
        ("SOUR:CURR -5.00000000E-12", None), ("SOUR:CURR?", "-5.000000E-12"), ("SOUR:CURR:RANG 2e-09", None),
        ("SOUR:CURR:COMP 0.5", None), ("OUTP 1", None), ("OUTP?", "1"), ("OUTP:LTE 0", None), ("OUTP:ISH GUAR", None),
        ("OUTP:RESP?", "SLOW"), ("SOUR:CURR:FILT 1", None), ("SOUR:CURR:RANG:AUTO?", "0"),
    )  # fmt: skip
    box.current(-5e-12)
    assert box.current() == -5e-12
    box.current_range(2e-9)
    box.compliance(0.5)
    box.output("on")
    assert box.output() == "on"
    box.low_to_earth("off")
    box.inner_shield("GUAR")
    assert box.response() == "SLOW"
    box.filter("on")
    assert box.automatic_range() == "off"
    wire.expect()


ARMED = (
    ("SOUR:DELT:NVPR?", "1"), ("UNIT V;:SOUR:DELT:COUN INF;:SOUR:DELT:ARM", None), ("SOUR:DELT:ARM?", "1"),
    ("INIT:IMM", None),
)  # fmt: skip
ABORT = ("SOUR:SWE:ABOR", None)


def test_delta_mode_is_armed_read_and_ended(spoken):
    box, wire = spoken
    wire.expect(
        ("SOUR:DELT:HIGH 5.00000000E-12", None), ("SOUR:DELT:DEL 0.02", None), ("SOUR:DELT:CAB 1", None), *ARMED,
        ("SENS:DATA:FRES?", "+3.5E-04"), ("SENS:DATA:FRES?", "+3.6E-04,+1.2E+00"), ABORT,
    )  # fmt: skip
    box.delta.high(5e-12)
    box.delta.delay(0.02)
    box.delta.compliance_abort("on")
    np.testing.assert_array_equal(box.delta.measure(2), [3.5e-4, 3.6e-4])
    wire.expect()


@pytest.mark.parametrize("ending", [KeyboardInterrupt, RuntimeError])
def test_whatever_ends_delta_mode_it_is_aborted(spoken, ending):
    box, wire = spoken
    wire.expect(*ARMED, ABORT)
    with pytest.raises(ending), box.delta.armed():
        raise ending
    wire.expect(*ARMED, ("SENS:DATA:FRES?", "+9.9E+37"), ABORT)
    with pytest.raises(RunError, match="found an overflow"):
        box.delta.voltage()
    wire.expect()


def test_without_a_2182a_and_where_the_box_does_not_arm_there_is_no_delta_mode(spoken):
    box, wire = spoken
    wire.expect(("SOUR:DELT:NVPR?", "0"))
    with pytest.raises(RunError, match="must find a 2182A at its serial port"):
        box.delta.voltage()
    wire.expect(*ARMED[:2], ("SOUR:DELT:ARM?", "0"), ABORT)
    with pytest.raises(RunError, match="must arm"):
        box.delta.voltage()
    wire.expect()


@pytest.fixture
def rack(rack_of):
    """A 6221 that biases the drain thermometer, and a 2182A across it, without noise."""
    opened = rack_of(
        {"41": ("keithley6221", "drain_bias"), "22": ("keithley2182a", {"1": "drain_thermometer"})},
        voltmeter_noise=0.0,
    )
    return opened(Keithley6221, "41", "source"), opened(Keithley2182A, "22", "meter")


def test_a_box_that_is_off_is_switched_on_at_zero_and_one_that_is_on_left_alone(rack):
    box, _ = rack
    parameter = prepare_6221(box, "A", 2e-9)
    assert (box.current_range(), box.output(), parameter()) == (2e-9, "on", 0.0)
    parameter(5e-12)
    assert prepare_6221(box, "A", 2e-9)() == pytest.approx(5e-12, rel=1e-9, abs=0)
    with pytest.raises(RunError, match="current_range: must be 2e-08 A while its output is on"):
        prepare_6221(box, "A", 20e-9)
    with pytest.raises(ValueError, match="sources currents"):
        prepare_6221(box, "V", 1.0)


def test_the_voltage_follows_the_current_that_is_given(rack):
    box, meter = rack
    current = prepare_6221(box, "A", 2e-9)
    voltage = prepare_2182a(meter, input_range=10e-3, power_line_cycles=1.0, channel=1)
    found = []
    for level in (0.0, 5e-12, -5e-12, 50e-12):
        current(level)
        found.append(voltage())
    assert found[0] == 0.0 and found[2] == -found[1] and 1e-4 < found[1] < found[3] < 1e-3


def test_a_delta_reading_is_the_voltage_without_what_does_not_reverse(rack_of):
    drain = load_configuration(DEFAULT_CRYOSTAT, Cryostat).drain
    offset = drain.thermometer.model_copy(update={"offset": 3e-6})
    opened = rack_of(
        {"41": ("keithley6221", "drain_bias"), "22": ("keithley2182a", {"1": "drain_thermometer"})},
        voltmeter_noise=0.0,
        drain=drain.model_copy(update={"thermometer": offset}),
    )
    box, meter = opened(Keithley6221, "41", "source"), opened(Keithley2182A, "22", "meter")
    voltage = prepare_2182a(meter, input_range=10e-3, power_line_cycles=1.0, channel=1)
    prepare_6221(box, "A", 2e-9)(5e-12)
    biased = voltage()
    box.output("off")
    assert voltage() == pytest.approx(3e-6, rel=1e-6, abs=0)
    box.delta.high(5e-12)
    assert box.delta.voltage() == pytest.approx(biased - 3e-6, rel=1e-9, abs=0)
    assert (box.current(), box.output()) == (0.0, "off")


def test_behind_a_guard_it_keeps_to_its_window_and_delta_mode_is_refused(rack):
    box, _ = rack
    source = GuardedSource(
        "drain_bias", prepare_6221(box, "A", 2e-9), unit="A", window=(-20e-12, 20e-12), maximum_step=1e-12,
        ramp_rate=1e-10, resolution=1e-13, clock=box.visa_handle.visalib.clock,
    )  # fmt: skip
    for level in (3e-11, float("nan"), True):
        with pytest.raises(LimitError):
            source.level(level)
    for past in (lambda: box.current(1e-12), box.delta.voltage, lambda: box.write("SOUR:CLE")):
        with pytest.raises(LimitError, match="sent past it"):
            past()
    box.visa_handle.visalib.faults.add(
        kind="front_panel", at="drain_bias", command="SOUR:CURR 15E-12", times=1
    )
    source.level(5e-12)
    assert source.level() == pytest.approx(5e-12, rel=1e-9, abs=0)
    source.ramp_home()
    source.close()


def test_a_snapshot_asks_what_is_answered_and_changes_nothing(rack):
    box, _ = rack
    prepare_6221(box, "A", 2e-9)(5e-12)
    entries = box.snapshot(update=True)
    assert entries["parameters"]["output"]["value"] == "on"
    assert entries["submodules"]["delta"]["parameters"]["connected"]["value"] is True
    assert box.current() == pytest.approx(5e-12, rel=1e-9, abs=0)
    assert box.ask("SYST:ERR?").startswith("0")
