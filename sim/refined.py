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
    """

    factors: Any
    added: Any = None

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


def eliminated(matrix: Any, added: Any = None) -> Solver:
    """Eliminate a matrix whose pattern is symmetric and in a good order.

    Raises
    ------
    RuntimeError
        If a pivot is exactly 0.
    """
    from scipy.sparse.linalg import splu

    options = {"SymmetricMode": True}
    return Solver(splu(matrix, permc_spec="NATURAL", diag_pivot_thresh=0.1, options=options), added)


def eliminated_together(matrix: Any, added: Any) -> Solver:
    """Eliminate the sum of two matrices, in whatever order."""
    from scipy.sparse.linalg import splu

    return Solver(splu((matrix + added).tocsc()))
