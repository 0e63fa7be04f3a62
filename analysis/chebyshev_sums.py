"""Sums of products of Chebyshev polynomials over few terms: how a smooth function of many variables is kept."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from numpy.polynomial import chebyshev

Array = npt.NDArray[np.float64]
Orders = npt.NDArray[np.intp]
"""The order of the polynomial of each variable, (terms, variables)."""


def orders(weights: Sequence[float], degree: float) -> Orders:
    """Return the orders whose weighted sum is at most a degree, in a fixed sequence.

    Of a full product most terms are of a degree that a smooth function hardly has: of six variables to the fifth
    order there are 7776 terms, and 462 of total degree five.

    Parameters
    ----------
    weights
        Of each variable, above 0: a variable of weight 2 gets half the order.
    degree
        Largest sum.

    Examples
    --------
    >>> orders((1.0, 2.0), 2).tolist()
    [[0, 0], [0, 1], [1, 0], [2, 0]]
    """
    return np.array(list(_within(tuple(weights), degree)), np.intp).reshape(-1, len(weights))


def _within(weights: tuple[float, ...], left: float) -> Iterator[tuple[int, ...]]:
    if not weights:
        yield ()
        return
    for order in range(int(left / weights[0] + 1e-9) + 1):
        for others in _within(weights[1:], left - order * weights[0]):
            yield (order, *others)


def terms_at(x: Array, which: Orders) -> Array:
    """Return the terms at places in [-1, 1]^variables, (places, terms)."""
    table = chebyshev.chebvander(x, int(which.max(initial=0)))  # (places, variables, orders)
    terms = np.ones((len(x), len(which)))
    for k in range(which.shape[1]):
        terms *= np.take(table[:, k], which[:, k], axis=1)
    return terms


def values_at(x: Array, which: Orders, coefficients: Array) -> Array:
    """Return sums of terms at some places, (places, functions), for coefficients of shape (terms, functions)."""
    from . import chebyshev_kernels  # numba takes half a second to import

    return np.asarray(chebyshev_kernels.sums(np.ascontiguousarray(x), which, coefficients))


def slopes_at(x: Array, which: Orders, coefficients: Array) -> tuple[Array, Array]:
    """Return the same, and the derivatives by each variable, (variables, places, functions)."""
    from . import chebyshev_kernels

    found, by = chebyshev_kernels.sums_and_slopes(np.ascontiguousarray(x), which, coefficients)
    return np.asarray(found), np.asarray(by)


def fit_terms(x: Array, which: Orders, values: Array) -> Array:
    """Return the coefficients of the terms that are nearest to values at some places, by least squares.

    Parameters
    ----------
    x
        Places, (places, variables), more of them than terms.
    which
        The orders of the terms.
    values
        (places, functions).

    Raises
    ------
    ValueError
        If there are fewer places than terms.
    """
    if len(x) < len(which):
        raise ValueError(f"x must hold at least {len(which)} places, one a term, found {len(x)}")
    return np.asarray(np.linalg.lstsq(terms_at(x, which), values, rcond=None)[0])
