"""Sparse equations whose unknowns turn by whole quanta: rotating waves are eliminated, and the rest is iterated.

Rotating waves would leave unknowns of different charges alone, and what they neglect is small beside twice the
frequency. So the factors of the blocks of equal charge are nearly the inverse of the whole, at little more than the
cost of rotating waves; GMRES finds the rest in ten to thirty steps. Its residual is multiplied by the blocks'
inverse, and so is an error of the unknowns: slow ones, and those that are small, do not hide in it.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from valvelab.arguments import Array

from .moment_tower import Places

_WHOLE, _MOST_WHOLE = 1_000, 12_000
"""Unknowns that are eliminated as a whole: always, and where GMRES does not converge; the latter take seconds."""
_STEPS, _RESTARTS = 120, 2
_SOLVED = 1e-12
"""Relative residual above which GMRES counts as not converged."""
_DIGITS = 1e-6
"""Relative error by rounding from which on unknowns count as not determined."""

Solver = Callable[[Array], Array]


class SingularError(ArithmeticError):
    """Tell that the equations have no unique solution, to rounding."""


class StalledError(ArithmeticError):
    """Tell that GMRES does not converge, and that the equations are too many to be eliminated."""


def solve_by_charges(matrix: Any, charges: Places, source: Array) -> Array:
    """Return the unknowns x of matrix @ x = source, with a relative error of 1e-6 at the very most.

    Parameters
    ----------
    matrix
        Sparse.
    charges
        Of each unknown.

    Raises
    ------
    SingularError
        If the solution is not unique to rounding.
    StalledError
        If there are too many unknowns, and GMRES does not converge.
    """
    solver, unknowns = None, None
    if len(source) > _WHOLE:
        solver = _by_charges(matrix, charges)
        unknowns = _iterated(matrix, source, solver) if solver else None
        if unknowns is None and len(source) > _MOST_WHOLE:
            raise StalledError
    if unknowns is None:
        solver = _factored(matrix)
        unknowns = solver(source) if solver else None
    if unknowns is None or solver is None or not _determined(matrix, unknowns, source, solver):
        raise SingularError
    return unknowns


def _determined(matrix: Any, unknowns: Array, source: Array, solver: Solver) -> bool:
    """Tell whether the unknowns solve the equations, and rounding is not magnified so much that others do as well."""
    probe = np.cos(np.arange(1.0, len(source) + 1))
    magnified = np.linalg.norm(solver(probe)) * np.finfo(float).eps / np.linalg.norm(probe)
    left = np.linalg.norm(solver(source - matrix @ unknowns)) / np.linalg.norm(unknowns)
    return bool(magnified < _DIGITS and left < _DIGITS)


def _by_charges(matrix: Any, charges: Places) -> Solver | None:
    """Return what solves the equations of each charge alone; None if one of them is singular."""
    blocks = []
    for charge in np.unique(charges):
        places = np.flatnonzero(charges == charge)
        solver = _factored(matrix[places][:, places])
        if solver is None:
            return None
        blocks.append((places, solver))

    def solved(values: Array) -> Array:
        found = np.empty_like(values)
        for places, solver in blocks:
            found[places] = solver(values[places])
        return found

    return solved


def _factored(matrix: Any) -> Solver | None:
    from scipy.sparse.linalg import splu

    order = {"permc_spec": "MMD_AT_PLUS_A", "diag_pivot_thresh": 0.1, "options": {"SymmetricMode": True}}
    try:
        solver: Solver = splu(matrix.tocsc(), **order).solve
    except RuntimeError:  # a pivot that is exactly 0
        return None
    return solver


def _iterated(matrix: Any, source: Array, solver: Solver) -> Array | None:
    """Return the solution by GMRES; None if it does not converge."""
    from scipy.sparse.linalg import LinearOperator, gmres

    size = len(source)
    near = LinearOperator((size, size), lambda values: solver(matrix @ values), dtype=float)
    whole = solver(source)
    enough = _SOLVED * np.linalg.norm(whole)
    found = np.zeros(size)
    # A second run takes away what rounding has left of the first.
    for _ in range(2):
        left = whole - near @ found
        if not np.all(np.isfinite(left)):
            return None
        found = found + gmres(near, left, rtol=0.0, atol=enough / 2, restart=_STEPS, maxiter=_RESTARTS)[0]
        if np.linalg.norm(whole - near @ found) <= enough:
            return np.asarray(found)
    return None
