"""The stationary state of N resonant qubits, level by level."""

import numpy as np

from valvelab.arguments import Array, Values, positive, qubit_number, total_spin

from .baths import Bath, common_bath_shape
from .dicke import populations
from .level_populations import LevelPopulations, all_spins, unpack
from .many_qubits import FALLBACK, MOST_ELIMINATED, VANISHING_RATE
from .spin_sectors import SectorRates, solve

_MOST_QUBITS = 2000


def stationary_populations(
    n_qubits: int,
    frequency: Values,
    hot: Bath,
    cold: Bath,
    parasitic: Bath | None = None,
    *,
    spin: float | None = None,
) -> LevelPopulations:
    """Return the stationary populations of the Dicke levels |J, m> of N resonant qubits (Eqs. 9-17, 31-33).

    It is the state in which `collective` computes its currents. In Sec. III the paper takes P(m|J) from Eq. (17)
    and only P_J from the full equation; here both come from the full equation.

    Parameters
    ----------
    n_qubits
        Number of qubits N, at least 1; at most 2000 with a parasitic bath.
    frequency
        Their frequency [Hz].
    hot, cold
        The reservoirs.
    parasitic
        The parasitic bath of each qubit. A rate of 0 means the limit gamma_p -> 0+. None means that J is
        conserved.
    spin
        The conserved J without a parasitic bath: N/2 (the default), N/2 - 1, ... at least 0.

    Returns
    -------
    LevelPopulations
        Of every J with a parasitic bath, of the conserved J without one; leading axes as the arguments broadcast.

    Raises
    ------
    ValueError
        If an argument is out of range, or `spin` is given together with a parasitic bath.
    ArithmeticError
        If the state of more than 100 qubits cannot be computed to eleven digits.

    Examples
    --------
    >>> found = stationary_populations(2, 4e9, Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Bath(0.01e9, 0.05))
    >>> found.spin, found.inversion
    (array([1., 0.]), array([-1.,  0.,  1.]))
    >>> found.population.round(4)  # the triplet, and the singlet
    array([[0.5285, 0.2418, 0.1104],
           [0.    , 0.1192, 0.    ]])
    """
    n_qubits = qubit_number(n_qubits)
    frequency = positive("frequency", frequency, "Hz")
    shape = common_bath_shape({"hot": hot, "cold": cold, "parasitic": parasitic}, frequency=frequency)
    reservoirs = np.asarray(hot.rate) + np.asarray(cold.rate)
    up = hot.rate * hot.occupation(frequency) + cold.rate * cold.occupation(frequency)
    if parasitic is None:
        conserved = n_qubits / 2 if spin is None else total_spin("spin", spin, n_qubits)
        population = thermal(conserved, reservoirs + up, up)[..., None, :]
        return LevelPopulations(n_qubits, np.array([conserved]), population)
    if spin is not None:
        raise ValueError(
            f"Argument `spin` must be None where a parasitic bath mixes the values of J, but is {spin!r}."
        )
    if n_qubits > _MOST_QUBITS:
        raise ValueError(
            f"Argument `n_qubits` must be at most {_MOST_QUBITS} with a parasitic bath, since a state has "
            f"N^2 / 2 numbers, but is {n_qubits}. `collective` tells the means of more."
        )
    local = np.maximum(parasitic.rate, VANISHING_RATE * (reservoirs + (reservoirs == 0)))
    n = parasitic.occupation(frequency)
    rates = np.broadcast_arrays(reservoirs + up, up, local * (1 + n), local * n)
    population = np.empty((*shape, n_qubits // 2 + 1, n_qubits + 1))
    for point in np.ndindex(shape):
        population[point] = mixed(n_qubits, SectorRates(*(float(rate[point]) for rate in rates)))
    return LevelPopulations(n_qubits, all_spins(n_qubits), population)


def thermal(spin: float, down: Values, up: Values) -> Array:
    """Return the populations of a conserved spin by rising m on the last axis; of its ground state without rates."""
    ratio = np.asarray(up / np.where(np.asarray(down) > 0, down, 1))
    weights = ratio[..., None] ** np.arange(round(2 * spin) + 1)
    population: Array = weights / weights.sum(axis=-1, keepdims=True)
    return population


def mixed(n_qubits: int, rates: SectorRates) -> Array:
    """Return p(J, m) of every J at one point, where the local emission is above 0."""
    if n_qubits > MOST_ELIMINATED:
        try:
            return _by_sector(n_qubits, rates)
        except ArithmeticError:
            if n_qubits > FALLBACK:
                raise
    down, up, local_down, local_up = map(np.asarray, rates)
    return unpack(all_spins(n_qubits), populations(n_qubits, (down, up), (local_down, local_up)))


def _by_sector(n_qubits: int, rates: SectorRates) -> Array:
    state = solve(n_qubits, rates, everything=True)
    population = np.zeros((n_qubits // 2 + 1, n_qubits + 1))
    for place, weight in enumerate(state.weight):
        inside = weight * state.population[state.start[place] : state.start[place + 1]]
        row = state.first + place
        population[row, row : row + inside.size] = inside
    return population
