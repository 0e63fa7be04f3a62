r"""Compiled loops over readings whose noise is white plus a sum of exponentially correlated processes.

The covariance of readings at times t is

.. math:: K_{nm} = w \delta_{nm} + \sum_j a_j e^{-r_j |t_n - t_m|},

which has a Cholesky factor that is found, and divided by, in one pass: what the past says of the next reading is held
in as many numbers as there are exponentials (Foreman-Mackey et al., AJ 154, 220 (2017)). A pass over n readings costs
as much as n times the square of the number of exponentials, where a dense factor costs the cube of n.
"""

import math

import numpy as np
from numpy.typing import NDArray

from valvelab.arguments import Array
from valvelab.compiled import compiled


@compiled
def whiten(
    steps: Array,
    columns: Array,
    white: float,
    variances: Array,
    rates: Array,
    past: Array,
    expected: Array,
) -> tuple[Array, Array, Array]:
    """Divide columns by the Cholesky factor of the covariance.

    The product of the squared roots that are returned is its determinant.

    Parameters
    ----------
    steps
        Time since the reading before [s], shape (n,); infinite where a reading has no past.
    columns
        What to divide, shape (n, p).
    white
        Variance w of the white part.
    variances, rates
        Of the exponentials: a, and r [1/s], shape (j,).
    past, expected
        Work space that is zero at first, shapes (j, j) and (j, p); it carries on where more readings follow.

    Returns
    -------
    The columns; for each reading the root of its variance when the past is known, shape (n,); and by how much it
    tells of each exponential, shape (n, j).
    """
    count, width = columns.shape
    terms = len(rates)
    whitened = np.empty((count, width))
    roots, gains = np.empty(count), np.empty((count, terms))
    decay, gain = np.empty(terms), np.empty(terms)
    total = white + variances.sum()
    for n in range(count):
        for j in range(terms):
            decay[j] = math.exp(-rates[j] * steps[n])
        variance = total
        for j in range(terms):
            seen = 0.0
            for i in range(terms):
                past[j, i] *= decay[j] * decay[i]
                seen += variances[i] * past[j, i]
            gain[j] = 1.0 - seen
            variance -= variances[j] * seen
        root = math.sqrt(variance)
        roots[n] = root
        for k in range(width):
            foretold = 0.0
            for j in range(terms):
                expected[j, k] *= decay[j]
                foretold += variances[j] * expected[j, k]
            rest = columns[n, k] - foretold
            whitened[n, k] = rest / root
            for j in range(terms):
                expected[j, k] += gain[j] / variance * rest
        for j in range(terms):
            gains[n, j] = gain[j] / variance
            for i in range(terms):
                past[j, i] += gain[j] * gain[i] / variance
    return whitened, roots, gains


@compiled
def unwhiten(
    steps: Array, whitened: Array, roots: Array, gains: Array, variances: Array, rates: Array
) -> tuple[Array, Array]:
    """Divide what `whiten` returned by the transposed factor too, so that it is divided by the covariance.

    Parameters
    ----------
    steps, variances, rates
        As of `whiten`.
    whitened, roots, gains
        What it returned.

    Returns
    -------
    The columns, shape (n, p), and the diagonal of the inverse of the covariance, shape (n,).

    Notes
    -----
    The future of a reading is carried backwards as `whiten` carries the past: de Jong, Biometrika 75, 594 (1988).
    """
    count, width = whitened.shape
    terms = len(rates)
    divided, diagonal = np.empty((count, width)), np.empty(count)
    future, spread = np.zeros((terms, width)), np.zeros((terms, terms))
    seen = np.empty(terms)
    for n in range(count - 1, -1, -1):
        variance = roots[n] ** 2
        own = 0.0
        for j in range(terms):
            seen[j] = 0.0
            for i in range(terms):
                seen[j] += spread[j, i] * gains[n, i]
            own += gains[n, j] * seen[j]
        diagonal[n] = 1 / variance + own
        for j in range(terms):
            for i in range(terms):
                change = variances[j] * variances[i] * diagonal[n]
                spread[j, i] += change - seen[j] * variances[i] - variances[j] * seen[i]
        for k in range(width):
            value = whitened[n, k] / roots[n]
            for j in range(terms):
                value -= gains[n, j] * future[j, k]
            divided[n, k] = value
            for j in range(terms):
                future[j, k] += variances[j] * value
        for j in range(terms):
            decay = math.exp(-rates[j] * steps[n])
            for k in range(width):
                future[j, k] *= decay
            for i in range(terms):
                spread[j, i] *= decay * math.exp(-rates[i] * steps[n])
    return divided, diagonal


@compiled
def products(whitened: Array, group: NDArray[np.int64], groups: int) -> Array:
    """Return the sums of products of columns within each group, shape (groups, p, p)."""
    count, width = whitened.shape
    sums = np.zeros((groups, width, width))
    for n in range(count):
        for i in range(width):
            for k in range(i + 1):
                sums[group[n], i, k] += whitened[n, i] * whitened[n, k]
    for g in range(groups):
        for i in range(width):
            for k in range(i):
                sums[g, k, i] = sums[g, i, k]
    return sums
