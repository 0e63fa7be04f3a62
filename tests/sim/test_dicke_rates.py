import numpy as np
import pytest

from tests.sim.qutip_reference import lowering
from valvelab.sim import level_projector
from valvelab.sim.dicke_rates import collective_emission, local_emission


def levels(n_qubits):
    for spin in n_qubits / 2 - np.arange(n_qubits // 2 + 1):
        for m in np.arange(-spin, spin + 1):
            yield float(spin), float(m)


def rate(jumps, start, end):
    """Golden rule between all copies of two levels."""
    state = start / start.tr()
    return sum((end * jump * state * jump.dag()).tr().real for jump in jumps)


@pytest.mark.parametrize("n_qubits", [1, 2, 3, 4])
def test_the_rates_are_golden_rules_between_all_copies_of_the_levels(n_qubits):
    single = lowering(n_qubits)
    for spin, m in levels(n_qubits):
        start = level_projector(n_qubits, spin, m)
        found = local_emission(n_qubits / 2, spin, m)
        for end_spin, local in zip((spin, spin - 1, spin + 1), found, strict=True):
            if abs(m - 1) <= end_spin <= n_qubits / 2:
                end = level_projector(n_qubits, end_spin, m - 1)
                shared = collective_emission(spin, m) if end_spin == spin else 0
                assert local == pytest.approx(rate(single, start, end), abs=1e-13)
                assert shared == pytest.approx(rate([sum(single)], start, end), abs=1e-13)
            else:
                assert local == 0


@pytest.mark.parametrize("n_qubits", [1, 2, 7, 100])
def test_each_excited_qubit_decays_once(n_qubits):
    spin, m = np.array(list(levels(n_qubits))).T
    assert sum(local_emission(n_qubits / 2, spin, m)) == pytest.approx(n_qubits / 2 + m, rel=1e-13)
