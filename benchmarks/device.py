"""The valve that every benchmark solves: Table I of the paper, with a parasitic bath. SI units."""

import math

from valvelab.constants import BOLTZMANN, PLANCK
from valvelab.sim import Bath

FREQUENCY = 4e9
RATE, LOCAL_RATE = 0.5e9, 0.01e9
T_HOT, T_COLD, T_PARASITIC = 0.384, 0.096, 0.050
T_PARASITIC_HOT = 0.450
UNIT = 1e9
"""Matrices of others are in units of 1e9 1/s, so that their elements are of order one."""


def occupation(temperature: float) -> float:
    """Return the Bose occupation at the qubits' frequency."""
    return 1 / math.expm1(PLANCK * FREQUENCY / (BOLTZMANN * temperature))


def rates(t_hot: float, t_cold: float, t_parasitic: float) -> tuple[float, float, float, float]:
    """Return emission and absorption rate of J_- and J_+, and those of each qubit alone [UNIT]."""
    n_h, n_c, n_p = occupation(t_hot), occupation(t_cold), occupation(t_parasitic)
    together, alone = RATE / UNIT, LOCAL_RATE / UNIT
    return together * (2 + n_h + n_c), together * (n_h + n_c), alone * (1 + n_p), alone * n_p


def drain(emitted: float, absorbed: float, t_cold: float) -> float:
    """Return the heat that the drain takes up, -Q_c [W], from <J_+ J_-> and <J_- J_+>."""
    n = occupation(t_cold)
    return PLANCK * FREQUENCY * RATE * ((1 + n) * emitted - n * absorbed)


def baths(t_hot: float = T_HOT, t_cold: float = T_COLD, t_parasitic: float = T_PARASITIC) -> list[Bath]:
    """Return hot, cold and parasitic bath; temperatures may be arrays."""
    return [Bath(RATE, t_hot), Bath(RATE, t_cold), Bath(LOCAL_RATE, t_parasitic)]
