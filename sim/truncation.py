"""How deep a tower of equations must be: one depth after the other, until the currents stand."""

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

import numpy as np

from valvelab.arguments import Array, numbers

_CAUTION = 3.0
"""By so much more than a geometric series would say the currents may still change: its ratio grows at first."""
_LEAST, _MOST = 0.2, 10.0
"""Bounds of the error over the last change of the currents."""
_SOLUTIONS = 3
"""Solutions that an estimate needs at least."""


class TruncationError(ValueError):
    """Tell that the currents are not as exact as was asked for at the greatest depth."""


class _Solved(Protocol):
    @property
    def currents(self) -> Array: ...


Solved = TypeVar("Solved", bound=_Solved)


def deepen(
    solve: Callable[[int], Solved], depths: Iterable[int], tolerance: float, least: float = 0.0
) -> tuple[Solved, float, bool]:
    """Solve at one depth after the other.

    Parameters
    ----------
    solve
        Returns the solution at a depth, with the currents [W] of its baths.
    depths
        In steps that are alike, at least three.
    tolerance
        Largest error of the currents, relative to the largest of them.
    least
        Takes the place of the largest current where that is smaller [W].

    Returns
    -------
    tuple
        The last solution, its estimated error, and whether that is within the tolerance.
    """
    rest = iter(depths)
    found, error, changes = solve(next(rest)), np.inf, [np.inf]
    for depth in rest:
        deeper = solve(depth)
        size = max(float(np.abs(deeper.currents).max()), least)
        changes.append(float(np.abs(deeper.currents - found.currents).max()))
        error = _error(changes[-2:]) / size if size > 0 else 0.0
        found = deeper
        if error <= tolerance and len(changes) >= _SOLUTIONS:
            return found, error, True
    return found, error, False


def _error(changes: list[float]) -> float:
    """Return the error left after the last of two changes, which fall nearly like a geometric series."""
    before, last = changes
    if last == 0 or not np.isfinite(before):
        return last
    ratio = last / before if before > 0 else np.inf
    left = _CAUTION * ratio / (1 - ratio) if ratio < 1 else _MOST
    return last * min(max(left, _LEAST), _MOST)


def checked_tolerance(tolerance: float) -> float:
    """Return a tolerance that can be met.

    Raises
    ------
    ValueError
        If it is not between 1e-10 and 0.1.
    """
    value = numbers("tolerance", tolerance)
    if value.ndim or not 1e-10 <= value <= 0.1:
        raise ValueError(f"Argument `tolerance` must be a number from 1e-10 to 0.1, but is {tolerance!r}.")
    return float(value)
