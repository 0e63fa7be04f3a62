"""Readings in groups, each with its own mean for every configuration, fitted for a given shape of the noise."""

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from valvelab.arguments import Array

Integers: TypeAlias = npt.NDArray[np.int64]
Parts: TypeAlias = tuple[Array, Array]
"""Variances over that of the white part, and rates [1/s], of what is correlated in time."""
_DISTINCT = 1e-6
"""Share of a covariate's squares that the others must leave, else it cannot be told from them."""
_ROUNDING = 1e-9
_LARGEST_LEVERAGE = 0.9
"""A reading that is nearly alone in its mean cannot be judged by it."""
_SPARE = 2
"""Readings that must be left when a covariate is fitted, beside one for each mean."""


@dataclass(frozen=True)
class Solution:
    """What a fit of all groups leaves."""

    means: Array
    """Mean of each configuration in each group, nan where it was not read, shape (groups, configurations)."""
    covariance: Array
    """Their covariance in units of the white variance, shape (groups, configurations, configurations)."""
    residuals: Array
    """What is left of each reading after the past and the fit, without correlations [V], shape (n,)."""

    @property
    def squares(self) -> float:
        """Sum of the squared residuals."""
        return float(np.sum(self.residuals**2))


class Grouped:
    """Readings of a voltage, in groups that share no noise.

    Parameters
    ----------
    time
        Moments of the readings in rising order [s], shape (n,).
    value
        Voltages [V], shape (n,).
    configuration
        Number of the configuration, shape (n,).
    group
        Number of the group, shape (n,).
    covariates
        What each group may depend on linearly, shape (q, n).
    """

    def __init__(
        self, time: Array, value: Array, configuration: Integers, group: Integers, covariates: Array
    ) -> None:
        _, group = np.unique(group, return_inverse=True)
        self.order = np.argsort(group, kind="stable")
        """Which reading of those given stands where in here."""
        self.group = group[self.order]
        self.groups = int(self.group[-1]) + 1
        self.configuration = configuration[self.order]
        self.configurations = int(configuration.max()) + 1
        moments = time[self.order]
        begins = np.diff(self.group, prepend=-1) > 0
        self._steps = np.where(begins, np.inf, np.diff(moments, prepend=moments[0]))
        self._place = self.group * self.configurations + self.configuration
        cells = self.groups * self.configurations
        self._counts = np.bincount(self._place, minlength=cells).reshape(self.groups, -1)
        # What is common is taken off first, as sums of squares of 300 uV hide a nanovolt behind rounding.
        self._offset = self._mean_of(value[self.order])
        self._value = value[self.order] - self._offset.ravel()[self._place]
        self.covariates, self.fitted = self._choose([x[self.order] for x in covariates])

    @property
    def freedom(self) -> int:
        """Number of readings beyond what is fitted."""
        return len(self.group) - int(self._alive.sum())

    def deviance(self, parts: Parts) -> float:
        """Return -2 times the logarithm of the restricted likelihood, at its best scale."""
        sums, _, roots, _ = self._normal(parts)
        root = np.linalg.cholesky(self._matrix(sums))
        determinant = 2 * float(np.log(np.diagonal(root, axis1=1, axis2=2)).sum())
        _, squares = self._best(sums)
        return 2 * float(np.log(roots).sum()) + determinant + self.freedom * float(np.log(squares))

    def solve(self, parts: Parts) -> Solution:
        """Return the best means and what they leave, for a shape of the noise."""
        sums, whitened, _, _ = self._normal(parts)
        best, _ = self._best(sums)
        covariance = np.linalg.inv(self._matrix(sums))
        columns = whitened[:, :-1]
        residuals = whitened[:, -1] - np.sum(columns * best[self.group], axis=1)
        number = self.configurations
        means = np.where(self._counts > 0, best[:, :number] + self._offset, np.nan)
        return Solution(means, np.asarray(covariance[:, :number, :number], float), residuals)

    def noisy(self, parts: Parts, improbable: float, cell: Integers) -> dict[int, float]:
        """Return cells that scatter more than the others, and their standard deviation over that of all.

        Parameters
        ----------
        parts
            Shape of the noise.
        improbable
            Probability, counted over all cells, below which a scatter is told.
        cell
            Number of the cell of each group.
        """
        from scipy.stats import f

        found = self.solve(parts)
        squares = np.bincount(cell[self.group], found.residuals**2)
        free = np.bincount(cell, self._counts.sum(axis=1) - self._alive.sum(axis=1))
        others = self.freedom - free
        with np.errstate(divide="ignore", invalid="ignore"):
            against = squares / free / ((found.squares - squares) / others)
            told = f.sf(against, free, others) * len(free) < improbable
            size = np.sqrt(squares / free / (found.squares / self.freedom))
        told &= (free > 0) & (others > 0)
        return {int(number): float(size[number]) for number in np.flatnonzero(told)}

    def deviations(self, parts: Parts) -> Array:
        """Return by how much each reading deviates from what all others of its group say [V], in the order given.

        They have the standard deviation of the white part; those that the others say nothing of are nan.

        Parameters
        ----------
        parts
            Shape of the noise.
        """
        from . import noise_kernels  # numba takes half a second to import

        sums, whitened, roots, gains = self._normal(parts)
        divided, own = noise_kernels.unwhiten(self._steps, whitened, roots, gains, *parts)
        best, _ = self._best(sums)
        columns = divided[:, :-1]
        inverse = np.linalg.inv(self._matrix(sums))[self.group]
        rest = own - np.einsum("ni,nij,nj->n", columns, inverse, columns)
        judged = rest > (1 - _LARGEST_LEVERAGE) * own
        result = np.full(len(own), np.nan)
        left = (divided[:, -1] - np.sum(columns * best[self.group], axis=1))[judged]
        result[self.order[judged]] = left / np.sqrt(rest[judged])
        return result

    @cached_property
    def _alive(self) -> npt.NDArray[np.bool_]:
        """What each group is fitted with, shape (groups, configurations + covariates)."""
        return np.concatenate([self._counts > 0, self.fitted.T], axis=1)

    @cached_property
    def _columns(self) -> Array:
        """Indicators of the configurations, covariates, and the voltages, side by side."""
        indicators = (self.configuration[:, None] == np.arange(self.configurations)).astype(float)
        return np.column_stack([indicators, *self.covariates, self._value])

    def _normal(self, parts: Parts) -> tuple[Array, Array, Array, Array]:
        """Return sums of products of whitened columns in each group, and what `noise_kernels.whiten` returns."""
        from . import noise_kernels  # numba takes half a second to import

        variances, rates = parts
        space = np.zeros((len(rates), len(rates))), np.zeros((len(rates), self._columns.shape[1]))
        found = noise_kernels.whiten(self._steps, self._columns, 1.0, variances, rates, *space)
        return noise_kernels.products(found[0], self.group, self.groups), *found

    def _matrix(self, sums: Array) -> Array:
        """Return the normal matrices, with ones where a group has no such column."""
        dead = ~self._alive
        return np.asarray(sums[:, :-1, :-1] + dead[:, :, None] * np.eye(dead.shape[1]))

    def _best(self, sums: Array) -> tuple[Array, float]:
        right = sums[:, :-1, -1]
        best = np.asarray(np.linalg.solve(self._matrix(sums), right[:, :, None])[:, :, 0], float)
        squares = float(sums[:, -1, -1].sum() - np.sum(best * right))
        return best, max(squares, np.finfo(float).tiny)

    def _mean_of(self, values: Array) -> Array:
        sums = np.bincount(self._place, values, minlength=self._counts.size).reshape(self.groups, -1)
        return np.asarray(sums / np.maximum(self._counts, 1))

    def _choose(self, covariates: list[Array]) -> tuple[Array, npt.NDArray[np.bool_]]:
        """Centre the covariates in each group, and take those that means and other covariates do not explain."""
        spare = self._counts.sum(axis=1) - np.count_nonzero(self._counts, axis=1) - _SPARE
        chosen: list[Array] = []
        rests: list[Array] = []
        fitted = np.zeros((len(covariates), self.groups), bool)
        for number, values in enumerate(covariates):
            centred = values - self._sums(values)[self.group] / self._sums(np.ones_like(values))[self.group]
            size = self._sums(centred**2)
            rest = centred - self._mean_of(centred).ravel()[self._place]
            for other in rests:
                shared = self._sums(rest * other) / np.maximum(self._sums(other**2), 1e-300)
                rest = rest - shared[self.group] * other
            constant = size <= (_ROUNDING * np.abs(values).max()) ** 2
            fitted[number] = (self._sums(rest**2) > _DISTINCT * size) & ~constant & (spare > 0)
            spare = spare - fitted[number]
            scaled = np.where(fitted[number], 1 / np.sqrt(np.maximum(size, 1e-300)), 0.0)[self.group]
            rests.append(rest * scaled)
            chosen.append(centred * scaled)
        return np.array(chosen).reshape(len(covariates), len(self.group)), fitted

    def _sums(self, values: Array) -> Array:
        return np.asarray(np.bincount(self.group, values, minlength=self.groups), float)
