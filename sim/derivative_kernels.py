"""How the currents of one and two qubits change, point by point, compiled."""

import math

import numpy as np

from valvelab.arguments import Array
from valvelab.compiled import compiled
from valvelab.constants import BOLTZMANN, PLANCK

_QUANTUM = PLANCK / BOLTZMANN
ROWS = 27
"""Rows of an answer: nine derivatives of the hot current, of the cold one and of the parasitic one."""


@compiled
def _excess(quantum: float, here: float, there: float, n: float, n_there: float) -> float:
    """Return n - n_there = n (1 + n_there) (1 - exp(x - x_there)) for here >= there, without cancellation."""
    if here == there:
        return 0.0
    return -n * (1 + n_there) * math.expm1(-quantum * ((here - there) / here) / there)


@compiled
def _above(quantum: float, here: float, there: float, n: float, n_there: float) -> float:
    """Return n - n_there whichever is warmer."""
    if here >= there:
        return _excess(quantum, here, there, n, n_there)
    return -_excess(quantum, there, here, n_there, n)


@compiled
def _one_qubit(both: float, up: float, local: float, n: float) -> tuple[Array, Array]:
    """Return X = -2 <J_z> and its derivatives by U, gamma_h + gamma_c, gamma_p and n_p; leak over drive likewise."""
    weight = 1 / (both + 2 * up + local * (1 + 2 * n))
    share = np.array([weight, 2.0, 1.0, 1 + 2 * n, 2 * local])
    share[1:] *= -weight * weight
    x = (both + local) * share
    x[2:4] += weight
    return x, share


@compiled
def _two_qubits(both: float, up: float, local: float, n: float) -> tuple[Array, Array]:
    """Return the same of two qubits; the weights are those of `few_qubits`."""
    a, e = n, 1 + n
    rise, fall = 2 * up + local * a, 2 * (up + both) + local * e
    total, spread, squares = rise + fall, a + e, a * a + a * e + e * e
    level = fall * fall + rise * rise + fall * rise
    weight = local * (squares * total + a * a * fall + e * e * rise)
    weight += level * spread + a * fall * fall + e * rise * rise
    by_rise = local * (squares + e * e) + (2 * rise + fall) * spread + 2 * e * rise
    by_fall = local * (squares + a * a) + (2 * fall + rise) * spread + 2 * a * fall
    by_local = squares * total + a * a * fall + e * e * rise + by_rise * a + by_fall * e
    by_n = local * (3 * spread * total + 2 * (a * fall + e * rise)) + 2 * level + fall * fall + rise * rise
    by_n += (by_rise + by_fall) * local
    weight_by = (2 * (by_rise + by_fall), 2 * by_fall, by_local, by_n)

    # Numerators of X and of the leak over what drives it, and their derivatives.
    sum_, shared = both + local, local + a * (3 * fall + rise) + e * (fall + 3 * rise)
    shared_rise, shared_fall = a + 3 * e, 3 * a + e
    x_top = 4 * sum_ * spread
    x = np.array([x_top * total, 4 * x_top, 2 * x_top, spread * x_top, 0.0])
    x[2:4] += 4 * spread * total
    x[4] = 4 * sum_ * (2 * spread * local + 2 * total)
    share = np.array(
        [
            2 * shared,
            4 * (shared_rise + shared_fall),
            4 * shared_fall,
            2 * (1 + shared_rise * a + shared_fall * e),
            2 * (4 * total + local * (shared_rise + shared_fall)),
        ]
    )
    x /= weight
    share /= weight
    for k in range(4):
        x[k + 1] -= x[0] * weight_by[k] / weight
        share[k + 1] -= share[0] * weight_by[k] / weight
    return x, share


@compiled
def solve(n_qubits: int, points: Array, answer: Array) -> None:
    """Fill in the answer (ROWS, n) for points that are laid out as in `few_qubits`.

    Of each current these are the derivatives by rates, occupations and temperatures.

    Q_h = h f [gamma_h gamma_c (n_h - n_c) X - gamma_h leak] / (gamma_h + gamma_c), with
    leak = gamma_p [gamma_h (n_p - n_h) + gamma_c (n_p - n_c)] share, and so on.
    """
    frequency, hot, t_hot, cold, t_cold, parasitic, t_parasitic = (
        points[0],
        points[1],
        points[2],
        points[3],
        points[4],
        points[5],
        points[6],
    )
    for i in range(len(frequency)):
        q, g_h, g_c, g_p = _QUANTUM * frequency[i], hot[i], cold[i], parasitic[i]
        temperatures = (t_hot[i], t_cold[i], t_parasitic[i])
        n_h, n_c, n_p = (
            1 / math.expm1(q / temperatures[0]),
            1 / math.expm1(q / temperatures[1]),
            1 / math.expm1(q / temperatures[2]),
        )
        warmer = _above(q, temperatures[0], temperatures[1], n_h, n_c)
        over_h = _above(q, temperatures[2], temperatures[0], n_p, n_h)
        over_c = _above(q, temperatures[2], temperatures[1], n_p, n_c)
        both, up, driven = g_h + g_c, g_h * n_h + g_c * n_c, g_h * over_h + g_c * over_c
        if n_qubits == 1:
            x, share = _one_qubit(both, up, g_p, n_p)
        else:
            x, share = _two_qubits(both, up, g_p, n_p)
        through, leak = g_h * g_c * warmer * x[0], g_p * driven * share[0]
        flow_h, flow_c = (through - g_h * leak) / both, -(through + g_c * leak) / both
        # By gamma_h, gamma_c, gamma_p, n_h, n_c, n_p in turn.
        up_by = (n_h, n_c, 0.0, g_h, g_c, 0.0)
        through_by = (g_c * warmer, g_h * warmer, 0.0, g_h * g_c, -g_h * g_c, 0.0)
        driven_by = (g_p * over_h, g_p * over_c, driven, -g_p * g_h, -g_p * g_c, g_p * both)
        for k in range(6):
            x_by, share_by = x[1] * up_by[k], share[1] * up_by[k]
            place = 2 if k < 2 else 3 if k == 2 else 4 if k == 5 else 0
            if place:
                x_by += x[place]
                share_by += share[place]
            through_k = through_by[k] * x[0] + g_h * g_c * warmer * x_by
            leak_k = driven_by[k] * share[0] + g_p * driven * share_by
            hot_k, cold_k = g_h * leak_k + (k == 0) * leak, g_c * leak_k + (k == 1) * leak
            energy, rate = PLANCK * frequency[i], 1.0 if k < 2 else 0.0
            answer[k, i] = energy * (through_k - hot_k - rate * flow_h) / both
            answer[9 + k, i] = energy * (-through_k - cold_k - rate * flow_c) / both
            answer[18 + k, i] = energy * leak_k
        for k, n in enumerate((n_h, n_c, n_p)):
            t = temperatures[k]
            by_temperature = n * (1 + n) * (q / t / t) if t > 0 else 0.0
            for row in (0, 9, 18):
                answer[row + 6 + k, i] = answer[row + 3 + k, i] * by_temperature
