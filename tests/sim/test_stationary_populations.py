import sys
from math import comb

import numpy as np
import pytest

from valvelab.constants import BOLTZMANN, PLANCK
from valvelab.sim import Bath, collective, stationary_populations

HOT, COLD, PARASITIC = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Bath(0.01e9, 0.05)


def effective_ratio():
    """exp(-h f / k_B T*) of Eq. (16)."""
    n_h, n_c = HOT.occupation(4e9), COLD.occupation(4e9)
    return float((n_h + n_c) / (2 + n_h + n_c))


def test_two_qubits_have_the_populations_of_their_spanning_trees():
    n = [float(bath.occupation(4e9)) for bath in (HOT, COLD, PARASITIC)]
    down, up = 0.5 * (2 + n[0] + n[1]), 0.5 * (n[0] + n[1])
    d, u = 0.01 * (1 + n[2]), 0.01 * n[2]
    lowest = 2 * down**2 * (d + u) + 2 * down * d * u + 3 * down * d**2 + up * d**2 + d**2 * (d + u)
    middle = 2 * down * up * (d + u) + down * d * u + 2 * down * u**2 + up * d * u + 2 * up * d**2
    middle += d * u * (d + u)
    highest = 2 * up**2 * (d + u) + 2 * up * d * u + 3 * up * u**2 + down * u**2 + u**2 * (d + u)
    singlet = 2 * down**2 * u + 3 * down * d * u + 2 * up**2 * d + 3 * up * d * u + d * u * (d + u)
    exact = np.array([[lowest, middle, highest], [0, singlet, 0]])
    found = stationary_populations(2, 4e9, HOT, COLD, PARASITIC)
    assert found.population == pytest.approx(exact / exact.sum(), rel=1e-13, abs=0)


@pytest.mark.parametrize("n_qubits", [1, 2, 3, 12, 40])
def test_it_is_the_state_in_which_collective_computes_its_currents(n_qubits):
    parasitic = Bath([[0.0], [1e7], [1e10]], [0.05, 0.4])
    found = stationary_populations(n_qubits, 4e9, HOT, COLD, parasitic)
    state = collective(n_qubits, 4e9, HOT, COLD, parasitic)
    assert found.population.shape == (3, 2, n_qubits // 2 + 1, n_qubits + 1)
    assert found.spin_probability == pytest.approx(state.spin_probability, rel=1e-12, abs=0)
    assert found.mean_inversion == pytest.approx(state.mean_inversion, rel=1e-12, abs=0)
    assert found.mean_spin_squared == pytest.approx(state.mean_spin_squared, rel=1e-12, abs=0)


@pytest.mark.parametrize("n_qubits", [1, 2, 5, 60])
def test_a_parasitic_bath_at_t_star_leaves_every_spin_thermal(n_qubits):
    ratio = effective_ratio()
    t_star = -PLANCK * 4e9 / BOLTZMANN / np.log(ratio)
    found = stationary_populations(n_qubits, 4e9, HOT, COLD, Bath(3e8, t_star))
    for row, spin in enumerate(found.spin):
        low = round(n_qubits / 2 - spin)
        copies = comb(n_qubits, low) - (comb(n_qubits, low - 1) if low else 0)
        excited = n_qubits / 2 + found.inversion
        thermal = np.where(abs(found.inversion) <= spin, ratio**excited, 0)
        assert found.conditional[row] == pytest.approx(thermal / thermal.sum(), rel=1e-12, abs=0)
        exact = copies * thermal / (1 + ratio) ** n_qubits
        assert found.population[row] == pytest.approx(exact, rel=1e-11, abs=0)


def test_a_weak_parasitic_bath_moves_the_spins_and_leaves_each_of_them_at_t_star():
    # The recipe of Sec. III: P(m|J) from Eq. (17) is exact in the limit gamma_p -> 0.
    found = stationary_populations(4, 4e9, HOT, COLD, Bath([0.0, 1.0, 1e8], 0.05))
    thermal = effective_ratio() ** np.arange(5)
    assert found[0].conditional[0] == pytest.approx(thermal / thermal.sum(), rel=1e-12, abs=0)
    assert found[1].conditional[0] == pytest.approx(thermal / thermal.sum(), rel=1e-6, abs=0)
    assert found[2].conditional[0] != pytest.approx(thermal / thermal.sum(), rel=1e-2, abs=0)


@pytest.mark.parametrize(("n_qubits", "spin"), [(1, None), (2, 0), (5, 1.5), (300, None)])
def test_a_conserved_spin_is_thermal_at_t_star_and_the_only_one_held(n_qubits, spin):
    found = stationary_populations(n_qubits, 4e9, HOT, COLD, spin=spin)
    j = n_qubits / 2 if spin is None else spin
    weights = effective_ratio() ** np.arange(int(2 * j) + 1)
    assert found.spin == [j] and found.inversion == pytest.approx(np.arange(-j, j + 1), rel=1e-6, abs=0)
    assert found.population == pytest.approx(weights[None] / weights.sum(), rel=1e-13, abs=0)
    assert found.spin_probability.shape == (n_qubits // 2 + 1,)
    assert found.spin_probability[round(n_qubits / 2 - j)] == pytest.approx(1, rel=1e-14, abs=0)
    assert found.mean_spin_squared == pytest.approx(j * (j + 1), rel=1e-14, abs=0)


@pytest.mark.parametrize(("n_qubits", "spin"), [(2, 0.5), (2, 2), (3, 1), (3, -0.5), (2, "1"), (4, [1, 2])])
def test_a_spin_that_n_qubits_cannot_have_is_refused(n_qubits, spin):
    with pytest.raises(ValueError, match="`spin` must be"):
        stationary_populations(n_qubits, 4e9, HOT, COLD, spin=spin)


def test_arguments_without_a_meaning_are_refused():
    with pytest.raises(ValueError, match="`spin` must be None"):
        stationary_populations(2, 4e9, HOT, COLD, PARASITIC, spin=1)
    with pytest.raises(ValueError, match="`n_qubits` must be at most 2000"):
        stationary_populations(2001, 4e9, HOT, COLD, PARASITIC)
    with pytest.raises(ValueError, match="broadcast"):
        stationary_populations(2, [4e9, 5e9], HOT, COLD, Bath([1.0, 2.0, 3.0], 0.1))


def test_where_the_iteration_fails_elimination_stands_in_or_the_error_is_told(monkeypatch):
    right = stationary_populations(12, 4e9, HOT, COLD, PARASITIC).population

    def fail(*_, **__):
        raise ArithmeticError("it must balance")

    monkeypatch.setattr(sys.modules[stationary_populations.__module__], "solve", fail)
    found = stationary_populations(12, 4e9, HOT, COLD, PARASITIC).population
    assert found == pytest.approx(right, rel=1e-10, abs=0)
    with pytest.raises(ArithmeticError, match="balance"):
        stationary_populations(101, 4e9, HOT, COLD, PARASITIC)
