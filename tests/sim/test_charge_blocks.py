import numpy as np
import pytest
from scipy.sparse import csr_matrix

from valvelab.sim.charge_blocks import SingularError, StalledError, solve_by_charges


def system(mixing, size=120, seed=0):
    """Return equations of three charges, which `mixing` connects, and the charges."""
    random = np.random.default_rng(seed)
    charges = random.integers(0, 3, size)
    full = random.normal(size=(size, size)) * (random.random((size, size)) < 0.1)
    same = np.equal.outer(charges, charges)
    return np.where(same, full, mixing * full) + np.diag(6.0 + charges), charges


@pytest.mark.parametrize("whole", [10, 1000])
def test_the_solution_is_that_of_numpy(monkeypatch, whole):
    monkeypatch.setattr("valvelab.sim.charge_blocks._WHOLE", whole)
    matrix, charges = system(0.2)
    source = np.arange(1.0, len(matrix) + 1)
    found = solve_by_charges(csr_matrix(matrix), charges, source)
    assert found == pytest.approx(np.linalg.solve(matrix, source), rel=1e-10, abs=1e-10)


def test_where_the_iteration_stalls_the_whole_is_eliminated(monkeypatch):
    monkeypatch.setattr("valvelab.sim.charge_blocks._WHOLE", 10)
    monkeypatch.setattr("valvelab.sim.charge_blocks._STEPS", 3)
    matrix, charges = system(3.0)
    source = np.ones(len(matrix))
    found = solve_by_charges(csr_matrix(matrix), charges, source)
    assert found == pytest.approx(np.linalg.solve(matrix, source), rel=1e-9, abs=1e-9)
    monkeypatch.setattr("valvelab.sim.charge_blocks._MOST_WHOLE", 100)
    with pytest.raises(StalledError):
        solve_by_charges(csr_matrix(matrix), charges, source)


@pytest.mark.parametrize("whole", [10, 1000])
@pytest.mark.parametrize("rest", [0.0, 1e-13])
def test_equations_that_do_not_determine_the_unknowns_are_an_error(monkeypatch, whole, rest):
    monkeypatch.setattr("valvelab.sim.charge_blocks._WHOLE", whole)
    matrix, charges = system(0.2)
    # One unknown of charge 0 depends on nothing, or on nearly nothing.
    place = int(np.flatnonzero(charges == 0)[3])
    matrix[place], matrix[:, place] = 0.0, 0.0
    matrix[place, place] = rest
    with pytest.raises(SingularError):
        solve_by_charges(csr_matrix(matrix), charges, np.ones(len(matrix)))
