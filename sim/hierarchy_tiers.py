"""The elements of all auxiliary matrices of a hierarchy of equations: their numbers, scales and symmetries."""

from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from .moment_tower import Matrix, Places

_FAINT = 1e-16
"""Stands for the coefficient of an exponential that is not there."""


class Tiers:
    """Number the elements of the auxiliary matrices, which QuTiP stacks by columns.

    Parameters
    ----------
    solver
        QuTiP's `HEOMSolver`.
    levels
        Of the qubits together; the bits of a level tell which qubits are excited.

    Attributes
    ----------
    matrix
        Sparse, d/dt of all elements.
    scales
        What each element grows like: sqrt(n! |c|^n) for n excitations of an exponential c exp(-v t).
    mates
        Place of each element's conjugate, as conjugate exponentials have adjoint matrices.
    charges
        By how many quanta each element turns, without its sign.
    """

    def __init__(self, solver: Any, levels: int) -> None:
        from scipy.special import gammaln

        self._exponents, self._levels = solver.ados.exponents, levels
        self._labels = np.array(solver.ados.labels)
        self._find = solver.ados.idx
        self.matrix = solver.rhs(0).to("CSR").data.as_scipy()
        sizes = np.log(np.maximum([abs(one.ck) for one in self._exponents], _FAINT))
        growth = (gammaln(self._labels + 1).sum(axis=1) + self._labels @ sizes) / 2
        self.scales = np.repeat(np.exp(growth), levels**2)
        column, row = np.divmod(np.arange(levels**2), levels)
        adjoint = [self._find(tuple(label)) for label in self._labels[:, self._partners()].tolist()]
        self.mates = (np.array(adjoint)[:, None] * levels**2 + row * levels + column).reshape(-1)
        quanta = np.array([level.bit_count() for level in range(levels)])
        turns = (self._labels @ self._ways())[:, None] + quanta[column] - quanta[row]
        self.charges = np.abs(turns).reshape(-1)

    def _partners(self) -> list[int]:
        """Return the place of the exponential that is conjugate to each one."""
        found = []
        for one in self._exponents:
            its = [k for k, other in enumerate(self._exponents) if other.tag == one.tag]
            found.append(min(its, key=lambda k: abs(self._exponents[k].vk - np.conj(one.vk))))
        return found

    def _ways(self) -> Places:
        """Return which way an excitation of each exponential turns: 1, -1 or, if it only decays, 0."""
        return np.array([-np.sign(np.imag(one.vk)) for one in self._exponents]).astype(int)

    def row(self, operator: npt.NDArray[Any], *exponentials: int) -> Matrix:
        """Return what reads Tr[operator rho] off the elements.

        Here rho is the state, or the auxiliary matrix with an excitation of each of some exponentials.
        """
        size = self._levels**2
        label = [int(k in exponentials) for k in range(len(self._exponents))]
        place = self._find(tuple(label))
        found = np.zeros(len(self.scales), complex)
        found[place * size : (place + 1) * size] = operator.reshape(-1)
        return found

    def noisy_row(self, operator: npt.NDArray[Any], *reservoirs: int) -> Matrix:
        """Return what reads <operator B> off them, B being the noise that a reservoir couples with.

        For two reservoirs, whose noises are independent, it is the product of both.
        """
        its = [[k for k, one in enumerate(self._exponents) if one.tag == tag] for tag in reservoirs]
        return np.asarray(sum(self.row(operator, *each) for each in product(*its)))
