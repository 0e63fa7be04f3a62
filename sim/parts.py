"""A large batch of points in parts, so that memory does not grow with the batch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from types import EllipsisType
from typing import Any, TypeVar

import numpy as np

from valvelab.arguments import Amplitude, Array, Values

from .baths import Bath, Resonator
from .currents import HeatCurrents, SteadyState

Source = TypeVar("Source", Bath, Resonator)


@dataclass(frozen=True)
class Part:
    """Select a stretch of one axis of a batch.

    Parameters
    ----------
    axis
        The axis, counted from the end as broadcasting does.
    start, stop
        The stretch.
    """

    axis: int
    start: int
    stop: int

    @property
    def index(self) -> tuple[EllipsisType | slice, ...]:
        """What selects the stretch in an array of the batch's full shape."""
        return (..., slice(self.start, self.stop), *(slice(None),) * (-self.axis - 1))

    def of(self, value: Values | Amplitude) -> Any:
        """Restrict an array; one that broadcasts along the axis stays as it is."""
        array = np.asarray(value)
        if array.ndim < -self.axis or array.shape[self.axis] == 1:
            return array
        return array[self.index]

    def of_source(self, source: Source) -> Source:
        """Restrict every array of a bath or a resonator."""
        return replace(
            source, **{field.name: self.of(getattr(source, field.name)) for field in fields(source)}
        )


def parts(shape: tuple[int, ...], points_at_once: int) -> Iterator[Part]:
    """Cut a batch along its longest axis."""
    length = max(shape)
    step = max(1, points_at_once * length // int(np.prod(shape)))
    for start in range(0, length, step):
        yield Part(shape.index(length) - len(shape), start, start + step)


def join(
    states: Sequence[SteadyState], axis: int, cold_share: Array | None, baths: tuple[Bath, Bath, Bath | None]
) -> SteadyState:
    """Put the answers of all parts together again."""
    flows = (
        np.concatenate([getattr(state.currents, name) for state in states], axis=axis)
        for name in ("hot", "cold", "parasitic")
    )
    return SteadyState(
        currents=HeatCurrents(*flows, cold_share=cold_share),
        mean_inversion=np.concatenate([state.mean_inversion for state in states], axis=axis),
        n_qubits=states[0].n_qubits,
        baths=baths,
        find_spin_probability=lambda: np.concatenate(
            [state.spin_probability for state in states], axis=axis - 1
        ),
    )
