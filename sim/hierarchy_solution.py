"""The stationary state of one point of `hierarchy`: solved at one depth after the other until it stands."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from valvelab.arguments import Array
from valvelab.constants import PLANCK

from .charge_blocks import SingularError, StalledError, solve_by_charges
from .hierarchy_equations import equations
from .hierarchy_operators import frequency_unit
from .resonator_point import ResonatorPoint, not_unique
from .truncation import TruncationError, deepen

_FIRST = 4
_DEEPEST = {1: 24, 2: 20}
"""Depths for one and two qubits; they have 41 000 and 85 000 unknowns and take a second and several."""
_TERMS = 3
"""Matsubara frequencies of each reservoir, at most."""
_CAUTION = 3.0
"""By so much more than the next Matsubara frequency the rest of them may change the currents."""
_SMALL = 1e-2
"""Currents below it, in units of h f times the largest rate, need not have the relative accuracy of larger ones."""


@dataclass(frozen=True, eq=False)
class HierarchySolution:
    """Hold the stationary state of one point at one depth.

    Parameters
    ----------
    currents
        Of the three baths [W].
    read
        The readings of `Equations` by name.
    depth
        Of the hierarchy.
    terms
        Matsubara frequencies of each reservoir.
    error
        Estimated error of the currents, relative to the largest of the three.
    """

    currents: Array
    read: Mapping[str, float]
    depth: int
    terms: int
    error: float


def solve(point: ResonatorPoint, tolerance: float) -> HierarchySolution:
    """Return the stationary state, with so many Matsubara frequencies and so deep that the error is within a tolerance.

    Raises
    ------
    TruncationError
        If it is not within it with the most, or at the greatest depth.
    ValueError
        If there is no unique stationary state.
    """
    terms, rest = _enough_terms(point, tolerance)
    depths = range(_FIRST, _DEEPEST[len(point.frequencies)] + 1, 2)
    found, error, stands = deepen(
        lambda depth: solve_at(point, depth, terms), depths, tolerance - rest, _least(point)
    )
    if not stands:
        raise TruncationError(
            f"Argument `tolerance` must be within reach, but is {tolerance:g} where at depth {found.depth} the "
            f"currents still have an estimated error of {error:.1g}: {point.slowness} at the frequencies "
            f"{point.frequencies.tolist()} Hz. Raise `tolerance`, or lower the rates or Q."
        )
    return HierarchySolution(**{**vars(found), "error": error + rest})


def _enough_terms(point: ResonatorPoint, tolerance: float) -> tuple[int, float]:
    """Return how many Matsubara frequencies are enough, and the error they leave: it hardly depends on depth."""
    found, error = solve_at(point, _FIRST, 0), np.inf
    for terms in range(_TERMS):
        better = solve_at(point, _FIRST, terms + 1)
        size = max(float(np.abs(better.currents).max()), _least(point))
        error = _CAUTION * float(np.abs(better.currents - found.currents).max()) / size if size > 0 else 0.0
        if error <= tolerance / 2:
            return terms, error
        found = better
    quality = 2 * np.pi * point.resonator_frequencies / point.linewidths
    raise TruncationError(
        f"Argument `tolerance` must be within reach, but is {tolerance:g} where with {_TERMS - 1} Matsubara "
        f"frequencies the currents still have an estimated error of {error:.1g}: Q is {quality.tolist()} at "
        f"reservoirs of {point.temperatures[:2].tolist()} K. Raise `tolerance`, or Q."
    )


def _least(point: ResonatorPoint) -> float:
    """Return the current [W] that errors are relative to where all currents are smaller."""
    return _SMALL * point.turnover


def solve_at(point: ResonatorPoint, depth: int, terms: int) -> HierarchySolution:
    """Return the stationary state at one depth, with a number of Matsubara frequencies."""
    system = equations(point, depth, terms)
    unit = np.zeros(system.matrix.shape[0])
    unit[0] = 1.0
    try:
        unknowns = solve_by_charges(system.matrix, system.charges, unit)
    except SingularError:
        raise not_unique(point) from None
    except StalledError:
        raise TruncationError(
            f"Arguments must be such that the equations can be solved, but at depth {depth} GMRES does not converge on "
            f"their {len(unit)} unknowns: gamma_i / (2 pi f_i) is {point.strengths.tolist()}. Raise `tolerance`, or "
            "lower the rates."
        ) from None
    scale = 2 * np.pi * PLANCK * frequency_unit(point) ** 2
    read = {name: float(row @ unknowns) for name, row in system.readings.items()}
    return HierarchySolution(scale * (system.heat @ unknowns), read, depth, terms, np.inf)
