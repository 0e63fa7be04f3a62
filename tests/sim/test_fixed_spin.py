import mpmath
import numpy as np
import pytest

from valvelab.constants import BOLTZMANN, PLANCK
from valvelab.sim import (
    high_temperature_inversion,
    large_spin_ratio,
    level_populations,
    log_partition_function,
    mean_inversion,
)

FREQUENCY = 4e9
T_0 = PLANCK * FREQUENCY / BOLTZMANN
SPINS = [0.5, 1, 1.5, 7, 50, 1000.5, 1e5]
EXPONENTS = np.logspace(-9, 3, 37)


def exact_exponent(temperature):
    """Return h f / k_B T of the very floats that the functions get."""
    h, f, k, t = (mpmath.mpf(float(x)) for x in (PLANCK, FREQUENCY, BOLTZMANN, temperature))
    return h * f / (k * t)


@pytest.mark.parametrize("spin", SPINS)
def test_inversion_and_partition_function_keep_all_digits_from_hot_to_cold(spin):
    temperatures = T_0 / EXPONENTS
    inversion = mean_inversion(spin, FREQUENCY, temperatures)
    log_partition = log_partition_function(spin, FREQUENCY, temperatures)
    with mpmath.workdps(60):
        j = mpmath.mpf(spin)
        for place, temperature in enumerate(temperatures):
            x = exact_exponent(temperature)
            exact = -j + (2 * j + 1) / (1 - mpmath.exp((2 * j + 1) * x)) + 1 / mpmath.expm1(x)  # Eq. C9
            assert abs(inversion[place] / exact - 1) < 1e-13
            exact = mpmath.log(
                (mpmath.exp(j * x) - mpmath.exp(-(j + 1) * x)) / (1 - mpmath.exp(-x))
            )  # Eq. C6
            assert abs(log_partition[place] / exact - 1) < 1e-13


@pytest.mark.parametrize("spin", [0, 0.5, 2, 7.5])
@pytest.mark.parametrize("temperature", [0.0, 1e-3, 0.05, 1.0, 1e6])
def test_sums_over_the_levels_are_the_closed_forms(spin, temperature):
    m = np.arange(-spin, spin + 1)
    populations = level_populations(spin, FREQUENCY, temperature)
    assert populations.sum() == pytest.approx(1, rel=1e-15, abs=0)
    # Hot levels m and -m nearly cancel in the sum, not in the closed form.
    assert populations @ m == pytest.approx(
        mean_inversion(spin, FREQUENCY, temperature), rel=1e-12, abs=1e-15 * spin
    )
    if temperature > 0:
        logarithms = -m * T_0 / temperature - log_partition_function(spin, FREQUENCY, temperature)
        assert populations == pytest.approx(np.exp(logarithms), rel=1e-12, abs=0)


def test_the_coldest_and_hottest_spins_are_in_their_ground_state_and_anywhere():
    assert level_populations(1.5, FREQUENCY, 0.0).tolist() == [1, 0, 0, 0]
    assert level_populations(1.5, FREQUENCY, 1e300).tolist() == [0.25] * 4
    assert mean_inversion([0, 0.5, 7], FREQUENCY, 0.0).tolist() == [0, -0.5, -7]
    assert log_partition_function([0, 0.5, 7], FREQUENCY, 0.0).tolist() == [0, np.inf, np.inf]
    hottest = log_partition_function([0, 0.5, 7], 1e-9, 1e308)
    assert hottest == pytest.approx(np.log([1, 2, 15]), rel=1e-15, abs=0)
    assert mean_inversion([0.5, 7], 1e-9, 1e308) == pytest.approx([0, 0], abs=1e-300)


def test_a_cold_spin_is_inverted_once_its_size_exceeds_the_temperature_and_a_hot_one_grows_quadratically():
    cold, hot = T_0 / 40, 1e5 * T_0
    assert mean_inversion([1, 8], FREQUENCY, cold) == pytest.approx([-1, -8], rel=1e-15, abs=0)
    assert mean_inversion(1e5, FREQUENCY, T_0) == pytest.approx(-1e5, rel=1e-5, abs=0)
    found = mean_inversion([0.5, 1, 8], FREQUENCY, hot)
    assert found == pytest.approx(high_temperature_inversion([0.5, 1, 8], FREQUENCY, hot), rel=1e-8, abs=0)
    assert found / found[0] == pytest.approx([1, 2 / 0.75, 72 / 0.75], rel=1e-8, abs=0)


@pytest.mark.parametrize("temperature", [0.0, 0.05, 1.0, 20.0])
def test_the_ratio_to_one_qubit_goes_to_its_limit_for_large_spins(temperature):
    spin = 1e7
    ratio = mean_inversion(spin, FREQUENCY, temperature) / mean_inversion(0.5, FREQUENCY, temperature) / spin
    assert ratio == pytest.approx(large_spin_ratio(FREQUENCY, temperature), rel=2e-5, abs=0)


def test_results_have_the_broadcast_shape():
    spin, frequency, temperature = np.array([1, 2.5]), np.full((3, 1), 4e9), 0.1
    for function in (mean_inversion, log_partition_function, high_temperature_inversion):
        assert function(spin, frequency, temperature).shape == (3, 2)
    assert level_populations(2.5, frequency, np.array([0.1, 0.2])).shape == (3, 2, 6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mean_inversion(0.4, 4e9, 0.1), "`spin` must be a multiple of 1/2, but is 0.4"),
        (lambda: mean_inversion(-0.5, 4e9, 0.1), "`spin` must be at least 0"),
        (lambda: log_partition_function(1, 0, 0.1), "`frequency` must be above 0 Hz"),
        (lambda: level_populations(1, 4e9, -0.1), "`temperature` must be at least 0 K"),
        (lambda: level_populations([1, 2], 4e9, 0.1), r"`spin` must be one number, but is \[1, 2\]"),
        (lambda: high_temperature_inversion(1, 4e9, 0.0), "`temperature` must be above 0 K"),
        (lambda: mean_inversion([1, 2], [1e9, 2e9, 3e9], 0.1), "must broadcast to one shape"),
    ],
)
def test_bad_arguments_are_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()
