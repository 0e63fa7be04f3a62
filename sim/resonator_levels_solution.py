"""The stationary state of one point of `resonator_levels`, and how its currents change."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from valvelab.arguments import Array

from .mode_moments import Moments
from .recent import Recent
from .resonator_levels_equations import ladder_moments
from .resonator_levels_point import MOVES, LevelsPoint, coefficients, currents
from .truncation import TruncationError, deepen

_DEPTHS = (2, 4, 6, 8, 10, 12)
_KEPT = 2e7
"""Numbers that are kept, 160 MB: those of a thousand points of two transmons with three levels."""
_RELATIVE, _HZ, _ADDED, _KELVIN = 1e-5, 1e3, 1e-5, 1e-7
"""Steps of central differences, of functions that are written down: of rates and temperatures, of frequencies, of
weights and occupations, and of temperatures near 0."""


@dataclass(frozen=True, eq=False)
class LevelsSolution:
    """Hold the stationary state of one point.

    Parameters
    ----------
    point
        Where.
    currents
        Of the three baths [W].
    populations
        Of all pairs of levels.
    depth
        Of the tower.
    error
        Estimated error of the currents by the tower's end, relative to the largest of the three.
    unknowns
        The moments.
    adjoints
        What of the left side of each equation passes into each current, (3, size).
    """

    point: LevelsPoint
    currents: Array
    populations: Array
    depth: int
    error: float
    unknowns: Array
    adjoints: Array


@dataclass(frozen=True, eq=False)
class _Attempt:
    currents: Array
    depth: int
    unknowns: Array
    solver: Any


_RECENT: Recent[LevelsSolution] = Recent(_KEPT, lambda solution: 4.0 * solution.unknowns.size)


def solve(point: LevelsPoint, tolerance: float) -> LevelsSolution:
    """Return the stationary state, so deep that the currents' estimated error is within a tolerance.

    What was solved lately is not solved again: a fit asks for slopes where it has asked for currents.

    Raises
    ------
    TruncationError
        If it is not within it at the greatest depth.
    """
    return _RECENT.get((point.key, tolerance, _DEPTHS), lambda: _solve_until(point, tolerance))


def _solve_until(point: LevelsPoint, tolerance: float) -> LevelsSolution:
    found, error, stands = deepen(lambda depth: solve_at(point, depth), _DEPTHS, tolerance)
    if not stands:
        raise TruncationError(
            f"Argument `tolerance` must be within reach, but is {tolerance:g} where at depth {found.depth} the "
            f"currents still have an estimated error of {error:.1g}. Raise `tolerance`, or lower the rates or Q."
        )
    equations = _equations(point, found.depth)
    adjoints = found.solver.solve(currents(point, equations.readings).T, trans="T").T
    size = point.levels[0] * point.levels[1]
    populations = np.array([equations.readings[f"state {state}"] @ found.unknowns for state in range(size)])
    return LevelsSolution(point, found.currents, populations, found.depth, error, found.unknowns, adjoints)


def solve_at(point: LevelsPoint, depth: int) -> _Attempt:
    """Return the stationary state at one depth of the tower."""
    from scipy.sparse.linalg import splu

    equations = _equations(point, depth)
    matrix = equations.matrix(coefficients(point, equations))
    # The order is a good one, and the diagonal large: a third of the usual entries, the same numbers to rounding.
    solver = splu(matrix, permc_spec="NATURAL", diag_pivot_thresh=1e-3, options={"SymmetricMode": True})
    unit = np.zeros(equations.size)
    unit[equations.trace] = 1.0
    unknowns = np.asarray(solver.solve(unit))
    return _Attempt(currents(point, equations.read(unknowns)), depth, unknowns, solver)


def slopes(solution: LevelsSolution) -> dict[str, Array]:
    """Return the derivatives of the currents at the solution's depth, by all of `MOVES`."""
    equations = _equations(solution.point, solution.depth)
    read, found = equations.read(solution.unknowns), {}
    for name in MOVES:
        size = _step(solution.point, name)
        (up, high), (down, low) = (solution.point.moved(name, sign * size) for sign in (1, -1))
        change = coefficients(up, equations) - coefficients(down, equations)
        passed = solution.adjoints @ (equations.matrix(change) @ solution.unknowns)
        found[name] = (currents(up, read) - currents(down, read) - passed) / (high - low)
    return found


def _step(point: LevelsPoint, name: str) -> float:
    field, place = MOVES[name]
    if field in ("rates", "temperatures"):
        least = _KELVIN if field == "temperatures" else 1.0
        return max(_RELATIVE * float(getattr(point, field)[place]), least)
    return _ADDED if field in ("shifts", "added") else _HZ


def _equations(point: LevelsPoint, depth: int) -> Moments:
    return ladder_moments(depth, point.levels, point.phases)
