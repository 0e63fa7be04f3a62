"""Whitened residuals have the unit matrix for covariance."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from valvelab.analysis.whitening import whitening


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 2**31), sizes=st.lists(st.integers(1, 5), min_size=1, max_size=6))
def test_any_covariance_of_shuffled_blocks_becomes_the_unit_matrix(seed, sizes):
    chance = np.random.default_rng(seed)
    size = sum(sizes)
    covariance = np.zeros((size, size))
    for begin, count in zip(np.cumsum([0, *sizes[:-1]]), sizes, strict=True):
        root = chance.normal(size=(count, count)) + 3 * np.eye(count)
        covariance[begin : begin + count, begin : begin + count] = root @ root.T
    order = chance.permutation(size)
    covariance = covariance[np.ix_(order, order)]
    found = whitening(csr_array(covariance))
    np.testing.assert_allclose((found @ covariance) @ found.T.toarray(), np.eye(size), atol=1e-9)


@pytest.mark.parametrize("covariance", [np.diag([1.0, 0.0]), np.array([[1.0, 2.0], [2.0, 1.0]])])
def test_what_is_no_covariance_is_refused(covariance):
    with pytest.raises(np.linalg.LinAlgError):
        whitening(csr_array(covariance))
