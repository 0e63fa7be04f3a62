import numpy as np
import pytest

from valvelab.analysis.paper_settings import (
    FREQUENCY,
    OMEGA_0,
    described,
    inverse_effective_temperature,
    parasitic_bath,
    reservoirs,
    table_1,
)
from valvelab.constants import BOLTZMANN, PLANCK


def test_t_0_is_the_temperature_at_which_the_exponent_is_one():
    hot, cold = reservoirs(1.0)
    assert hot.occupation(FREQUENCY) == pytest.approx(1 / np.expm1(1), rel=1e-14)
    assert cold.occupation(FREQUENCY) == pytest.approx(1 / np.expm1(3), rel=1e-14)
    assert parasitic_bath(10.0).occupation(FREQUENCY) == pytest.approx(1 / np.expm1(10), rel=1e-14)
    assert hot.rate == cold.rate == pytest.approx(2 * np.pi * FREQUENCY / 10)
    assert parasitic_bath(10.0).rate == pytest.approx(0.001 * OMEGA_0)


def test_the_effective_temperature_is_below_t_0_with_cool_reservoirs_and_above_it_with_warm_ones():
    cool, warm = inverse_effective_temperature(np.array([1, 1 / 3]))
    n_h, n_c = 1 / np.expm1(1), 1 / np.expm1(3)
    assert cool == pytest.approx(np.log((2 + n_h + n_c) / (n_h + n_c)), rel=1e-14)
    assert cool > 1 > warm


def test_table_1_has_the_drain_at_two_gigahertz_where_the_caption_has_one():
    for caption, giga in ((False, 2.0), (True, 1.0)):
        cold = table_1(caption_temperature=caption).cold
        assert BOLTZMANN * cold / PLANCK / 1e9 == pytest.approx(giga, abs=1e-3)


def test_the_two_readings_of_the_rates_are_two_pi_apart():
    one, other = table_1(), table_1(two_pi=True)
    assert (one.rate, one.parasitic_rate) == (0.5e9, 0.01e9)
    assert other.rate / one.rate == pytest.approx(2 * np.pi)
    assert other.parasitic_rate / one.parasitic_rate == pytest.approx(2 * np.pi)
    assert other.cold == one.cold


def test_the_filter_is_taken_at_the_frequency_of_the_detuned_qubit():
    table = table_1()
    passed = [float(table.resonator(exponent).filter(2e9)) for exponent in (0, 1, 2)]
    assert passed[0] == pytest.approx(1 / (1 + 20**2 * (1 / 2 - 2) ** 2))
    assert passed == pytest.approx([1.110e-3, 5.549e-4, 2.775e-4], rel=1e-3)


def test_a_variable_says_what_it_is():
    assert described(("x",), np.ones(2), "Q", "26", "W")[2] == {
        "units": "W",
        "long_name": "Q",
        "equation": "Eq. (26)",
    }
    assert "equation" not in described(("x",), np.ones(2), "J")[2]
