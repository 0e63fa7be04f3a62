"""Linear equations with a large part that is eliminated and a small one that is not."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from valvelab.arguments import Array

_STEPS = 40


@dataclass(frozen=True, eq=False)
class Solver:
    """Solve (B + E) x = right with the factors of B alone, by GMRES over what E changes.

    Parameters
    ----------
    factors
        SuperLU's factors of B.
    added
        The sparse matrix E, or None.
    matrix
        B, where the sum may have to be eliminated after all.
    """

    factors: Any
    added: Any = None
    matrix: Any = None

    @property
    def nnz(self) -> int:
        """Numbers that are kept."""
        return int(self.factors.nnz)

    def solve(self, right: Array, trans: Literal["N", "T"] = "N", digits: float = 1e-12) -> Array:
        """Return x, (size,) or (size, columns).

        Parameters
        ----------
        right
            The right-hand sides, of the same shape.
        trans
            "T" for the transposed equations.
        digits
            Relative error of an iteration.

        Raises
        ------
        ArithmeticError
            If E is too large for the iteration to come to rest.
        """
        begun = np.asarray(self.factors.solve(right, trans))
        if self.added is None:
            return begun
        if begun.ndim == 1:
            return self._refined(begun, trans, digits)
        return np.column_stack([self._refined(column, trans, digits) for column in begun.T])

    def solved(self, right: Array) -> "tuple[Array, Solver]":
        """Return x and this solver or, where its iteration does not come to rest, one that eliminates the sum."""
        from scipy.sparse.linalg import splu

        try:
            return self.solve(right), self
        except ArithmeticError:
            whole = Solver(splu((self.matrix + self.added).tocsc()))
            return whole.solve(right), whole

    def _refined(self, begun: Array, trans: Literal["N", "T"], digits: float) -> Array:
        from scipy.sparse.linalg import LinearOperator, gmres

        added = self.added if trans == "N" else self.added.T
        operator = LinearOperator(
            added.shape, matvec=lambda x: x + self.factors.solve(added @ x, trans), dtype=float
        )
        found, failed = gmres(operator, begun, x0=begun, rtol=digits, restart=_STEPS, maxiter=1)
        if failed:
            raise ArithmeticError(f"no rest after {_STEPS} steps")
        return np.asarray(found)


def eliminated(matrix: Any, added: Any = None, pivots: float = 0.1) -> Solver:
    """Eliminate a matrix whose pattern is symmetric and in a good order.

    Parameters
    ----------
    matrix, added
        B and E.
    pivots
        Share of the largest entry of a column that its diagonal must have to be the pivot.

    Raises
    ------
    RuntimeError
        If a pivot is exactly 0.
    """
    from scipy.sparse.linalg import splu

    options = {"SymmetricMode": True}
    of = splu(matrix, permc_spec="NATURAL", diag_pivot_thresh=pivots, options=options)
    return Solver(of, added, None if added is None else matrix)
