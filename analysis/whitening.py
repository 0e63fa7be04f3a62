"""Residuals made uncorrelated and of unit variance, block by block."""

from typing import Any

import numpy as np


def whitening(covariance: Any) -> Any:
    """Return the sparse matrix W for which W C W^T is the unit matrix.

    Points that are correlated, directly or through others, make a block; a covariance that is diagonal, or one of
    many cells, then costs next to nothing.

    Parameters
    ----------
    covariance
        Symmetric, a sparse array of (size, size).

    Raises
    ------
    numpy.linalg.LinAlgError
        If it is not positive definite.
    """
    from scipy.linalg import cholesky, solve_triangular
    from scipy.sparse import csr_array, diags_array
    from scipy.sparse.csgraph import connected_components

    variances = covariance.diagonal()
    if covariance.nnz == np.count_nonzero(variances):
        if not np.all(variances > 0):
            raise np.linalg.LinAlgError("a variance is not above zero")
        return diags_array(1 / np.sqrt(variances), format="csr")
    count, labels = connected_components(covariance, directed=False)
    rows, columns, values = [], [], []
    for label in range(count):
        here = np.flatnonzero(labels == label)
        root = cholesky(covariance[here][:, here].toarray(), lower=True)
        inverse = solve_triangular(root, np.eye(here.size), lower=True)
        rows.append(np.repeat(here, here.size))
        columns.append(np.tile(here, here.size))
        values.append(inverse.ravel())
    places = np.concatenate(rows), np.concatenate(columns)
    return csr_array((np.concatenate(values), places), shape=covariance.shape)
