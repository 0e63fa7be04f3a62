"""The stationary populations of any number of qubits in the Dicke basis |J, m>.

With a parasitic bath that acts on each qubit alone the state stays diagonal in |J, m>, and the master
equation becomes a rate equation between about (N/2 + 1)^2 levels. It is solved by the elimination of
Grassmann, Taksar and Heyman, which never subtracts: every population keeps its full relative accuracy,
however small it or gamma_p is.
"""

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from valvelab.arguments import Array

from .dicke_rates import collective_emission, local_emission

_ELEMENTS_AT_ONCE = 4_000_000


@dataclass(frozen=True)
class Level:
    """Name one level |J, m>."""

    spin: float
    inversion: float


class Transitions(NamedTuple):
    """Hold what leads from level to level, one entry a transition."""

    start: NDArray[np.int64]
    target: NDArray[np.int64]
    rate: NDArray[np.int64]
    """0 and 1: emission and absorption of the spin as a whole; 2 and 3: of each qubit alone."""
    strength: Array


@cache
def levels(n_qubits: int) -> tuple[Level, ...]:
    """List the levels by rising m: the ground state first, rates only between neighbouring layers."""
    half = n_qubits / 2
    found = []
    for layer in range(n_qubits + 1):
        m = layer - half
        spins = half - np.arange(int(half - abs(m)) + 1)
        found += [Level(float(spin), m) for spin in spins]
    return tuple(found)


def _neighbours(n_qubits: int, level: Level) -> dict[Level, float]:
    """Return where a decay of single qubits leads from a level, in units of one qubit's rate."""
    j, m = level.spin, level.inversion
    targets = Level(j, m - 1), Level(j - 1, m - 1), Level(j + 1, m - 1)
    rates = zip(targets, local_emission(n_qubits / 2, j, m), strict=True)
    return {target: float(rate) for target, rate in rates if rate > 0}


def populations(n_qubits: int, collective: tuple[Array, Array], local: tuple[Array, Array]) -> Array:
    """Return the stationary population of each level, in the order of `levels`, on the last axis.

    Parameters
    ----------
    n_qubits
        Number of qubits.
    collective
        Emission and absorption rate of J_- and J_+ [1/s].
    local
        Emission and absorption rate of each qubit alone [1/s]; emission above 0.
    """
    down, up, local_down, local_up = np.broadcast_arrays(*collective, *local)
    shape, basis = down.shape, levels(n_qubits)
    rates = np.stack([down, up, local_down, local_up]).reshape(4, -1)
    step = max(1, _ELEMENTS_AT_ONCE // len(basis) ** 2)
    parts = [
        _eliminate(_rate_matrix(n_qubits, rates[:, start : start + step]), 2 * (n_qubits // 2 + 1))
        for start in range(0, rates.shape[1], step)
    ]
    joined = np.concatenate(parts, axis=1) if parts else np.empty((len(basis), 0))
    return joined.T.reshape(*shape, len(basis))


@cache
def _transitions(n_qubits: int) -> Transitions:
    """List every transition: its start, its target, which of the four rates drives it and how strongly."""
    index = {level: position for position, level in enumerate(levels(n_qubits))}
    found = []
    for level, start in index.items():
        j, m = level.spin, level.inversion
        for target, strength in _neighbours(n_qubits, level).items():
            found.append((start, index[target], 2, strength))
        for target, strength in _neighbours(n_qubits, Level(j, -m)).items():
            found.append((start, index[Level(target.spin, -target.inversion)], 3, strength))
        if m > -j:
            found.append((start, index[Level(j, m - 1)], 0, float(collective_emission(j, m))))
        if m < j:
            found.append((start, index[Level(j, m + 1)], 1, float(collective_emission(j, -m))))
    return Transitions(*(np.array(column) for column in zip(*found, strict=True)))


def _rate_matrix(n_qubits: int, rates: Array) -> Array:
    """Return the rates from level (first axis) to level (second axis)."""
    moves, size = _transitions(n_qubits), len(levels(n_qubits))
    matrix = np.zeros((size, size, rates.shape[1]))
    np.add.at(matrix, (moves.start, moves.target), rates[moves.rate] * moves.strength[:, None])
    return matrix


def _eliminate(matrix: Array, band: int) -> Array:
    """Solve for the stationary populations by subtraction-free elimination from the top level down."""
    size = len(matrix)
    for last in range(size - 1, 0, -1):
        near = slice(max(0, last - band), last)
        leaving = matrix[last, near]
        matrix[near, last] /= leaving.sum(axis=0)
        matrix[near, near] += matrix[near, last][:, None] * leaving[None]
    population = np.zeros(matrix.shape[1:])
    population[0] = 1
    for level in range(1, size):
        near = slice(max(0, level - band), level)
        population[level] = (population[near] * matrix[near, level]).sum(axis=0)
    normalised: Array = population / population.sum(axis=0)
    return normalised
