"""The least-squares problem of a switching measurement: residuals, their Jacobian, and the search."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from .model_slopes import SLOPES
from .models import MODELS, QUICK_MODELS, SLOW_MODELS
from .roots import Roots
from .searches import tell_evaluation
from .switching_data import SwitchingData
from .switching_parameters import COLD, EVEN, SIZES, Coordinates, parameters_at, values_of
from .switching_slopes import power_slopes
from .table_registry import TABLES

Array = npt.NDArray[np.float64]
MAX_EVALUATIONS = 100
_ENOUGH = 1e-5
"""Relative fall of chi-square that is not worth another evaluation of a slow model: numbers move by less than a tenth
of their errors."""
_ROUNDS = 3
"""How often slopes are taken anew over the error of an occupation that is about 0."""
_HOPELESS = 25.0
"""Chi-square per degree of freedom from which on a model describes nothing, as powers are off by five of their errors;
of a slow one that does not come to rest there nothing more is asked."""
_PINNED, _BESIDE = 1e-4, 5e-3
"""Occupation below which a search may have been caught at 0, and the one from which it is repeated."""
UNDETERMINED = 1e-6
"""Singular value of the Jacobian, its columns of length 1, relative to the largest, below which a combination of
coordinates is not determined."""


@dataclass(frozen=True)
class SwitchingProblem:
    """Data, a model by name, and the coordinates that are varied."""

    data: SwitchingData
    model: str
    where: Coordinates

    @property
    def is_quick(self) -> bool:
        """Whether a search is a matter of milliseconds, and many may be tried."""
        return self.model in QUICK_MODELS or self.model in TABLES

    def sides(self, values: Array, fixed: tuple[str, ...] = ()) -> list[Array]:
        """Return where else to begin, see `Coordinates.sides`; nowhere with a slow model."""
        return list(self.where.sides(values, fixed)) if self.is_quick else []

    def is_hopeless(self, result: Any, chi_square: float | None = None) -> bool:
        """Tell whether a search with a slow model ended, without coming to rest, where it describes nothing.

        Its own chi-square says so, or another, of the same values with other errors.
        """
        reached = float(result.chisqr) if chi_square is None else chi_square
        return not self.is_quick and not result.success and self.is_undescribed(reached)

    def is_undescribed(self, chi_square: float) -> bool:
        """Tell whether a chi-square is so large that nothing is described."""
        freedom = max(self.data.size + len(self.where.priors) - len(self.where.names), 1)
        return chi_square > _HOPELESS * freedom

    @cached_property
    def _latest(self) -> dict[str, Any]:
        return {}

    def residual(self, values: Array) -> Array:
        """Return the whitened residuals, and those of the priors after them."""
        rates = self.where.rates(values)
        return np.concatenate([self.data.whitened(MODELS[self.model], rates), self._prior(values)])

    def residuals(self, values: Array) -> Array:
        """Return the same for many values at once, row by row."""
        powers = self.data.powers(MODELS[self.model], self.where.rates(values[:, None, :]))
        whitened = np.asarray((self.data.whitening @ (self.data.measured - powers).T).T)
        return np.column_stack([whitened, self._prior(values.T).T]) if self.where.priors else whitened

    def jacobian(self, values: Array) -> Array:
        """Return the derivatives of `residual` by the coordinates, (size, number of coordinates); not to be changed."""
        # A search ends where its covariance is then asked for.
        if self._latest.get("at") != values.tobytes():
            self._latest.update({"at": values.tobytes(), "jacobian": self._jacobian(values)})
        return np.asarray(self._latest["jacobian"])

    def _jacobian(self, values: Array) -> Array:
        at = self.where.away_from_zero(values)
        rates = self.where.rates(at)
        by = power_slopes(self.data, self.model, rates, self.where.fields)
        columns = np.array([by[name] for name in self.where.fields]).T * self.where.factors(at)
        return np.concatenate([-(self.data.whitening @ columns), self._prior_rows()])

    def chi_square(self, values: Array) -> float:
        """Return the sum of the squared residuals."""
        return float(np.sum(self.residual(values) ** 2))

    def with_errors_in_variables(self, values: Array) -> "SwitchingProblem":
        """Return the problem with the errors of temperatures and frequencies in its covariance."""
        rates = self.where.rates(self.where.away_from_zero(values))
        return replace(
            self, data=self.data.with_errors_in_variables(MODELS[self.model], SLOPES[self.model], rates)
        )

    def minimise(
        self,
        start: Array,
        fixed: tuple[str, ...] = (),
        *,
        evaluations: int = MAX_EVALUATIONS,
        squared: bool = False,
    ) -> Any:
        """Return lmfit's result of a search from some values on; those named stay as they are.

        It ends after so many evaluations at most, and then is no success. Where it ends at n_p = 0 it is repeated from
        above, unless it is hopeless: chi-square goes there as the square root of n_p, and a search that came by is
        caught.

        `squared` varies the squares of `EVEN`, each on the side of zero where it begins: near zero least squares has no
        slope to go by, takes steps that are far too long, and creeps.
        """
        result = self._searched(start, fixed, evaluations, squared)
        low, high = (float(ends[3]) for ends in self.where.bounds)
        if (
            "n_p" in fixed
            or self.is_hopeless(result)
            or not result.params["n_p"].value < low + _PINNED < high
        ):
            return result
        above = values_of(result.params, self.where)
        above[3] = min(low + _BESIDE, high)
        again = self._searched(above, fixed, evaluations, squared)
        return again if again.chisqr < result.chisqr else result

    def _searched(self, start: Array, fixed: tuple[str, ...], evaluations: int, squared: bool) -> Any:
        import lmfit

        names = [name for name in self.where.names if name not in fixed]
        places = [self.where.names.index(name) for name in names]
        sizes = np.array([_size(name, value) for name, value in zip(self.where.names, start, strict=True)])
        roots = Roots.of(start, sizes, self.where, [one for one in names if one in EVEN and squared])
        parameters = parameters_at(start, self.where, sizes)
        roots.enter(parameters)
        for name in self.where.names:
            parameters[name].vary = name not in fixed

        def values(moved: Any) -> Array:
            return np.asarray(roots.taken(values_of(moved, self.where)) * sizes)

        def residual(moved: Any) -> Array:
            try:
                return self.residual(values(moved))
            except ValueError:
                # No answer there, as qubits that feel no bath have none: a shorter step has one.
                if np.allclose(values(moved), start, rtol=1e-9, atol=0):
                    raise
                return np.full(self.data.size + len(self.where.priors), np.nan)

        # Least squares that knows bounds: behind a transformation to the whole axis, a value at its bound has no
        # slope left, and a search creeps there for thousands of steps. The covariance is made apart.
        fitter = lmfit.Minimizer(
            residual,
            parameters,
            iter_cb=lambda moved, number, residual: tell_evaluation(self.model, residual),
            nan_policy="propagate",
            calc_covar=False,
            scale_covar=False,
            max_nfev=evaluations,
        )
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            result = fitter.least_squares(
                jac=lambda moved: (self.jacobian(values(moved)) * sizes * roots.slopes(moved))[:, places],
                x_scale="jac",
                xtol=1e-8,
                ftol=_ENOUGH if self.model in SLOW_MODELS else 1e-8,
                gtol=1e-12,
            )
        for name, value in zip(self.where.names, values(result.params), strict=True):
            low, high = self.where.limits.get(name, (-np.inf, np.inf))
            result.params[name].set(value=float(value), min=low, max=high)
        result.squared = squared
        return result

    def covariance(self, values: Array) -> Array:
        """Return the covariance of the coordinates from the curvature of chi-square, bounds left out of account.

        Where n_p is about 0 slopes are those over its error, see `Coordinates.within_errors`. A coordinate on which the
        powers do not depend has an infinite variance. A combination that they do not determine has one so large that
        its members count as undetermined, and what does not depend on it stays known.
        """
        values = self.where.beside_zero(values)
        spread = self._spread(self.where.away_from_zero(values, COLD))
        for _ in range(_ROUNDS if values[3] < COLD else 0):
            spread = self._spread(self.where.within_errors(values, spread))
        return spread

    def _spread(self, values: Array) -> Array:
        jacobian = self.jacobian(values)
        scale = np.linalg.norm(jacobian, axis=0)
        known = scale > 0
        result = np.diag(np.where(known, 0.0, np.inf))
        if known.any():
            _, singular, rows = np.linalg.svd(jacobian[:, known] / scale[known], full_matrices=False)
            singular = np.maximum(singular, UNDETERMINED * singular[0])
            modes = rows.T / singular / scale[known][:, None]
            result[np.ix_(known, known)] = modes @ modes.T
        return result

    def _prior(self, values: Array) -> Array:
        return np.array(
            [
                (values[self.where.names.index(name)] - mean) / std
                for name, (mean, std) in self.where.priors.items()
            ]
        )

    def _prior_rows(self) -> Array:
        rows = np.zeros((len(self.where.priors), len(self.where.names)))
        for row, (name, (_, std)) in zip(rows, self.where.priors.items(), strict=True):
            row[self.where.names.index(name)] = 1 / std
        return rows


def _size(name: str, value: float) -> float:
    """Return what a coordinate is divided by, so that lmfit's steps are of order one."""
    if name == "gamma_p":
        return max(abs(value), 1e3)
    return max(abs(value), SIZES[name]) if name in SIZES else 1.0
