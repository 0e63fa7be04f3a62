"""Linear equations of moments, of which all terms are laid out on one pattern in an order that is good to eliminate."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from valvelab.arguments import Array

from .moment_tower import Places


@dataclass(frozen=True, eq=False)
class Moments:
    """Hold the linear equations of all moments up to a depth.

    Parameters
    ----------
    size
        Number of real unknowns.
    names
        Of the terms, in the order of their coefficients.
    indices, indptr
        The pattern that all terms share, compressed columns.
    terms
        Values on the pattern, (entries, terms); the last term stands for the trace and replaces the first equation.
    readings
        What is read off the unknowns, by name: rows of (size,).
    trace
        Place of the equation of the trace.
    rank
        Where each unknown of the tower stands, (size,): equations and unknowns are in a good order of elimination.
    """

    size: int
    names: tuple[str, ...]
    indices: Places
    indptr: Places
    terms: Any
    readings: Mapping[str, Array]
    trace: int
    rank: Places

    def matrix(self, coefficients: Array) -> Any:
        """Return sum_t coefficients[t] terms[t] as a sparse matrix of (size, size)."""
        from scipy.sparse import csc_matrix

        values = self.terms @ coefficients
        return csc_matrix((values, self.indices, self.indptr), shape=(self.size, self.size))

    def applied(self, unknowns: Array) -> Any:
        """Return what each term makes of some unknowns, a sparse matrix of (terms, size)."""
        from scipy.sparse import csr_matrix

        by_term = self._by_term
        values = by_term.data * unknowns[self._columns[by_term.indices]]
        return csr_matrix(
            (values, self.indices[by_term.indices], by_term.indptr), (len(self.names), self.size)
        )

    @cached_property
    def _by_term(self) -> Any:
        return self.terms.tocsc()

    @cached_property
    def _columns(self) -> Places:
        return np.repeat(np.arange(self.size), np.diff(self.indptr))

    def read(self, unknowns: Array) -> dict[str, float]:
        """Return all readings of some unknowns, by name."""
        return {name: float(row @ unknowns) for name, row in self.readings.items()}

    def reading(self, factors: Mapping[str, float]) -> Array:
        """Return the row that reads a sum of some readings times factors; what is not read here is left out."""
        return np.array([factors.get(name, 0.0) for name in self.readings]) @ self._rows

    @cached_property
    def _rows(self) -> Array:
        return np.array(list(self.readings.values()))


def on_one_pattern(
    terms: Mapping[str, Any],
    size: int,
    first: int,
    readings: Mapping[str, Array],
    rank: Places | None = None,
) -> Moments:
    """Lay all terms out on one pattern, with the trace in place of the equation `first`; `rank` is an order to keep."""
    from scipy.sparse import csr_matrix

    trace = np.flatnonzero(readings["trace"])
    parts = []
    for term in terms.values():
        kept = (term.row != first) & (np.abs(term.data) > 0)
        parts.append((term.col[kept].astype(np.int64) * size + term.row[kept], term.data[kept]))
    parts.append((trace * size + first, readings["trace"][trace]))
    codes = np.concatenate([code for code, _ in parts])
    if rank is None:
        rank = _elimination_order(np.unique(codes), size)
    codes = rank[codes // size] * size + rank[codes % size]
    pattern, rows = np.unique(codes, return_inverse=True)
    columns = np.repeat(np.arange(len(parts)), [len(code) for code, _ in parts])
    values = np.concatenate([value for _, value in parts])
    laid_out = csr_matrix((values, (rows, columns)), shape=(len(pattern), len(parts)))
    indptr = np.searchsorted(pattern, np.arange(size + 1) * size)
    read = {name: row[np.argsort(rank)] for name, row in readings.items()}
    return Moments(size, (*terms, "trace"), pattern % size, indptr, laid_out, read, int(rank[first]), rank)


def _elimination_order(pattern: Places, size: int) -> Places:
    """Return the rank of each unknown in an order with few new entries, which is as much work as the elimination."""
    from scipy.sparse import csc_matrix, identity
    from scipy.sparse.linalg import splu

    filled = csc_matrix((np.ones(len(pattern)), (pattern % size, pattern // size)), shape=(size, size))
    heavy = filled + size * identity(size, format="csc")
    return np.asarray(splu(heavy, permc_spec="MMD_AT_PLUS_A").perm_c, dtype=np.int64)
