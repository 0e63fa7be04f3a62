"""What powers say against themselves before any model is asked: heat that flows uphill, and lines that stand twice."""

import numpy as np

from .switching_data import SwitchingData

_SEEN = 3.0
"""Errors from which on heat is seen to flow."""


def data_warnings(data: SwitchingData) -> list[str]:
    """Return what a reader must know of the powers themselves."""
    return [*_uphill(data), *_twice(data)]


def _uphill(data: SwitchingData) -> list[str]:
    """Return a warning where most powers flow from the colder reservoir to the warmer one."""
    points, copies = data.points, len(data.reservoirs)
    fall = np.tile(points.temperature_source - points.temperature_drain, copies)
    seen = np.abs(data.measured) > _SEEN * np.sqrt(data.reading_covariance.diagonal())
    wrong, count = int(np.sum(seen & (data.measured * fall < 0))), int(np.sum(seen & (fall != 0)))
    if not 2 * wrong > count:
        return []
    return [
        f"Heat flows from the colder reservoir to the warmer one in {wrong} of the {count} powers that differ from 0 "
        "by three errors, which no valve does: look at the sign of the powers, heat into the drain, and whether "
        "temperature_source and temperature_drain are the right way round."
    ]


def _twice(data: SwitchingData) -> list[str]:
    """Return a warning where points are the same to the last digit."""
    points = data.points
    numbers = np.column_stack(
        [
            points.frequency_1,
            points.frequency_2,
            points.temperature_source,
            points.temperature_drain,
            *np.split(data.measured, len(data.reservoirs)),
        ]
    )
    _, first, inverse = np.unique(numbers, axis=0, return_index=True, return_inverse=True)
    original = first[np.ravel(inverse)]
    again = np.flatnonzero(original != np.arange(data.count))
    if not again.size:
        return []
    return [
        f"{again.size} of {data.count} points stand there twice with all their digits, first point = {again[0]} as "
        f"point = {original[again[0]]}: what was read once and written twice makes errors too small. Leave out the "
        "copies."
    ]
