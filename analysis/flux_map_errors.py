"""Errors of a map fit, and which of its parameters the map does not determine.

The noise of neighbouring points is correlated, so the covariance is the sandwich H^-1 S H^-1, where H = J^T J and S is
J^T R J with the autocovariance R of the residuals along the fast axis. A second covariance lets the asymmetries move
too, which a device file can only assume: it tells what the map determines by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .flux_map_model import Array, Values

_SMALLEST_SINGULAR_VALUE = 1e-9
_TIED = 0.9


@dataclass(frozen=True)
class Uncertainty:
    """Covariance of the fitted parameters, and of them together with what was assumed."""

    names: tuple[str, ...]
    covariance: Array
    loose_names: tuple[str, ...]
    """The fitted parameters, those that ended at a bound, and the asymmetries."""
    loose_covariance: Array
    at_bounds: tuple[str, ...]
    window: tuple[float, float]
    """Half widths of the map [A]."""
    ridges: "Uncertainty | None" = None
    """What the ridges alone tell at the same parameters, where the model knows more than ridges.

    The collective line is often narrower than a point of the map. It then moves in and out of points, and its
    derivatives promise a knowledge of the fluxes that the map does not hold.
    """
    resolved: bool = True
    """Whether the map resolves the collective line; if not, the ridges alone count."""

    def error(self, gradient: Mapping[str, float], *, loose: bool = False) -> float:
        """Return the error of a number whose derivatives with respect to the parameters are given."""
        names, matrix = (self.loose_names, self.loose_covariance) if loose else (self.names, self.covariance)
        vector = np.array([gradient.get(name, 0.0) for name in names])
        return float(np.sqrt(max(vector @ matrix @ vector, 0.0)))

    def partners(self, gradient: Mapping[str, float]) -> list[str]:
        """Return the parameters that move with a number when what was assumed may move, the most tied first."""
        vector = np.array([gradient.get(name, 0.0) for name in self.loose_names])
        spread = np.sqrt(np.diag(self.loose_covariance)) * self.error(gradient, loose=True)
        tie = np.abs(self.loose_covariance @ vector) / np.maximum(spread, np.finfo(float).tiny)
        return [self.loose_names[i] for i in np.argsort(-tie) if tie[i] > _TIED]


def covariance(derivatives: Array, residual: Array, slow: int) -> Array:
    """Return the covariance of least-squares parameters under noise that is correlated along the fast axis.

    Parameters
    ----------
    derivatives
        Of the map with respect to the parameters, shape of the map and then parameters; offsets taken out.
    residual
        What the fit leaves of the map.
    slow
        Axis of the map along which offsets drift.
    """
    jacobian = np.moveaxis(derivatives, slow, 0)
    rest = np.moveaxis(residual, slow, 0)
    size = np.sqrt(np.einsum("sfp,sfp->p", jacobian, jacobian))
    size = np.where(size > 0, size, 1.0)
    scaled = jacobian / size
    correlation = _autocovariance(rest, scaled.shape[-1])
    left, singular, right = np.linalg.svd(scaled.reshape(-1, scaled.shape[-1]), full_matrices=False)
    # A direction without effect gets a huge error, not an infinite one, so that what is unaffected stays finite.
    singular = np.maximum(singular, _SMALLEST_SINGULAR_VALUE * singular[0])
    modes = left.reshape(scaled.shape)
    scatter = np.einsum("sfp,fg,sgq->pq", modes, correlation, modes, optimize=True)
    spread = (right.T / singular) @ scatter @ (right.T / singular).T
    return np.asarray(spread / np.outer(size, size))


def _autocovariance(rest: Array, n_parameters: int) -> Array:
    """Return the Toeplitz matrix of the residuals' autocovariance along their last axis."""
    slow, fast = rest.shape
    reach = max(1, fast // 4)
    lags = [
        np.sum(rest[:, lag:] * rest[:, : fast - lag]) / rest.size * (1 - lag / reach) for lag in range(reach)
    ]
    # Fitted offsets and parameters have taken their share of the noise.
    inflation = rest.size / max(1, rest.size - slow - n_parameters)
    padded = np.concatenate([np.array(lags), np.zeros(fast - reach)]) * inflation
    return np.asarray(padded[np.abs(np.subtract.outer(np.arange(fast), np.arange(fast)))])


def gradient(function: Callable[[Values], float], values: Values, names: Sequence[str]) -> dict[str, float]:
    """Return the derivatives of a number with respect to named parameters."""
    slopes = {}
    for name in names:
        step = 1e-5 * (abs(values[name]) or 1.0)
        above, below = ({**values, name: values[name] + sign * step} for sign in (1, -1))
        slopes[name] = (function(above) - function(below)) / (2 * step)
    return slopes
