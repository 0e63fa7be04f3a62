"""The equations of one point with two resonators, at one depth: matrices, currents, and how currents change."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from valvelab.arguments import Array
from valvelab.constants import PLANCK

from .moment_pattern import Moments

Point: TypeAlias = Any
"""Of qubits or of transmons with levels: what the parts of its equations ask for, and a `unit` [1/s]."""
Ends: TypeAlias = Mapping[str, tuple[Point, Point, float]]
"""By name two points, moved to either side, and how far they are apart."""


@dataclass(frozen=True, eq=False)
class Part:
    """Hold terms of the equations.

    Parameters
    ----------
    moments
        The terms.
    coefficients
        Answers to a point, the moments and their scales with the coefficients by who acts, (actors, terms), in units of
        the point's `unit`: H and the like first, then the hot, the cold and the parasitic bath.
    energies
        Answers to a point and the scales with the energy over h of what is read off, by name [Hz].
    """

    moments: Moments
    coefficients: Callable[[Point, Moments, Array], Array]
    energies: Callable[[Point, Array], Mapping[str, float]]


@dataclass(frozen=True, eq=False)
class Equations:
    """Hold all parts, the first of which has the trace, of moments in units of scales that stay as points are moved."""

    parts: tuple[Part, ...]
    scales: Array

    @property
    def size(self) -> int:
        """Number of unknowns."""
        return self.parts[0].moments.size

    @property
    def right(self) -> Array:
        """The right-hand side of the equations: the trace is 1."""
        return np.asarray(np.eye(1, self.size, self.parts[0].moments.trace)[0])

    def coefficients(self, point: Point) -> list[Array]:
        """Return the coefficients of each part by who acts, (actors, terms)."""
        return [part.coefficients(point, part.moments, self.scales) for part in self.parts]

    def matrices(self, acts: Sequence[Array]) -> list[Any]:
        """Return the matrix of each part, all actors together."""
        return [part.moments.matrix(act.sum(axis=0)) for part, act in zip(self.parts, acts, strict=True)]

    def applied(self, unknowns: Array) -> list[Any]:
        """Return what each term of each part makes of some unknowns, (terms, size)."""
        return [part.moments.applied(unknowns) for part in self.parts]

    def currents(self, point: Point, acts: Sequence[Array], applied: Sequence[Any]) -> Array:
        """Return the currents of all baths [W], Tr[H D_i rho], in a state by what the terms make of it."""
        energy = self._energy(point)
        shares = [act[1:] @ (made @ energy) for act, made in zip(acts, applied, strict=True)]
        return np.asarray(PLANCK * point.unit * np.sum(shares, axis=0))

    def flows(self, point: Point, acts: Sequence[Array]) -> Array:
        """Return what reads the same off the unknowns [W], (3, size)."""
        energy, found = self._energy(point), np.zeros((3, self.size))
        for part, act in zip(self.parts, acts, strict=True):
            found += [part.moments.matrix(of_bath).T @ energy for of_bath in act[1:]]
        return PLANCK * float(point.unit) * found

    def slopes(self, unknowns: Array, adjoint: Array, ends: Ends) -> dict[str, Array]:
        """Return derivatives of the three currents by central differences of coefficients and energies.

        Parameters
        ----------
        unknowns
            The state.
        adjoint
            What of the left side of each equation passes into each current, (size, 3): the solution of the transposed
            equations for `flows`.
        ends
            What is differentiated by.
        """
        applied, found = self.applied(unknowns), {}
        changed = [made @ adjoint for made in applied]  # by each term, (terms, 3)
        for name, (*sides, apart) in ends.items():
            up, down = (self.coefficients(side) for side in sides)
            high, low = (
                self.currents(side, act, applied) for side, act in zip(sides, (up, down), strict=True)
            )
            rises = zip(up, down, changed, strict=True)
            response = np.sum([(one - other).sum(axis=0) @ by for one, other, by in rises], axis=0)
            found[name] = np.asarray((high - low - response) / apart)
        return found

    def _energy(self, point: Point) -> Array:
        """Return what reads H off the change of a state [Hz].

        The change of the population whose equation makes room for the trace is that of all others together.
        """
        rows = [part.moments.reading(part.energies(point, self.scales)) for part in self.parts]
        row, first = np.sum(rows, axis=0), self.parts[0].moments
        return np.asarray(row - row[first.trace] * first.readings["trace"])
