import numpy as np
import pytest

from valvelab.analysis.paper_claims_ideal import appendix_c, definitions, limits


def test_j_falls_by_one_and_j_z_is_half_a_sum_of_pauli_matrices():
    values, inversion, *_ = definitions()
    assert values.computed == len({3 / 2, 1 / 2})
    up = np.diag([1.0, -1.0])
    j_z = (np.kron(up, np.eye(2)) + np.kron(np.eye(2), up)) / 2
    assert inversion.computed == pytest.approx(-j_z[-1, -1], rel=1e-6, abs=0)


def test_the_bound_holds_for_a_conserved_spin_and_for_equation_24_only():
    *_, conserved, source, weighed = definitions()
    assert conserved.agrees and weighed.agrees and not source.agrees
    assert source.computed == pytest.approx(0.306 / 0.100, rel=5e-3, abs=0)


def test_the_hot_current_of_ten_qubits_grows_slower_than_quadratically():
    first, *others = limits()
    n = 10
    assert first.computed == pytest.approx(1 + n / (n + 2), rel=1e-3, abs=0)
    assert all(claim.agrees for claim in others)


def test_the_limits_of_appendix_c_hold():
    assert all(claim.agrees for claim in appendix_c())
