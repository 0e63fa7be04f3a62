r"""The master equation of two ladders as a linear map.

The number of excitations is conserved in every coherence, so of all elements of rho only those between states of one
number are kept: 6, 19, 44, 85 and 146 for two to six levels each. rho = R + i I, with R symmetric and I
antisymmetric, is kept as the real matrix G = R + I. A linear map K of rho that keeps it Hermitian is there

.. math::

    \rho \to K \rho \Leftrightarrow G \to \mathrm{Re}(K) \, G + \mathrm{Im}(K) \, G^T

with the real and the imaginary part of every element of K: -2 pi i [H, .] of a real H becomes -2 pi [H, G^T], and a
dissipator without phases acts on G as on rho. Every function takes batches, the points on the first axis.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from valvelab.arguments import Amplitude, Array

from .ladder import Ladder

Links: TypeAlias = tuple[npt.NDArray[np.int_], ...]
"""Pairs of elements, as places to and of."""
_NO_ELEMENT = 1e-12
"""Below it an element of a coupling is rounding."""


@dataclass(frozen=True)
class Jump:
    """Hold what one dissipator is made of: D rho = Y rho X+ - X+ Y rho + h.c."""

    x: Amplitude
    y: Amplitude

    @property
    def adjoint(self) -> "Jump":
        """What raises as this lowers."""
        return Jump(_adjoint(self.x), _adjoint(self.y))

    @property
    def has_phases(self) -> bool:
        """Whether it mixes R and I."""
        return np.iscomplexobj(self.x)

    def change(self, state: Array) -> Array:
        """Return D rho for the states of a batch, all R + I as full matrices."""
        rho = _with_phases(state) if self.has_phases else state
        x, y = _adjoint(self.x), _adjoint(self.y)
        loss = x @ self.y
        change = self.y @ rho @ x + self.x @ rho @ y - loss @ rho - rho @ _adjoint(loss)
        return np.asarray(change.real + change.imag if self.has_phases else change)

    def energy(self, hamiltonian: Array, state: Amplitude) -> Array:
        """Return Tr[H D rho] for the states of a batch, full matrices; without phases R is enough."""
        x = _adjoint(self.x)
        change = self.y @ state @ x - x @ self.y @ state
        return np.asarray(2 * np.einsum("pab,pba->p", hamiltonian, change.real))


@dataclass(frozen=True)
class Sector:
    """Know the elements that are kept, of two ladders with so many levels.

    Parameters
    ----------
    first, second
        Numbers of levels.
    """

    first: int
    second: int

    @cached_property
    def places(self) -> tuple[npt.NDArray[np.int_], npt.NDArray[np.int_]]:
        """Row and column of every element that is kept."""
        number = np.add.outer(np.arange(self.first), np.arange(self.second)).ravel()
        row, column = np.nonzero(number[:, None] == number[None, :])
        return row, column

    @cached_property
    def trace(self) -> Array:
        """What gives the trace of a state."""
        row, column = self.places
        return np.asarray(row == column, np.float64)

    @cached_property
    def _transposed(self) -> npt.NDArray[np.int_]:
        """Which element is in the place of each in the transposed matrix."""
        row, column = self.places
        return np.lexsort((row, column))  # by columns; as they are kept they are sorted by rows

    @cached_property
    def _links(self) -> tuple[Links, Links, Links]:
        """Which pairs of elements differ by one number, and which of one number have one column, or one row."""
        row, column = self.places
        number = np.add.outer(np.arange(self.first), np.arange(self.second)).ravel()[row]
        steps = number[:, None] - number
        return (
            np.nonzero(np.abs(steps) == 1),
            np.nonzero((steps == 0) & (column[:, None] == column)),
            np.nonzero((steps == 0) & (row[:, None] == row)),
        )

    def commutator(self, hamiltonian: Array) -> Array:
        """Return the map of -2 pi i [H, .], for H in Hz."""
        row, column = self.places
        result = np.zeros((len(hamiltonian), row.size, row.size))
        to, of = np.nonzero(column[:, None] == row)
        result[:, to, of] += hamiltonian[:, row[to], column[of]]
        to, of = np.nonzero(row[:, None] == column)
        result[:, to, of] -= hamiltonian[:, row[of], column[to]]
        return np.asarray(-2 * np.pi * result)

    def dissipator(self, jump: Jump) -> Array:
        """Return the map of a dissipator; only pairs of elements that it may connect are touched."""
        row, column = self.places
        (to, of), one_column, one_row = self._links
        there, back = (slice(None), row[to], row[of]), (slice(None), column[to], column[of])
        result: npt.NDArray[Any] = np.zeros((len(jump.x), row.size, row.size), jump.x.dtype)
        result[:, to, of] = jump.y[there] * jump.x[back].conj() + jump.x[there] * jump.y[back].conj()
        loss = _adjoint(jump.x) @ jump.y
        for (to, of), place, rate in ((one_column, row, loss), (one_row, column, loss.conj())):
            result[:, to, of] -= rate[:, place[to], place[of]]
        return result.real + result.imag[:, :, self._transposed] if jump.has_phases else result

    def full(self, elements: Array, *, phases: bool = False) -> Amplitude:
        """Return the states with these elements as full matrices: rho with `phases`, else R alone."""
        matrix = self.whole(elements)
        return _with_phases(matrix) if phases else (matrix + _turned(matrix)) / 2

    def whole(self, elements: Array) -> Array:
        """Return R + I of the states with these elements, as full matrices."""
        size = self.first * self.second
        matrix = np.zeros((len(elements), size, size))
        matrix[:, *self.places] = elements
        return matrix


def lowering(ladders: tuple[Ladder, Ladder], which: int, amplitudes: Array) -> Array:
    """Return sum_n a_n |n><n+1| of one ladder in the space of both; the amplitudes have points on the first axis."""
    sizes = [ladder.levels for ladder in ladders]
    own = np.zeros((len(amplitudes), sizes[which], sizes[which]))
    n = np.arange(sizes[which] - 1)
    own[:, n, n + 1] = amplitudes
    other = np.eye(sizes[1 - which])
    product = np.einsum("pij,kl->pikjl" if which == 0 else "pij,kl->pkilj", own, other)
    return np.asarray(product.reshape(len(amplitudes), sizes[0] * sizes[1], -1))


def jumps_of(
    coupling: Amplitude, weigh: Callable[[Array], Amplitude], down: Array, up: Array, *, gkls: bool
) -> list[Jump]:
    """Return the jumps down and up of a bath that couples through a lowering operator.

    Parameters
    ----------
    coupling
        The operator.
    weigh
        What returns it with its parts times the values of a spectrum.
    down, up
        gamma (1 + n) and gamma n [1/s], as spectra.
    gkls
        Whether to take geometric means instead of Redfield's X and Y.
    """
    lowers, raises = (
        _pair(weigh(np.sqrt(spectrum)) if gkls else weigh(spectrum / 2), coupling, gkls=gkls)
        for spectrum in (down, up)
    )
    return [lowers, raises.adjoint]


def _pair(weighed: Amplitude, coupling: Amplitude, *, gkls: bool) -> Jump:
    return Jump(weighed, weighed / 2) if gkls else Jump(coupling, weighed)


def hamiltonian(frequencies: list[Array], exchange: Array, hop: Array) -> Array:
    """Return H / h [Hz]; `hop` is b_1+ b_2 + h.c."""
    energies = [np.concatenate([np.zeros((len(f), 1)), np.cumsum(f, axis=1)], axis=1) for f in frequencies]
    total = (energies[0][:, :, None] + energies[1][:, None, :]).reshape(len(exchange), -1)
    return np.asarray(total[:, :, None] * np.eye(total.shape[1]) + exchange[:, None, None] * hop)


def bohr(matrix: Array) -> tuple[Array, Array]:
    """Return the eigenstates of H, and E_j - E_i at (i, j)."""
    energies, states = np.linalg.eigh(matrix)
    return states, energies[:, None, :] - energies[:, :, None]


def spectral(operator: Amplitude, states: Array, spectrum: Array) -> Amplitude:
    """Return the parts of a lowering operator at each Bohr frequency, each times its value of a spectrum."""
    return np.asarray(states @ (spectral_parts(operator, states) * spectrum) @ _turned(states))


def spectral_parts(operator: Amplitude, states: Array) -> Amplitude:
    """Return an operator between eigenstates."""
    return np.asarray(_turned(states) @ operator @ states)


def felt(operator: Amplitude, states: Array) -> npt.NDArray[np.bool_]:
    """Tell which pairs of eigenstates an operator connects."""
    return np.abs(spectral_parts(operator, states)) > _NO_ELEMENT


def _with_phases(matrix: Array) -> Amplitude:
    """Return R + i I of R + I."""
    return np.asarray((0.5 + 0.5j) * matrix + (0.5 - 0.5j) * _turned(matrix))


def _turned(matrix: Array) -> npt.NDArray[Any]:
    return np.swapaxes(matrix, -1, -2)


def _adjoint(matrix: Amplitude) -> npt.NDArray[Any]:
    return np.swapaxes(matrix.conj(), -1, -2)
