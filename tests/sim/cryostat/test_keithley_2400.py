"""The simulated Keithley 2400."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valvelab.sim.cryostat.keithley_2400 import Keithley2400


@pytest.fixture
def box():
    return Keithley2400()


def error(box):
    return int(box.receive("SYST:ERR?").split(",")[0])


def test_what_is_sourced_is_there_while_the_output_is_on(box):
    box.receive(":SOUR:FUNC CURR;:SOUR:CURR:RANG 1E-3;:SOUR:CURR 1E-4")
    assert box.output("CURR") == 0.0
    box.receive(":OUTP 1")
    assert box.output("CURR") == pytest.approx(1e-4, rel=1e-9, abs=0) and box.output("VOLT") == 0.0
    box.receive(":SOUR:FUNC VOLT")
    assert box.receive(":OUTP?") == "0"


def test_a_reading_needs_the_output(box):
    assert box.receive("READ?") is None and error(box) == -221
    box.receive(":SOUR:VOLT 0.5;:OUTP 1")
    assert box.receive("READ?") == "+5.00000000E-01,+0.00000000E+00"


@pytest.mark.parametrize(
    "message", [":SOUR:CURR 1.1E-3", ":SOUR:CURR nan", ":SOUR:CURR:RANG 2", ":SOUR:CURR"]
)
def test_what_the_range_does_not_hold_is_an_error_and_leaves_the_level(box, message):
    box.receive(":SOUR:FUNC CURR;:SOUR:CURR:RANG 1E-3;:SOUR:CURR 1E-4;:OUTP 1")
    box.receive(message)
    assert box.output("CURR") == pytest.approx(1e-4, rel=1e-9, abs=0) and error(box) < 0


def test_a_smaller_range_clips_the_level(box):
    box.receive(":SOUR:FUNC CURR;:SOUR:CURR:RANG 1E-3;:SOUR:CURR 1E-3;:OUTP 1;:SOUR:CURR:RANG 1E-4")
    assert box.output("CURR") == pytest.approx(1.05e-4, rel=1e-9, abs=0)


@given(st.floats(-2e-3, 2e-3))
def test_the_output_never_leaves_its_range_and_is_rounded_to_its_resolution(level):
    box = Keithley2400()
    box.receive(f":SOUR:FUNC CURR;:SOUR:CURR:RANG 1E-3;:OUTP 1;:SOUR:CURR {level:.12E}")
    assert abs(box.output("CURR")) <= 1.05e-3 * (1 + 1e-9)
    if abs(level) <= 1.05e-3:
        assert box.output("CURR") == pytest.approx(level, rel=0, abs=2.51e-8)
