"""Errors of a map fit, and which of its parameters the map does not determine.

White noise and flicker are whitened before; what is left may be correlated still, and is larger where the drain is
warm, as on a ridge. So the covariance is the sandwich H^-1 S H^-1, where H = J^T J and S sums the products of residuals
along the fast axis where they are found, each pair weighted less the further apart it is (Newey and West, Econometrica
55, 703 (1987)). A second covariance lets the asymmetries move too, which a device file can only assume: it tells what
the map determines by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .flux_map_heat import Array, Values

_SMALLEST_SINGULAR_VALUE = 1e-7
"""Relative to the largest. Variances are then below 1e14, whose rounding leaves what is determined alone."""
_TIED = 0.9
_LARGEST_LEVERAGE = 0.9


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


def covariance(derivatives: Array, residual: Array, slow: int, eliminated: int = 0) -> Array:
    """Return the covariance of least-squares parameters under noise that varies and is correlated along the fast axis.

    Parameters
    ----------
    derivatives
        Of the whitened map with respect to the parameters, shape of the map and then parameters.
    residual
        What the fit leaves of the whitened map.
    slow
        Axis of the map whose lines have offsets of their own.
    eliminated
        Number of parameters that were fitted beside these.
    """
    jacobian = np.moveaxis(derivatives, slow, 0)
    rest = np.moveaxis(residual, slow, 0)
    n_fast = rest.shape[1]
    size = np.sqrt(np.einsum("sfp,sfp->p", jacobian, jacobian))
    size = np.where(size > 0, size, 1.0)
    scaled = jacobian / size
    left, singular, right = np.linalg.svd(scaled.reshape(-1, scaled.shape[-1]), full_matrices=False)
    # A direction without effect gets a huge error, not an infinite one, so that what is unaffected stays finite.
    singular = np.maximum(singular, _SMALLEST_SINGULAR_VALUE * singular[0])
    modes = left.reshape(scaled.shape)
    # A point that decides a direction nearly alone pulls the fit to itself and leaves little of its noise (HC3).
    leverage = np.minimum(np.sum(modes**2, axis=-1), _LARGEST_LEVERAGE)
    moments = modes * (rest / (1 - leverage))[..., None]
    scatter = np.einsum("sfp,fg,sgq->pq", moments, _pair_weights(n_fast), moments, optimize=True)
    # What was fitted has taken its share of the noise.
    scatter *= rest.size / max(1, rest.size - eliminated - singular.size)
    spread = (right.T / singular) @ scatter @ (right.T / singular).T
    return np.asarray(spread / np.outer(size, size))


def white_covariance(derivatives: Array) -> Array:
    """Return the covariance of least-squares parameters under white noise of variance 1."""
    flat = derivatives.reshape(-1, derivatives.shape[-1])
    size = np.sqrt(np.sum(flat**2, axis=0))
    size = np.where(size > 0, size, 1.0)
    singular, right = np.linalg.svd(flat / size, full_matrices=False)[1:]
    singular = np.maximum(singular, _SMALLEST_SINGULAR_VALUE * singular[0])
    return np.asarray((right.T / singular**2) @ right / np.outer(size, size))


def _pair_weights(fast: int) -> Array:
    """Return Bartlett's weights of all pairs along the fast axis: with them no variance is negative."""
    reach = max(1, fast // 4)
    apart = np.abs(np.subtract.outer(np.arange(fast), np.arange(fast)))
    return np.maximum(0.0, 1 - apart / reach)


def gradient(function: Callable[[Values], float], values: Values, names: Sequence[str]) -> dict[str, float]:
    """Return the derivatives of a number with respect to named parameters."""
    slopes = {}
    for name in names:
        step = 1e-5 * (abs(values[name]) or 1.0)
        above, below = ({**values, name: values[name] + sign * step} for sign in (1, -1))
        slopes[name] = (function(above) - function(below)) / (2 * step)
    return slopes
