"""The simulated Keithley 6221."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valvelab.clock import VirtualClock
from valvelab.sim.cryostat.keithley_6221 import Keithley6221


@pytest.fixture
def box():
    return Keithley6221(VirtualClock())


def error(box):
    return int(box.receive("SYST:ERR?").split(",")[0])


def test_the_current_flows_while_the_output_is_on_and_is_cut_by_clear(box):
    box.receive("SOUR:CURR:RANG 2E-9;:SOUR:CURR 5E-12")
    assert box.output() == 0.0
    box.receive("OUTP ON")
    assert box.output() == pytest.approx(5e-12, rel=1e-9, abs=0)
    box.receive("SOUR:CLE")
    assert box.output() == 0.0 and box.receive("OUTP?") == "0"


@pytest.mark.parametrize(
    "message", ["SOUR:CURR 2.2E-9", "SOUR:CURR nan", "SOUR:CURR:RANG 1", "SOUR:CURR:COMP 200"]
)
def test_what_the_range_does_not_hold_is_an_error_and_leaves_the_current(box, message):
    box.receive("SOUR:CURR:RANG 2E-9;:OUTP 1;:SOUR:CURR 1E-9")
    box.receive(message)
    assert box.output() == pytest.approx(1e-9, rel=1e-9, abs=0) and error(box) < 0 and error(box) == 0


def test_with_automatic_ranging_the_smallest_range_that_holds_the_current_is_taken(box):
    box.receive("SOUR:CURR:RANG:AUTO 1;:SOUR:CURR 3E-9")
    assert float(box.receive("SOUR:CURR:RANG?")) == 20e-9


@given(st.floats(-3e-9, 3e-9))
def test_the_output_never_leaves_its_range_and_is_rounded_to_its_resolution(level):
    box = Keithley6221(VirtualClock())
    box.receive(f"SOUR:CURR:RANG 2E-9;:OUTP 1;:SOUR:CURR {level:.12E}")
    assert abs(box.output()) <= 2.1e-9 * (1 + 1e-9)
    if abs(level) <= 2.1e-9:
        assert box.output() == pytest.approx(level, rel=0, abs=0.51e-13)


def test_delta_mode_needs_a_meter_and_is_armed_before_it_runs(box):
    for message in ("SOUR:DELT:ARM", "INIT", "SENS:DATA:FRES?", "SENS:DATA?"):
        box.receive(message)
        assert error(box) < 0
    assert box.receive("SOUR:DELT:NVPR?;ARM?") == "0;0"
