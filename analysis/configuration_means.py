"""The mean voltage of every configuration in every cell, by generalised least squares over the whole run at once."""

from dataclasses import dataclass

import numpy as np

from valvelab.arguments import Array

from .grouped_readings import Grouped, Integers
from .voltage_noise import VoltageNoise

_CHUNK = 4096
"""Readings that are worked on at once, so that a long run needs little memory."""


@dataclass(frozen=True)
class Means:
    """Means of all rows, a row being a configuration in a cell, and how their errors hang together."""

    values: Array
    """Shape (rows,) or (rows, q)."""
    covariance: Array
    """Covariance of the means of voltages [V^2], (rows, rows)."""


def configuration_means(
    time: Array, values: Array, row: Integers, cells: Grouped, noise: VoltageNoise
) -> Means:
    """Return the best means for the noise of a run, and their covariance within and between cells.

    Each cell may also follow its covariates linearly. What is slower than a cell cancels in differences within it, and
    moves cells that are neighbours together.

    Parameters
    ----------
    time
        Moments of the readings in rising order [s], shape (n,).
    values
        What to average, shape (n,) or (n, q), all with the weights of the noise.
    row
        Number of the row that a reading belongs to, shape (n,); every row has one.
    cells
        The same readings grouped in cells, which knows the covariates that can be fitted.
    noise
        Noise of the voltage.
    """
    from . import noise_kernels  # numba takes half a second to import

    rows = int(row.max()) + 1
    targets = values.reshape(len(time), -1)
    offset = np.array([np.bincount(row, one, minlength=rows) for one in targets.T]).T
    offset /= np.bincount(row, minlength=rows)[:, None]
    covariates, places, width = _free_columns(cells, rows)
    steps = np.diff(time, prepend=-np.inf)
    variances, rates = noise.parts
    total = width + targets.shape[1]
    space = np.zeros((len(rates), len(rates))), np.zeros((len(rates), total))
    products = np.zeros((total, total))
    for begin in range(0, len(time), _CHUNK):
        part = slice(begin, begin + _CHUNK)
        columns = np.zeros((len(time[part]), total))
        here = np.arange(len(columns))
        columns[here, row[part]] = 1
        for values_of_one, place in zip(covariates, places, strict=True):
            columns[here, place[part]] += values_of_one[part]
        columns[:, width:] = targets[part] - offset[row[part]]
        whitened, _, _ = noise_kernels.whiten(steps[part], columns, 1.0, variances, rates, *space)
        products += whitened.T @ whitened
    inverse = np.linalg.inv(products[:width, :width])
    best = inverse @ products[:width, width:]
    covariance = noise.white**2 * inverse[:rows, :rows]
    return Means((best[:rows] + offset).reshape(rows, *values.shape[1:]), (covariance + covariance.T) / 2)


def _free_columns(cells: Grouped, rows: int) -> tuple[list[Array], list[Integers], int]:
    """Return the covariates in order of time, the column in which each reading has them, and the number of columns."""
    back = np.argsort(cells.order, kind="stable")
    width, values, places = rows, [], []
    for covariate, fitted in zip(cells.covariates, cells.fitted, strict=True):
        column = width + np.cumsum(fitted) - 1
        values.append(covariate[back])
        places.append(np.where(fitted, column, 0)[cells.group[back]])
        width += int(fitted.sum())
    return values, places, width
