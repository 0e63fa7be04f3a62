import numpy as np
import pytest

from valvelab.constants import BOLTZMANN, PLANCK
from valvelab.sim import (
    Bath,
    collective,
    current_bound,
    effective_temperature,
    fixed_spin_current,
    high_temperature_current,
    independent,
    thermodynamic_enhancement,
)

FREQUENCY = 4e9
T_0 = PLANCK * FREQUENCY / BOLTZMANN
HOT, COLD = Bath(0.5e9, 0.384), Bath(0.2e9, 0.096)


@pytest.mark.parametrize(("n_qubits", "spin"), [(1, 0.5), (2, 1), (2, 0), (5, 1.5), (16, 8), (40, 20)])
def test_the_formula_is_the_current_of_the_master_equation(n_qubits, spin):
    hot = Bath(0.5e9, np.array([0.0, 0.02, 0.096, 0.384, 50.0]))
    currents = collective(n_qubits, FREQUENCY, hot, COLD, spin=spin).currents
    found = fixed_spin_current(spin, FREQUENCY, hot, COLD)
    assert found == pytest.approx(currents.hot, rel=1e-12, abs=0)
    assert found == pytest.approx(-currents.cold, rel=1e-12, abs=0)
    assert found[2] == 0


def test_the_bound_holds_for_every_spin_and_is_reached_by_cold_and_by_large_spins():
    spins = np.array([0.5, 1, 2, 8, 1e5])
    current, bound = (f(spins, FREQUENCY, HOT, COLD) for f in (fixed_spin_current, current_bound))
    assert (current < bound).all()
    assert current[-1] == pytest.approx(bound[-1], rel=1e-4, abs=0)
    cold = Bath(0.5e9, T_0 / 50), Bath(0.2e9, T_0 / 60)
    ratio = fixed_spin_current(spins, FREQUENCY, *cold) / current_bound(spins, FREQUENCY, *cold)
    assert ratio == pytest.approx(1, rel=1e-14, abs=0)
    reversed_flow = fixed_spin_current(2, FREQUENCY, COLD, HOT)
    assert current_bound(2, FREQUENCY, COLD, HOT) < reversed_flow < 0


def test_with_a_parasitic_bath_only_equation_24_obeys_the_bound():
    hot, cold = (Bath(1e9, T_0 / np.log1p(1 / n)) for n in (1.0, 0.9))
    bound = current_bound(1, FREQUENCY, hot, cold)
    into_a_cold_one = collective(2, FREQUENCY, hot, cold, Bath(1e9, 0.0)).currents
    unit = PLANCK * FREQUENCY * 1e9
    assert bound / unit == pytest.approx(0.100, abs=5e-4)
    assert into_a_cold_one.hot / unit == pytest.approx(0.306, abs=5e-4)
    assert 0 < into_a_cold_one.paper < bound < into_a_cold_one.hot
    out_of_a_hot_one = collective(2, FREQUENCY, hot, cold, Bath(1e9, 5 * T_0)).currents
    assert 0 < out_of_a_hot_one.paper < bound < -out_of_a_hot_one.cold


@pytest.mark.parametrize("hot_temperature", [0.2, 0.384, 5.0])
def test_the_thermodynamic_limit_exceeds_independent_qubits_by_the_coth(hot_temperature):
    baths = Bath(0.5e9, hot_temperature), COLD
    ratio = current_bound(4, FREQUENCY, *baths) / independent(8, FREQUENCY, *baths).hot
    assert thermodynamic_enhancement(FREQUENCY, *baths) == pytest.approx(ratio, rel=1e-13, abs=0)
    t_star = effective_temperature(FREQUENCY, *baths)
    assert ratio == pytest.approx(1 / np.tanh(T_0 / 2 / t_star), rel=1e-13, abs=0)
    assert ratio > 1


def test_the_enhancement_of_many_qubits_ends_cold_and_has_no_bound_hot():
    assert thermodynamic_enhancement(FREQUENCY, Bath(1e9, 0.0), Bath(1e9, 0.0)) == 1
    hot = Bath(1e9, 1e4 * T_0)
    t_star = effective_temperature(FREQUENCY, hot, COLD)
    assert thermodynamic_enhancement(FREQUENCY, hot, COLD) == pytest.approx(2 * t_star / T_0, rel=1e-6, abs=0)


def test_hot_reservoirs_give_the_current_of_equation_30():
    spins = np.array([0.5, 1, 8])
    baths = Bath(0.5e9, 1e5 * T_0), Bath(0.2e9, 9e4 * T_0)
    found = fixed_spin_current(spins, FREQUENCY, *baths)
    assert found == pytest.approx(high_temperature_current(spins, FREQUENCY, *baths), rel=1e-8, abs=0)
    assert found / found[0] == pytest.approx(spins * (spins + 1) / 0.75, rel=1e-8, abs=0)


def test_equal_reservoirs_carry_exactly_nothing():
    baths = Bath(0.5e9, 0.1), Bath(0.2e9, 0.1)
    for function in (fixed_spin_current, current_bound, high_temperature_current):
        assert (function([0.5, 3], FREQUENCY, *baths) == 0).all()


@pytest.mark.parametrize("function", [fixed_spin_current, current_bound, high_temperature_current])
def test_results_have_the_broadcast_shape_and_bad_arguments_are_refused_by_name(function):
    baths = Bath(np.full((3, 1, 1), 1e9), 0.4), Bath(1e9, np.full((2, 1), 0.1))
    assert function(np.array([0.5, 1, 8, 9]), FREQUENCY, *baths).shape == (3, 2, 4)
    with pytest.raises(ValueError, match="`spin` must be a multiple of 1/2"):
        function(0.3, FREQUENCY, *baths)
    with pytest.raises(ValueError, match="`frequency` must be above 0 Hz"):
        function(1, 0.0, *baths)
    with pytest.raises(ValueError, match="must broadcast to one shape"):
        function(np.array([0.5, 1, 8]), np.full(4, FREQUENCY), *baths)


def test_the_hot_limit_of_baths_at_zero_kelvin_is_refused():
    with pytest.raises(ValueError, match=r"T\* of `hot` and `cold` must be above 0 K"):
        high_temperature_current(1, FREQUENCY, Bath(1e9, 0.0), Bath(1e9, 0.0))
