"""How qubits are spread over the Dicke levels |J, m>."""

import math
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from valvelab.arguments import Array

Index: TypeAlias = int | slice | tuple[int | slice, ...]

_ROUNDING = 1e-9


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
