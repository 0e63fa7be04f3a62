"""How the qubits are spread over the Dicke levels |J, m>, and that spread in the stationary state."""

import math
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ._checks import Array, Values, positive, qubit_number, total_spin
from .baths import Bath, common_bath_shape
from .dicke import populations

Index: TypeAlias = int | slice | tuple[int | slice, ...]

_ROUNDING = 1e-9
_MOST_QUBITS = 100
_VANISHING_RATE = 1e-30
"""Stands for gamma_p -> 0+, in units of the reservoirs' rates; nothing is ever subtracted from it."""


@dataclass(frozen=True)
class LevelPopulations:
    """Hold the populations p(J, m) of the Dicke levels of N qubits.

    A spin J occurs in several copies among N qubits; p(J, m) is the population of all of them together.
    An index picks points along the leading axes: ``populations[-1]`` of an evolution is its end.

    Parameters
    ----------
    n_qubits
        Number of qubits N.
    spin
        The values of J that are held, highest first and in steps of 1.
    population
        p(J, m) with J as in `spin` on the last axis but one, and m as in `inversion` on the last;
        0 where abs(m) > J.

    Raises
    ------
    ValueError
        If the shape does not fit `spin`, or these are not probabilities of sum 1.
    """

    n_qubits: int
    spin: Array
    population: Array

    def __post_init__(self) -> None:
        shape, sums = self.population.shape, self.population.sum(axis=(-2, -1))
        grid = (self.spin.size, round(2 * self.spin[0]) + 1)
        probable = np.all(self.population >= 0) and np.all(np.abs(sums - 1) <= _ROUNDING)
        if shape[-2:] != grid or not probable:
            raise ValueError(
                f"Argument `population` must hold probabilities of sum 1 on its last two axes, of the shape {grid} "
                f"for this `spin`, but has the shape {shape} and the sum {sums}."
            )

    def __getitem__(self, index: Index) -> "LevelPopulations":
        """Pick points along the leading axes."""
        leading, grid = self.population.shape[:-2], self.population.shape[-2:]
        points = np.arange(math.prod(leading)).reshape(leading)
        return replace(self, population=self.population.reshape(points.size, *grid)[points[index]])

    @property
    def inversion(self) -> Array:
        """The values of m, from -J to J of the largest J that is held."""
        return np.arange(-self.spin[0], self.spin[0] + 1)

    def of_every_spin(self) -> "LevelPopulations":
        """Hold every value of J, those that were not held with the population 0."""
        spin = all_spins(self.n_qubits)
        population = np.zeros((*self.population.shape[:-2], spin.size, self.n_qubits + 1))
        outside = round(spin[0] - self.spin[0])
        rows = np.rint(spin[0] - self.spin).astype(int)
        population[..., rows, outside : self.n_qubits + 1 - outside] = self.population
        return replace(self, spin=spin, population=population)

    @property
    def spin_probability(self) -> Array:
        """P_J for J = N/2, N/2 - 1, ... on the last axis."""
        probability = np.zeros((*self.population.shape[:-2], self.n_qubits // 2 + 1))
        probability[..., np.rint(self.n_qubits / 2 - self.spin).astype(int)] = self.population.sum(axis=-1)
        return probability

    @property
    def conditional(self) -> Array:
        """P(m|J) = p(J, m) / P_J, of the shape of `population`; not a number where P_J is 0."""
        total = self.population.sum(axis=-1, keepdims=True)
        share: Array = np.divide(
            self.population, total, out=np.full(self.population.shape, np.nan), where=total > 0
        )
        return share

    @property
    def mean_inversion(self) -> Array:
        """<J_z>."""
        mean: Array = self.population.sum(axis=-2) @ self.inversion
        return mean

    @property
    def mean_spin_squared(self) -> Array:
        """<J^2>."""
        mean: Array = self.population.sum(axis=-1) @ (self.spin * (self.spin + 1))
        return mean


def level_populations(
    n_qubits: int,
    frequency: Values,
    hot: Bath,
    cold: Bath,
    parasitic: Bath | None = None,
    *,
    spin: float | None = None,
) -> LevelPopulations:
    """Return the stationary populations of the Dicke levels |J, m> of N resonant qubits (Eqs. 9-17, 31-33).

    It is the state in which `collective` computes its currents. In Sec. III the paper takes P(m|J) from Eq. (17)
    and only P_J from the full equation; here both come from the full equation.

    Parameters
    ----------
    n_qubits
        Number of qubits N, at least 1; at most 100 with a parasitic bath.
    frequency
        Their frequency [Hz].
    hot, cold
        The reservoirs.
    parasitic
        The parasitic bath of each qubit. A rate of 0 means the limit gamma_p -> 0+. None means that J is
        conserved.
    spin
        The conserved J without a parasitic bath: N/2 (the default), N/2 - 1, ... at least 0.

    Returns
    -------
    LevelPopulations
        Of every J with a parasitic bath, of the conserved J without one; leading axes as the arguments broadcast.

    Raises
    ------
    ValueError
        If an argument is out of range, or `spin` is given together with a parasitic bath.

    Examples
    --------
    >>> found = level_populations(2, 4e9, Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Bath(0.01e9, 0.05))
    >>> found.spin, found.inversion
    (array([1., 0.]), array([-1.,  0.,  1.]))
    >>> found.population.round(4)  # P(m|J = 1), and the singlet
    array([[0.5285, 0.2418, 0.1104],
           [0.    , 0.1192, 0.    ]])
    """
    n_qubits = qubit_number(n_qubits)
    frequency = positive("frequency", frequency, "Hz")
    common_bath_shape({"hot": hot, "cold": cold, "parasitic": parasitic}, frequency=frequency)
    if parasitic is None:
        conserved = total_spin("spin", n_qubits / 2 if spin is None else spin, n_qubits)
        return LevelPopulations(
            n_qubits, np.array([conserved]), _thermal(conserved, frequency, hot, cold)[..., None, :]
        )
    if spin is not None:
        raise ValueError(
            f"Argument `spin` must be None where a parasitic bath mixes the values of J, but is {spin!r}."
        )
    listed = _stationary(n_qubits, frequency, hot, cold, parasitic)
    return LevelPopulations(n_qubits, all_spins(n_qubits), unpack(all_spins(n_qubits), listed))


def all_spins(n_qubits: int) -> Array:
    """Return N/2, N/2 - 1, ... down to 0 or 1/2."""
    return n_qubits / 2 - np.arange(n_qubits // 2 + 1, dtype=float)


def exists(spin: Array) -> NDArray[np.bool_]:
    """Return where in the layout of `LevelPopulations.population` there is a level."""
    inversion = np.arange(-spin[0], spin[0] + 1)
    return np.abs(inversion) <= spin[:, None]


def pack(spin: Array, population: Array) -> Array:
    """List the populations of the levels that exist by rising m, then falling J, on the last axis."""
    return population.swapaxes(-1, -2)[..., exists(spin).T]


def unpack(spin: Array, listed: Array) -> Array:
    """Undo `pack`."""
    there = exists(spin)
    population = np.zeros((*listed.shape[:-1], *there.T.shape))
    population[..., there.T] = listed
    return population.swapaxes(-1, -2)


def _thermal(spin: float, frequency: Array, hot: Bath, cold: Bath) -> Array:
    """Return the thermal populations of a conserved spin by rising m (Eqs. 16, 17)."""
    n_hot, n_cold = hot.occupation(frequency), cold.occupation(frequency)
    down = np.asarray(hot.rate * (1 + n_hot) + cold.rate * (1 + n_cold))
    up = np.asarray(hot.rate * n_hot + cold.rate * n_cold)
    ratio = up / np.where(down > 0, down, 1)
    weights = ratio[..., None] ** np.arange(round(2 * spin) + 1)
    population: Array = weights / weights.sum(axis=-1, keepdims=True)
    return population


def _stationary(n_qubits: int, frequency: Array, hot: Bath, cold: Bath, parasitic: Bath) -> Array:
    """Return the stationary populations with a parasitic bath, listed as by `pack`."""
    if n_qubits > _MOST_QUBITS:
        raise ValueError(
            f"Argument `n_qubits` must be at most {_MOST_QUBITS} with a parasitic bath, but is {n_qubits}."
        )
    n_hot, n_cold, n_parasitic = (bath.occupation(frequency) for bath in (hot, cold, parasitic))
    reservoirs = np.asarray(hot.rate) + np.asarray(cold.rate)
    floor = _VANISHING_RATE * np.where(reservoirs > 0, reservoirs, 1)
    local = np.where(np.asarray(parasitic.rate) > 0, parasitic.rate, floor)
    down = np.asarray(hot.rate * (1 + n_hot) + cold.rate * (1 + n_cold))
    up = np.asarray(hot.rate * n_hot + cold.rate * n_cold)
    return populations(n_qubits, (down, up), (local * (1 + n_parasitic), local * n_parasitic))
