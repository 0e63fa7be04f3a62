"""Sums of Chebyshev products over few terms."""

from math import comb

import numpy as np
import pytest

from valvelab.analysis.chebyshev_sums import fit_terms, orders, slopes_at, terms_at, values_at

PLACES = np.random.default_rng(1).uniform(-1, 1, (200, 3))


def _polynomial(x):
    return 1 + x[:, 0] ** 3 * x[:, 1] - 2 * x[:, 2] ** 2 * x[:, 1] ** 2 + x[:, 0]


@pytest.mark.parametrize(("variables", "degree"), [(3, 4), (6, 5), (8, 3)])
def test_of_equal_weights_there_are_as_many_terms_as_monomials_of_that_degree(variables, degree):
    found = orders((1.0,) * variables, degree)
    assert len(found) == comb(variables + degree, degree)
    assert len(np.unique(found, axis=0)) == len(found) and found.sum(axis=1).max() == degree


def test_what_weighs_twice_has_half_the_order():
    assert orders((1.0, 2.0), 5).max(axis=0).tolist() == [5, 2]


def test_a_polynomial_within_the_degree_comes_back_exactly_with_its_derivatives():
    which = orders((1.0, 1.0, 1.0), 4)
    found = fit_terms(PLACES, which, _polynomial(PLACES)[:, None])[:, 0]
    other = np.random.default_rng(2).uniform(-1, 1, (20, 3))
    np.testing.assert_allclose(terms_at(other, which) @ found, _polynomial(other), rtol=0, atol=1e-12)
    values, slopes = slopes_at(other, which, found[:, None])
    np.testing.assert_allclose(values[:, 0], _polynomial(other), rtol=0, atol=1e-12)
    np.testing.assert_allclose(values_at(other, which, found[:, None]), values, rtol=0, atol=1e-13)
    x, y, z = other.T
    exact = [3 * x**2 * y + 1, x**3 - 4 * z**2 * y, -4 * z * y**2]
    np.testing.assert_allclose(slopes[..., 0], exact, rtol=0, atol=1e-11)


def test_a_smooth_function_converges_with_the_degree():
    def bent(x):
        return 1 / (2.5 + x.sum(axis=1) / 2)

    other = np.random.default_rng(3).uniform(-1, 1, (50, 3))
    off = []
    for degree in (2, 4, 6):
        which = orders((1.0,) * 3, degree)
        found = fit_terms(PLACES, which, bent(PLACES)[:, None])[:, 0]
        off.append(np.abs(terms_at(other, which) @ found - bent(other)).max())
    assert off[1] < off[0] / 5 and off[2] < off[1] / 3 and off[2] < 1e-3


def test_fewer_places_than_terms_are_refused():
    with pytest.raises(ValueError, match="at least 35 places, one a term, found 10"):
        fit_terms(PLACES[:10], orders((1.0,) * 3, 4), np.zeros((10, 1)))
