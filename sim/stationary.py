"""Linear maps on the six numbers of a two-qubit state, and the state that they leave alone.

A map is kept as its non-zero elements {(row, column): array}, so that what depends on few axes stays small.
"""

from typing import TypeAlias

import numpy as np

from valvelab.arguments import Array

Map: TypeAlias = dict[tuple[int, int], Array]

GROUND, TRIPLET, SINGLET, EXCITED, REAL, IMAGINARY = range(6)
"""p_g, p_s, p_a, p_e, Re rho_sa, Im rho_sa."""

_TRACE = np.array([1.0, 1, 1, 1, 0, 0])
_ERROR = np.array([1.0, -1, 1, 1, -1, 1])
"""A change of every equation by its largest element, with signs that no symmetry prefers."""
_WORST_CONDITION = 1e9
"""Beyond it fewer than seven digits of the answer would be right."""


def add(total: Map, part: Map) -> None:
    """Add the elements of one map to another in place."""
    for place, element in part.items():
        total[place] = total[place] + element if place in total else element


def apply(part: Map, state: Array) -> list[Array]:
    """Return the rates of change that a map gives a state whose first axis is the six numbers."""
    change: list[Array] = [np.zeros(())] * 6
    for (row, column), element in part.items():
        change[row] = change[row] + element * state[column]
    return change


def stationary_state(maps: list[Map], shape: tuple[int, ...]) -> Array:
    """Return the state of trace 1 that the sum of some maps leaves alone, its six numbers on the first axis.

    Raises
    ------
    ValueError
        If the state is not unique, or so nearly not that rounding would decide it.
    """
    matrix, _ = _equations(maps, shape)
    right = np.broadcast_to(np.stack([np.eye(6)[GROUND], _ERROR], axis=-1), (*shape, 6, 2))
    try:
        solution = np.linalg.solve(matrix, right)
    except np.linalg.LinAlgError:
        solution = np.full(right.shape, np.inf)
    if not np.all(np.abs(solution[..., 1]) < _WORST_CONDITION):
        raise ValueError(
            "Two qubits must have one stationary state, but here it is not unique, or too nearly so to be "
            "computed: some combination of them hardly feels any bath. Pass a `parasitic` bath with a larger "
            "rate, larger `weights_hot` or `weights_cold`, or a state decoupled exactly (equal frequencies "
            "and weights, or weights of 0)."
        )
    return np.moveaxis(solution[..., 0], -1, 0)


def stationary_response(maps: list[Map], shape: tuple[int, ...], changes: list[list[Array]]) -> Array:
    """Return how the stationary state answers to changes of the maps.

    Parameters
    ----------
    maps, shape
        As for `stationary_state`, which must exist.
    changes
        For each change of the maps, what it does to the stationary state: rates of change of its six numbers.

    Returns
    -------
    The six numbers on the first axis, the changes on the second.
    """
    matrix, size = _equations(maps, shape)
    right = np.empty((*shape, 6, len(changes)))
    for column, change in enumerate(changes):
        for row in range(6):
            right[..., row, column] = -change[row] / size[row]
    right[..., GROUND, :] = 0  # the trace stays
    response = np.asarray(np.linalg.solve(matrix, right), np.float64)
    return np.moveaxis(response, (-2, -1), (0, 1))


def _equations(maps: list[Map], shape: tuple[int, ...]) -> tuple[Array, Array]:
    """Return the equations of a stationary state of trace 1, and what each has been divided by."""
    matrix: Array = np.zeros((6, 6, *shape))
    for part in maps:
        for place, element in part.items():
            matrix[place] += element
    size = np.abs(matrix).max(axis=1)
    # A row of zeros belongs to a number that nothing changes: it stays zero, as it was in the ground state.
    untouched = size == 0
    size = np.where(untouched, 1.0, size)
    matrix /= size[:, None]
    for number in range(6):
        matrix[number, number] += untouched[number]
    matrix[GROUND] = _TRACE.reshape(6, *[1] * len(shape))
    return np.moveaxis(matrix, (0, 1), (-2, -1)), size
