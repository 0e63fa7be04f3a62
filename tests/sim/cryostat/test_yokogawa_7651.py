"""The simulated Yokogawa 7651: settings that wait for a trigger."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valvelab.sim.cryostat.yokogawa_7651 import Yokogawa7651


@pytest.fixture
def box():
    return Yokogawa7651()


def test_nothing_happens_before_the_trigger(box):
    box.receive("F5R4S1E-4O1")
    assert box.output("F5") == 0.0 and box.receive("OD") == "NDCV+0.00000E+00"
    box.receive("E")
    assert box.output("F5") == 1e-4 and box.output("F1") == 0.0
    assert box.receive("OD") == "NDCA+1.00000E-04"
    assert box.receive("OC") == "STS1=16"


def test_the_panel_settings_are_five_lines(box):
    box.receive("F5R5S1.5E-3O1H0E")
    assert box.receive("OS").split("\r\n") == [
        "MDL7651REV1.05", "F5R5S+1.50000E-03E", "PI01.0SW00.0M1", "LV30LA120", "END",
    ]  # fmt: skip
    assert box.receive("OD") == "+1.50000E-03"


@pytest.mark.parametrize(
    "message", ["F5R4S1.3E-3E", "F5R2E", "F3E", "S2E", "R9E", "LV40E", "nonsense", "SnanE"]
)
def test_what_cannot_be_is_an_error_and_leaves_the_level(box, message):
    box.receive("F5R4O1S1E-4E")
    box.receive(message)
    assert box.receive("OC") == "STS1=17" and box.output("F5") == 1e-4
    box.receive("S1E-4E")
    assert box.receive("OC") == "STS1=16"


def test_another_function_opens_the_relay_and_a_clear_resets(box):
    box.receive("F5R4O1S1E-4E;F1E")
    assert box.receive("OC") == "STS1=0"
    box.receive("R4;O1;S0.5;E")
    assert box.output("F1") == 0.5
    box.clear()
    assert box.output("F1") == 0.0 and box.receive("OC") == "STS1=0"


@pytest.mark.parametrize(("level", "code"), [(9e-3, "R2"), (0.11, "R3"), (1.2, "R4"), (5, "R5"), (31, "R6")])
def test_automatic_ranging_takes_the_smallest_that_fits(box, level, code):
    box.receive(f"O1SA{level}E")
    assert box.receive("OS").split("\r\n")[1].startswith(f"F1{code}S")
    assert box.output("F1") == pytest.approx(level, rel=1e-9, abs=0)


@given(st.floats(-2e-3, 2e-3))
def test_the_output_never_leaves_its_range_and_is_rounded_to_its_resolution(level):
    box = Yokogawa7651()
    box.receive(f"F5R4O1E;S{level:+.6E}E")
    assert abs(box.output("F5")) <= 1.2e-3
    if abs(level) <= 1.2e-3:
        assert box.output("F5") == pytest.approx(level, rel=0, abs=5.6e-9)


@given(st.text(max_size=30))
def test_no_text_makes_it_fail(message):
    box = Yokogawa7651()
    box.receive(message)
    assert box.receive("OC").startswith("STS1=")
