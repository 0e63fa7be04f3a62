"""A large batch of points in parts, so that memory does not grow with the batch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np

from ._checks import Array, Values
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

    def of(self, value: Values) -> Array:
        """Restrict an array; one that broadcasts along the axis stays as it is."""
        array = np.asarray(value)
        if array.ndim < -self.axis or array.shape[self.axis] == 1:
            return array
        return np.take(array, range(self.start, min(self.stop, array.shape[self.axis])), axis=self.axis)

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


def join(states: Sequence[SteadyState], axis: int, cold_share: Array | None) -> SteadyState:
    """Put the answers of all parts together again."""
    flows = (
        np.concatenate([getattr(state.currents, name) for state in states], axis=axis)
        for name in ("hot", "cold", "parasitic")
    )
    return SteadyState(
        currents=HeatCurrents(*flows, cold_share=cold_share),
        spin_probability=np.concatenate([state.spin_probability for state in states], axis=axis - 1),
        mean_spin_squared=np.concatenate([state.mean_spin_squared for state in states], axis=axis),
        mean_inversion=np.concatenate([state.mean_inversion for state in states], axis=axis),
        entropy_production=np.concatenate([state.entropy_production for state in states], axis=axis),
    )
