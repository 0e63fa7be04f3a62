import mpmath
import numpy as np
import pytest

from valvelab.sim.stationary import EXCITED, GROUND, SINGLET, TRIPLET, add, apply, stationary_state
from valvelab.sim.two_qubits import Hamiltonian, dissipator

ONE, NONE = np.array(1.0), np.array(0.0)


def nearly_dark(detuning, parasitic):
    """The map of two qubits whose singlet is fed by a tiny detuning and a tiny parasitic rate."""
    h = Hamiltonian(np.array(4e9), np.array(4e9 + detuning), np.array(2e6))
    total = h.map()
    add(total, dissipator(h, (ONE, ONE), (2e9 * ONE, 2.1e9 * ONE), (1e9 * ONE, 0.9e9 * ONE), gkls=False))
    for weights in ((ONE, NONE), (NONE, ONE)):
        rates = (parasitic * ONE, parasitic * ONE)
        add(total, dissipator(h, weights, rates, (0.3 * rates[0], 0.3 * rates[1]), gkls=False))
    return total


@pytest.mark.parametrize(
    ("detuning", "parasitic"), [(1e8, 1e7), (1.0, 1e-3), (1e-3, 1e-9), (0.0, 1e-20), (100.0, 0.0)]
)
def test_a_singlet_that_fills_slowly_keeps_its_digits(detuning, parasitic):
    total = nearly_dark(detuning, parasitic)
    with mpmath.workdps(70):
        matrix = mpmath.zeros(6)
        for (row, column), element in total.items():
            matrix[row, column] += mpmath.mpf(float(element))
        for column in range(6):
            matrix[GROUND, column] = 1 if column in (GROUND, TRIPLET, SINGLET, EXCITED) else 0
        exact = mpmath.lu_solve(matrix, mpmath.matrix([1, 0, 0, 0, 0, 0]))
        found = stationary_state([total], ())
        for number in (GROUND, TRIPLET, SINGLET, EXCITED):
            assert abs(found[number] - exact[number]) <= exact[number] * 1e-9


def test_nothing_moves_in_the_stationary_state():
    total = nearly_dark(3e7, 1e7)
    state = stationary_state([total], ())
    assert np.abs(np.array(apply(total, state), dtype=float)).max() <= 1e-6
    assert state[:4].sum() == pytest.approx(1, rel=1e-15, abs=0)


def test_a_number_that_nothing_changes_stays_zero():
    state = stationary_state([nearly_dark(0.0, 0.0)], ())
    assert state[SINGLET] == 0
    assert state[TRIPLET] > 0.1


def test_two_states_that_both_stay_are_refused():
    with pytest.raises(ValueError, match="must have one stationary state"):
        stationary_state([Hamiltonian(np.array(4e9), np.array(3e9), np.array(0.0)).map(), {(0, 0): NONE}], ())
