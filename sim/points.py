"""The points at which baths are looked at, laid out for compiled loops."""

from collections.abc import Callable
from functools import cache
from math import prod
from types import ModuleType

import numpy as np

from valvelab.arguments import Array, Values

from .baths import Bath, common_bath_shape
from .parts import parts

_POINTS_AT_ONCE = 16384
"""So many points fit into the processor's cache."""


@cache
def compiled_loops() -> ModuleType:
    """Return `few_qubits`, whose numba takes half a second to import."""
    from . import few_qubits

    return few_qubits


class Points:
    """Hold a frequency and three baths that broadcast to one shape.

    Parameters
    ----------
    frequency
        Frequency of the qubits [Hz], checked.
    hot, cold, parasitic
        The baths; the parasitic one may be None.

    Raises
    ------
    ValueError
        If they do not broadcast.
    """

    def __init__(self, frequency: Values, hot: Bath, cold: Bath, parasitic: Bath | None) -> None:
        baths = [hot, cold, Bath(0.0, 0.0) if parasitic is None else parasitic]
        self._values = [frequency, *(value for bath in baths for value in (bath.rate, bath.temperature))]
        self.shape: tuple[int, ...] = ()
        if not all(isinstance(value, float) for value in self._values):
            named = {"hot": hot, "cold": cold, "parasitic": parasitic}
            self.shape = common_bath_shape(named, frequency=frequency)
        self.size = prod(self.shape)

    def evaluate(
        self, solve: Callable[[Array, Array, Array], None], rows: int, *, at_once: int = _POINTS_AT_ONCE
    ) -> Array:
        """Let a solver fill in its answer, part by part.

        Parameters
        ----------
        solve
            Called with the points, what drives heat there, and the answer to fill in (see `few_qubits`), each
            with its rows on the first axis and points on the second.
        rows
            Rows of the answer.
        at_once
            Most points of a part.

        Returns
        -------
        The answer, with the shape of the points behind the first axis.
        """
        few_qubits = compiled_loops()
        if not self.shape:  # the usual case, without the bookkeeping that would take most of its time
            values, drives = np.array(self._values)[:, None].copy(), np.empty((few_qubits.DRIVE_ROWS, 1))
            answer = np.empty((rows, 1))
            few_qubits.drive(values, drives)
            solve(values, drives, answer)
            return answer[:, 0]
        answer = np.empty((rows, *self.shape))
        most = min(max(at_once, 1), max(self.size, 1))
        height = few_qubits.POINT_ROWS + few_qubits.DRIVE_ROWS + rows
        given = [np.asarray(value) for value in self._values]
        room, laid_out = np.empty(height * most), None
        for part in parts(self.shape, most) if self.size else ():
            inside = answer[0][part.index].shape
            fresh = inside != laid_out  # the first part, and the last where it is smaller
            if fresh:
                block = room[: height * prod(inside)].reshape(height, -1)
                values, drives, found = np.split(block, (few_qubits.POINT_ROWS, height - rows))
                laid_out = inside
            for row, value in zip(values, given, strict=True):
                here = part.of(value)
                if fresh or here is not value:  # what all parts share is copied once
                    row.reshape(inside)[...] = here
            few_qubits.drive(values, drives)
            solve(values, drives, found)
            answer[:, *part.index] = found.reshape(rows, *inside)
        return answer
