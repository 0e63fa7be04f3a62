"""The noise along one line of a heat map: white from point to point, and flicker.

Flicker is a sum of Ornstein-Uhlenbeck processes whose times are a factor of four apart and whose variances are equal:
from the shortest to the longest of these times its spectrum is that of 1/f. What a line has for an offset is not asked:
only differences of its points count, and with them the likelihood is exact whatever the offsets are.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

_RATIO = 4.0
"""Of the times of two neighbouring Ornstein-Uhlenbeck processes; twice as many change the spectrum by 4 %."""
_WHITE = (1e-2, 10.0)
_FLICKER = (1e-3, 100.0)
"""Smallest and largest amplitude that are tried, in units of a first guess of the white noise."""


@dataclass(frozen=True)
class LineNoise:
    """White noise and flicker along a line of evenly timed points.

    Parameters
    ----------
    n_points
        Points of a line.
    white
        Standard deviation of the white noise of a point [W].
    flicker
        Square root of what flicker adds to the variance per factor e of frequency [W]; the one-sided spectrum is
        ``flicker**2 / f``, with f in cycles per point.
    """

    n_points: int
    white: float
    flicker: float = 0.0

    @cached_property
    def covariance(self) -> Array:
        """Covariance of the points of a line, its offset left out [W^2]."""
        return np.asarray(
            self.white**2 * np.eye(self.n_points) + self.flicker**2 * unit_flicker(self.n_points)
        )

    @cached_property
    def whitener(self) -> Array:
        """Matrix of shape (n - 1, n) that makes the points of a line independent, of variance 1 and without offset.

        What belongs to a place on the line stays there.
        """
        from scipy.linalg import solve_triangular

        return np.asarray(solve_triangular(self._root, _differences(self.n_points), lower=True))

    @cached_property
    def log_determinant(self) -> float:
        """Logarithm of the determinant of the differences' covariance."""
        return float(2 * np.sum(np.log(np.diag(self._root))))

    @cached_property
    def _root(self) -> Array:
        steps = _differences(self.n_points)
        return np.asarray(np.linalg.cholesky(steps @ self.covariance @ steps.T))

    def along(self, lines: Array) -> Array:
        """Return lines, points on the first axis, as independent numbers of variance 1: one fewer a line."""
        return np.asarray(np.tensordot(self.whitener, lines, axes=1))


def estimate_noise(lines: Array, guess: float) -> LineNoise:
    """Return the most likely noise of lines from which everything else but their offsets is subtracted.

    Parameters
    ----------
    lines
        Residual of a map [W], one column for each line, its points in the order in which they were taken.
    guess
        White noise of a point [W], to begin from.
    """
    from scipy.optimize import minimize

    n_points, n_lines = lines.shape
    steps = _differences(n_points)
    scatter = steps @ (lines / guess) @ (lines / guess).T @ steps.T / n_lines
    parts = steps @ steps.T, steps @ unit_flicker(n_points) @ steps.T

    def surprise(logs: Array) -> tuple[float, Array]:
        """Return -2 ln L per line and its derivatives with respect to the logarithms of both amplitudes."""
        white, flicker = np.exp(2 * logs)
        total = white * parts[0] + flicker * parts[1]
        inverse = np.linalg.inv(total)
        value = np.sum(inverse * scatter) + np.linalg.slogdet(total)[1]
        slope = inverse - inverse @ scatter @ inverse
        return float(value), 2 * np.array(
            [white * np.sum(slope * parts[0]), flicker * np.sum(slope * parts[1])]
        )

    found = minimize(surprise, [-0.1, -1.0], jac=True, method="L-BFGS-B", bounds=np.log([_WHITE, _FLICKER]))
    white, flicker = guess * np.exp(found.x)
    return LineNoise(n_points, float(white), float(flicker))


def unit_flicker(n_points: int) -> Array:
    """Return the covariance of flicker of amplitude 1 along a line."""
    apart = np.abs(np.subtract.outer(np.arange(n_points), np.arange(n_points)))
    times = _RATIO ** np.arange(np.ceil(np.log(n_points) / np.log(_RATIO)))
    return np.asarray(np.log(_RATIO) * sum(np.exp(-apart / time) for time in times))


def _differences(n_points: int) -> Array:
    return np.diff(np.eye(n_points), axis=0)
