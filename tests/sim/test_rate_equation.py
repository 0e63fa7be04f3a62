from types import SimpleNamespace

import numpy as np
import pytest
import scipy.integrate
import scipy.linalg

from valvelab.sim import rate_equation
from valvelab.sim.level_populations import all_spins, pack
from valvelab.sim.rate_equation import integrate, rate_matrix
from valvelab.sim.spin_sectors import SectorRates
from valvelab.sim.stationary_populations import mixed

DECAY = rate_matrix(1, np.array([0.5]), SectorRates(1.0, 0.0, 0.0, 0.0))


@pytest.mark.parametrize("n_qubits", [1, 2, 5, 12])
def test_a_rate_matrix_conserves_probability_and_leaves_nothing_negative(n_qubits):
    matrix = rate_matrix(n_qubits, all_spins(n_qubits), SectorRates(1.3, 0.4, 0.2, 0.1)).toarray()
    assert matrix.sum(axis=0) == pytest.approx(np.zeros(len(matrix)), abs=1e-13)
    assert np.all(matrix - np.diag(np.diag(matrix)) >= 0)


@pytest.mark.parametrize("many", [0, 3000])
@pytest.mark.parametrize("rates", [SectorRates(1.0, 0.0, 0.02, 0.0), SectorRates(1.3, 0.7, 0.02, 0.001)])
def test_both_methods_give_the_exponential_of_the_matrix(monkeypatch, many, rates):
    monkeypatch.setattr(rate_equation, "_MANY_LEVELS", many)
    matrix = rate_matrix(6, all_spins(6), rates)
    start = np.eye(matrix.shape[0])[-1]
    times = np.array([0.0, 1e-3, 0.1, 0.5, 2.0, 100.0])
    exact = [scipy.linalg.expm(time * matrix.toarray()) @ start for time in times]
    found = integrate(matrix, start, pack(all_spins(6), mixed(6, rates)), times)
    assert found == pytest.approx(np.array(exact), abs=5e-11)
    assert np.all(found >= 0) and found.sum(axis=1) == pytest.approx(np.ones(6), rel=1e-14, abs=0)


def test_the_start_is_returned_as_it_is():
    start = np.array([0.25, 0.75])
    assert np.array_equal(integrate(DECAY, start, np.array([1.0, 0.0]), np.array([0.0])), [start])


def test_a_level_that_nothing_leaves_keeps_its_population():
    matrix = rate_matrix(2, np.array([0.0]), SectorRates(1.0, 0.5, 0.0, 0.0))
    assert np.array_equal(integrate(matrix, np.ones(1), np.ones(1), np.array([0.0, 3.0])), [[1], [1]])


def test_a_solver_that_gives_up_is_not_believed(monkeypatch):
    failed = SimpleNamespace(success=False, message="too stiff")
    monkeypatch.setattr(scipy.integrate, "solve_ivp", lambda *_, **__: failed)
    with pytest.raises(RuntimeError, match="too stiff"):
        integrate(DECAY, np.array([0.0, 1.0]), np.array([1.0, 0.0]), np.array([1.0]))
