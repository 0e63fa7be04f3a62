"""The Allan deviation of what is left: of readings beside their means, of powers beside a fit."""

import numpy as np

from valvelab.arguments import Array

from .grouped_readings import Grouped, Integers

_SHARE = 3
"""Averages reach over a third of a cell at most: beyond, the means that were taken off are missed."""


def allan_deviation(residual: Array, time: Array, cell: Integers) -> tuple[Array, Array, Array]:
    r"""Return averaging numbers, the time between averages, and the Allan deviation.

    .. math:: \sigma^2(m) = \tfrac12 \langle (\bar y_{k+m} - \bar y_k)^2 \rangle

    over overlapping averages of m readings that follow each other within a cell. Readings are as far apart as the
    protocol takes them, so the time is the mean distance between the middles of neighbouring averages.

    Parameters
    ----------
    residual
        Readings less the means of their configurations [V], in the order of time, shape (n,).
    time
        Their moments [s], shape (n,).
    cell
        Number of the cell of each, shape (n,).

    Returns
    -------
    Numbers of readings, times [s] and deviations [V], each of shape (m,).

    Notes
    -----
    Allan, Proc. IEEE 54, 221 (1966).
    """
    runs = [np.flatnonzero(cell == one) for one in np.unique(cell)]
    longest = max(map(len, runs))
    numbers = [1]
    while numbers[-1] * 2 * _SHARE <= longest:
        numbers.append(numbers[-1] * 2)
    found = []
    for number in numbers:
        steps, lags = [], []
        for run in runs:
            if len(run) >= max(_SHARE * number, 2):
                steps.append(_steps(residual[run], number))
                lags.append(_steps(time[run], number))
        found.append((number, np.concatenate(lags).mean(), np.sqrt(np.mean(np.concatenate(steps) ** 2) / 2)))
    counts, times, deviations = np.array(found).T
    return counts, times, deviations


def plain_residuals(readings: Grouped, value: Array) -> Array:
    """Return readings less the plain means of their configuration in their cell [V], shape (n,).

    Parameters
    ----------
    readings
        The readings grouped in cells.
    value
        Their voltages in the order of time [V], shape (n,).
    """
    back = np.argsort(readings.order, kind="stable")
    kind = (readings.group * readings.configurations + readings.configuration)[back]
    counts = np.maximum(np.bincount(kind), 1)
    return np.asarray(value - (np.bincount(kind, value) / counts)[kind])


def equivalent_freedom(size: int, number: int) -> float:
    r"""Return the degrees of freedom of an Allan variance of white noise, over overlapping averages.

    The variance is a sum of squares of Gaussian numbers with the covariance C. That of a chi-square with
    :math:`\nu = (\mathrm{tr}\, C)^2 / \mathrm{tr}\, C^2` degrees of freedom has the same mean and the same spread.

    Parameters
    ----------
    size
        Number of values that follow each other.
    number
        Number of them in an average, at most half of them.

    Notes
    -----
    Welch-Satterthwaite; for Allan variances: Greenhall and Riley, PTTI 35, 267 (2003).
    """
    kernel = np.repeat([-1.0, 1.0], number)
    overlap = np.correlate(kernel, kernel, "full")[2 * number - 1 :]  # of differences so many places apart
    count = size - 2 * number + 1
    pairs = np.maximum(count - np.arange(overlap.size), 0) * np.where(np.arange(overlap.size) > 0, 2, 1)
    return float((count * overlap[0]) ** 2 / (pairs @ overlap**2))


def _steps(values: Array, number: int) -> Array:
    """Return the differences of averages over so many readings that follow each other."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    averages = (sums[number:] - sums[:-number]) / number
    return np.asarray(averages[number:] - averages[:-number])
