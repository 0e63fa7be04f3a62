import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.constants import h as planck
from scipy.constants import k as boltzmann

from valvelab.sim import Bath, Resonator
from valvelab.sim.baths import Mode

BAD = st.one_of(
    st.floats(max_value=-1e-300),
    st.sampled_from(
        [np.nan, np.inf, -np.inf, None, "0.1", 1j, [1.0, [2.0]], [0.1, -0.1], {}, True, object()]
    ),
)


def excess_of(here, there, frequency):
    return Mode.of(Bath(1.0, here), frequency).excess(Mode.of(Bath(1.0, there), frequency))


@given(temperature=st.floats(1e-4, 1e3), frequency=st.floats(1e6, 1e12))
def test_the_occupation_is_that_of_bose(temperature, frequency):
    with mpmath.workdps(60):
        x = mpmath.mpf(planck) * mpmath.mpf(frequency) / (mpmath.mpf(boltzmann) * mpmath.mpf(temperature))
        exact = 1 / mpmath.expm1(x)
        found = mpmath.mpf(float(Bath(1.0, temperature).occupation(frequency)))
        # The exponent itself is rounded to 16 digits, which n = exp(-x) multiplies by x.
        assert abs(found - exact) <= exact * (4 + 2 * x) * mpmath.mpf(2) ** -52 + mpmath.mpf(1e-307)


@given(
    here=st.floats(1e-2, 10),
    relative=st.sampled_from([0.0, 1e-15, 1e-9, -1e-6, 0.1, -0.5, 3.0]),
    frequency=st.floats(1e8, 2e10),
)
def test_the_excess_of_an_occupation_keeps_its_digits(here, relative, frequency):
    there = here * (1 + relative)
    excess = excess_of(here, there, frequency)
    with mpmath.workdps(60):
        n = [
            1 / mpmath.expm1(mpmath.mpf(planck) * frequency / (mpmath.mpf(boltzmann) * t))
            for t in (here, there)
        ]
        x = planck * frequency / (boltzmann * min(here, there))
        assert abs(excess - (n[0] - n[1])) <= abs(n[0] - n[1]) * (6 + 2 * x) * 2.3e-16


def test_equal_temperatures_have_no_excess_at_all():
    temperatures = np.array([0.0, 1e-6, 0.05, 0.384, 300.0])
    assert np.all(excess_of(temperatures, temperatures, 4e9) == 0)


def test_the_coldest_bath_is_empty_without_a_warning():
    assert np.array_equal(Bath(1.0, [0.0, 1e-300, 1e-6]).occupation(4e9), np.zeros(3))


def test_the_excess_over_a_bath_at_zero_is_the_occupation():
    warm = Bath(1.0, 0.3).occupation(4e9)
    assert excess_of(0.3, 0.0, 4e9) == warm
    assert excess_of(0.0, 0.3, 4e9) == -warm


@given(bad=BAD, name=st.sampled_from(["rate", "temperature"]))
def test_a_bath_that_cannot_be_is_refused_by_name(bad, name):
    with pytest.raises(ValueError, match=f"`{name}`"):
        Bath(**{"rate": 1.0, "temperature": 0.1, name: bad})


@given(bad=BAD, name=st.sampled_from(["frequency", "quality_factor"]))
def test_a_resonator_that_cannot_be_is_refused_by_name(bad, name):
    with pytest.raises(ValueError, match=f"`{name}`"):
        Resonator(**{"frequency": 4e9, "quality_factor": 20.0, name: bad})


def test_a_message_says_what_was_found_and_where():
    with pytest.raises(ValueError, match=r"must be at least 0 K, but is -0\.2 at index \(1,\)"):
        Bath(1.0, [0.1, -0.2])


def test_shapes_that_do_not_broadcast_are_listed():
    with pytest.raises(ValueError, match=r"`rate` \(2,\), `temperature` \(3,\)"):
        Bath([1.0, 2.0], [0.1, 0.2, 0.3])


@pytest.mark.parametrize("frequency", [0.0, -4e9, np.nan])
def test_a_frequency_must_be_positive(frequency):
    with pytest.raises(ValueError, match="`frequency`"):
        Bath(1.0, 0.1).occupation(frequency)
    with pytest.raises(ValueError, match="`frequency`"):
        Resonator(4e9, 20).filter(frequency)


def test_the_filter_is_the_paper_s_suppression_at_half_the_resonance():
    # Eq. D5 at omega_LC / 2 with Q = 20: 1 / (1 + 400 * 1.5**2).
    assert float(Resonator(4e9, 20).filter(2e9)) == pytest.approx(1 / 901, rel=1e-15, abs=0)
    assert float(Resonator(4e9, 20, exponent=1).filter(2e9)) == pytest.approx(0.5 / 901, rel=1e-15, abs=0)


def test_a_filter_without_quality_passes_everything():
    assert np.all(Resonator(4e9, 0).filter(np.array([1e8, 4e9, 1e11])) == 1)


def test_arrays_of_baths_and_frequencies_broadcast():
    assert Bath(1.0, np.full((3, 1), 0.1)).occupation(np.full(4, 4e9)).shape == (3, 4)
    assert Resonator(np.full((3, 1), 4e9), 20).filter(np.full(4, 4e9)).shape == (3, 4)


def test_behind_a_filter_a_bath_is_one_of_a_smaller_rate():
    bath, passed = Bath([0.5e9, 1e9], 0.1), Resonator(4e9, 20).filter([3e9, 4e9])
    behind, made = bath.behind(passed), Bath(bath.rate * passed, 0.1)
    np.testing.assert_array_equal(behind.rate, made.rate)
    assert behind.temperature == made.temperature and behind.rate[1] == 1e9 > behind.rate[0]
