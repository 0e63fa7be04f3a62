"""What a user of PIQS, QuTiP's library for permutation symmetry, or of SciPy would write for N qubits."""

import numpy as np
import qutip
import scipy.sparse as sparse
from device import drain
from numpy.typing import NDArray
from qutip.piqs.piqs import Dicke, Pim, jspin
from scipy.sparse.linalg import splu, spsolve

Rates = tuple[float, float, float, float]
Array = NDArray[np.float64]


def pim_matrix(n_qubits: int, rates: Rates) -> sparse.csr_array:
    """Build PIQS's matrix of the rate equation dp/dt = M p, in double precision."""
    down, up, alone_down, alone_up = rates
    return Pim(
        n_qubits, emission=alone_down, pumping=alone_up, collective_emission=down, collective_pumping=up
    ).coefficient_matrix()


def with_dense_row(matrix: sparse.csr_array) -> Array:
    """Solve M p = 0 as one usually does: the first equation gives way to sum p = 1, a full row."""
    replaced = matrix.tolil()
    replaced[0, :] = 1
    return np.asarray(spsolve(replaced.tocsc(), np.eye(1, matrix.shape[0])[0]))


def with_fixed_level(matrix: sparse.csr_array, level: int) -> Array:
    """Solve M p = 0 with the population of one level set to 1, so that the matrix stays sparse (SuperLU, MMD)."""
    kept = np.arange(matrix.shape[0]) != level
    inside = matrix[kept]
    factors = splu(inside[:, kept].tocsc(), permc_spec="MMD_AT_PLUS_A")
    population = np.ones(matrix.shape[0])
    population[kept] = factors.solve(-inside[:, [level]].toarray()[:, 0])
    return population / population.sum()


def levels(n_qubits: int) -> tuple[Array, Array]:
    """Return J and m of every level in PIQS's order: J falls, inside one J m falls."""
    spins = n_qubits / 2 - np.arange(n_qubits // 2 + 1)
    return (
        np.concatenate([np.full(int(2 * j) + 1, j) for j in spins]),
        np.concatenate([j - np.arange(int(2 * j) + 1) for j in spins]),
    )


def population_drain(n_qubits: int, population: Array, t_cold: float) -> float:
    """Return -Q_c [W] of populations in PIQS's order."""
    j, m = levels(n_qubits)
    return drain(
        float(population @ ((j + m) * (j - m + 1))), float(population @ ((j - m) * (j + m + 1))), t_cold
    )


def dicke_drain(n_qubits: int, rates: Rates, t_cold: float) -> float:
    """Return -Q_c [W] by `Dicke.liouvillian` and `qutip.steadystate` with GMRES, all coherences included."""
    down, up, alone_down, alone_up = rates
    system = Dicke(
        n_qubits, emission=alone_down, pumping=alone_up, collective_emission=down, collective_pumping=up
    )
    rho = qutip.steadystate(system.liouvillian(), method="direct", solver="gmres", rtol=1e-9)
    lower = jspin(n_qubits, "-")
    norm = rho.tr()
    emitted, absorbed = (qutip.expect(o, rho) / norm for o in (lower.dag() * lower, lower * lower.dag()))
    return drain(emitted.real, absorbed.real, t_cold)


def vectorised_matrix(n_qubits: int, rates: Rates) -> sparse.csr_array:
    """Build the same matrix as `pim_matrix` with arrays, since that takes minutes for a thousand qubits."""
    down, up, alone_down, alone_up = rates
    j, m = levels(n_qubits)
    place, half, size = np.arange(len(j)), n_qubits / 2, len(j)
    length = (2 * j).astype(int) + 1
    safe = np.where(j > 0, j, 1)
    same = (half + 1) / (2 * safe * (j + 1)) * (j > 0)
    lower = (j + 1 + half) / (2 * safe * (2 * j + 1)) * (j >= 1)
    higher = (half - j) / (2 * (j + 1) * (2 * j + 1))
    moves = []
    for together, alone, sign in ((down, alone_down, 1), (up, alone_up, -1)):
        s = sign * m  # absorption is emission with m reversed
        # One J further down begins where this one ends, one further up two levels earlier for its length.
        moves += [
            ((together + alone * same) * (j + s) * (j - s + 1), place + sign),
            (alone * lower * (j + s) * (j + s - 1), place + length - 1 + sign),
            (alone * higher * (j - s + 1) * (j - s + 2), place - length - 1 + sign),
        ]
    rate = np.concatenate([strength for strength, _ in moves])
    target, start = np.concatenate([to for _, to in moves]), np.tile(place, len(moves))
    there = rate > 0
    rate, target, start = rate[there], target[there], start[there]
    gain = sparse.coo_array((rate, (target, start)), shape=(size, size))
    loss = sparse.dia_array((np.bincount(start, rate, size)[None], [0]), shape=(size, size))
    return (gain - loss).tocsr()
