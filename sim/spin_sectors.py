"""The stationary state of many qubits, by iteration over the sectors of the collective spin.

Baths that act collectively move the qubits inside a sector of one J, the parasitic bath moves them between
sectors as well. Koury, McAllister and Stewart (SIAM J. Algebraic Discrete Methods 5, 164 (1984)) solve such a
chain by turns: the weights of the sectors from what leaves each as a whole, the populations inside each sector
from what its neighbours send. Here both steps are eliminations without subtraction, so every population
keeps its relative accuracy. Levels and sectors whose population is negligible are left out.
"""

import math
from functools import cache
from types import ModuleType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from valvelab.arguments import Array

_NEGLIGIBLE = 1e-19
_ALL_SECTORS = 256
"""Up to so many qubits no sector is left out: to find out which ones could be would take longer."""
_CHAIN = 20_000
"""About so many sectors are looked at to find those that count."""
_IMBALANCE = 1e-11
_FEWEST_LEVELS, _ALL_LEVELS = 16, 2**40
_COLDEST = 1e-140
"""Occupations below it count as 0, so that products of two of them do not vanish."""


class SectorRates(NamedTuple):
    """Hold emission and absorption rate of J_- and J_+, and those of each qubit alone, at one point."""

    down: float
    up: float
    local_down: float
    local_up: float


class Sectors(NamedTuple):
    """Hold a stationary state: the sectors J = N/2 - k for k = first, first + 1, ..., each from m = -J upwards."""

    excited: float
    """<J_z> + N/2."""
    relaxed: float
    """N/2 - <J_z>, not as a difference."""
    first: int
    weight: Array
    """P_J of each sector."""
    start: NDArray[np.int64]
    """Where each sector begins in `population`, and the end of the last."""
    population: Array
    """P(m | J), one sector after the other; what is left out is negligible."""


def solve(n_qubits: int, rates: SectorRates, *, everything: bool = False) -> Sectors:
    """Solve for the stationary state at one point.

    Parameters
    ----------
    n_qubits
        Number of qubits, at least 2.
    rates
        In any unit; local emission above 0.
    everything
        Whether to leave nothing out, however small its population.

    Raises
    ------
    ValueError
        If the state needs more memory than is reasonable.
    ArithmeticError
        If the iteration has not converged, or its answer does not balance.
    """
    kernels = _kernels()
    down, up, local_down, local_up = rates
    scale = 1 / (down + up + local_down + local_up)
    down, up, local_down, local_up = down * scale, up * scale, local_down * scale, local_up * scale
    up = up if up > _COLDEST * down else 0.0
    local_up = local_up if local_up > _COLDEST * local_down else 0.0
    if up == local_up == 0:
        return Sectors(0.0, float(n_qubits), 0, np.ones(1), np.array([0, 1]), np.ones(1))
    scaled = SectorRates(down, up, local_down, local_up)
    first, last, width = 0, n_qubits // 2, n_qubits + 1
    if not everything:
        width = _levels(scaled)
        if n_qubits > _ALL_SECTORS:
            first, last = _window(n_qubits, scaled)
    while True:
        found = kernels.solve_sectors(n_qubits, (down, up, local_down, local_up), first, last, width)
        status, imbalance, excited, relaxed, weight, start, population = found
        state = Sectors(excited, relaxed, first, weight, start, population)
        if status == kernels.TOO_LARGE:
            raise ValueError(
                f"Argument `n_qubits` must leave at most {kernels.MOST_LEVELS} levels with a population that "
                f"counts, but {n_qubits} qubits at these temperatures have more. Take fewer or colder qubits."
            )
        wider = _wider(state, first, last, n_qubits // 2)
        if wider == (first, last):
            break
        first, last = wider
    if status != kernels.CONVERGED or imbalance > _IMBALANCE:
        raise ArithmeticError(
            f"The stationary state of {n_qubits} qubits must balance emission and absorption to {_IMBALANCE:g}, "
            f"but is off by {imbalance:.1e} after the last iteration."
        )
    return state


@cache
def _kernels() -> ModuleType:
    from . import sector_kernels  # numba takes half a second to import

    return sector_kernels


def _levels(rates: SectorRates) -> int:
    """Return how many levels of a sector can hold a population that counts."""
    # Inside a sector populations fall at least as fast as at the hotter one of the two temperatures.
    ratio = rates.local_up / rates.local_down
    if rates.down > 0:
        ratio = max(ratio, rates.up / rates.down)
    if ratio >= 1:
        return _ALL_LEVELS
    needed = math.log(_NEGLIGIBLE * (1 - ratio)) / math.log(max(ratio, 1e-300))
    return max(_FEWEST_LEVELS, math.ceil(needed) + 2)


def _window(n_qubits: int, rates: SectorRates) -> tuple[int, int]:
    """Return the first and last sector that count, from the chain of sectors that are thermal inside."""
    bottom = n_qubits // 2
    stride = max(1, bottom // _CHAIN)  # ratios of neighbours change slowly along a long chain
    k = np.arange(0, bottom, stride)
    lower, _, _ = _chain(n_qubits, rates, k)
    _, higher, _ = _chain(n_qubits, rates, k + 1)
    k = np.append(k, bottom)
    logarithm = np.append(0.0, np.cumsum(np.log(np.maximum(lower, 1e-290)) - np.log(higher))) * stride
    weight = np.exp(logarithm - logarithm.max())
    weight /= weight.sum()
    excited = weight * (_chain(n_qubits, rates, k)[2] + k)
    counts = np.flatnonzero((weight > _NEGLIGIBLE) | (excited > _NEGLIGIBLE * excited.sum()))
    return max(0, int(k[counts[0]]) - stride), min(bottom, int(k[counts[-1]]) + stride)


def _chain(n_qubits: int, rates: SectorRates, k: NDArray[np.int64]) -> tuple[Array, Array, Array]:
    """Return how fast thermal sectors are left towards J - 1 and J + 1, and their mean i = J + m."""
    a, half = n_qubits - 2.0 * k, n_qubits / 2
    j = a / 2
    safe = np.maximum(j, 0.5)
    same = (half + 1) / (2 * safe * (j + 1))
    ratio = (rates.up + rates.local_up * same) / (rates.down + rates.local_down * same)
    # <i> and <i (i - 1)> with weights ratio**i.
    top = ratio ** (a + 1)
    flat = (a + 1) * (1 - ratio) < 1e-3
    with np.errstate(divide="ignore", invalid="ignore"):
        odds, edge = ratio / (1 - ratio), (a + 1) * top / (1 - top)
        mean = np.where(flat, a / 2, odds - edge)
        square = np.where(flat, a * (a - 1) / 3, np.maximum(2 * odds * mean - a * edge, 0))
    absorbed = a * (a - 1) - 2 * (a - 1) * mean + square
    lower = (rates.local_down * square + rates.local_up * absorbed) * (j + 1 + half) / (safe * (2 * j + 1))
    emitted = (a + 1) * (a + 2) - 2 * (a + 1) * mean + square
    higher = (rates.local_down * emitted + rates.local_up * (square + 4 * mean + 2)) * k
    return lower, higher / ((j + 1) * (2 * j + 1)), mean


def _wider(state: Sectors, first: int, last: int, bottom: int) -> tuple[int, int]:
    """Return a window with more room at each edge where the state still has a weight that counts."""
    if (first, last) == (0, bottom):
        return first, last
    room = max(8, (last - first) // 2)
    loose = 1e3 * _NEGLIGIBLE
    if first > 0 and state.weight[0] > loose:
        first = max(0, first - room)
    if last < bottom and (state.weight[-1] > loose or state.weight[-1] * last > loose * state.excited):
        last = min(bottom, last + room)
    return first, last
