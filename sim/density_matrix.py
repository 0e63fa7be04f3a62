"""The state of a few qubits in the product space of 2^N dimensions, as objects of QuTiP.

Qubit k is the k-th factor of the tensor product; ``qutip.basis(2, 1)`` is its ground state and ``qutip.basis(2, 0)``
the excited one, so that ``qutip.sigmam()`` lowers.
"""

from typing import TYPE_CHECKING

import numpy as np

from valvelab.arguments import Array, projection, qubit_number, total_spin

from .level_populations import LevelPopulations

if TYPE_CHECKING:
    from qutip import Qobj

_MOST_QUBITS = 8


def density_matrix(populations: LevelPopulations) -> "Qobj":
    """Return the density matrix of N qubits that populate the levels |J, m>.

    The copies of a spin J share its population equally, as in every state that no exchange of qubits changes: the
    stationary state with a parasitic bath is one. Without a parasitic bath each copy of J < N/2 is conserved, and
    this is the mixture in which the qubits are alike.

    Parameters
    ----------
    populations
        Of a single point and at most 8 qubits, as from `stationary_populations` or `evolve`.

    Returns
    -------
    qutip.Qobj
        Density matrix with ``dims`` [[2] * N, [2] * N].

    Raises
    ------
    ValueError
        If it holds more than one point or more than 8 qubits.

    Examples
    --------
    >>> from valvelab.sim import Bath, stationary_populations
    >>> state = stationary_populations(2, 4e9, Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Bath(0.01e9, 0.05))
    >>> rho = density_matrix(state)
    >>> round(float(rho.purity()), 4)
    0.3642
    """
    import qutip

    n_qubits = _few(populations.n_qubits)
    if populations.population.ndim != 2:
        raise ValueError(
            "Argument `populations` must hold a single point (an index picks one, as in `populations[-1]`), but "
            f"holds points of the shape {populations.population.shape[:-2]}."
        )
    matrix = np.zeros((2**n_qubits, 2**n_qubits))
    for row, column in np.argwhere(populations.population > 0):
        projector = _projector(n_qubits, populations.spin[row], populations.inversion[column])
        matrix += populations.population[row, column] / np.trace(projector) * projector
    return qutip.Qobj(matrix, dims=[[2] * n_qubits] * 2)


def dicke_state(n_qubits: int, inversion: float) -> "Qobj":
    """Return the Dicke state |J, m> of J = N/2 (Eq. 8).

    It is sqrt((J - m)! / ((2J)! (J + m)!)) J_+^(J + m) |J, -J>: all products with J + m excited qubits, with equal
    weights. The paper prints sqrt((J + m)! (J - m)! / (2J)!) in front, which has the norm (J + m)!.

    Parameters
    ----------
    n_qubits
        Number of qubits N, at most 8.
    inversion
        m, one of -N/2, -N/2 + 1, ... N/2.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> state = dicke_state(2, 0)
    >>> state.full().ravel().real.round(4)
    array([0.    , 0.7071, 0.7071, 0.    ])
    """
    import qutip

    n_qubits = _few(n_qubits)
    m = projection("inversion", inversion, n_qubits / 2)
    alike = (_inversions(n_qubits) == m).astype(float)
    return qutip.Qobj(alike / np.sqrt(alike.sum()), dims=[[2] * n_qubits, [1] * n_qubits])


def level_projector(n_qubits: int, spin: float, inversion: float) -> "Qobj":
    """Return the projector on all copies of the level |J, m>; its trace is their number.

    Parameters
    ----------
    n_qubits
        Number of qubits N, at most 8.
    spin
        J, one of N/2, N/2 - 1, ... at least 0.
    inversion
        m, one of -J, -J + 1, ... J.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> round(level_projector(4, 1, 0).tr())
    3
    """
    import qutip

    n_qubits = _few(n_qubits)
    j = total_spin("spin", spin, n_qubits)
    m = projection("inversion", inversion, j)
    return qutip.Qobj(_projector(n_qubits, j, m), dims=[[2] * n_qubits] * 2)


def _few(n_qubits: int) -> int:
    if qubit_number(n_qubits) > _MOST_QUBITS:
        raise ValueError(
            f"Argument `n_qubits` must be at most {_MOST_QUBITS}, because a density matrix has 4^N elements, but is "
            f"{n_qubits}. `stationary_populations` says the same of any N."
        )
    return int(n_qubits)


def _inversions(n_qubits: int) -> Array:
    """Return m of every product state: a bit that is set is a qubit in its ground state."""
    return n_qubits / 2 - np.bitwise_count(np.arange(2**n_qubits))


def _projector(n_qubits: int, j: float, m: float) -> Array:
    """Return the projector on |J, m>, from the eigenvectors of J^2 among the product states of one m.

    There J^2 = J_+ J_- + m^2 - m is N/2 + m^2 on the diagonal and 1 where an exchange of two qubits leads.
    """
    layer = np.flatnonzero(_inversions(n_qubits) == m)
    exchanged = np.bitwise_count(layer[:, None] ^ layer) == 2
    values, vectors = np.linalg.eigh(exchanged + (n_qubits / 2 + m * m) * np.eye(layer.size))
    chosen = vectors[:, np.abs(values - j * (j + 1)) < 0.5]
    projector = np.zeros((2**n_qubits, 2**n_qubits))
    projector[np.ix_(layer, layer)] = chosen @ chosen.T
    return projector
