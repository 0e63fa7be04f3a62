"""One point of `resonator_levels`: its operators, its tower of moments, and what is read off it."""

from dataclasses import dataclass, fields
from functools import cache
from typing import Any

import numpy as np

from valvelab.arguments import Amplitude, Array
from valvelab.constants import PLANCK

from .baths import Bath
from .hierarchy_operators import Operator, dissipated
from .mode_moments import commutator, dissipator, mode_coupling
from .moment_tower import Tower, excitations

_QUBITS = (0, 0, 0, 0)
_PHOTONS = (1, 1, 0, 0), (0, 0, 1, 1)
_AMPLITUDES = (1, 0, 0, 0), (0, 0, 1, 0)


@dataclass(frozen=True, eq=False)
class LevelsPoint:
    """Hold the parameters of one point; transmons, baths (hot, cold, parasitic) and modes (hot, cold) on the axes.

    Parameters
    ----------
    transitions, elements
        f_n of the transitions [Hz] and <n|b|n+1>, of each transmon.
    rates, temperatures
        Of the baths [1/s], [K].
    resonances, qualities
        f_i [Hz] and Q_i.
    weights
        (modes, transmons).
    exchange
        [Hz].
    """

    transitions: tuple[Array, ...]
    elements: tuple[Array, ...]
    rates: Array
    temperatures: Array
    resonances: Array
    qualities: Array
    weights: Amplitude
    exchange: Array

    @property
    def key(self) -> tuple[bytes, ...]:
        """What equal points, and only these, have in common."""
        values = [getattr(self, one.name) for one in fields(self)]
        return tuple(
            part.tobytes()
            for value in values
            for part in (value if isinstance(value, tuple) else (np.asarray(value),))
        )

    @property
    def levels(self) -> tuple[int, ...]:
        """Numbers of levels."""
        return tuple(len(one) + 1 for one in self.transitions)


@dataclass(frozen=True, eq=False)
class LevelsSolution:
    """Hold the currents of the three baths [W], the populations of all pairs of levels, and the depth."""

    currents: Array
    populations: Array
    depth: int


@cache
def _tower(depth: int, levels: tuple[int, ...]) -> Tower:
    return Tower(depth, excitations(levels))


def solve_at(point: LevelsPoint, depth: int) -> LevelsSolution:
    """Return the stationary state at one depth of the tower."""
    from scipy.sparse import diags, identity
    from scipy.sparse.linalg import splu

    tower = _tower(depth, point.levels)
    linewidths = 2 * np.pi * point.resonances / point.qualities
    unit, reference = float(linewidths.max()), float(point.transitions[0][0])
    lowers = [_of_one(np.diag(one, 1), place, point.levels) for place, one in enumerate(point.elements)]
    energy = _energy(point, lowers)
    strengths = np.sqrt(point.rates[:2] * linewidths) / 2
    operators = [g * np.tensordot(row, lowers, 1) for g, row in zip(strengths, point.weights, strict=True)]
    jumps, size = _jumps(point), tower.levels
    number = np.diag(excitations(point.levels)).astype(float)
    acting = -2j * np.pi * commutator(energy - reference * number)
    acting = acting + sum(rate * dissipator(jump) for rate, jump in jumps)
    total = tower.term(identity(tower.indices.shape[1], format="csr"), acting)
    occupations = np.array(
        [
            float(Bath(0.0, warmth).occupation(f))
            for warmth, f in zip(point.temperatures[:2], point.resonances, strict=True)
        ]
    )
    scales = np.sqrt(occupations + 0.5)
    for i, coupled in enumerate(operators):
        j, k = tower.indices[2 * i], tower.indices[2 * i + 1]
        turn = 2j * np.pi * (point.resonances[i] - reference) * (j - k)
        total = total + tower.term(
            diags(turn - 0.5 * linewidths[i] * (j + k)), np.eye(size**2, dtype=complex)
        )
        parts = mode_coupling(tower, 2 * i, coupled)
        total = total + scales[i] * parts["deeper"] + occupations[i] / scales[i] * parts["stirred"]
        total = total + parts["spontaneous"] / scales[i]
    states = [tower.row(_QUBITS, np.diag((np.arange(size) == state).astype(float))) for state in range(size)]
    unknowns = _stationary(tower.real(total / unit), states, splu)
    hz = np.zeros(3)
    for i, coupled in enumerate(operators):
        photons = scales[i] ** 2 * (tower.row(_PHOTONS[i], np.eye(size)) @ unknowns)
        held, lost = (
            2 * scales[i] / (2 * np.pi) * (tower.row(_AMPLITUDES[i], one) @ unknowns)
            for one in (coupled, dissipated(jumps, coupled))
        )
        # kappa (n - <a+a>) quanta h f_i, and half of kappa times what the coupling holds.
        hz[i] -= linewidths[i] * (point.resonances[i] * photons + held / 2)
        hz[2] += lost
    hz[2] += tower.row(_QUBITS, dissipated(jumps, energy)) @ unknowns
    return LevelsSolution(PLANCK * hz, np.array([state @ unknowns for state in states]), depth)


def _stationary(matrix: Any, states: list[Array], splu: Any) -> Array:
    """Return the unknowns that a matrix leaves alone, of trace 1."""
    from scipy.sparse import coo_matrix

    trace = np.sum(states, axis=0)
    # The populations' equations add up to 0 = 0: one of them makes room for the trace.
    first, there = int(np.flatnonzero(states[0])[0]), np.flatnonzero(trace)
    kept = matrix.row != first
    rows = np.concatenate([matrix.row[kept], np.full(there.size, first)])
    columns = np.concatenate([matrix.col[kept], there])
    values = np.concatenate([matrix.data[kept], trace[there]])
    right = (np.arange(trace.size) == first).astype(float)
    whole = coo_matrix((values, (rows, columns)), shape=matrix.shape).tocsc()
    return np.asarray(splu(whole).solve(right))


def _of_one(operator: Array, which: int, levels: tuple[int, ...]) -> Array:
    """Return an operator on one transmon in the space of all."""
    found: Array = np.ones((1, 1))
    for place, count in enumerate(levels):
        found = np.asarray(np.kron(found, operator if place == which else np.eye(count)), np.float64)
    return found


def _energy(point: LevelsPoint, lowers: list[Array]) -> Array:
    """Return the energy of the transmons [h Hz]."""
    hop = lowers[0].T @ lowers[1]
    energy = float(point.exchange) * (hop + hop.T)
    for place, frequencies in enumerate(point.transitions):
        energy = energy + _of_one(np.diag(np.r_[0.0, np.cumsum(frequencies)]), place, point.levels)
    return np.asarray(energy)


def _jumps(point: LevelsPoint) -> list[tuple[float, Operator]]:
    """Return what the parasitic bath does: rates [1/s] and operators of every transition, down and up."""
    found: list[tuple[float, Operator]] = []
    bath, rate = Bath(0.0, float(point.temperatures[2])), float(point.rates[2])
    for place, (frequencies, elements) in enumerate(zip(point.transitions, point.elements, strict=True)):
        count = len(frequencies) + 1
        for level, (frequency, element) in enumerate(zip(frequencies, elements, strict=True)):
            jump = np.zeros((count, count))
            jump[level, level + 1] = element
            whole, n = _of_one(jump, place, point.levels), float(bath.occupation(frequency))
            found += [(rate * (1 + n), whole), (rate * n, whole.T)]
    return found
