"""More than two qubits with a parasitic bath: which solver, and a leak that keeps its digits."""

from typing import NamedTuple

import numpy as np

from ._checks import Array
from .dicke import levels, populations
from .spin_sectors import SectorRates, solve

MOST_ELIMINATED = 10
"""Up to so many qubits the plain elimination is used: a batch goes through NumPy in one."""
FALLBACK = 100
"""Up to so many qubits it can stand in where the iteration does not converge."""
VANISHING_RATE = 1e-30
"""Stands for gamma_p -> 0+, in units of the reservoirs' rates; nothing is ever subtracted from it."""
_CLOSE = 1e-3
"""Relative distance of n_p from n(T*) below which the leak is not left to a subtraction."""


class Moments(NamedTuple):
    """Hold <J_z> + N/2, N/2 - <J_z> and P_J (last axis)."""

    excited: Array
    relaxed: Array
    spin_probability: Array


def many_qubits(
    n_qubits: int, reservoirs: Array, parasitic: Array, drives: Array
) -> tuple[Array, Array, Array]:
    """Return X = -2 <J_z>, the parasitic current [h f / s] and P_J, of a line of points.

    The leak is gamma_p (n_p X - E) with E = <J_z> + N/2. Both terms are equal where n_p is that of T*, since the
    state is then a product state. Near there their difference is (n_p - n*) times a smooth function of n_p, which
    is interpolated between places where it can be computed.

    Parameters
    ----------
    n_qubits
        Number of qubits.
    reservoirs, parasitic
        gamma_h + gamma_c and gamma_p [1/s].
    drives
        What `few_qubits.drive` returns.
    """
    up, n, _, driven = drives
    local = np.maximum(parasitic, VANISHING_RATE * (reservoirs + (reservoirs == 0)))
    excited, relaxed, probability = moments(n_qubits, up + reservoirs, up, local, n)
    x = relaxed - excited
    leak = parasitic * (n * x - excited)
    leak[driven == 0] = 0.0
    near = (np.abs(driven) < _CLOSE * parasitic * up) & (driven != 0)
    if near.any():
        for point in near.nonzero()[0]:
            there = up[point] + reservoirs[point], up[point], local[point]
            leak[point] = driven[point] / reservoirs[point] * _slope(n_qubits, *there, n[point])
    return x, leak, probability


def _slope(n_qubits: int, down: float, up: float, local: float, n: float) -> float:
    """Return (n X - E) / (n - n*) at an n that may be n*, by interpolation (barycentric, Chebyshev points)."""
    angles = (np.arange(14) + 0.5) * np.pi / 14
    effective = up / (down - up)
    nodes = effective * (1 + 0.5 * np.cos(angles))
    ones = np.ones(nodes.shape)
    found = moments(n_qubits, down * ones, up * ones, local * ones, nodes)
    values = (nodes * (found.relaxed - found.excited) - found.excited) / (nodes - effective)
    weights = np.sin(angles) * (-1.0) ** np.arange(14) / (n - nodes)
    return float((weights * values).sum() / weights.sum())


def moments(n_qubits: int, down: Array, up: Array, local: Array, n: Array) -> Moments:
    """Return the moments of the stationary states of a line of points.

    Parameters
    ----------
    n_qubits
        Number of qubits.
    down, up
        Emission and absorption rate of J_- and J_+ [1/s].
    local, n
        Rate [1/s], above 0, and occupation of the bath of each qubit.
    """
    if n_qubits <= MOST_ELIMINATED:
        return _eliminated(n_qubits, down, up, local, n)
    excited, relaxed = np.empty(n.shape), np.empty(n.shape)
    probability = np.zeros((*n.shape, n_qubits // 2 + 1))
    rates = down.tolist(), up.tolist(), (local * (1 + n)).tolist(), (local * n).tolist()
    for point, here in enumerate(zip(*rates, strict=True)):
        try:
            state = solve(n_qubits, SectorRates(*here))
        except ArithmeticError:
            if n_qubits > FALLBACK:
                raise
            one = slice(point, point + 1)
            plain = _eliminated(n_qubits, down[one], up[one], local[one], n[one])
            excited[one], relaxed[one], probability[one] = plain
            continue
        excited[point], relaxed[point] = state.excited, state.relaxed
        probability[point, state.first : state.first + len(state.weight)] = state.weight
    return Moments(excited, relaxed, probability)


def _eliminated(n_qubits: int, down: Array, up: Array, local: Array, n: Array) -> Moments:
    basis = levels(n_qubits)
    population = populations(n_qubits, (down, up), (local * (1 + n), local * n))
    spin = np.array([level.spin for level in basis])
    inversion = np.array([level.inversion for level in basis])
    spins = n_qubits / 2 - np.arange(n_qubits // 2 + 1)
    return Moments(
        population @ (n_qubits / 2 + inversion),
        population @ (n_qubits / 2 - inversion),
        population @ (spin[:, None] == spins).astype(float),
    )
