"""The noise of a thermometer's voltage: white and 1/f, found from what the readings of a run leave unexplained."""

from dataclasses import dataclass

import numpy as np

from valvelab.arguments import Array

from .grouped_readings import Grouped, Parts

_SHORTEST, _TERMS = 0.25, 11
"""Flicker is a sum of processes whose correlation times rise by factors of four from this [s], to three days. What is
faster is white to readings that take as long; what is slower is for the calibration to know."""
_FASTEST_RATE, _FACTOR = 1 / _SHORTEST, 4.0
_RATIOS = 3e-3, 30.0
"""Flicker over white that are told apart from none and from all."""
FEWEST = 30
"""Degrees of freedom from which on flicker is looked for."""


@dataclass(frozen=True)
class VoltageNoise:
    r"""White and flicker noise of a voltage.

    Flicker has the spectrum :math:`h / f`, whose Allan variance is :math:`2 h \ln 2` whatever the averaging time. Of
    processes with correlation times that rise by factors of four, each has the variance :math:`h \ln 4`, which is the
    same number.

    Parameters
    ----------
    white
        Standard deviation of the white part of a reading [V].
    flicker
        Allan deviation of the rest, the floor at which averaging longer gains nothing [V].
    freedom
        Degrees of freedom that it was found from.
    """

    white: float
    flicker: float
    freedom: int

    @property
    def ratio(self) -> float:
        """Flicker over white."""
        return self.flicker / self.white

    @property
    def parts(self) -> Parts:
        """Variances and rates [1/s] with the white variance as unit."""
        return parts(self.ratio)

    def allan_deviation(self, numbers: Array, spacing: Array) -> Array:
        """Return the Allan deviation of averages over readings [V].

        Parameters
        ----------
        numbers
            How many readings make an average, shape (m,).
        spacing
            Time from one of them to the next [s], shape (m,).
        """
        variances, rates = self.parts
        found = []
        for number, step in zip(numbers.astype(int), spacing, strict=True):
            # Of averages y over m and over 2 m, half the mean square of a step is 2 (Var y_m - Var y_2m).
            slow = [_variances(count, np.exp(-rates * step)) for count in (number, 2 * number)]
            found.append(1 / number + 2 * float(variances @ (slow[0] - slow[1])))
        return np.asarray(self.white * np.sqrt(np.array(found)))


def _variances(count: int, correlation: Array) -> Array:
    """Return the variance of the mean of so many numbers of variance 1, each correlated with the next by a factor."""
    lag = np.arange(1, count)
    sums = np.sum((1 - lag / count) * correlation[:, None] ** lag, axis=1)
    return np.asarray((1 + 2 * sums) / count)


def parts(ratio: float) -> Parts:
    """Return variances and rates [1/s] of the exponentials for a flicker over white, with white 1."""
    rates = _FASTEST_RATE / np.asarray(_FACTOR ** np.arange(_TERMS), float)
    return np.full(_TERMS, ratio**2, float), rates


def estimate_noise(readings: Grouped, floor: float) -> VoltageNoise:
    """Find white and flicker noise by restricted maximum likelihood.

    The means, and whatever else the groups are free to have, are integrated out, so that they cost no bias. The sum of
    white and flicker has its best value in closed form; their ratio is searched for.

    Parameters
    ----------
    readings
        Readings in groups that are taken for independent of each other.
    floor
        White noise that there must be at least [V], for readings that are rounded to equal values.

    Notes
    -----
    Patterson and Thompson, Biometrika 58, 545 (1971).
    """
    from scipy.optimize import minimize_scalar

    best = 0.0
    if readings.freedom >= FEWEST:
        low, high = np.log(_RATIOS)
        found = minimize_scalar(
            lambda ratio: readings.deviance(parts(np.exp(ratio))),
            bounds=(low, high),
            method="bounded",
            options={"xatol": 0.05},
        )
        if found.fun < readings.deviance(parts(0.0)):
            best = float(np.exp(found.x))
    white = max(float(np.sqrt(readings.solve(parts(best)).squares / readings.freedom)), floor)
    return VoltageNoise(white, best * white, readings.freedom)
