"""The numbering of the moments of `mode_moments`, and operators on them."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from valvelab.arguments import Array

Matrix: TypeAlias = npt.NDArray[np.complex128]
Places: TypeAlias = npt.NDArray[np.int64]

_LADDERS = 4
"""Indices of a moment: j and k of the hot mode, j and k of the cold one."""
_LOWERING = np.array([[0.0, 1.0], [0.0, 0.0]])
"""s- of a qubit whose first state is the ground state."""


class Tower:
    """Number the moments that a stationary state has, and build operators on them.

    Parameters
    ----------
    depth
        Largest sum of all four indices.
    excitations
        How many each basis state of the qubits holds.
    """

    def __init__(self, depth: int, excitations: Places) -> None:
        from scipy.sparse import csr_matrix, diags, identity, kron

        indices = np.indices((depth + 1,) * _LADDERS).reshape(_LADDERS, -1)
        few = np.flatnonzero(indices.sum(axis=0) <= depth)
        self.indices = indices[:, few]
        annihilator = diags(np.sqrt(np.arange(1.0, depth + 1)), 1, format="csr")
        whole = identity(depth + 1, format="csr")
        self.ladders = []
        for place in range(_LADDERS):
            product = csr_matrix(np.ones((1, 1)))
            for other in range(_LADDERS):
                product = kron(product, annihilator if other == place else whole, format="csr")
            self.ladders.append(product[few][:, few])
        self.levels = len(excitations)
        self._keep = np.flatnonzero(self._allowed(excitations).reshape(-1))
        self.size = len(self._keep)
        self._places = np.full(len(few) * self.levels**2, -1)
        self._places[self._keep] = np.arange(self.size)
        self._real = self._real_combinations()

    def _allowed(self, excitations: Places) -> npt.NDArray[np.bool_]:
        """Tell which elements |a><b| of which moments conserve the number of excitations: N_a - N_b = j - k."""
        order = np.subtract.outer(excitations, excitations).reshape(-1)
        wanted = self.indices[0] - self.indices[1] + self.indices[2] - self.indices[3]
        return np.asarray(wanted[:, None] == order)

    def _real_combinations(self) -> Any:
        """Return the unitary matrix that makes the unknowns out of real numbers, as g_kj = g_jk+."""
        moment, element = np.divmod(self._keep, self.levels**2)
        base = self.indices.max() + 1
        codes = np.array([base**3, base**2, base, 1])
        number = np.full(base**_LADDERS, -1)
        number[codes @ self.indices] = np.arange(self.indices.shape[1])
        swapped = number[codes @ self.indices[[1, 0, 3, 2]]]
        row, column = np.divmod(element, self.levels)
        mate = self._places[swapped[moment] * self.levels**2 + column * self.levels + row]
        return real_combinations(mate)

    def term(self, of_modes: Any, of_qubits: Matrix) -> Any:
        """Return the product of an operator on the indices and one on the qubits' matrices."""
        from scipy.sparse import csr_matrix, kron

        return kron(of_modes, csr_matrix(of_qubits), format="csr")[self._keep][:, self._keep]

    def real(self, term: Any) -> Any:
        """Return a term as it acts on the real unknowns."""
        return (self._real.conj().T @ term @ self._real).real.tocoo()

    def row(self, moment: tuple[int, int, int, int], operator: npt.NDArray[Any]) -> Array:
        """Return what reads Re Tr[operator g_moment] off the real unknowns."""
        place = int(np.flatnonzero((self.indices == np.array(moment)[:, None]).all(axis=0))[0])
        elements = self._places[place * self.levels**2 + np.arange(self.levels**2)]
        known = elements >= 0
        row = np.zeros(self.size, complex)
        row[elements[known]] = operator.T.reshape(-1)[known]
        return np.asarray((self._real.T @ row).real)


def excitations(levels: Sequence[int]) -> Places:
    """Return how many excitations each basis state of ladders with so many levels holds."""
    total = np.zeros(1, np.int64)
    for count in levels:
        total = np.add.outer(total, np.arange(count)).reshape(-1)
    return total


def lowering(n_qubits: int) -> list[Array]:
    """Return s- of each qubit; the ground state comes first."""
    if n_qubits == 1:
        return [_LOWERING]
    return [np.kron(_LOWERING, np.eye(2)), np.kron(np.eye(2), _LOWERING)]


def real_combinations(mates: Places) -> Any:
    """Return the unitary matrix that makes unknowns out of real numbers, where each is the conjugate of its mate."""
    from scipy.sparse import csr_matrix

    here, size = np.arange(len(mates)), len(mates)
    alone, one = np.flatnonzero(mates == here), np.flatnonzero(here < mates)
    other, half = mates[one], np.full(one.size, np.sqrt(0.5))
    values = np.concatenate([np.ones(alone.size), half, half, 1j * half, -1j * half])
    rows = np.concatenate([alone, one, other, one, other])
    columns = np.concatenate([alone, one, one, other, other])
    return csr_matrix((values, (rows, columns)), shape=(size, size))
