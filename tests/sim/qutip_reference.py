"""Brute force: the master equations written out in the full Hilbert space with QuTiP's operators.

Nothing here knows of Dicke states, symmetries or closed forms. A Liouvillian is a dense matrix on column-stacked
density matrices; its null space is found by a dense solve with one equation replaced by the trace.
Frequencies are in Hz and rates in 1/s, both divided by `UNIT` so that the matrices are of order one.
"""

from dataclasses import dataclass

import numpy as np
import qutip
from scipy.constants import h as planck
from scipy.constants import k as boltzmann

UNIT = 1e9


@dataclass(frozen=True)
class Answer:
    """What the tests compare, currents in W; p_spin has the highest J first."""

    currents: np.ndarray
    p_spin: np.ndarray
    spin_squared: float
    inversion: float
    state: np.ndarray


def bose(frequency, temperature):
    return 0.0 if temperature == 0 else 1 / np.expm1(planck * frequency / (boltzmann * temperature))


def lowering(n_qubits):
    """s_- of each qubit; QuTiP's sigmam lowers its first basis state."""
    return [
        qutip.tensor([qutip.sigmam() if j == k else qutip.qeye(2) for j in range(n_qubits)])
        for k in range(n_qubits)
    ]


def jump(operator, rate):
    """D[operator] * rate as a dense superoperator."""
    return qutip.lindblad_dissipator(operator).full() * rate


def one_sided(x, y):
    """Y rho X+ - X+ Y rho + h.c. as a dense superoperator."""
    forward = qutip.sprepost(y, x.dag()) - qutip.spre(x.dag() * y)
    backward = qutip.sprepost(x, y.dag()) - qutip.spost(y.dag() * x)
    return (forward + backward).full()


def answer(hamiltonian, dissipators, n_qubits):
    """Solve for the stationary state; `hamiltonian` in Hz / UNIT, `dissipators` in 1/s / UNIT."""
    commutator = -2j * np.pi * (qutip.spre(hamiltonian) - qutip.spost(hamiltonian)).full()
    liouvillian = commutator + sum(dissipators)
    size = hamiltonian.shape[0]
    trace = np.eye(size).reshape(-1, order="F")
    liouvillian[0] = trace
    rho = np.linalg.solve(liouvillian, np.eye(size**2)[0])
    energy = hamiltonian.full()
    currents = np.array(
        [
            planck * UNIT**2 * np.trace(energy @ (d @ rho).reshape(size, size, order="F")).real
            for d in dissipators
        ]
    )
    state = rho.reshape(size, size, order="F")
    ladder = lowering(n_qubits)
    down = sum(ladder)
    j_z = sum((s.dag() * s - 0.5 for s in ladder), 0 * down)
    j_squared = (down.dag() * down + j_z * j_z - j_z).full()
    values, vectors = np.linalg.eigh(j_squared)
    weights = np.einsum("ik,ij,jk->k", vectors.conj(), state, vectors).real
    spins = n_qubits / 2 - np.arange(n_qubits // 2 + 1)
    p_spin = np.array([weights[np.abs(values - j * (j + 1)) < 1e-6].sum() for j in spins])
    return Answer(
        currents,
        p_spin,
        np.trace(j_squared @ state).real,
        np.trace(j_z.full() @ state).real,
        state,
    )


def collective_answer(n_qubits, frequency, hot, cold, parasitic):
    """Eq. (31) in full: hot, cold and parasitic are (rate, temperature)."""
    ladder = lowering(n_qubits)
    down = sum(ladder)
    dissipators = []
    for (rate, temperature), operators in ((hot, [down]), (cold, [down]), (parasitic, ladder)):
        n = bose(frequency, temperature)
        dissipators.append(
            sum(jump(o, rate / UNIT * (1 + n)) + jump(o.dag(), rate / UNIT * n) for o in operators)
        )
    number = sum(s.dag() * s for s in ladder)
    return answer(frequency / UNIT * number, dissipators, n_qubits)


def pair_hamiltonian(frequencies, exchange):
    first, second = lowering(2)
    hopping = first.dag() * second + second.dag() * first
    return (
        frequencies[0] * first.dag() * first + frequencies[1] * second.dag() * second + exchange * hopping
    ) / UNIT


def pair_answer(frequencies, hot, cold, parasitic, *, spectra, weights, exchange, equation):
    """The contract's two equations; `spectra` are filter functions of frequency for hot and cold."""
    ladder = lowering(2)
    hamiltonian = pair_hamiltonian(frequencies, exchange)
    energies, states = np.linalg.eigh(hamiltonian.full())
    energies = energies * UNIT
    bohr = energies[None, :] - energies[:, None]
    dissipators = []
    for (rate, temperature), spectrum, weight in zip((hot, cold), spectra, weights, strict=True):
        operator = weight[0] * ladder[0] + weight[1] * ladder[1]
        elements = states.conj().T @ operator.full() @ states
        down, up = np.zeros((4, 4)), np.zeros((4, 4))
        for i, j in np.argwhere(np.abs(elements) > 1e-13):
            occupation = bose(bohr[i, j], temperature)
            down[i, j] = rate / UNIT * spectrum(bohr[i, j]) * (1 + occupation)
            up[i, j] = rate / UNIT * spectrum(bohr[i, j]) * occupation
        dissipators.append(_reservoir(states, elements, down, up, equation, operator.dims))
    local = np.zeros((16, 16), complex)
    for frequency, operator in zip(frequencies, ladder, strict=True):
        n = bose(frequency, parasitic[1])
        local += jump(operator, parasitic[0] / UNIT * (1 + n)) + jump(operator.dag(), parasitic[0] / UNIT * n)
    return answer(hamiltonian, [*dissipators, local], 2)


def _reservoir(states, elements, down, up, equation, dims):
    def back(matrix):
        return qutip.Qobj(states @ matrix @ states.conj().T, dims=dims)

    if equation == "gkls":
        return jump(back(elements * np.sqrt(down)), 1) + jump(back(elements * np.sqrt(up)).dag(), 1)
    lower = one_sided(back(elements), back(elements * down / 2))
    return lower + one_sided(back(elements).dag(), back(elements * up / 2).dag())


def collapse_operators(n_qubits, frequency, hot, cold, parasitic=None):
    """The jump operators of Eqs. (11, 32) for `mesolve` and `liouvillian`, in units of UNIT; baths as above."""
    ladder = lowering(n_qubits)
    found = []
    for bath, operators in ((hot, [sum(ladder)]), (cold, [sum(ladder)]), (parasitic, ladder)):
        if bath is not None:
            rate, n = bath[0] / UNIT, bose(frequency, bath[1])
            found += [np.sqrt(rate * (1 + n)) * operator for operator in operators]
            found += [np.sqrt(rate * n) * operator.dag() for operator in operators]
    return [operator for operator in found if operator.norm() > 0]
