"""The stationary state of one point of `resonators`: solved at one depth after the other until it stands."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from valvelab.arguments import Array

from .recent import Recent
from .refined import Solver, eliminated
from .resonator_coefficients import equations as equations_of
from .resonator_equations import Ends, Equations
from .resonator_point import ResonatorPoint, not_unique
from .truncation import TruncationError, deepen

_FIRST, _DEEPEST = 2, 24
"""Depths of the tower; 24 has 12 350 unknowns of two qubits and takes a second."""
_KEPT = 1.2e7
"""Numbers in the factors that are kept, 150 MB: those of some sixty points."""
_ROUNDING = 1e-14
"""Part of a point's turnover that rounding may make of its currents."""
SLOPE_DIGITS = 1e-8
"""Relative error of the adjoint states."""
_DIGITS = 1e-6
"""Relative error by rounding from which on a state counts as not determined."""


@dataclass(frozen=True, eq=False)
class Solution:
    """Hold the stationary state of one point.

    Parameters
    ----------
    point
        Where.
    currents
        Of the three baths [W].
    read
        The readings of `mode_moments`, without the factors of the scales.
    equations
        Of the depth.
    depth
        Of the tower.
    error
        Estimated error of the currents by the tower's end, relative to the largest of the three.
    solver
        The factors of the matrix.
    unknowns
        The moments.
    """

    point: ResonatorPoint
    currents: Array
    read: Mapping[str, float]
    equations: Equations
    depth: int
    error: float
    solver: Solver
    unknowns: Array


_RECENT: Recent[Solution] = Recent(_KEPT, lambda solution: float(solution.solver.nnz))


def solve(point: ResonatorPoint, tolerance: float) -> Solution:
    """Return the stationary state, so deep that the currents' estimated error is within a tolerance.

    What was solved lately is not solved again: a fit asks for slopes where it has asked for currents.

    Raises
    ------
    TruncationError
        If it is not within it at the greatest depth.
    ValueError
        If there is no unique stationary state.
    """
    return _RECENT.get((point.key, tolerance), lambda: _solve_until(point, tolerance))


def _solve_until(point: ResonatorPoint, tolerance: float) -> Solution:
    depths = range(_FIRST, _DEEPEST + 1, 2)
    # What changes by rounding alone stands.
    least = _ROUNDING * point.turnover / tolerance
    found, error, stands = deepen(lambda depth: _solve_at(point, depth), depths, tolerance, least)
    if not stands:
        raise TruncationError(
            f"Argument `tolerance` must be within reach, but is {tolerance:g} where at depth {found.depth} the "
            f"currents still have an estimated error of {error:.1g}: {point.slowness} at the frequencies "
            f"{point.frequencies.tolist()} Hz. Raise `tolerance`, or lower the rates or Q."
        )
    return Solution(**{**vars(found), "error": error})


def _solve_at(point: ResonatorPoint, depth: int) -> Solution:
    equations = equations_of(point, depth)
    acts = equations.coefficients(point)
    try:
        solver = eliminated(*equations.matrices(acts))
    except RuntimeError:  # a pivot that is exactly 0
        raise not_unique(point) from None
    # What a solve makes of a vector of all kinds tells how much rounding is magnified.
    probe = np.cos(np.arange(1.0, equations.size + 1))
    magnified = np.linalg.norm(solver.factors.solve(probe)) / np.linalg.norm(probe)
    if not magnified * np.finfo(float).eps < _DIGITS:
        raise not_unique(point)
    unknowns, solver = solver.solved(equations.right)
    found = equations.currents(point, acts, equations.applied(unknowns))
    read = equations.parts[0].moments.read(unknowns)
    return Solution(point, found, read, equations, depth, np.inf, solver, unknowns)


def slopes(solution: Solution, ends: Ends) -> dict[str, Array]:
    """Return derivatives of the three currents, at the depth of the solution."""
    equations, point = solution.equations, solution.point
    flows = equations.flows(point, equations.coefficients(point))
    adjoint = solution.solver.solve(flows.T, "T", SLOPE_DIGITS)
    return equations.slopes(solution.unknowns, adjoint, ends)
