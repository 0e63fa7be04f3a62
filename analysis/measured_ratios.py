"""The enhancement that each cell shows: as read, at one drain temperature, and as a heated drain would show it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .models import MODELS, Points, Rates
from .switching_data import SwitchingData

if TYPE_CHECKING:
    from .switching_fit import SwitchingFit

Array = npt.NDArray[np.float64]
_NAMES = ("both", "only_1", "only_2")


@dataclass(frozen=True)
class MeasuredRatio:
    """What one cell shows: the drain is warmer in "both" than in the singles."""

    cell: int
    """Number of the cell in the dataset."""
    bath_temperature: float | None
    """Temperature of the bath [K], if the dataset says."""
    source_temperature: float
    """Source temperature in "both" [K]."""
    drain_temperature: float
    """Drain temperature in "both" [K]."""
    drain_warming: float
    """Drain temperature in "both" less the mean of the singles [K]."""
    value: float
    """Heat into the drain, both / (only 1 + only 2), as read."""
    error: float
    corrected: float | None = None
    """The same, each power moved by the model to the drain temperature of "off"; None without a model."""
    held: float | None = None
    """The same at the drain temperature of "both": what a drain heater would show that holds it there (null mode)."""


def measured_ratios(
    data: SwitchingData, cells: Array, baths: Array | None, fit: "SwitchingFit | None" = None
) -> list[MeasuredRatio]:
    """Return the ratio of the powers of each cell that holds both and the singles once.

    As read it is smaller than the enhancement at common temperatures, because more heat makes the drain warmer; where
    the singles are not three errors above zero there is no ratio, and none at all without powers of the drain.

    Parameters
    ----------
    data
        The powers.
    cells
        Cell of each of them.
    baths
        Bath temperature of each of them [K], if it is known.
    fit
        Its model moves the powers to one drain temperature. The errors of the moved ratios are those of the reading:
        what the model adds is far smaller.
    """
    if "drain" not in data.reservoirs:
        return []
    found = []
    for cell, index in _complete(data, cells):
        power, drain = data.measured[index], data.points.temperature_drain[index]
        covariance = data.reading_covariance[index][:, index].toarray()
        singles, error = _singles(data, index)
        if singles < 3 * error:
            continue
        ratio = float(power[0]) / singles
        gradient = np.array([1.0, -ratio, -ratio]) / singles
        found.append(
            MeasuredRatio(
                cell,
                None if baths is None else float(baths[index[0]]),
                float(data.points.temperature_source[index[0]]),
                float(drain[0]),
                float(drain[0] - drain[1:].mean()),
                ratio,
                float(np.sqrt(gradient @ covariance @ gradient)),
                *(_moved(data, index, fit) if fit is not None else ()),
            )
        )
    return found


def without_ratio(
    data: SwitchingData, cells: Array, baths: Array | None, found: Iterable[MeasuredRatio]
) -> list[dict[str, Any]]:
    """Return the temperatures of the cells that have no ratio, what they lack, and why they have none.

    Arguments are those of `measured_ratios`, and what it returned.
    """
    told, complete = [], dict(_complete(data, cells))
    for cell in sorted({int(cell) for cell in cells} - {ratio.cell for ratio in found}):
        here = cells == cell
        counts = {name: int(np.sum(data.configuration[here] == name)) for name in _NAMES}
        missing = [name for name, count in counts.items() if not count]
        twice = [name for name, count in counts.items() if count > 1]
        if missing:
            reason = f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing"
        elif twice:
            reason = f"{' and '.join(twice)} {'stands' if len(twice) == 1 else 'stand'} there more than once"
        else:
            singles, error = _singles(data, complete[cell])
            reason = "the singles carry no heat within three errors"
            if singles < -3 * error:
                reason = "the singles carry heat out of the drain, which is the warmer one there"
        told.append(
            {
                "bath_temperature": None if baths is None else float(baths[here].mean()),
                "source_temperature": float(data.points.temperature_source[here].mean()),
                "missing": missing,
                "reason": reason,
            }
        )
    return told


def _singles(data: SwitchingData, index: npt.NDArray[np.intp]) -> tuple[float, float]:
    """Return the heat of both singles of a cell together, and its error [W]."""
    singles = index[1:]
    covariance = data.reading_covariance[singles][:, singles]
    return float(data.measured[singles].sum()), float(np.sqrt(covariance.sum()))


def _complete(data: SwitchingData, cells: Array) -> Iterator[tuple[int, npt.NDArray[np.intp]]]:
    """Yield each cell that holds both and the singles once, and where they are."""
    for cell in np.unique(cells):
        rows = [np.flatnonzero((cells == cell) & (data.configuration == name)) for name in _NAMES]
        if all(row.size == 1 for row in rows):
            yield int(cell), np.concatenate(rows)


def _moved(data: SwitchingData, index: npt.NDArray[np.intp], fit: "SwitchingFit") -> tuple[float, float]:
    """Return the ratio with every power at the drain temperature of "off", and at that of "both"."""
    rates, points = fit.rates, data.points.at(index)
    off = points.temperature_drain if data.reference is None else data.reference.at(index).temperature_drain
    return (
        _ratio_at(data, index, fit, rates, float(off[0])),
        _ratio_at(data, index, fit, rates, float(points.temperature_drain[0])),
    )


def _ratio_at(
    data: SwitchingData, index: npt.NDArray[np.intp], fit: "SwitchingFit", rates: Rates, drain: float
) -> float:
    model, size = MODELS[fit.model], len(index)

    def heat(points: Points) -> Array:
        return np.asarray(-model(rates, points, data.resonator).cold)

    def rise(points: Points) -> Array:
        return heat(replace(points, temperature_drain=np.full(size, drain))) - heat(points)

    power = data.measured[index] + rise(data.points.at(index))
    if data.reference is not None:  # the background was measured at a temperature of its own
        power = power - rise(data.reference.at(index))
    return float(power[0] / (power[1] + power[2]))
