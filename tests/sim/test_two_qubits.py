import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from valvelab.sim.stationary import EXCITED, GROUND, SINGLET, TRIPLET, apply
from valvelab.sim.two_qubits import Hamiltonian, dissipator

FREQUENCY = st.floats(1e9, 1e10)


def hamiltonian(first, second, exchange):
    return Hamiltonian(np.asarray(first), np.asarray(second), np.asarray(exchange))


@given(first=FREQUENCY, second=FREQUENCY, exchange=st.floats(-0.99e9, 0.99e9))
def test_bohr_frequencies_are_the_eigenvalues_of_the_single_excitation_block(first, second, exchange):
    upper, lower = hamiltonian(first, second, exchange).bohr_frequencies
    exact = np.linalg.eigvalsh(np.array([[first, exchange], [exchange, second]]))
    assert [lower, upper] == pytest.approx(exact, rel=1e-12, abs=1e-5)


@given(first=FREQUENCY, second=FREQUENCY, exchange=st.floats(-0.99e9, 0.99e9))
def test_a_split_spectrum_is_the_function_of_the_block(first, second, exchange):
    h = hamiltonian(first, second, exchange)
    m, p, q = h.split((np.asarray(3.0), np.asarray(-1.5)))
    block = np.array([[exchange, (first - second) / 2], [(first - second) / 2, -exchange]])
    values, vectors = np.linalg.eigh(block)
    exact = vectors @ np.diag([-1.5, 3.0]) @ vectors.T
    if values[1] - values[0] > 1e-3:
        assert np.array([[m + p, q], [q, m - p]]) == pytest.approx(exact, abs=1e-12)


@pytest.mark.parametrize("gkls", [True, False])
def test_a_dissipator_conserves_probability(gkls):
    random = np.random.default_rng(1)
    h = hamiltonian(4e9, 4.3e9, 0.2e9)
    weights = tuple(random.uniform(-1, 1, 2))
    down, up = tuple(random.uniform(1, 2, 2)), tuple(random.uniform(0, 1, 2))
    change = apply(dissipator(h, weights, down, up, gkls=gkls), random.uniform(-1, 1, 6))
    assert sum(change[k] for k in (GROUND, TRIPLET, SINGLET, EXCITED)) == pytest.approx(0, abs=1e-15)


@given(state=st.tuples(*[st.floats(-1, 1)] * 6))
def test_the_hamiltonian_moves_neither_energy_nor_probability(state):
    h = hamiltonian(4e9, 4.3e9, 0.2e9)
    change = [np.asarray(part) for part in apply(h.map(), np.array(state))]
    assert sum(change[k] for k in (GROUND, TRIPLET, SINGLET, EXCITED)) == 0
    assert abs(h.energy(change)) <= 1e-5 * 4e9


def test_a_symmetric_coupling_does_not_touch_the_singlet_at_resonance():
    one = np.asarray(1.0)
    found = dissipator(hamiltonian(4e9, 4e9, 0.3e9), (one, one), (one, 2 * one), (one, one), gkls=False)
    assert all(element == 0 for (row, _), element in found.items() if row == SINGLET)
