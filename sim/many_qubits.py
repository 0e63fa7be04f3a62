"""More than two qubits with a parasitic bath: which solver, and a leak that keeps its digits."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from valvelab.arguments import Array

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
    # Python's numbers: on the few points that many qubits are asked for NumPy would take longer than the solution.
    up, n, _, driven = drives.tolist()
    baths = list(map(LocalBaths, up, reservoirs.tolist(), parasitic.tolist(), n))
    excited, relaxed, probability = moments(n_qubits, [bath.rates for bath in baths])
    x, leak = np.empty(len(baths)), np.empty(len(baths))
    for point, (bath, drive) in enumerate(zip(baths, driven, strict=True)):
        x[point] = relaxed[point] - excited[point]
        if drive == 0:
            leak[point] = 0.0
        elif abs(drive) < _CLOSE * bath.parasitic * bath.up:
            leak[point] = drive / bath.reservoirs * _slope(n_qubits, bath)
        else:
            leak[point] = bath.parasitic * (bath.n * x[point] - excited[point])
    return x, leak, probability


class LocalBaths(NamedTuple):
    """Hold what the stationary state at one point depends on: U, gamma_h + gamma_c and gamma_p [1/s], and n_p."""

    up: float
    reservoirs: float
    parasitic: float
    n: float

    @property
    def rates(self) -> SectorRates:
        """The four rates of the rate equation."""
        up, reservoirs, local, n = self
        local = max(local, VANISHING_RATE * (reservoirs or 1.0))
        return SectorRates(up + reservoirs, up, local * (1 + n), local * n)


def _slope(n_qubits: int, bath: LocalBaths) -> float:
    """Return (n X - E) / (n - n*) at an n that may be n*, by interpolation (barycentric, Chebyshev points)."""
    angles = (np.arange(14) + 0.5) * np.pi / 14
    effective = bath.up / bath.reservoirs
    nodes = effective * (1 + 0.5 * np.cos(angles))
    found = moments(n_qubits, [bath._replace(n=node).rates for node in nodes.tolist()])
    values = (nodes * (found.relaxed - found.excited) - found.excited) / (nodes - effective)
    weights = np.sin(angles) * (-1.0) ** np.arange(14) / (bath.n - nodes)
    return float((weights * values).sum() / weights.sum())


def moments(n_qubits: int, rates: Sequence[SectorRates]) -> Moments:
    """Return the moments of the stationary states of a line of points; local emission must be above 0."""
    if n_qubits <= MOST_ELIMINATED:
        return _eliminated(n_qubits, rates)
    excited, relaxed = np.empty(len(rates)), np.empty(len(rates))
    probability = np.zeros((len(rates), n_qubits // 2 + 1))
    for point, here in enumerate(rates):
        try:
            state = solve(n_qubits, here)
        except ArithmeticError:
            if n_qubits > FALLBACK:
                raise
            one = slice(point, point + 1)
            excited[one], relaxed[one], probability[one] = _eliminated(n_qubits, [here])
            continue
        excited[point], relaxed[point] = state.excited, state.relaxed
        probability[point, state.first : state.first + len(state.weight)] = state.weight
    return Moments(excited, relaxed, probability)


def _eliminated(n_qubits: int, rates: Sequence[SectorRates]) -> Moments:
    basis = levels(n_qubits)
    down, up, local_down, local_up = np.reshape(rates, (-1, 4)).T
    population = populations(n_qubits, (down, up), (local_down, local_up))
    spin = np.array([level.spin for level in basis])
    inversion = np.array([level.inversion for level in basis])
    spins = n_qubits / 2 - np.arange(n_qubits // 2 + 1)
    return Moments(
        population @ (n_qubits / 2 + inversion),
        population @ (n_qubits / 2 - inversion),
        population @ (spin[:, None] == spins).astype(float),
    )
