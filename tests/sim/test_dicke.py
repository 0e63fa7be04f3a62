from math import comb

import numpy as np
import pytest
from qutip.piqs.piqs import Pim

from valvelab.sim.dicke import Level, levels, populations


@pytest.mark.parametrize("n_qubits", [1, 2, 5, 8])
def test_the_levels_are_the_dicke_triangle_with_the_ground_state_first(n_qubits):
    found = levels(n_qubits)
    assert found[0] == Level(n_qubits / 2, -n_qubits / 2)
    assert len(set(found)) == len(found) == (n_qubits // 2 + 1) * ((n_qubits + 1) // 2 + 1)
    assert all(abs(level.inversion) <= level.spin <= n_qubits / 2 for level in found)


@pytest.mark.parametrize("n_qubits", [3, 4])
def test_the_rates_are_those_of_piqs(n_qubits):
    pim = Pim(n_qubits, emission=0.7, pumping=0.3, collective_emission=1.1, collective_pumping=0.4)
    dense = pim.coefficient_matrix().toarray()
    dense[0] = 1
    exact = np.linalg.solve(dense, np.eye(len(dense))[0])
    found = populations(n_qubits, (np.array(1.1), np.array(0.4)), (np.array(0.7), np.array(0.3)))
    # PIQS lists its levels by falling J, then by falling m.
    order = sorted(
        range(len(exact)), key=lambda i: (-levels(n_qubits)[i].spin, -levels(n_qubits)[i].inversion)
    )
    assert found[order] == pytest.approx(exact, rel=1e-11, abs=0)


@pytest.mark.parametrize("n_qubits", [2, 3, 7])
def test_qubits_with_local_baths_only_fill_each_spin_by_its_multiplicity(n_qubits):
    found = populations(n_qubits, (np.zeros(()), np.zeros(())), (np.array(1.0), np.array(0.6)))
    p = 0.6 / 1.6
    for level, population in zip(levels(n_qubits), found, strict=True):
        excited = round(n_qubits / 2 + level.inversion)
        low = round(n_qubits / 2 - level.spin)
        copies = comb(n_qubits, low) - (comb(n_qubits, low - 1) if low else 0)
        assert population == pytest.approx(
            copies * p**excited * (1 - p) ** (n_qubits - excited), rel=1e-13, abs=0
        )


def test_a_long_batch_is_the_same_points_one_by_one():
    local = np.geomspace(1e-8, 1, 2000)
    batch = populations(10, (np.array(2.0), np.array(1.0)), (local, 0.5 * local))
    assert batch.shape == (2000, 36)
    for point in (0, 700, 1999):
        alone = populations(10, (np.array(2.0), np.array(1.0)), (local[point], 0.5 * local[point]))
        assert batch[point] == pytest.approx(alone, rel=1e-13, abs=0)
