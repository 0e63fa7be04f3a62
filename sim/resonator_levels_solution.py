"""The stationary state of one point of `resonator_levels`, and how its currents change."""

from dataclasses import dataclass

import numpy as np

from valvelab.arguments import Array

from .recent import Recent
from .refined import Solver, eliminated
from .resonator_equations import Equations
from .resonator_levels_coefficients import equations as equations_of
from .resonator_levels_point import MOVES, LevelsPoint
from .resonator_solution import SLOPE_DIGITS
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
        What of the left side of each equation passes into each current, (size, 3).
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
    solver: Solver
    equations: Equations


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
    equations = found.equations
    flows = equations.flows(point, equations.coefficients(point))
    adjoints = found.solver.solve(flows.T, "T", SLOPE_DIGITS)
    read = equations.parts[0].moments.read(found.unknowns)
    populations = np.array([read[f"state {state}"] for state in range(point.levels[0] * point.levels[1])])
    return LevelsSolution(point, found.currents, populations, found.depth, error, found.unknowns, adjoints)


def solve_at(point: LevelsPoint, depth: int) -> _Attempt:
    """Return the stationary state at one depth of the tower."""
    equations = equations_of(point, depth)
    acts = equations.coefficients(point)
    # The order is a good one, and the diagonal large: a third of the usual entries, the same numbers to rounding.
    matrix, *added = equations.matrices(acts)
    unknowns, solver = eliminated(matrix, next(iter(added), None), 1e-3).solved(equations.right)
    found = equations.currents(point, acts, equations.applied(unknowns))
    return _Attempt(found, depth, unknowns, solver, equations)


def slopes(solution: LevelsSolution) -> dict[str, Array]:
    """Return the derivatives of the currents at the solution's depth, by all of `MOVES`."""
    ends = {}
    for name in MOVES:
        size = _step(solution.point, name)
        (up, high), (down, low) = (solution.point.moved(name, sign * size) for sign in (1, -1))
        ends[name] = up, down, high - low
    equations = equations_of(solution.point, solution.depth)
    return equations.slopes(solution.unknowns, solution.adjoints, ends)


def _step(point: LevelsPoint, name: str) -> float:
    field, place = MOVES[name]
    if field in ("rates", "temperatures"):
        least = _KELVIN if field == "temperatures" else 1.0
        return max(_RELATIVE * float(getattr(point, field)[place]), least)
    return _ADDED if field in ("shifts", "added") else _HZ
