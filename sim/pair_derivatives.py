"""How the currents of two qubits at any two frequencies change with rates, occupations and temperatures."""

from collections.abc import Iterator
from math import prod

import numpy as np

from valvelab.arguments import Array, Values
from valvelab.constants import PLANCK

from .baths import Bath, Resonator, occupation_slope
from .derivatives import CurrentDerivatives
from .pair import Two, pair_problem
from .pair_solution import Filters, PairProblem, filtered_rate, local_map, maps
from .parts import parts
from .stationary import Map, apply, stationary_response, stationary_state
from .two_qubits import dissipator

_POINTS_AT_ONCE = 4096


def pair_derivatives(
    frequencies: Two,
    hot: Bath,
    cold: Bath,
    parasitic: Bath | None = None,
    *,
    resonator: Resonator | Filters | None = None,
    weights_hot: Two = (1.0, 1.0),
    weights_cold: Two = (1.0, 1.0),
    exchange: Values = 0.0,
) -> CurrentDerivatives:
    """Return the derivatives of the currents of `pair`, for its equation "redfield".

    A derivative by an occupation n_i moves n_i by the same number at every frequency at which the bath is felt.
    Without a parasitic bath its three derivatives are 0.

    Parameters
    ----------
    frequencies, hot, cold, parasitic, resonator, weights_hot, weights_cold, exchange
        As for `pair`.

    Raises
    ------
    ValueError
        If an argument is out of range, or if no unique stationary state can be computed.

    Examples
    --------
    >>> hot, cold, parasitic = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Bath(0.01e9, 0.05)
    >>> slope = pair_derivatives((4e9, 3.9e9), hot, cold, parasitic, resonator=Resonator(4e9, 20)).by("T_h")
    >>> round(float(-slope.cold) * 1e15, 4)  # [fW/K]
    0.9199
    """
    problem = pair_problem(
        frequencies, hot, cold, parasitic, resonator, (weights_hot, weights_cold), exchange, gkls=False
    )
    shape = problem.shape
    found = np.empty((3, *shape, len(CurrentDerivatives.PARAMETERS)))
    if prod(shape) <= _POINTS_AT_ONCE:
        found[...] = _derivatives(problem)
    else:
        for part in parts(shape, _POINTS_AT_ONCE):
            found[(slice(None), *part.index, slice(None))] = _derivatives(problem.part(part))
    return CurrentDerivatives(*found)


def _derivatives(problem: PairProblem) -> Array:
    """Return the derivatives of the three currents, which are on the first axis."""
    baths, others = maps(problem)
    shape, hamiltonian = problem.shape, problem.hamiltonian
    state = stationary_state([*baths, *others], shape)
    changes = list(_changes(problem))
    moved = [apply(change, state) for _, change in changes]
    response = stationary_response([*baths, *others], shape, moved)
    found = np.zeros((3, *shape, len(changes)))
    for column, (place, _) in enumerate(changes):
        for number, bath in enumerate(baths):
            flow = hamiltonian.energy(apply(bath, response[:, column]))
            if number == place:
                flow = flow + hamiltonian.energy(moved[column])
            found[number, ..., column] = PLANCK * flow
    return found


def _changes(problem: PairProblem) -> Iterator[tuple[int, Map]]:
    """Yield for each parameter which bath's map it changes, and how."""
    pairs = [
        _reservoir_changes(problem, problem.hot, 0),
        _reservoir_changes(problem, problem.cold, 1),
        _local_changes(problem),
    ]
    for kind in range(3):
        for bath, changes in enumerate(pairs):
            yield bath, changes[kind]


def _reservoir_changes(problem: PairProblem, bath: Bath, number: int) -> list[Map]:
    """Return how a reservoir's map changes with its rate, its occupation and its temperature."""
    h, filtering, weights = problem.hamiltonian, problem.filters[number], problem.weights[number]
    passed, rate = filtered_rate(h, 1.0, filtering), filtered_rate(h, bath.rate, filtering)
    n = tuple(bath.occupation(frequency) for frequency in h.bohr_frequencies)
    slope = tuple(occupation_slope(frequency, bath) for frequency in h.bohr_frequencies)
    warmed = rate[0] * slope[0], rate[1] * slope[1]
    return [
        dissipator(h, weights, down, up, gkls=False)
        for down, up in (
            ((passed[0] * (1 + n[0]), passed[1] * (1 + n[1])), (passed[0] * n[0], passed[1] * n[1])),
            (rate, rate),
            (warmed, warmed),
        )
    ]


def _local_changes(problem: PairProblem) -> list[Map]:
    """Return the same for the parasitic bath."""
    bath, h = problem.parasitic, problem.hamiltonian
    if bath is None:
        return [{}, {}, {}]
    n = [bath.occupation(frequency) for frequency in (h.first, h.second)]
    warmed = [bath.rate * occupation_slope(frequency, bath) for frequency in (h.first, h.second)]
    return [
        local_map(h, [1 + n_k for n_k in n], n),
        local_map(h, [bath.rate] * 2, [bath.rate] * 2),
        local_map(h, warmed, warmed),
    ]
