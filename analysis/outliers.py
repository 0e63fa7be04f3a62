"""Single readings that their neighbours do not explain."""

from dataclasses import dataclass

import numpy as np

from valvelab.arguments import Array

from .grouped_readings import Grouped, Integers
from .voltage_noise import estimate_noise

SIGMA = 5.0
"""What is as improbable as a Gaussian number beyond this is flagged: one in 1.7 million."""
_EFFICIENCY = 0.37
"""Of the median of absolute deviations as a measure of the scatter of Gaussian numbers."""
_TO_SIGMA = 1.4826
"""From that median to the standard deviation."""
_JUDGES = 0.3
"""Share of the degrees of freedom within cells that blocks must have, to tell the noise alone."""
_MUCH = 1.4
"""A cell that scatters so much more than the run is measured by its own scatter."""
_MOST_PASSES = 40


@dataclass(frozen=True)
class Flagged:
    """Readings of one thermometer that stand out."""

    index: Integers
    """Where they stand in the run."""
    deviation: Array
    """By how many robust standard deviations, with sign."""


def threshold(freedom: float) -> float:
    """Return how many estimated standard deviations are as improbable as `SIGMA` known ones.

    Parameters
    ----------
    freedom
        Degrees of freedom of the estimate.
    """
    from scipy.stats import norm, t

    return float(t.isf(norm.sf(SIGMA), max(freedom, 1.0)))


def find_outliers(
    time: Array, value: Array, configuration: Integers, cell: Integers, block: Integers, covariates: Array
) -> Flagged:
    """Flag the readings that deviate both from their block and from their cell.

    A reading beside a flux jump deviates from its cell but not from its block, and its partner, where a block has but
    two of a kind, deviates from its block but not from its cell. The largest of each cell is flagged, and what is left
    is looked at again, because an outlier moves what surrounds it.

    Parameters
    ----------
    time
        Moments in rising order [s], shape (n,).
    value
        Voltages [V], shape (n,).
    configuration, cell, block
        Numbers of each, a block having one of its own in the run, shape (n,).
    covariates
        As of `Grouped`, shape (q, n).
    """
    kept = np.ones(len(value), bool)
    flagged: list[int] = []
    deviations: list[float] = []
    for _ in range(_MOST_PASSES):
        rest = np.flatnonzero(kept)
        z = _deviations(
            time[rest], value[rest], configuration[rest], cell[rest], block[rest], covariates[:, rest]
        )
        largest = _largest_of_each(np.abs(z), cell[rest])
        found = largest[np.abs(z[largest]) > SIGMA]
        if not found.size:
            break
        kept[rest[found]] = False
        flagged += rest[found].tolist()
        deviations += z[found].tolist()
    index = np.array(flagged, np.int64)
    order = np.argsort(index)
    return Flagged(index[order], np.array(deviations)[order])


def resolution(value: Array, configuration: Integers, cell: Integers) -> float:
    """Return the smallest step between readings of one kind [V], 0 where none differ.

    Parameters
    ----------
    value, configuration, cell
        As of `find_outliers`.
    """
    order = np.lexsort((value, configuration, cell))
    same = (np.diff(configuration[order]) == 0) & (np.diff(cell[order]) == 0)
    steps = np.diff(value[order])[same]
    rounding = 8 * np.finfo(float).eps * float(np.abs(value).max())
    steps = steps[steps > rounding]
    return float(steps.min()) if steps.size else 0.0


def judges(blocks: Grouped, cells: Grouped) -> Grouped:
    """Return the readings that tell the noise: in blocks, which no jump between them moves, where those are enough."""
    return blocks if blocks.freedom >= _JUDGES * cells.freedom else cells


def least_noise(value: Array, configuration: Integers, cell: Integers) -> float:
    """Return the scatter that rounding to a step gives [V], and that of floating point at least."""
    step = resolution(value, configuration, cell) / np.sqrt(12)
    return float(max(step, 4 * np.finfo(float).eps * np.abs(value).max()))


def _deviations(
    time: Array, value: Array, configuration: Integers, cell: Integers, block: Integers, covariates: Array
) -> Array:
    """Return deviations, in units where `SIGMA` is the limit however well the scatter is known."""
    floor = least_noise(value, configuration, cell)
    blocks = Grouped(time, value, configuration, block, covariates[:0])
    cells = Grouped(time, value, configuration, cell, covariates)
    judge = judges(blocks, cells)
    shape = estimate_noise(judge, floor).parts
    within, across = (group.deviations(shape) for group in (blocks, cells))
    scale = _scale(within if judge is blocks else across, cell)
    limit = threshold(_EFFICIENCY * judge.freedom) / SIGMA
    # Where a block cannot judge, the cell does alone; where neither can, nothing is said.
    smaller = np.where(np.abs(within) < np.abs(across), within, across)
    smaller = np.where(np.isnan(within), across, smaller)
    return np.asarray(np.nan_to_num(smaller) / (np.maximum(scale, floor) * limit))


def _scale(deviation: Array, cell: Integers) -> Array:
    """Return the robust standard deviation of the run for each reading, or of its cell where that is much larger."""
    common = _TO_SIGMA * float(np.nanmedian(np.abs(deviation)))
    scale = np.full(len(cell), common)
    for one in np.unique(cell):
        known = np.abs(deviation[cell == one])
        known = known[~np.isnan(known)]
        own = _TO_SIGMA * float(np.median(known)) if known.size else 0.0
        if own > _MUCH * common:
            scale[cell == one] = own
    return scale


def _largest_of_each(size: Array, group: Integers) -> Integers:
    """Return the index of the largest number of each group."""
    order = np.lexsort((size, group))
    last = np.append(np.diff(group[order]) > 0, True)
    return np.asarray(order[last], np.int64)
