"""The equations of one point of `resonators` at one depth: matrices, and the currents as they are read off a state."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from valvelab.arguments import Array
from valvelab.constants import PLANCK

from .mode_moments import Moments, moments
from .moment_waves import wave_moments
from .resonator_coefficients import coefficients, energies, wave_coefficients, wave_energies
from .resonator_point import ResonatorPoint

_BY = ((coefficients, energies), (wave_coefficients, wave_energies))
"""What knows the coefficients and energies of each part."""


@dataclass(frozen=True, eq=False)
class Equations:
    """Hold `mode_moments` and, where a point is corrected, `moment_waves` beside it.

    Their moments are in units of `scales`, which stay as they are while a point is moved.
    """

    parts: tuple[Moments, ...]
    scales: Array

    @classmethod
    def of(cls, point: ResonatorPoint, depth: int) -> Self:
        """Return the equations of a point."""
        which = depth, len(point.frequencies), point.phases
        plain = moments(*which)
        return cls((plain, wave_moments(*which)) if point.is_corrected else (plain,), point.scales)

    @property
    def size(self) -> int:
        """Number of unknowns."""
        return self.parts[0].size

    @property
    def trace(self) -> int:
        """Place of the equation of the trace."""
        return self.parts[0].trace

    def coefficients(self, point: ResonatorPoint) -> list[Array]:
        """Return the coefficients of each part by who acts, (actors, terms)."""
        return [give(point, part, self.scales) for part, (give, _) in zip(self.parts, _BY, strict=False)]

    def matrices(self, acts: Sequence[Array]) -> list[Any]:
        """Return the matrix of each part, all actors together."""
        return [part.matrix(act.sum(axis=0)) for part, act in zip(self.parts, acts, strict=True)]

    def applied(self, unknowns: Array) -> list[Any]:
        """Return what each term of each part makes of some unknowns, (terms, size)."""
        return [part.applied(unknowns) for part in self.parts]

    def currents(self, point: ResonatorPoint, acts: Sequence[Array], applied: Sequence[Any]) -> Array:
        """Return the currents of all baths [W], Tr[H D_i rho], in a state by what the terms make of it."""
        energy = self._energy(point)
        shares = [act[1:] @ (made @ energy) for act, made in zip(acts, applied, strict=True)]
        return np.asarray(PLANCK * point.unit * np.sum(shares, axis=0))

    def flows(self, point: ResonatorPoint, acts: Sequence[Array]) -> Array:
        """Return what reads the same off the unknowns [W], (3, size)."""
        energy, found = self._energy(point), np.zeros((3, self.size))
        for part, act in zip(self.parts, acts, strict=True):
            found += [part.matrix(of_bath).T @ energy for of_bath in act[1:]]
        return PLANCK * point.unit * found

    def _energy(self, point: ResonatorPoint) -> Array:
        """Return what reads H off the change of a state [Hz].

        The change of the population whose equation makes room for the trace is that of all others together.
        """
        known = zip(self.parts, _BY, strict=False)
        row = np.sum([part.reading(give(point, self.scales)) for part, (_, give) in known], axis=0)
        return np.asarray(row - row[self.trace] * self.parts[0].readings["trace"])
