"""The simulated Keysight B2962A."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valvelab.sim.cryostat.keysight_b2962a import KeysightB2962A

CURRENT = ":SOUR2:FUNC:MODE CURR;:SOUR2:CURR:RANG 1E-3;:SOUR2:CURR 1E-4;:OUTP2 1"


@pytest.fixture
def box():
    return KeysightB2962A()


def error(box):
    return int(box.receive("SYST:ERR?").split(",")[0])


def test_each_channel_sources_its_own_quantity_while_its_output_is_on(box):
    box.receive(CURRENT)
    box.receive("SOURCE1:VOLT 0.5")
    assert [box.output(1, "VOLT"), box.output(2, "CURR"), box.output(2, "VOLT")] == [
        0.0,
        pytest.approx(1e-4, rel=1e-9, abs=0),
        0.0,
    ]
    box.receive("OUTP ON")
    assert box.output(1, "VOLT") == 0.5 and box.receive("SOUR:VOLT?") == "+5.00000000E-01"
    box.receive(":SOUR2:FUNC:MODE VOLT")
    assert box.receive(":OUTP1?;:OUTP2?") == "1;0"


def test_a_measurement_switches_the_output_on_unless_told_otherwise(box):
    box.receive(":SOUR2:VOLT 0.5")
    assert box.receive("MEAS:VOLT? (@2)") == "+5.00000000E-01" and box.receive(":OUTP2?") == "1"
    box.receive(":OUTP1:ON:AUTO 0")
    assert box.receive("MEAS:CURR? (@1)") == "+0.00000000E+00" and box.receive(":OUTP1?") == "0"


def test_a_range_is_chosen_for_each_level_until_one_is_fixed(box):
    box.receive(":SOUR1:VOLT 3")
    assert float(box.receive(":SOUR1:VOLT:RANG?")) == 20.0
    box.receive(":SOUR1:VOLT:RANG 200;:SOUR1:VOLT 0.1")
    assert box.receive(":SOUR1:VOLT:RANG:AUTO?") == "0"
    assert float(box.receive(":SOUR1:VOLT:RANG?")) == 200.0


def test_a_smaller_range_clips_the_level(box):
    box.receive(CURRENT + ";:SOUR2:CURR:RANG 1E-5")
    assert box.output(2, "CURR") == pytest.approx(1.05e-5, rel=1e-9, abs=0)


@pytest.mark.parametrize(
    "message",
    [
        ":SOUR2:CURR 1.1E-3",
        ":SOUR2:CURR nan",
        ":SOUR2:CURR:RANG 5",
        ":SOUR3:CURR 0",
        ":SOUR2:CURR",
        "MEAS:VOLT? (@3)",
    ],
)
def test_what_cannot_be_is_an_error_and_leaves_the_level(box, message):
    box.receive(CURRENT)
    box.receive(message)
    assert box.output(2, "CURR") == pytest.approx(1e-4, rel=1e-9, abs=0) and error(box) < 0


@given(st.floats(-2e-3, 2e-3))
def test_the_output_never_leaves_its_range_and_is_rounded_to_its_resolution(level):
    box = KeysightB2962A()
    box.receive(CURRENT)
    box.receive(f":SOUR2:CURR {level:.12E}")
    assert abs(box.output(2, "CURR")) <= 1.05e-3 * (1 + 1e-9)
    if abs(level) <= 1.05e-3:
        assert box.output(2, "CURR") == pytest.approx(level, rel=0, abs=0.51e-9)
