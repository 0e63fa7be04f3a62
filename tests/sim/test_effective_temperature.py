import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valvelab.constants import BOLTZMANN, PLANCK
from valvelab.sim import Bath, collective, effective_temperature

FREQUENCY = 4e9
T_0 = PLANCK * FREQUENCY / BOLTZMANN


def exact_exponent(temperature):
    """Return h f / k_B T of the very floats that the function gets."""
    h, f, k, t = (mpmath.mpf(float(x)) for x in (PLANCK, FREQUENCY, BOLTZMANN, temperature))
    return h * f / (k * t)


@settings(max_examples=60, deadline=None)
@given(
    rates=st.tuples(st.floats(1, 1e10), st.floats(1, 1e10)),
    temperatures=st.tuples(*[st.floats(1e-5, 1e5)] * 2),
)
def test_the_effective_temperature_is_that_of_the_detailed_balance(rates, temperatures):
    found = float(effective_temperature(FREQUENCY, *map(Bath, rates, temperatures)))
    assert min(temperatures) <= found <= max(temperatures)
    with mpmath.workdps(60):
        # n is 1e-400000 at the coldest: only arbitrary exponents can tell.
        n = [1 / mpmath.expm1(exact_exponent(t)) for t in temperatures]
        down = sum(rate * (1 + n_i) for rate, n_i in zip(rates, n, strict=True))
        up = sum(rate * n_i for rate, n_i in zip(rates, n, strict=True))
        exact = exact_exponent(1.0) / mpmath.log1p((down - up) / up)
        assert abs(found / exact - 1) < 1e-13


@pytest.mark.parametrize("temperature", [0.0, 1e-6, 0.0123, 0.384, 7e9, 1e300])
def test_equal_baths_have_exactly_their_own_temperature(temperature):
    assert effective_temperature(FREQUENCY, Bath(1e9, temperature), Bath(0.3e9, temperature)) == temperature


def test_a_bath_that_is_off_does_not_count():
    found = effective_temperature(FREQUENCY, Bath([0, 1e9], 0.384), Bath([1e9, 0], 0.096))
    assert found == pytest.approx([0.096, 0.384], rel=1e-15, abs=0)


def test_one_bath_at_zero_kelvin_leaves_a_temperature():
    found = effective_temperature(FREQUENCY, Bath(1e9, T_0), Bath(1e9, 0.0))
    n = 1 / np.expm1(1)
    assert found == pytest.approx(T_0 / np.log((2 + n) / n), rel=1e-14, abs=0)


def test_the_effective_temperature_of_the_paper_is_below_t_0_where_its_text_prints_it_above():
    cold = Bath(1e9, T_0 / 3)
    ratios = T_0 / effective_temperature(FREQUENCY, Bath(1e9, np.array([1, 3]) * T_0), cold)
    assert ratios == pytest.approx([1.42, 0.57], abs=0.005)
    # At T_p = T* every number of qubits has the current of independent ones; at T_p = 1.42 T_0 none has.
    states = [
        collective(4, FREQUENCY, Bath(1e9, T_0), cold, Bath(1e8, t_p))
        for t_p in (T_0 / ratios[0], 1.42 * T_0)
    ]
    single = collective(1, FREQUENCY, Bath(1e9, T_0), cold).currents.hot
    assert states[0].currents.hot == pytest.approx(4 * single, rel=1e-12, abs=0)
    assert states[1].currents.hot < 0.95 * 4 * single


def test_the_result_has_the_broadcast_shape_and_bad_arguments_are_refused_by_name():
    baths = Bath(np.full((2, 1), 1e9), 0.1), Bath(1e9, np.array([0.1, 0.2, 0.3]))
    assert effective_temperature(4e9, *baths).shape == (2, 3)
    with pytest.raises(ValueError, match="`frequency` must be above 0 Hz"):
        effective_temperature(0, *baths)
    with pytest.raises(ValueError, match="must broadcast to one shape"):
        effective_temperature(np.full(4, 4e9), *baths)
    with pytest.raises(ValueError, match="`hot` must have a rate above 0 1/s where that of `cold` is 0"):
        effective_temperature(4e9, Bath(0, 0.1), Bath(np.array([1e9, 0]), 0.2))
