"""Baths and currents of a batch of points, and the formulas of one and two qubits, compiled. Nothing cancels.

The loops are written so that a processor takes several points at once: no branches, no calls, and an
exponential of their own, since that of the C library takes one number at a time and would be most of the work.
Everything compiled here stands in one file, since the cache of compiled code looks at nothing else.
"""

import numpy as np

from valvelab.arguments import Array
from valvelab.compiled import compiled
from valvelab.constants import BOLTZMANN, PLANCK

FREQUENCY, HOT, T_HOT, COLD, T_COLD, PARASITIC, T_PARASITIC = range(7)
"""Rows of the points [Hz, 1/s and K]."""
POINT_ROWS = 7
UP, N_PARASITIC, THROUGH, DRIVEN = range(4)
"""Rows of what drives heat: U = gamma_h n_h + gamma_c n_c; n_p; gamma_h gamma_c (n_h - n_c);
gamma_p [gamma_h (n_p - n_h) + gamma_c (n_p - n_c)]."""
DRIVE_ROWS = 4
CARRIED_ROWS, ANSWER_ROWS = 4, 5
"""Rows of an answer: the three currents [W] and <J_z>; few qubits have the probability of the singlet as well."""

_QUANTUM = PLANCK / BOLTZMANN
_COLDEST = 709.0
"""h f / k_B T from which n, 1e-308, counts as 0."""
_INVERSE_LN2 = 1.4426950408889634
_LN2_HIGH, _LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10
"""The first has 21 zero bits at its end, so that its products with small integers are exact."""
_ROUND = 6755399441055744.0
"""3 * 2**51: a small number added to it is rounded to an integer, which stands in the lowest bits."""
_CLOSE = 0.01
"""Relative distance of two occupations below which their difference is not left to a subtraction."""


@compiled
def _occupations(frequency: Array, temperature: Array, occupation: Array) -> None:
    """Fill in n = 1 / (exp(x) - 1), x = h f / k_B T, to the last digit but one for every x.

    With x = k ln 2 + r, exp(x) - 1 = 2**k (exp(r) - 1) + 2**k - 1, and exp(r) - 1 by its power series.
    """
    size = len(occupation)
    shifted, power = np.empty(size), np.empty(size, np.int64)
    bits, factor = shifted.view(np.int64), power.view(np.float64)
    for i in range(size):
        occupation[i] = min(_QUANTUM * frequency[i] / temperature[i], _COLDEST)
        shifted[i] = occupation[i] * _INVERSE_LN2 + _ROUND
    for i in range(size):
        power[i] = (bits[i] + 1023) << 52
    for i in range(size):
        x, k = occupation[i], shifted[i] - _ROUND
        r = (x - k * _LN2_HIGH) - k * _LN2_LOW
        tail = 1 / 6227020800 + r / 87178291200
        tail = 1 / 39916800 + r * (1 / 479001600 + r * tail)
        tail = 1 / 362880 + r * (1 / 3628800 + r * tail)
        tail = 1 / 5040 + r * (1 / 40320 + r * tail)
        tail = 1 / 120 + r * (1 / 720 + r * tail)
        tail = 1 / 6 + r * (1 / 24 + r * tail)
        grown = r + r * r * (0.5 + r * tail)
        n = 1 / (factor[i] * grown + (factor[i] - 1))
        occupation[i] = n if x < _COLDEST else 0.0


@compiled
def _excess(quantum: float, here: float, there: float, n: float, n_there: float) -> float:
    """Return n - n_there without cancellation: exactly 0 at equal temperatures."""
    # Where they are close, 1 - exp(-x) of the small difference x of the exponents is a short series.
    x = quantum * ((here - there) / here) / there
    fallen = x * (1 - x * (1 / 2 - x * (1 / 6 - x * (1 / 24 - x * (1 / 120 - x * (1 / 720))))))
    return n * (1 + n_there) * fallen if abs(n - n_there) < _CLOSE * n else n - n_there


@compiled
def _one_qubit(
    both: float, up: float, gamma_p: float, n_p: float, driven: float
) -> tuple[float, float, float]:
    """Return X = -2 <J_z>, the parasitic current [h f / s] and nothing in a singlet."""
    spread = 1 + 2 * n_p
    relaxation = both + 2 * up + gamma_p * spread
    x = (both + gamma_p) / relaxation if relaxation > 0 else 1 / spread
    return x, driven / relaxation if relaxation > 0 else 0.0, 0.0


@compiled
def _two_qubits(
    both: float, up: float, gamma_p: float, n_p: float, driven: float
) -> tuple[float, float, float]:
    """Return X, the parasitic current and the probability of the singlet.

    The levels T+, T0, T-, S form a cycle; their weights are sums over its spanning trees. They are divided by
    gamma_p, so that gamma_p = 0 is the limit gamma_p -> 0+ and needs no case of its own.
    """
    # Where the reservoirs are off the qubits are those of the parasitic bath alone, whatever its rate.
    local = 1.0 if both == 0 and gamma_p == 0 else gamma_p
    absorbed, emitted = n_p, 1 + n_p
    rise = 2 * up + local * absorbed
    fall = 2 * (up + both) + local * emitted
    total, spread = rise + fall, absorbed + emitted
    singlet = local * absorbed * emitted * total + absorbed * fall * fall + emitted * rise * rise
    triplet = (
        local * (absorbed * absorbed + emitted * emitted) * total
        + (fall * fall + rise * rise + fall * rise) * spread
        + local * (absorbed * absorbed * fall + emitted * emitted * rise)
    )
    weight = 1 / (singlet + triplet)
    shared = local + absorbed * (3 * fall + rise) + emitted * (fall + 3 * rise)
    return 4 * spread * total * (both + local) * weight, 2 * driven * shared * weight, singlet * weight


@compiled
def drive(points: Array, drives: Array) -> None:
    """Fill in what drives heat (DRIVE_ROWS, n) for points (POINT_ROWS, n), which have been checked."""
    size = points.shape[1]
    n_h, n_c, n_p = np.empty(size), np.empty(size), drives[N_PARASITIC]
    _occupations(points[FREQUENCY], points[T_HOT], n_h)
    _occupations(points[FREQUENCY], points[T_COLD], n_c)
    _occupations(points[FREQUENCY], points[T_PARASITIC], n_p)
    for i in range(size):
        hot, cold, quantum = points[HOT, i], points[COLD, i], _QUANTUM * points[FREQUENCY, i]
        t_hot, t_cold, t_p = points[T_HOT, i], points[T_COLD, i], points[T_PARASITIC, i]
        drives[UP, i] = hot * n_h[i] + cold * n_c[i]
        drives[THROUGH, i] = hot * cold * _excess(quantum, t_hot, t_cold, n_h[i], n_c[i])
        driven = hot * _excess(quantum, t_p, t_hot, n_p[i], n_h[i])
        driven += cold * _excess(quantum, t_p, t_cold, n_p[i], n_c[i])
        drives[DRIVEN, i] = points[PARASITIC, i] * driven


@compiled
def carry(points: Array, drives: Array, x: Array, leak: Array, answer: Array) -> None:
    """Fill in currents and <J_z> from X = -2 <J_z> and the parasitic current [h f / s].

    Q_h = h f [gamma_h gamma_c (n_h - n_c) X - gamma_h leak] / (gamma_h + gamma_c), and so on.
    """
    for i in range(points.shape[1]):
        hot, cold, energy = points[HOT, i], points[COLD, i], PLANCK * points[FREQUENCY, i]
        share = energy / (hot + cold) if hot + cold > 0 else 0.0
        through = drives[THROUGH, i] * x[i]
        answer[0, i] = share * (through - hot * leak[i])
        answer[1, i] = -share * (through + cold * leak[i])
        answer[2, i] = energy * leak[i]
        answer[3, i] = -x[i] / 2


@compiled
def solve(n_qubits: int, points: Array, drives: Array, answer: Array) -> None:
    """Fill in the answer (ANSWER_ROWS, n) for one or two qubits."""
    size = points.shape[1]
    x, leak = np.empty(size), np.empty(size)
    for i in range(size):
        both, gamma_p = points[HOT, i] + points[COLD, i], points[PARASITIC, i]
        up, n_p, driven = drives[UP, i], drives[N_PARASITIC, i], drives[DRIVEN, i]
        if n_qubits == 1:
            x[i], leak[i], answer[4, i] = _one_qubit(both, up, gamma_p, n_p, driven)
        else:
            x[i], leak[i], answer[4, i] = _two_qubits(both, up, gamma_p, n_p, driven)
    carry(points, drives, x, leak, answer)
