"""The stationary state of one point of `resonators`: solved at one depth after the other until it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from valvelab.arguments import Array

from .mode_moments import moments
from .recent import Recent
from .resonator_point import STEPS, ResonatorPoint, coefficients, currents, not_unique
from .truncation import TruncationError, deepen

_FIRST, _DEEPEST = 2, 24
"""Depths of the tower; 24 has 12 350 unknowns of two qubits and takes a second."""
_KEPT = 1.2e7
"""Numbers in the factors that are kept, 150 MB: those of some sixty points."""
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
        The readings of `mode_moments`, without the factors of `scales`.
    scales
        The c of each mode that the moments are in units of.
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
    scales: Array
    depth: int
    error: float
    solver: Any
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
    found, error, stands = deepen(lambda depth: _solve_at(point, depth), depths, tolerance)
    if not stands:
        raise TruncationError(
            f"Argument `tolerance` must be within reach, but is {tolerance:g} where at depth {found.depth} the "
            f"currents still have an estimated error of {error:.1g}: {point.slowness} at the frequencies "
            f"{point.frequencies.tolist()} Hz. Raise `tolerance`, or lower the rates or Q."
        )
    return Solution(**{**vars(found), "error": error})


def _solve_at(point: ResonatorPoint, depth: int) -> Solution:
    from scipy.sparse.linalg import splu

    equations, scales = moments(depth, len(point.frequencies), point.phases), point.scales
    matrix = equations.matrix(coefficients(point, equations, scales))
    try:
        solver = splu(matrix, permc_spec="NATURAL", diag_pivot_thresh=0.1, options={"SymmetricMode": True})
    except RuntimeError:  # a pivot that is exactly 0
        raise not_unique(point) from None
    unit = np.zeros(equations.size)
    unit[equations.trace] = 1.0
    # What a solve makes of a vector of all kinds tells how much rounding is magnified.
    probe = np.cos(np.arange(1.0, equations.size + 1))
    unknowns, magnified = solver.solve(np.column_stack([unit, probe])).T
    if not np.linalg.norm(magnified) * np.finfo(float).eps < _DIGITS * np.linalg.norm(probe):
        raise not_unique(point)
    read = equations.read(unknowns)
    return Solution(point, currents(point, read, scales), read, scales, depth, np.inf, solver, unknowns)


def slopes(solution: Solution, names: tuple[str, ...]) -> dict[str, Array]:
    """Return the derivatives of the three currents by some of `STEPS`, at the depth of the solution.

    Coefficients and currents are linear in everything that is moved (in sqrt(gamma) instead of gamma), so central
    differences of them are exact, and one solve more for each gives the response of the state.
    """
    point, scales = solution.point, solution.scales
    equations = moments(solution.depth, len(point.frequencies), point.phases)
    pushes, direct, factors = [], [], []
    for name in names:
        step = _step(point, name)
        up, down = point.moved(name, step), point.moved(name, -step)
        rise = coefficients(up, equations, scales) - coefficients(down, equations, scales)
        pushes.append(-(equations.matrix(rise / (2 * step)) @ solution.unknowns))
        moved = currents(up, solution.read, scales) - currents(down, solution.read, scales)
        direct.append(moved / (2 * step))
        factors.append(_inner_slope(point, name))
    responses = solution.solver.solve(np.column_stack(pushes)).T
    found = {}
    for name, response, straight, factor in zip(names, responses, direct, factors, strict=True):
        # Currents are linear in the readings, too.
        found[name] = (straight + currents(point, equations.read(response), scales)) * factor
    return found


def _step(point: ResonatorPoint, name: str) -> float:
    """Return how far something is moved: as far as keeps the digits of its coefficients."""
    if name in ("gamma_h", "gamma_c"):
        return float(point.amplitudes.max())
    if name == "gamma_p":
        return point.unit
    return 1.0 if name.startswith(("n_", "weight", "tail")) else float(point.frequencies[0])


def _inner_slope(point: ResonatorPoint, name: str) -> float:
    """Return d sqrt(gamma) / d gamma for a reservoir's rate."""
    if name not in ("gamma_h", "gamma_c"):
        return 1.0
    return float(1 / (2 * point.amplitudes[int(STEPS[name][-1])]))
