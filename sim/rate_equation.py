"""The rate equation between Dicke levels |J, m>, and its solution in time."""

from typing import TYPE_CHECKING

import numpy as np

from valvelab.arguments import Array

from .dicke_rates import collective_emission, local_emission
from .level_populations import exists
from .spin_sectors import SectorRates

if TYPE_CHECKING:
    from scipy.sparse import csc_array

_MANY_LEVELS = 3000


def rate_matrix(n_qubits: int, spin: Array, rates: SectorRates) -> "csc_array":
    """Return the matrix that gives the rate of change of populations listed as by `pack`.

    Parameters
    ----------
    n_qubits
        Number of qubits.
    spin
        The values of J; all of them where the local rates are not 0.
    rates
        Emission and absorption [1/s].
    """
    from scipy.sparse import coo_array, diags_array

    there = exists(spin)
    j, m = np.broadcast_arrays(spin[:, None], np.arange(-spin[0], spin[0] + 1))
    place = np.zeros(there.shape, dtype=int)
    place.T[there.T] = np.arange(there.sum())
    entries = []
    for step, shared, alone in ((-1, rates.down, rates.local_down), (1, rates.up, rates.local_up)):
        same, lower, higher = (alone * rate for rate in local_emission(n_qubits / 2, j, -step * m))
        same = same + shared * collective_emission(j, -step * m)
        for row_step, found in ((0, same), (1, lower), (-1, higher)):
            rate = np.asarray(found)
            row, column = np.nonzero(there & (rate > 0))
            end = place[row + row_step, column + step]
            entries.append((rate[row, column], end, place[row, column]))
    strength, end, start = (np.concatenate(part) for part in zip(*entries, strict=True))
    matrix = coo_array((strength, (end, start)), shape=(there.sum(), there.sum()))
    return (matrix - diags_array(matrix.sum(axis=0))).tocsc()


def integrate(matrix: "csc_array", start: Array, final: Array, times: Array) -> Array:
    """Return the populations at rising times, times on the first axis.

    Parameters
    ----------
    matrix
        As from `rate_matrix`.
    start
        Populations at time 0.
    final
        Populations that `start` goes to. The difference is followed: as it vanishes, so does its rounding, which
        would keep the steps short for ever.
    times
        Times, in the inverse of the unit of `matrix`.

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
    # The fastest decay, of N^2/4 gamma, would keep the steps of an explicit method short. Of the implicit ones LSODA is
    # ten times as fast on few levels; on many its banded elimination falls behind the sparse one of Radau.
    if start.size <= _MANY_LEVELS:
        rows, columns = matrix.nonzero()
        band = int(np.abs(rows - columns).max(initial=0))
        method = {"method": "LSODA", "lband": band, "uband": band, "rtol": 1e-12, "atol": 1e-14}
    else:
        method = {"method": "Radau", "jac": matrix, "rtol": 1e-10, "atol": 1e-12}
    by_row = matrix.tocsr()
    solution = solve_ivp(lambda _, p: by_row @ p, (0, later[-1]), start - final, t_eval=later, **method)
    if not solution.success:
        raise RuntimeError(f"The populations could not be followed to {later[-1]} s: {solution.message}")
    # The method may leave a population at -1e-14, and a sum as far from 1.
    found = np.maximum(final + solution.y.T, 0)
    populations[times > 0] = found / found.sum(axis=1, keepdims=True)
    return populations
