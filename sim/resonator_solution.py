"""The stationary state of one point of `resonators`: solved at one depth after the other until it stands."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from valvelab.arguments import Array

from .recent import Recent
from .refined import Solver, eliminated, eliminated_together
from .resonator_equations import Equations
from .resonator_point import ResonatorPoint, not_unique
from .truncation import TruncationError, deepen

_FIRST, _DEEPEST = 2, 24
"""Depths of the tower; 24 has 12 350 unknowns of two qubits and takes a second."""
_KEPT = 1.2e7
"""Numbers in the factors that are kept, 150 MB: those of some sixty points."""
_ROUNDING = 1e-14
"""Part of a point's turnover that rounding may make of its currents."""
_SLOPE_DIGITS = 1e-8
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
    equations = Equations.of(point, depth)
    acts = equations.coefficients(point)
    matrix, *added = equations.matrices(acts)
    try:
        solver = eliminated(matrix, *added)
    except RuntimeError:  # a pivot that is exactly 0
        raise not_unique(point) from None
    # What a solve makes of a vector of all kinds tells how much rounding is magnified.
    probe = np.cos(np.arange(1.0, equations.size + 1))
    magnified = np.linalg.norm(solver.factors.solve(probe)) / np.linalg.norm(probe)
    if not magnified * np.finfo(float).eps < _DIGITS:
        raise not_unique(point)
    right = np.eye(1, equations.size, equations.trace)[0]
    try:
        unknowns = solver.solve(right)
    except ArithmeticError:
        solver = eliminated_together(matrix, *added)
        unknowns = solver.solve(right)
    found, read = (
        equations.currents(point, acts, equations.applied(unknowns)),
        equations.parts[0].read(unknowns),
    )
    return Solution(point, found, read, equations, depth, np.inf, solver, unknowns)


def slopes(
    solution: Solution, ends: Mapping[str, tuple[ResonatorPoint, ResonatorPoint, float]]
) -> dict[str, Array]:
    """Return derivatives of the three currents, at the depth of the solution.

    Coefficients and currents are differentiated by central differences. The response of the state is that of the
    adjoint equations: three more solutions tell what any change of the equations does to the currents.

    Parameters
    ----------
    solution
        Where.
    ends
        By name two points, moved to either side, and how far they are apart.
    """
    point, equations = solution.point, solution.equations
    acts, applied = equations.coefficients(point), equations.applied(solution.unknowns)
    adjoint = solution.solver.solve(equations.flows(point, acts).T, "T", _SLOPE_DIGITS)
    changed = [made @ adjoint for made in applied]  # by each term, (terms, 3)
    found = {}
    for name, (*sides, apart) in ends.items():
        up, down = (equations.coefficients(side) for side in sides)
        high, low = (
            equations.currents(side, act, applied) for side, act in zip(sides, (up, down), strict=True)
        )
        rises = zip(up, down, changed, strict=True)
        response = np.sum([(one - other).sum(axis=0) @ by for one, other, by in rises], axis=0)
        found[name] = np.asarray((high - low - response) / apart)
    return found
