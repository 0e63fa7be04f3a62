import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from valvelab.sim import Line
from valvelab.sim.two_ports import admittance_matrix, chain, scattering_matrix, series, shunt

FREQUENCY = np.linspace(1e9, 9e9, 41)


def between(whole, first, second):
    return scattering_matrix(admittance_matrix(whole), first, second)


def test_a_matched_line_turns_the_phase_and_reflects_nothing():
    line = Line(3.1e-3, impedance=75.0, velocity=1.1e8)
    s = between(chain(line, FREQUENCY), 75.0, 75.0)
    assert np.abs(s[:, 0, 0]) == pytest.approx(0, abs=1e-9)
    expected = np.exp(-2j * np.pi * FREQUENCY / 1.1e8 * 3.1e-3)
    np.testing.assert_allclose(s[:, 1, 0], expected, atol=1e-9)


def test_a_line_loses_what_its_attenuation_says():
    s = between(chain(Line(0.02, loss=3.0), FREQUENCY), 50.0, 50.0)
    np.testing.assert_allclose(np.abs(s[:, 1, 0]), np.exp(-0.06), rtol=1e-9)


def test_a_half_wave_line_is_as_good_as_none():
    half = Line(1.2e8 / 4e9 / 2, impedance=120.0, velocity=1.2e8)
    s = between(series(np.array([10.0 + 0j])) @ chain(half, np.array([4e9])), 50.0, 50.0)
    assert abs(s[0, 1, 0]) == pytest.approx(100 / 110, abs=1e-6)


@given(st.floats(-300, 300), st.floats(-0.1, 0.1), st.floats(1, 1e3), st.floats(1, 1e3))
def test_what_has_no_loss_scatters_everything_and_alike_both_ways(reactance, susceptance, first, second):
    whole = series(np.array([1j * reactance])) @ shunt(np.array([1j * susceptance])) @ series(np.array([25j]))
    s = between(whole, first, second)[0]
    assert s.conj().T @ s == pytest.approx(np.eye(2), abs=1e-5)
    assert s[0, 1] == s[1, 0]


def test_two_resistors_divide_their_power_as_the_formula_says():
    s = between(series(np.array([30.0 + 0j])), 20.0, 80.0)[0]
    assert abs(s[1, 0]) ** 2 == pytest.approx(4 * 20 * 80 / 130**2, rel=1e-12, abs=0)
    assert abs(s[0, 0]) == pytest.approx((110 - 20) / 130, rel=1e-12, abs=0)


@pytest.mark.parametrize(
    ("name", "bad"), [("length", -1.0), ("impedance", 0.0), ("velocity", np.nan), ("loss", -0.1)]
)
def test_a_line_that_cannot_be_is_refused_by_name(name, bad):
    with pytest.raises(ValueError, match=f"Argument `{name}`"):
        Line(**({"length": 1e-3} | {name: bad}))
