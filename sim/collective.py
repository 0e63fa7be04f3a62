"""N resonant qubits that couple to hot and cold reservoirs through one collective spin."""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

import numpy as np

from valvelab.arguments import Array, Values, positive, qubit_number, total_spin

from .baths import Bath
from .currents import HeatCurrents, SteadyState, cold_share
from .fixed_spin import thermal_inversion
from .many_qubits import many_qubits
from .points import Points, compiled_loops

Found: TypeAlias = tuple[Array, Callable[[], Array]]
"""Hot, cold and parasitic current and <J_z> on the first axis, and what returns P_J."""


def collective(
    n_qubits: int,
    frequency: Values,
    hot: Bath,
    cold: Bath,
    parasitic: Bath | None = None,
    *,
    spin: float | None = None,
) -> SteadyState:
    """Solve the master equation of N resonant qubits with collective reservoirs (Eqs. 9-24, 31-33).

    The reservoirs act through J_- and J_+, the parasitic bath through each s-_k. With X = -2 <J_z> and
    E = <J_z> + N/2 the currents are Q_p = h f gamma_p (n_p X - E) and
    Q_h = [h f gamma_h gamma_c (n_h - n_c) X - gamma_h Q_p] / (gamma_h + gamma_c): exactly 0 in equilibrium.

    Parameters
    ----------
    n_qubits
        Number of qubits N, at least 1. With a parasitic bath a million takes a fraction of a second as long as the
        temperatures are not far above h f / k_B.
    frequency
        Their frequency [Hz].
    hot, cold
        The reservoirs.
    parasitic
        The parasitic bath of each qubit. A rate of 0 means the limit gamma_p -> 0+, in which the bath still
        decides between the values of J. None means that J is conserved.
    spin
        The conserved J without a parasitic bath: N/2 (the default), N/2 - 1, ... at least 0.

    Returns
    -------
    SteadyState
        Of the shape that frequency, rates and temperatures broadcast to.

    Raises
    ------
    ValueError
        If an argument is out of range, `spin` is given together with a parasitic bath, or the state has more levels
        than memory should hold.
    ArithmeticError
        If the stationary state of many qubits cannot be computed to eleven digits.

    Examples
    --------
    >>> state = collective(2, 4e9, Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Bath(0.01e9, 0.05))
    >>> round(float(state.currents.hot) * 1e15, 5)  # [fW]
    0.77497
    """
    n_qubits = qubit_number(n_qubits)
    frequency = positive("frequency", frequency, "Hz")
    place = _conserved(n_qubits, spin, parasitic)
    points = Points(frequency, hot, cold, parasitic)
    if parasitic is None:
        answer, probability = _one_spin(n_qubits, place, points)
    elif n_qubits <= 2:
        answer, probability = _few_qubits(n_qubits, points)
    else:
        answer, probability = _many_qubits(n_qubits, points)
    currents = HeatCurrents(*answer[:3], cold_share=cold_share(hot, cold))
    return SteadyState(currents, answer[3], n_qubits, (hot, cold, parasitic), probability)


def _few_qubits(n_qubits: int, points: Points) -> Found:
    few_qubits = compiled_loops()
    answer = points.evaluate(partial(few_qubits.solve, n_qubits), few_qubits.ANSWER_ROWS)
    if n_qubits == 1:
        return answer, lambda: np.ones((*points.shape, 1))
    return answer, lambda: np.stack([1 - answer[4], answer[4]], axis=-1)


def _many_qubits(n_qubits: int, points: Points) -> Found:
    few_qubits = compiled_loops()
    lines = [np.empty((0, n_qubits // 2 + 1))]

    def solve(values: Array, drives: Array, answer: Array) -> None:
        reservoirs = values[few_qubits.HOT] + values[few_qubits.COLD]
        x, leak, probability = many_qubits(n_qubits, reservoirs, values[few_qubits.PARASITIC], drives)
        few_qubits.carry(values, drives, x, leak, answer)
        lines[0] = probability

    answer = points.evaluate(solve, few_qubits.CARRIED_ROWS, at_once=points.size)
    return answer, lambda: lines[0].reshape(*points.shape, n_qubits // 2 + 1)


def _one_spin(n_qubits: int, place: int, points: Points) -> Found:
    few_qubits = compiled_loops()
    spin = n_qubits / 2 - place

    def solve(values: Array, drives: Array, answer: Array) -> None:
        reservoirs, up = values[few_qubits.HOT] + values[few_qubits.COLD], drives[few_qubits.UP]
        # h f / k_B T*; where there is no reservoir the spin stays in its ground state.
        exponent, warm = np.full(up.shape, np.inf), (reservoirs > 0) & (up > 0)
        exponent[warm] = np.log1p(reservoirs[warm] / up[warm])
        x = -2 * thermal_inversion(spin, exponent)
        few_qubits.carry(values, drives, x, np.zeros(x.shape), answer)

    answer = points.evaluate(solve, few_qubits.CARRIED_ROWS)
    shape = (*points.shape, n_qubits // 2 + 1)
    return answer, lambda: np.broadcast_to(np.eye(1, shape[-1], place)[0], shape).copy()


def _conserved(n_qubits: int, spin: float | None, parasitic: Bath | None) -> int:
    """Return the place of the conserved spin in N/2, N/2 - 1, ..."""
    if parasitic is None:
        return 0 if spin is None else int(n_qubits / 2 - total_spin("spin", spin, n_qubits))
    if spin is not None:
        raise ValueError(
            f"Argument `spin` must be None where a parasitic bath mixes the values of J, but is {spin!r}."
        )
    return 0
