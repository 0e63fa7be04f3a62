"""What a user of QuTiP would write for two qubits, from the plain call to the leanest. Each returns -Q_c [W]."""

from collections.abc import Callable

import numpy as np
import qutip
from device import FREQUENCY, LOCAL_RATE, RATE, T_COLD, T_HOT, T_PARASITIC, UNIT, baths, drain, rates
from qutip.solver.steadystate import _steadystate_direct

from valvelab.constants import PLANCK
from valvelab.sim import Bath, Resonator

QUALITY = 20
_LADDER = [qutip.tensor(qutip.sigmam(), qutip.qeye(2)), qutip.tensor(qutip.qeye(2), qutip.sigmam())]
_DOWN = sum(_LADDER)
_JUMPS = [_DOWN, _DOWN.dag(), *_LADDER, *(lower.dag() for lower in _LADDER)]
_NOTHING = 0 * _DOWN
"""The Hamiltonian in the rotating frame: a kindness, since it makes the matrix sparser."""
_EMITTED, _ABSORBED = _DOWN.dag() * _DOWN, _DOWN * _DOWN.dag()

Temperatures = tuple[float, float, float]


def _jump_operators(temperatures: Temperatures) -> list[qutip.Qobj]:
    down, up, alone_down, alone_up = np.sqrt(rates(*temperatures))
    strengths = (down, up, alone_down, alone_down, alone_up, alone_up)
    return [strength * operator for strength, operator in zip(strengths, _JUMPS, strict=True)]


def _heat(rho: qutip.Qobj, t_cold: float) -> float:
    return drain(qutip.expect(_EMITTED, rho), qutip.expect(_ABSORBED, rho), t_cold)


def public(temperatures: Temperatures) -> float:
    """Call `qutip.steadystate` with its defaults; the operators stand ready."""
    return _heat(qutip.steadystate(_NOTHING, _jump_operators(temperatures)), temperatures[1])


def tuned(storage: str) -> Callable[[Temperatures], float]:
    """Return the same, without the change of global options in which the public call spends nearly all its time."""

    def evaluate(temperatures: Temperatures) -> float:
        liouvillian = qutip.liouvillian(_NOTHING, _jump_operators(temperatures))
        return _heat(_steadystate_direct(liouvillian.to(storage), 0), temperatures[1])

    return evaluate


def precomputed() -> Callable[[Temperatures], float]:
    """Return the same, with the dense superoperators of all four rates computed once."""
    parts = _dissipators()

    def evaluate(temperatures: Temperatures) -> float:
        liouvillian = sum(
            (rate * part for rate, part in zip(rates(*temperatures), parts, strict=True)), 0 * parts[0]
        )
        return _heat(_steadystate_direct(liouvillian, 0), temperatures[1])

    return evaluate


def bare() -> Callable[[Temperatures], float]:
    """Return QuTiP's matrices with NumPy's solver: nothing of QuTiP is called any more."""
    parts = np.stack([part.full() for part in _dissipators()])
    trace, right = np.eye(4).reshape(-1), np.eye(16)[0]
    emitted, absorbed = (operator.full().T.reshape(-1, order="F") for operator in (_EMITTED, _ABSORBED))

    def evaluate(temperatures: Temperatures) -> float:
        liouvillian = np.tensordot(rates(*temperatures), parts, 1)
        liouvillian[0] = trace
        rho = np.linalg.solve(liouvillian, right)
        return drain((emitted @ rho).real, (absorbed @ rho).real, temperatures[1])

    return evaluate


def _dissipators() -> list[qutip.Qobj]:
    every = [qutip.lindblad_dissipator(operator) for operator in _JUMPS]
    return [part.to("dense") for part in (every[0], every[1], every[2] + every[3], every[4] + every[5])]


def bloch_redfield(first: float, second: float) -> float:
    """Return -Q_c [W] of two qubits at any frequencies: Bloch-Redfield tensor, stationary state, current."""
    energy = sum(2 * np.pi * f / UNIT * s.dag() * s for f, s in zip((first, second), _LADDER, strict=True))
    hot, cold, parasitic = baths(T_HOT, T_COLD, T_PARASITIC)
    jumps = []
    for frequency, lower in zip((first, second), _LADDER, strict=True):
        n = float(parasitic.occupation(frequency))
        jumps += [np.sqrt(LOCAL_RATE / UNIT * (1 + n)) * lower, np.sqrt(LOCAL_RATE / UNIT * n) * lower.dag()]

    def tensor(sources: list[Bath], c_ops: list[qutip.Qobj]) -> qutip.Qobj:
        a_ops = [[_DOWN + _DOWN.dag(), _spectrum(source)] for source in sources]
        return qutip.bloch_redfield_tensor(energy, a_ops, c_ops=c_ops, sec_cutoff=-1, fock_basis=True)

    rho = qutip.steadystate(tensor([hot, cold], jumps))
    alone = tensor([cold], []) - qutip.liouvillian(energy)
    flow = qutip.vector_to_operator(alone * qutip.operator_to_vector(rho))
    return -PLANCK * UNIT**2 / (2 * np.pi) * float((energy * flow).tr().real)


def _spectrum(bath: Bath) -> Callable[[float], float]:
    resonator = Resonator(FREQUENCY, QUALITY)

    def rate(w: float) -> float:
        if w == 0:
            return 0.0
        frequency = abs(w) * UNIT / (2 * np.pi)
        n = float(bath.occupation(frequency))
        return RATE / UNIT * float(resonator.filter(frequency)) * (n + 1 if w > 0 else n)

    return rate
