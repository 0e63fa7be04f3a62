import numpy as np
import pytest

from tests.sim.qutip_reference import lowering
from valvelab.sim import level_projector
from valvelab.sim.dicke_rates import collective_emission, local_emission

LEVELS = [
    (n / 2, n / 2 - k, m)
    for n in (1, 2, 3, 4, 7, 12)
    for k in range(n // 2 + 1)
    for m in np.arange(k - n / 2, n / 2 - k + 1)
]


@pytest.mark.parametrize(("half", "j", "m"), LEVELS)
def test_each_excited_qubit_decays_at_its_own_rate(half, j, m):
    rates = local_emission(half, j, m)
    assert sum(rates) == pytest.approx(half + m, abs=1e-12)
    assert min(rates) >= 0


@pytest.mark.parametrize(("half", "j", "m"), LEVELS)
def test_no_rate_leads_out_of_the_triangle(half, j, m):
    same, lower, higher = local_emission(half, j, m)
    assert (m - 1 >= -j) or same == collective_emission(j, m) == 0
    assert (j >= 1 and m - 1 >= 1 - j) or lower == 0
    assert j + 1 <= half or higher == 0


def test_collective_emission_is_what_lowers_a_spin():
    # J_- of a spin 3/2 as a matrix, from [J_+, J_-] = 2 J_z.
    lower = np.diag([np.sqrt(3), 2, np.sqrt(3)], 1)
    assert np.allclose(lower.T @ lower - lower @ lower.T, 2 * np.diag([-1.5, -0.5, 0.5, 1.5]))
    assert np.allclose([collective_emission(1.5, m) for m in (-0.5, 0.5, 1.5)], [3, 4, 3])


def test_arrays_and_numbers_give_the_same():
    m = np.arange(-2.0, 3)
    alone = np.array([local_emission(3.0, 2.0, value) for value in m]).T
    assert np.array_equal(local_emission(3.0, 2.0, m), alone)


@pytest.mark.parametrize("n_qubits", [1, 2, 3, 4])
def test_the_rates_are_golden_rules_between_all_copies_of_the_levels(n_qubits):
    single, half = lowering(n_qubits), n_qubits / 2
    for _, j, m in (level for level in LEVELS if level[0] == half):
        state = level_projector(n_qubits, j, m)
        state = state / state.tr()
        for j_end, found in zip((j, j - 1, j + 1), local_emission(half, j, m), strict=True):
            if not abs(m - 1) <= j_end <= half:
                continue
            end = level_projector(n_qubits, j_end, m - 1)
            local, shared = (
                sum((end * jump * state * jump.dag()).tr().real for jump in jumps)
                for jumps in (single, [sum(single)])
            )
            assert found == pytest.approx(local, abs=1e-13)
            assert shared == pytest.approx(collective_emission(j, m) if j_end == j else 0, abs=1e-13)
