import numpy as np
import pytest

from valvelab.analysis.paper_settings import (
    FREQUENCY,
    OMEGA_0,
    described,
    inverse_effective_temperature,
    parasitic_bath,
    reservoirs,
)


def test_t_0_is_the_temperature_at_which_the_exponent_is_one():
    hot, cold = reservoirs(1.0)
    assert hot.occupation(FREQUENCY) == pytest.approx(1 / np.expm1(1), rel=1e-14, abs=0)
    assert cold.occupation(FREQUENCY) == pytest.approx(1 / np.expm1(3), rel=1e-14, abs=0)
    assert parasitic_bath(10.0).occupation(FREQUENCY) == pytest.approx(1 / np.expm1(10), rel=1e-14, abs=0)
    assert hot.rate == cold.rate == pytest.approx(2 * np.pi * FREQUENCY / 10, rel=1e-6, abs=0)
    assert parasitic_bath(10.0).rate == pytest.approx(0.001 * OMEGA_0, rel=1e-6, abs=0)


def test_the_effective_temperature_is_below_t_0_with_cool_reservoirs_and_above_it_with_warm_ones():
    cool, warm = inverse_effective_temperature(np.array([1, 1 / 3]))
    n_h, n_c = 1 / np.expm1(1), 1 / np.expm1(3)
    assert cool == pytest.approx(np.log((2 + n_h + n_c) / (n_h + n_c)), rel=1e-14, abs=0)
    assert cool > 1 > warm


def test_a_variable_says_what_it_is():
    assert described(("x",), np.ones(2), "Q", "26", "W")[2] == {
        "units": "W",
        "long_name": "Q",
        "equation": "Eq. (26)",
    }
    assert "equation" not in described(("x",), np.ones(2), "J")[2]
