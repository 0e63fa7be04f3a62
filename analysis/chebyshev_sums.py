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
    return np.prod(_factors(x, which)[0], axis=0)


def slopes_at(x: Array, which: Orders) -> tuple[Array, Array]:
    """Return the terms, and their derivatives by each variable, (variables, places, terms)."""
    factors, slopes = _factors(x, which)
    # Product of all variables before each one, times that of all behind it.
    found, before = slopes, np.ones_like(factors[0])
    for k, factor in enumerate(factors):
        found[k] *= before
        before = before * factor
    behind = np.ones_like(factors[0])
    for k, factor in reversed(list(enumerate(factors))):
        found[k] *= behind
        behind = behind * factor
    return before, found


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


def _factors(x: Array, which: Orders) -> tuple[Array, Array]:
    """Return the factor of each variable in each term and its derivative, (variables, places, terms)."""
    most = max(int(which.max(initial=0)), 1)
    table = chebyshev.chebvander(x, most)  # (places, variables, orders)
    by_x = table[..., :-1] @ chebyshev.chebder(np.eye(most + 1))
    variables = range(which.shape[1])
    return (
        np.stack([np.take(table[:, k], which[:, k], axis=1) for k in variables]),
        np.stack([np.take(by_x[:, k], which[:, k], axis=1) for k in variables]),
    )
