"""The stationary state of two ladders: a linear system, or what evolves from the ground state where that has many."""

import numpy as np

from valvelab.arguments import Array

_ERROR_SIGNS = np.array([1.0, -1.0, 1.0])
_WORST_CONDITION = 1e9
"""As for `pair`: beyond it fewer than seven digits would be right."""
_ZERO, _NOT_ZERO = 1e-12, 1e-9
"""Singular values, over the largest, that count as zero and as not; in between rounding would decide."""
_NOT_UNIQUE = (
    "Two transmons must have one stationary state, but here it is not unique, or too nearly so to be computed: "
    "some combination of them hardly feels any bath. Pass a `parasitic` bath with a larger rate."
)


def stationary(generator: Array, trace: Array) -> Array:
    """Return the states of trace 1 that the maps of a batch leave alone, in a batch of shape (points, elements).

    Raises
    ------
    ValueError
        If a state is not unique.
    """
    points, size = generator.shape[:2]
    matrix = _bordered(generator, trace)[0]
    right = np.zeros((points, size, 2))
    right[:, 0, 0] = 1
    right[:, :, 1] = np.resize(_ERROR_SIGNS, size)
    try:
        solution = np.linalg.solve(matrix, right)
    except np.linalg.LinAlgError as error:
        raise ValueError(_NOT_UNIQUE) from error
    if not np.all(np.abs(solution[..., 1]) < _WORST_CONDITION):
        raise ValueError(_NOT_UNIQUE)
    return np.asarray(solution[..., 0])


def response(generator: Array, trace: Array, moved: Array) -> Array:
    """Return how stationary states change where something moves them by so much per second.

    Parameters
    ----------
    generator
        The maps, of shape (points, elements, elements), each with one state that it leaves alone.
    trace
        What gives the trace of a state.
    moved
        Changes of the maps, applied to the states that those leave alone, of shape (points, elements, changes).
    """
    matrix, scale = _bordered(generator, trace)
    right = -moved / scale
    right[:, 0] = 0
    return np.asarray(np.linalg.solve(matrix, right))


def _bordered(generator: Array, trace: Array) -> tuple[Array, Array]:
    """Return the maps with rows of one size, of which the trace takes the place of the first, and these sizes."""
    scale = np.maximum(np.abs(generator).max(axis=2, keepdims=True), np.finfo(float).tiny)
    matrix = generator / scale
    matrix[:, 0] = trace
    return matrix, scale


def from_ground(generator: Array, trace: Array, slow: Array | None = None) -> Array:
    """Return the states that the maps of a batch take the ground state to, in the end.

    Parameters
    ----------
    generator
        The maps, of shape (points, elements, elements).
    trace
        What gives the trace of a state.
    slow
        Maps that act beside them, infinitely slowly: they decide between what the fast ones leave alone.

    Raises
    ------
    ValueError
        If rounding would decide which states the maps leave alone.
    """
    found = np.empty(generator.shape[:2])
    for point, fast in enumerate(generator):
        left, right = _null_spaces(fast)
        # Columns of `right` that overlap with rows of `left` by unity: a projector on what stays.
        right = right @ np.linalg.inv(left @ right)
        if slow is None:
            found[point] = right @ left[:, 0]
        else:
            found[point] = right @ _weights(left @ slow[point] @ right, trace @ right)
    return found


def _weights(reduced: Array, trace: Array) -> Array:
    """Return the weights, of trace 1, that a small map leaves alone."""
    _, sizes, rows = np.linalg.svd(reduced)
    if sizes.size > 1 and sizes[-2] <= _NOT_ZERO * sizes[0]:
        raise ValueError(_NOT_UNIQUE)
    return np.asarray(rows[-1] / (trace @ rows[-1]))


def _null_spaces(fast: Array) -> tuple[Array, Array]:
    """Return what the map leaves alone, in rows from the left and in columns from the right."""
    columns, sizes, rows = np.linalg.svd(fast)
    zero = sizes <= _ZERO * sizes[0]
    if not zero.any() or np.any(~zero & (sizes < _NOT_ZERO * sizes[0])):
        raise ValueError(_NOT_UNIQUE)
    return columns[:, zero].T, rows[zero].T
