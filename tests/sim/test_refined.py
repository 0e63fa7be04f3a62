"""Equations of which a small part is not eliminated."""

import numpy as np
import pytest
from scipy.sparse import csc_matrix, identity, random

from valvelab.sim.refined import eliminated


def matrices(size=60, strength=0.05):
    source = np.random.default_rng(3)
    large = random(size, size, 0.1, random_state=source) + 5 * identity(size)
    return csc_matrix(large), csc_matrix(strength * random(size, size, 0.1, random_state=source))


@pytest.mark.parametrize("trans", ["N", "T"])
@pytest.mark.parametrize("shape", [(60,), (60, 3)])
def test_both_parts_are_solved(trans, shape):
    matrix, added = matrices()
    right = np.random.default_rng(4).standard_normal(shape)
    whole = (matrix + added).toarray()
    exact = np.linalg.solve(whole if trans == "N" else whole.T, right)
    assert np.abs(eliminated(matrix, added).solve(right, trans) - exact).max() < 1e-10 * np.abs(exact).max()
    alone = eliminated(matrix).solve(right, trans)
    assert np.abs(alone - exact).max() > 1e-4 * np.abs(exact).max()


def test_a_part_that_is_too_large_is_eliminated_with_the_other():
    matrix, added = matrices(strength=30.0)
    solver = eliminated(matrix, added)
    with pytest.raises(ArithmeticError, match="no rest after 40 steps"):
        solver.solve(np.ones(60))
    found, whole = solver.solved(np.ones(60))
    exact = np.linalg.solve((matrix + added).toarray(), np.ones(60))
    assert found == pytest.approx(exact, rel=1e-9, abs=1e-12 * np.abs(exact).max())
    assert whole.solve(np.ones(60)) == pytest.approx(found, rel=1e-12, abs=0) and whole is not solver
