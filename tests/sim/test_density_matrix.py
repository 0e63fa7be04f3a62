from math import comb, factorial

import numpy as np
import pytest
import qutip

from tests.sim.qutip_reference import UNIT, collapse_operators, lowering
from valvelab.constants import BOLTZMANN, PLANCK
from valvelab.sim import Bath, density_matrix, dicke_state, level_projector, stationary_populations

HOT, COLD, PARASITIC = (0.5e9, 0.384), (0.4e9, 0.096), (0.01e9, 0.05)


def state(n_qubits, parasitic=PARASITIC, **spin):
    local = None if parasitic is None else Bath(*parasitic)
    populations = stationary_populations(n_qubits, 4e9, Bath(*HOT), Bath(*COLD), local, **spin)
    return populations, density_matrix(populations)


def liouvillian(n_qubits, parasitic):
    number = sum(s.dag() * s for s in lowering(n_qubits))
    return qutip.liouvillian(
        2 * np.pi * 4e9 / UNIT * number, collapse_operators(n_qubits, 4e9, HOT, COLD, parasitic)
    )


def spins(n_qubits):
    return n_qubits / 2 - np.arange(n_qubits // 2 + 1)


def collective_operators(n_qubits):
    """J_-, J_z and J^2."""
    down = sum(lowering(n_qubits))
    j_z = sum(s.dag() * s for s in lowering(n_qubits)) - n_qubits / 2
    return down, j_z, down.dag() * down + j_z * j_z - j_z


@pytest.mark.parametrize("n_qubits", [1, 2, 3, 4])
def test_the_master_equation_leaves_the_stationary_state_alone(n_qubits):
    for parasitic, options in [(PARASITIC, {}), *((None, {"spin": spin}) for spin in spins(n_qubits))]:
        _, rho = state(n_qubits, parasitic, **options)
        change = qutip.vector_to_operator(liouvillian(n_qubits, parasitic) * qutip.operator_to_vector(rho))
        assert abs(change.full()).max() < 1e-14
        assert rho.tr() == pytest.approx(1, rel=1e-14, abs=0)


@pytest.mark.parametrize("n_qubits", [1, 2, 3])
def test_it_is_the_steady_state_of_qutip(n_qubits):
    _, rho = state(n_qubits)
    exact = qutip.steadystate(liouvillian(n_qubits, PARASITIC).to("Dense"), method="direct", solver="solve")
    assert rho.dims == exact.dims
    assert abs((rho - exact).full()).max() < 1e-11


@pytest.mark.parametrize("n_qubits", [1, 2, 5])
def test_means_and_purity_are_those_of_the_populations(n_qubits):
    populations, rho = state(n_qubits)
    _, j_z, j_squared = collective_operators(n_qubits)
    assert qutip.expect(j_z, rho) == pytest.approx(populations.mean_inversion, rel=1e-13, abs=0)
    assert qutip.expect(j_squared, rho) == pytest.approx(populations.mean_spin_squared, rel=1e-13, abs=0)
    low = np.rint(n_qubits / 2 - populations.spin).astype(int)
    copies = np.array([comb(n_qubits, k) - (comb(n_qubits, k - 1) if k else 0) for k in low])
    assert rho.purity() == pytest.approx(
        (populations.population**2 / copies[:, None]).sum(), rel=1e-13, abs=0
    )


@pytest.mark.parametrize("n_qubits", [1, 3, 6])
def test_with_a_parasitic_bath_at_t_star_the_qubits_are_independent(n_qubits):
    n = [float(Bath(*bath).occupation(4e9)) for bath in (HOT, COLD)]
    ratio = (0.5 * n[0] + 0.4 * n[1]) / (0.9 + 0.5 * n[0] + 0.4 * n[1])
    t_star = -PLANCK * 4e9 / BOLTZMANN / np.log(ratio)
    _, rho = state(n_qubits, (0.2e9, t_star))
    one = qutip.qdiags([ratio / (1 + ratio), 1 / (1 + ratio)], 0)
    assert abs((rho - qutip.tensor([one] * n_qubits)).full()).max() < 1e-14


def test_a_reservoir_at_zero_temperature_leaves_the_ground_state():
    populations = stationary_populations(3, 4e9, Bath(1e9, 0.0), Bath(0.0, 0.0), Bath(1e6, 0.0))
    ground = qutip.tensor([qutip.basis(2, 1)] * 3)
    assert abs((density_matrix(populations) - ground.proj()).full()).max() < 1e-15
    assert all((s * ground).norm() == 0 for s in lowering(3))


@pytest.mark.parametrize("n_qubits", [1, 2, 5])
def test_a_dicke_state_is_eq_8_with_a_norm_of_one(n_qubits):
    down, _, _ = collective_operators(n_qubits)
    j = n_qubits / 2
    raised = qutip.tensor([qutip.basis(2, 1)] * n_qubits)
    for step in range(n_qubits + 1):
        m = step - j
        over = factorial(n_qubits)
        right = np.sqrt(factorial(round(j - m)) / over / factorial(step)) * raised
        printed = np.sqrt(factorial(step) * factorial(round(j - m)) / over) * raised
        assert abs((dicke_state(n_qubits, m) - right).full()).max() < 1e-14
        assert printed.norm() == pytest.approx(factorial(step), rel=1e-13, abs=0)  # 2 already for J = m = 1
        raised = down.dag() * raised


@pytest.mark.parametrize("n_qubits", [1, 2, 3, 4, 8])
def test_the_projectors_resolve_every_state_into_levels(n_qubits):
    _, j_z, j_squared = collective_operators(n_qubits)
    total = 0
    for low, spin in enumerate(spins(n_qubits)):
        for m in np.arange(-spin, spin + 1):
            projector = level_projector(n_qubits, spin, m)
            assert abs((projector * projector - projector).full()).max() < 1e-13
            assert abs((j_z * projector - m * projector).full()).max() < 1e-13
            assert abs((j_squared * projector - spin * (spin + 1) * projector).full()).max() < 1e-12
            copies = comb(n_qubits, low) - (comb(n_qubits, low - 1) if low else 0)
            assert projector.tr() == pytest.approx(copies, rel=1e-13, abs=0)
            total = total + projector
    assert abs((total - 1).full()).max() < 1e-13
    half = n_qubits / 2
    assert (
        abs((level_projector(n_qubits, half, half - 1) - dicke_state(n_qubits, half - 1).proj()).full()).max()
        < 1e-14
    )


@pytest.mark.parametrize("n_qubits", [2, 3])
def test_only_the_parasitic_bath_changes_the_probability_of_a_spin(n_qubits):
    # J^2 commutes with the Hamiltonian and with every jump of the reservoirs: a strong symmetry.
    _, _, j_squared = collective_operators(n_qubits)
    rho = qutip.rand_dm([2] * n_qubits, seed=1)
    rate = {}
    for parasitic in (None, PARASITIC):
        change = qutip.vector_to_operator(liouvillian(n_qubits, parasitic) * qutip.operator_to_vector(rho))
        whole = [sum(level_projector(n_qubits, j, m) for m in np.arange(-j, j + 1)) for j in spins(n_qubits)]
        rate[parasitic] = max(abs((projector * change).tr()) for projector in whole)
    assert all(
        (j_squared * jump - jump * j_squared).norm() < 1e-12
        for jump in collapse_operators(n_qubits, 4e9, HOT, COLD)
    )
    assert rate[None] < 1e-14 < 1e-4 < rate[PARASITIC]


def test_more_qubits_than_a_matrix_holds_are_refused_with_the_reason():
    for refused in (lambda: dicke_state(9, 0.5), lambda: level_projector(9, 0.5, 0.5), lambda: state(9)):
        with pytest.raises(
            ValueError, match=r"`n_qubits` must be at most 8, because a density matrix has 4\^N"
        ):
            refused()


def test_levels_that_do_not_exist_are_refused():
    with pytest.raises(ValueError, match="`inversion` must be one of -J"):
        dicke_state(2, 0.5)
    with pytest.raises(ValueError, match="`spin` must be one of N/2"):
        level_projector(2, 0.5, 0.5)
    with pytest.raises(ValueError, match="`inversion` must be one of -J"):
        level_projector(2, 0, 1)


def test_a_density_matrix_is_of_a_single_point():
    many = stationary_populations(2, [4e9, 5e9], Bath(*HOT), Bath(*COLD))
    with pytest.raises(ValueError, match=r"single point .* shape \(2,\)"):
        density_matrix(many)
    assert density_matrix(many[1]).tr() == pytest.approx(1, rel=1e-6, abs=0)
