"""The rate equation between Dicke levels |J, m>, and its solution in time."""

from typing import TYPE_CHECKING

import numpy as np

from ._checks import Array
from .dicke_rates import collective_emission, local_emission
from .level_populations import exists

if TYPE_CHECKING:
    from scipy.sparse import csc_array

_MANY_LEVELS = 3000


def rate_matrix(
    n_qubits: int, spin: Array, collective: tuple[float, float], local: tuple[float, float]
) -> "csc_array":
    """Return the matrix that gives the rate of change of populations listed as by `pack`.

    Parameters
    ----------
    n_qubits
        Number of qubits.
    spin
        The values of J; all of them where the local rates are not 0.
    collective
        Emission and absorption rate of J_- and J_+ [1/s].
    local
        Emission and absorption rate of each qubit alone [1/s].
    """
    from scipy.sparse import coo_array, diags_array

    there = exists(spin)
    j, m = np.broadcast_arrays(spin[:, None], np.arange(-spin[0], spin[0] + 1))
    place = np.zeros(there.shape, dtype=int)
    place.T[there.T] = np.arange(there.sum())
    entries = []
    for step, shared, alone in zip((-1, 1), collective, local, strict=True):
        same, lower, higher = local_emission(n_qubits / 2, j, -step * m)
        same = shared * collective_emission(j, -step * m) + alone * same
        for row_step, rate in ((0, same), (1, alone * lower), (-1, alone * higher)):
            row, column = np.nonzero(there & (rate > 0))
            end = place[row + row_step, column + step]
            entries.append((rate[row, column], end, place[row, column]))
    rates, end, start = (np.concatenate(part) for part in zip(*entries, strict=True))
    matrix = coo_array((rates, (end, start)), shape=(there.sum(), there.sum()))
    return (matrix - diags_array(matrix.sum(axis=0))).tocsc()


def integrate(matrix: "csc_array", start: Array, times: Array) -> Array:
    """Return the populations at rising times after `start`, times on the first axis.

    Raises
    ------
    RuntimeError
        If the solver gives up.
    """
    from scipy.integrate import solve_ivp

    later = times[times > 0]
    populations = np.empty((times.size, start.size))
    populations[times == 0] = start
    if later.size == 0:
        return populations
    rows, columns = matrix.nonzero()
    band = int(np.abs(rows - columns).max(initial=0))
    # Steps of explicit methods would be as short as the fastest decay of N^2/4 gamma. Of the implicit ones LSODA is ten
    # times as fast on few levels; on many its banded elimination falls behind the sparse one of Radau.
    if start.size <= _MANY_LEVELS:
        method = {"method": "LSODA", "lband": band, "uband": band, "rtol": 1e-12, "atol": 1e-14}
    else:
        method = {"method": "Radau", "jac": matrix, "rtol": 1e-10, "atol": 1e-12}
    by_row = matrix.tocsr()
    solution = solve_ivp(lambda _, p: by_row @ p, (0, later[-1]), start, t_eval=later, **method)
    if not solution.success:
        raise RuntimeError(f"The populations could not be followed to {later[-1]} s: {solution.message}")
    # Rounding leaves negative populations of 1e-15 and sums that are as far from 1.
    found = np.maximum(solution.y.T, 0)
    populations[times > 0] = found / found.sum(axis=1, keepdims=True)
    return populations
