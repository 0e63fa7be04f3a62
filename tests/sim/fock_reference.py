"""Brute force: two resonators and the qubits in the Fock basis, with QuTiP's operators.

Nothing here knows of moments. `in_full` solves in the whole Liouville space. `in_blocks` leaves out the elements
between different numbers of excitations, which vanish in the stationary state, and so affords more photons.
"""

from dataclasses import dataclass

import numpy as np
import qutip
from scipy.constants import h as planck
from scipy.sparse import csr_matrix, identity, kron
from scipy.sparse.linalg import splu

from tests.sim.qutip_reference import UNIT, bose


@dataclass(frozen=True)
class Valve:
    """Parameters as `resonators` takes them: Hz, 1/s, K; mode first, qubit second."""

    frequencies: tuple
    rates: tuple = (0.5e9, 0.5e9)
    temperatures: tuple = (0.384, 0.096)
    parasitic: tuple = (0.01e9, 0.05)
    modes: tuple = ((4e9, 20), (4e9, 20))
    weights: tuple = ((1, 1), (1, 1))
    exchange: float = 0.0
    dephasing: float = 0.0


def operators(valve, photons):
    """Return H in Hz / UNIT, jumps of the three baths, s- of the qubits and a of the modes."""
    sizes = [count + 1 for count in photons] + [2] * len(valve.frequencies)

    def place(operator, at):
        return qutip.tensor([operator if k == at else qutip.qeye(size) for k, size in enumerate(sizes)])

    modes = [place(qutip.destroy(sizes[i]), i) for i in (0, 1)]
    qubits = [place(qutip.sigmam(), 2 + k) for k in range(len(valve.frequencies))]
    hamiltonian = sum(f * s.dag() * s for f, s in zip(valve.frequencies, qubits, strict=True))
    jumps = []
    for i, a in enumerate(modes):
        frequency, quality = valve.modes[i]
        kappa, n = 2 * np.pi * frequency / quality, bose(frequency, valve.temperatures[i])
        hamiltonian = hamiltonian + frequency * a.dag() * a
        for k, s in enumerate(qubits):
            g = valve.weights[i][k] * np.sqrt(valve.rates[i] * kappa) / 2 / (2 * np.pi)
            hamiltonian = hamiltonian + g * a.dag() * s + np.conj(g) * s.dag() * a
        jumps.append([np.sqrt(kappa * (1 + n)) * a, np.sqrt(kappa * n) * a.dag()])
    if len(qubits) == 2:
        hop = qubits[0].dag() * qubits[1]
        hamiltonian = hamiltonian + valve.exchange * (hop + hop.dag())
    local = []
    for f, s in zip(valve.frequencies, qubits, strict=True):
        gamma, n = valve.parasitic[0], bose(f, valve.parasitic[1])
        local += [np.sqrt(gamma * (1 + n)) * s, np.sqrt(gamma * n) * s.dag()]
        local += [np.sqrt(2 * valve.dephasing) * s.dag() * s]
    scaled = [[jump / np.sqrt(UNIT) for jump in group] for group in (*jumps, local)]
    return hamiltonian / UNIT, scaled, qubits, modes


def heat(hamiltonian, groups, state):
    """Return Tr[H D_i rho] of each group of jumps [W]."""
    found = []
    for group in groups:
        change = sum(c * state * c.dag() - (c.dag() * c * state + state * c.dag() * c) / 2 for c in group)
        found.append(planck * UNIT**2 * (hamiltonian * change).tr().real)
    return np.array(found)


def in_full(valve, photons):
    """Return the three currents [W] and the state, by QuTiP's own solver."""
    hamiltonian, groups, qubits, modes = operators(valve, photons)
    jumps = [jump for group in groups for jump in group if jump.norm() > 0]
    # Of H only differences within a number of excitations count: without the sum the matrix is better scaled.
    number = sum(x.dag() * x for x in (*qubits, *modes))
    rotating = 2 * np.pi * (hamiltonian - valve.modes[0][0] / UNIT * number)
    state = qutip.steadystate(rotating, jumps, method="direct")
    return heat(hamiltonian, groups, state), state


def in_blocks(valve, photons):
    """Return the three currents [W] and the state, from elements between equal numbers of excitations."""
    hamiltonian, groups, qubits, modes = operators(valve, photons)
    number = sum(x.dag() * x for x in (*qubits, *modes))
    rotating = 2 * np.pi * (hamiltonian - valve.modes[0][0] / UNIT * number)
    state = stationary(rotating, [(1.0, jump) for group in groups for jump in group], number)
    return heat(hamiltonian, groups, state), state


def stationary(rotating, jumps, number):
    """Return the state that H (2 pi times it) and jumps, pairs of a rate and an operator, leave in equal numbers."""
    rotating = csr_matrix(rotating.full())
    excitations = number.diag().real.round().astype(int)
    one, size = identity(len(excitations), format="csr"), len(excitations)
    kept = np.flatnonzero(np.equal.outer(excitations, excitations).reshape(-1))

    def both(left, right):
        return kron(left, right.T, format="csr")[kept][:, kept]

    matrix = -1j * (both(rotating, one) - both(one, rotating))
    for rate, jump in jumps:
        jump = csr_matrix(jump.full())
        inside = jump.conj().T @ jump
        change = both(jump, jump.conj().T) - (both(inside, one) + both(one, inside)) / 2
        matrix = matrix + rate * change
    matrix = matrix.tolil()
    matrix[0] = np.isin(kept, np.arange(size) * (size + 1)).astype(complex)
    elements = np.zeros(size**2, complex)
    elements[kept] = splu(matrix.tocsc()).solve(np.eye(1, len(kept), dtype=complex)[0])
    return qutip.Qobj(elements.reshape(size, size), dims=number.dims)
