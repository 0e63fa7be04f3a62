import pytest

from valvelab.clock import VirtualClock
from valvelab.sim.cryostat import Cryostat
from valvelab.sim.cryostat.keysight_344xxa import Keysight34461A, Keysight34465A
from valvelab.sim.cryostat.world import World

NO_ERROR = '+0,"No error"'


@pytest.fixture
def world(quiet_cryostat: Cryostat, clock: VirtualClock) -> World:
    return World(quiet_cryostat, clock)


@pytest.fixture
def meter(world: World) -> Keysight34465A:
    return Keysight34465A(world, "drain_thermometer")


def error(meter: Keysight34465A) -> str:
    return str(meter.receive("SYST:ERR?"))


@pytest.mark.parametrize(
    ("setting", "seconds"),
    [
        ("VOLT:NPLC 1", 0.02),
        ("VOLT:NPLC 10", 0.2),
        ("SENS:VOLT:DC:NPLC 100", 2.0),
        ("VOLT:APER 0.05", 0.05),
        ("VOLT:APER 0.05;NPLC 1", 0.02),
        ("VOLT:RES 1E-7;:VOLT:RANG 0.1;RES 1E-8", 0.2),
    ],
)
def test_a_reading_takes_its_integration_time(meter, world, clock, setting: str, seconds: float) -> None:
    meter.receive(setting)
    assert float(meter.receive("READ?")) == pytest.approx(world.voltage("drain_thermometer"), rel=2e-9, abs=0)
    assert clock.now() == pytest.approx(seconds, rel=1e-6, abs=0)
    meter.receive("*CLS")


def test_samples_and_triggers_multiply_and_timers_space_them(meter, clock) -> None:
    meter.receive("VOLT:NPLC 1;:SAMP:COUN 3;:TRIG:COUN 2;:TRIG:DEL 0.5")
    assert len(meter.receive("READ?").split(",")) == 6
    assert clock.now() == pytest.approx(2 * (0.5 + 3 * 0.02), rel=1e-6, abs=0)
    meter.receive("*RST;:VOLT:NPLC 1;:SAMP:COUN 4;TIM 0.25;SOUR TIM;:READ?")
    assert clock.now() == pytest.approx(2 * (0.5 + 3 * 0.02) + 1.0, rel=1e-6, abs=0)
    assert error(meter) == NO_ERROR


def test_a_bus_trigger_takes_what_fetch_returns(meter, clock) -> None:
    assert meter.receive("TRIG:SOUR BUS;:INIT;:FETC?") is None
    meter.receive("*TRG")
    assert meter.receive("FETCH?") == meter.receive("FETCH?")
    assert meter.receive("DATA:POIN?") == "+1"
    assert error(meter) == NO_ERROR


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("TRIG:SOUR BUS;:READ?", "-214"),
        ("*TRG", "-211"),
        ("TRIG:SOUR BUS;:INIT;:INIT", "-213"),
        ("FETC?", "-230"),
        ("SAMP:COUN 1E9;:READ?", "-222"),
        ("TRIG:COUN INF;:READ?", "-222"),
        ("SENS:FUNC VOLT", "-104"),
        ("SENS:FUNC 'OHM'", "-224"),
        ("VOLT:NPLC 1000", "-222"),
        ("SAMP:TIM 0.01", "-222"),
        ("SAMP:TIM? 5", "-108"),
        ("VOLT:AC:NPLC?", "-113"),
    ],
)
def test_what_cannot_be_done_is_in_the_error_queue(meter, message: str, code: str) -> None:
    assert meter.receive(message) is None
    assert error(meter).startswith(code)
    assert error(meter) == NO_ERROR


def test_an_external_trigger_never_comes(meter, clock) -> None:
    assert meter.receive("TRIG:SOUR EXT;:READ?") is None
    assert meter.receive("ABOR;:TRIG:SOUR IMM;:READ?") is not None
    assert error(meter) == NO_ERROR


def test_measure_configures_and_reads(meter, clock) -> None:
    meter.receive("SENS:FUNC 'RES';:VOLT:NPLC 100;:SAMP:COUN 5")
    assert len(meter.receive("MEAS:VOLT:DC? 0.1").split(",")) == 1
    assert clock.now() == pytest.approx(0.2, rel=1e-6, abs=0)
    assert meter.receive("SENS:FUNC?;VOLT:RANG?;RANG:AUTO?") == '"VOLT";+1.00000000E-01;0'


def test_other_functions_see_no_current_and_no_closed_circuit(meter) -> None:
    assert meter.receive('FUNC "CURR";:READ?') == "+0.00000000E+00"
    assert meter.receive('FUNC "FRES";:READ?') == "+9.90000000E+37"
    assert meter.receive('FUNC "VOLT:AC";:READ?') == "+0.00000000E+00"
    assert meter.receive('FUNC "VOLT:DC";:FUNC?') == '"VOLT"'


def test_choosing_a_range_or_a_delay_switches_the_automatic_off(meter) -> None:
    assert meter.receive("VOLT:RANG 1;RANG:AUTO?;:TRIG:DEL 1;DEL:AUTO?") == "0;0"
    assert meter.receive("CURR:RANG 1;:VOLT:RANG:AUTO 1;:CURR:RANG:AUTO?;:VOLT:RANG:AUTO?") == "0;1"
    assert meter.receive("VOLT:APER 0.1;APER:ENAB?;:VOLT:NPLC 1;APER:ENAB?") == "1;0"


def test_the_34461a_has_five_integration_times_and_no_digitizer(world: World, clock: VirtualClock) -> None:
    meter = Keysight34461A(world, "drain_thermometer")
    assert meter.receive("*IDN?").split(",")[1] == "34461A"
    assert meter.receive("*OPT?") == "0"
    assert [meter.receive(f"VOLT:NPLC {text};NPLC?") for text in ("MIN", "0.06", "2", "MAX")] == [
        "+2.00000000E-02",
        "+2.00000000E-01",
        "+1.00000000E+01",
        "+1.00000000E+02",
    ]
    assert meter.receive("VOLT:RANG 0.1;RES 3E-7;RES?;NPLC?") == "+3.00000000E-07;+1.00000000E+00"
    assert float(meter.receive("READ?")) == pytest.approx(world.voltage("drain_thermometer"), rel=2e-9, abs=0)
    assert clock.now() == pytest.approx(0.02, rel=1e-6, abs=0)
    assert error(meter) == NO_ERROR
    for message in ("VOLT:APER 0.1", "SAMP:SOUR TIM", "SAMP:COUN:PRET 1", "TRIG:LEV 1"):
        meter.receive(message)
        assert error(meter) == '-113,"Undefined header"'


@pytest.mark.parametrize(
    ("setting", "volts", "reading"),
    [
        ("VOLT:RANG 0.1", 0.119, 0.119),
        ("VOLT:RANG 0.1", 0.121, 9.9e37),
        ("VOLT:RANG 1", -9.0, -9.9e37),
        ("VOLT:RANG:AUTO 1", 9.0, 9.0),
    ],
)
def test_a_range_overflows_a_fifth_above_its_end(meter, world, setting, volts, reading) -> None:
    world.disturb("drain_thermometer", lambda voltage: volts)
    meter.receive(setting)
    assert float(meter.receive("READ?")) == pytest.approx(reading, rel=1e-9, abs=0)
