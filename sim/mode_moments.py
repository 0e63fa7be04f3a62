"""The exact equations of two damped modes and one or two qubits, as a tower of moments of the modes.

A mode a that decays at kappa into a bath of occupation n is followed by operators of the qubits alone,

    G_jk = d^j/du^j d^k/dv^k exp(-n u v) Tr_mode[exp(u a+) exp(v a) rho]  at u = v = 0.

G_00 is the qubits' density matrix. All others vanish where the mode is thermal and knows nothing of the qubits, so
the tower is short even where the mode holds many photons: its depth sum (j + k) counts correlations, not photons.
The bath multiplies G_jk by -kappa (j + k) / 2, and the four products of a and a+ with rho become

    a rho = d_v + n u,    rho a = d_v + (n + 1) u,    a+ rho = d_u + (n + 1) v,    rho a+ = d_u + n v.

With G_jk = sqrt(j! k!) c^(j + k) g_jk, d_u = c A and u = A+ / c for an annihilator A of the index j; c = sqrt(n + 1/2)
keeps steps up and down the tower alike. In the stationary state the coherence of the qubits is that of the moment,
and g_kj = g_jk+ makes all equations real. A coupling with a phase, (x + i y) a+ s + h.c., is x times what s couples
and y times what i s does, which is "turned" by a quarter of a period.
"""

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from valvelab.arguments import Array

from .moment_pattern import Moments, on_one_pattern
from .moment_tower import Matrix, Tower, excitations, lowering

MODES = ("hot", "cold")
DRAINS: dict[str, complex] = {"singlet": 1, "triplet": -1}
TURNED_DRAIN: dict[str, complex] = {"turned singlet": 1j}
"""By name the z of what empties |eg> - z* |ge>, the second where couplings have phases."""


@cache
def moments(depth: int, n_qubits: int, phases: bool = False) -> Moments:
    """Return the equations up to a depth, which are the same for all parameters.

    Parameters
    ----------
    depth
        Largest sum of all four indices, at least 2: then energy is conserved to rounding.
    n_qubits
        1 or 2.
    phases
        Whether there are terms and readings of the turned couplings, too.
    """
    tower = Tower(depth, excitations([2] * n_qubits))
    terms = {name: tower.real(term) for name, term in _terms(tower, n_qubits, phases).items()}
    readings = _readings(tower, n_qubits, phases)
    return on_one_pattern(terms, tower.size, first_population(tower), readings)


def first_population(tower: Tower) -> int:
    """Return the place of the ground state's population: these equations add up to 0 = 0, and one makes room."""
    return int(np.flatnonzero(tower.row((0, 0, 0, 0), _projector(0, tower.levels)))[0])


def coupled(n_qubits: int, phases: bool) -> dict[str, Matrix]:
    """Return what couples to a mode, by name."""
    found = {str(qubit): s.astype(complex) for qubit, s in enumerate(lowering(n_qubits))}
    return found | ({f"turned {qubit}": 1j * s for qubit, s in found.items()} if phases else {})


def _terms(tower: Tower, n_qubits: int, phases: bool) -> dict[str, Any]:
    from scipy.sparse import diags, identity

    ladder, still = lowering(n_qubits), identity(tower.indices.shape[1], format="csr")
    terms = {}
    for i, mode in enumerate(MODES):
        j, k = tower.indices[2 * i], tower.indices[2 * i + 1]
        unmoved = np.eye(tower.levels**2, dtype=complex)
        terms[f"turn {mode}"] = tower.term(diags(2j * np.pi * (j - k)), unmoved)
        terms[f"decay {mode}"] = tower.term(diags(-0.5 * (j + k)), unmoved)
        for name, x in coupled(n_qubits, phases).items():
            for way, term in mode_coupling(tower, 2 * i, x).items():
                terms[f"{way} {mode} {name}"] = term
    for qubit, s in enumerate(ladder):
        number = s.T @ s
        terms[f"turn {qubit}"] = tower.term(still, -2j * np.pi * commutator(number))
        terms[f"fall {qubit}"] = tower.term(still, dissipator(s))
        terms[f"rise {qubit}"] = tower.term(still, dissipator(s.T))
        terms[f"dephase {qubit}"] = tower.term(still, 2 * dissipator(number))
    if n_qubits == 2:
        hop = ladder[0].T @ ladder[1]
        terms["exchange"] = tower.term(still, -2j * np.pi * commutator(hop + hop.T))
        for name, phase in (DRAINS | (TURNED_DRAIN if phases else {})).items():
            jump = _projector(0, 4) @ (ladder[0] - phase * ladder[1]) / np.sqrt(2)
            terms[name] = tower.term(still, dissipator(jump))
    return terms


def mode_coupling(tower: Tower, first: int, s: Matrix) -> dict[str, Any]:
    """Return -i [a+ s + a s+, .] in its three parts: times c, times n / c and times 1 / c."""
    u, v = tower.ladders[first], tower.ladders[first + 1]
    adjoint = s.conj().T
    lower, higher = commutator(s), commutator(adjoint)
    return {
        "deeper": -1j * (tower.term(u, lower) + tower.term(v, higher)),
        "stirred": -1j * (tower.term(v.T, lower) + tower.term(u.T, higher)),
        "spontaneous": -1j * (tower.term(v.T, left(s)) - tower.term(u.T, right(adjoint))),
    }


def _readings(tower: Tower, n_qubits: int, phases: bool) -> dict[str, Array]:
    ladder = lowering(n_qubits)
    qubits, one = (0, 0, 0, 0), np.eye(tower.levels)
    found = {"trace": tower.row(qubits, one)}
    for mode, photons, amplitude in zip(
        MODES, ((1, 1, 0, 0), (0, 0, 1, 1)), ((1, 0, 0, 0), (0, 0, 1, 0)), strict=True
    ):
        found[f"photons {mode}"] = tower.row(photons, one)
        for name, x in coupled(n_qubits, phases).items():
            found[f"coupling {mode} {name}"] = 2 * tower.row(amplitude, x)
    for qubit, s in enumerate(ladder):
        found[f"excited {qubit}"] = tower.row(qubits, s.T @ s)
    if n_qubits == 2:
        found["exchange"] = 2 * tower.row(qubits, ladder[0].T @ ladder[1])
        found["both"] = tower.row(qubits, _projector(3, 4))
    return found


def left(x: npt.NDArray[Any]) -> Matrix:
    """Return x . on matrices whose rows stand one after the other."""
    return np.kron(x, np.eye(len(x))).astype(complex)


def right(x: npt.NDArray[Any]) -> Matrix:
    """Return . x on matrices whose rows stand one after the other."""
    return np.kron(np.eye(len(x)), x.T).astype(complex)


def commutator(x: npt.NDArray[Any]) -> Matrix:
    """Return [x, .] on matrices whose rows stand one after the other."""
    return left(x) - right(x)


def dissipator(x: npt.NDArray[Any]) -> Matrix:
    """Return x rho x+ - (x+ x rho + rho x+ x) / 2."""
    number = x.conj().T @ x
    return left(x) @ right(x.conj().T) - (left(number) + right(number)) / 2


def _projector(level: int, levels: int) -> Array:
    return np.diag((np.arange(levels) == level).astype(float))
