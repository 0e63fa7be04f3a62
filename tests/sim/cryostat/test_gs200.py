import pytest
from hypothesis import given
from hypothesis import strategies as st

from valvelab.clock import VirtualClock
from valvelab.sim.cryostat.gs200 import GS200

NO_ERROR = '0,"No error"'


@pytest.fixture
def source(clock: VirtualClock) -> GS200:
    return GS200(clock, "CURR")


def error(source: GS200) -> str:
    return str(source.receive(":SYST:ERR?"))


def test_the_output_relay_stands_between_level_and_coil(source: GS200) -> None:
    source.receive(":SOUR:LEV 1E-4")
    assert source.output("CURR") == 0.0
    source.receive("OUTPUT 1")
    assert source.output("CURR") == 1e-4
    assert source.output("VOLT") == 0.0
    source.receive("OUTP OFF")
    assert source.output("CURR") == 0.0


@pytest.mark.parametrize(
    ("function", "span", "asked", "given"),
    [
        ("CURR", "1E-3", 0.123456789e-3, 0.12346e-3),
        ("CURR", "10E-3", 0.123456789e-3, 0.1235e-3),
        ("CURR", "200E-3", 0.15, 0.15),
        ("VOLT", "10E-3", 1.2345678e-3, 1.2346e-3),
        ("VOLT", "1", -0.123456, -0.12346),
        ("VOLT", "10", 1.23456, 1.2346),
        ("VOLT", "30", 31.9994, 31.999),
    ],
)
def test_the_level_is_rounded_to_the_resolution_of_the_range(
    source: GS200, function: str, span: str, asked: float, given: float
) -> None:
    source.receive(f"SOUR:FUNC {function};:SOUR:RANG {span};:OUTP 1;:SOUR:LEV {asked!r}")
    assert source.output(function) == given
    assert float(str(source.receive(":SOUR:LEV?"))) == given
    assert error(source) == NO_ERROR


@pytest.mark.parametrize("asked", ["1.3E-3", "-1.21E-3", "1", "nan", "inf", "", "1 mA"])
def test_what_the_range_does_not_hold_leaves_the_level_alone(source: GS200, asked: str) -> None:
    source.receive(f":OUTP 1;:SOUR:LEV 2E-4;:SOUR:LEV {asked}")
    assert source.output("CURR") == 2e-4
    assert error(source) != NO_ERROR
    assert error(source) == NO_ERROR


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_the_output_never_leaves_its_range(level: float) -> None:
    source = GS200(VirtualClock(), "CURR")
    source.receive(f"OUTP 1;:SOUR:LEV {level:.5e}")
    assert abs(source.output("CURR")) <= 1.2e-3


def test_a_level_finds_its_own_range(source: GS200) -> None:
    source.receive(":SOUR:LEV:AUTO 5E-3;:OUTP 1")
    assert source.receive(":SOUR:RANG?") == "1.00000E-02"
    assert source.output("CURR") == 5e-3
    source.receive(":SOUR:LEV:AUTO 1")
    assert error(source).startswith("-222")


def test_a_smaller_range_takes_the_level_along_as_far_as_it_can(source: GS200) -> None:
    source.receive(":SOUR:RANG 10E-3;:SOUR:LEV 5E-3;:SOUR:RANG 1E-3")
    assert float(str(source.receive(":SOUR:LEV?"))) == 1.2e-3
    source.receive(":SOUR:RANG 1")
    assert error(source).startswith("-222")


def test_the_relay_opens_when_the_function_changes(source: GS200) -> None:
    source.receive("OUTP 1;:SOUR:LEV 1E-4;:SOUR:FUNC VOLT")
    assert source.receive("OUTP?;:SOUR:FUNC?;LEV?") == "0;VOLT;+0.00000E+00"


RAMP = "*CLS;:PROG:REP 0;:PROG:SLOP 4;:PROG:INT 4;:PROG:EDIT:STAR;:SOUR:LEV 4E-4;:PROG:EDIT:END;:PROG:RUN"


def test_a_programmed_ramp_runs_on_the_clock(source: GS200, clock: VirtualClock) -> None:
    source.receive(f"OUTP 1;{RAMP}")
    assert source.output("CURR") == 0.0
    clock.sleep(1.0)
    assert source.output("CURR") == 1e-4
    clock.sleep(3.0)
    assert source.output("CURR") == 4e-4
    assert source.receive(":STAT:EVEN?;:STAT:EVEN?;:STAT:COND?") == "192;0;256"


def test_a_held_ramp_stays_and_can_be_continued(source: GS200, clock: VirtualClock) -> None:
    source.receive(f"OUTP 1;{RAMP}")
    clock.sleep(1.0)
    source.receive(":PROG:PAUS")
    clock.sleep(100.0)
    assert source.output("CURR") == 1e-4
    assert source.receive(":STAT:EVEN?") == "0"
    source.receive(":PROG:CONT")
    clock.sleep(1.0)
    assert source.output("CURR") == 2e-4


def test_a_new_level_ends_a_ramp(source: GS200, clock: VirtualClock) -> None:
    source.receive(f"OUTP 1;{RAMP}")
    clock.sleep(1.0)
    source.receive(":SOUR:LEV 0")
    clock.sleep(10.0)
    assert source.output("CURR") == 0.0


def test_polling_for_the_end_lets_a_virtual_time_pass(source: GS200, clock: VirtualClock) -> None:
    source.receive(f"STAT:ENAB 128;:OUTP 1;{RAMP}")
    polls = 0
    while not int(str(source.receive(":STAT:EVEN?"))) & 128:
        polls += 1
    assert polls == 9
    assert clock.now() == pytest.approx(4.0, rel=1e-6, abs=0)


def test_the_status_byte_tells_errors_and_enabled_events(source: GS200, clock: VirtualClock) -> None:
    source.receive(f"STAT:ENAB 128;{RAMP}")
    clock.sleep(5.0)
    assert source.receive("*STB?") == "2"
    source.receive("NONSENSE")
    assert source.receive("*STB?") == "6"
    assert source.receive("*CLS;*STB?") == "0"


@pytest.mark.parametrize(
    "message", ["PROG:RUN", "PROG:EDIT:END", "PROG:LOAD 'a.csv'", "PROG:COUN 3", "PROG:COUN 0"]
)
def test_a_program_that_is_not_there_is_an_error(source: GS200, message: str) -> None:
    source.receive(message)
    assert error(source) != NO_ERROR


def test_a_program_can_be_saved_and_loaded_again(source: GS200, clock: VirtualClock) -> None:
    source.receive(f"OUTP 1;{RAMP};:PROG:SAVE 'up.csv';EDIT:STAR;:PROG:EDIT:END;:PROG:LOAD 'up.csv'")
    assert source.receive("PROG:POIN?;LOAD?;COUN?") == '1;"up.csv";1'
    assert error(source) == NO_ERROR


def test_reset_returns_to_the_state_at_power_on(source: GS200) -> None:
    source.receive(f"OUTP 1;{RAMP};*RST")
    assert source.receive("OUTP?;:SOUR:FUNC?;RANG?;LEV?;:PROG:POIN?;COUN?") == (
        "0;CURR;1.00000E-03;+0.00000E+00;0;1"
    )
