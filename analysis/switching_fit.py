"""A fitted switching measurement: values, errors, intervals, and what follows from them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from .models import MODELS, Rates
from .switching_data import SwitchingData
from .switching_parameters import MAX_OCCUPATION, SIZES, Coordinates, temperature_of, values_of
from .switching_problem import SwitchingProblem
from .switching_profile import confidence_interval, profile, temperature_interval, temperature_limit

Array = npt.NDArray[np.float64]

SYMMETRIC = 0.1
"""Relative error of n_p below which T_p's error says as much as its profile."""
_STEP = 1e-4


@dataclass(frozen=True)
class SwitchingFit:
    """A fitted switching measurement.

    Parameters
    ----------
    result
        lmfit's result. Its parameters hold gamma_h, gamma_c, gamma_p [1/s] and T_p [K] with their errors, and the
        imperfections that were free; what was varied is ln gamma_h, ln gamma_c, gamma_p and the occupation n_p of the
        parasitic bath at the resonator's frequency.
    covariance
        Covariance of what was varied, in the order of `problem.where.names`.
    problem
        What was fitted: data, with the covariance that the fit used, model and coordinates.
    """

    result: Any
    covariance: Array
    problem: SwitchingProblem

    @property
    def data(self) -> SwitchingData:
        """What was fitted, with the covariance that the fit used."""
        return self.problem.data

    @property
    def model(self) -> str:
        """Name of the model."""
        return self.problem.model

    @property
    def values(self) -> Array:
        """What was varied, at the minimum."""
        return values_of(self.result.params, self.problem.where)

    @property
    def rates(self) -> Rates:
        """The fitted rates, parasitic temperature and imperfections."""
        return self.problem.where.rates(self.values)

    @property
    def given_up(self) -> bool:
        """Whether a slow model describes nothing and did not come to rest: no interval, no assumption is asked then."""
        return self.problem.is_hopeless(self.result)

    @cached_property
    def _occupation_rise(self) -> Callable[[float], float]:
        """The profile of chi-square along n_p, which limit and interval of T_p ask at the same places."""
        return profile(self.problem, self.result, "n_p")

    @cached_property
    def parasitic_temperature_limit(self) -> float | None:
        """Upper limit of T_p at 95 % [K] where the data cannot tell it from zero, infinite where they do not limit it.

        Otherwise None, as where the search was given up.
        """
        if self.given_up:
            return None
        return temperature_limit(self.problem, self.result, self._occupation_rise)

    @cached_property
    def parasitic_temperature_interval(self) -> tuple[float, float] | None:
        """The 68 % interval of T_p [K] from the profile of chi-square, where a symmetric error would mislead.

        None where it would not, where there is a limit instead, and where the search was given up.
        """
        occupation = self.result.params["n_p"]
        if (
            self.given_up
            or self.parasitic_temperature_limit is not None
            or occupation.stderr < SYMMETRIC * occupation.value
        ):
            return None
        return temperature_interval(self.problem, self.result, self._occupation_rise)

    def confidence_interval(self, name: str, sigma: float = 1.0) -> tuple[float, float]:
        """Return the ends of an interval from the profile of chi-square, all else fitted anew.

        Parameters
        ----------
        name
            ``"gamma_h"``, ``"gamma_c"``, ``"gamma_p"`` [1/s], ``"T_p"`` [K], or an imperfection that was free.
        sigma
            Half width in standard deviations, were the profile a parabola: 1 for 68 %, 2 for 95 %.

        Raises
        ------
        ValueError
            If the name was not fitted, or `sigma` is not above zero.

        Examples
        --------
        >>> low, high = fit.confidence_interval("T_p", 2)  # doctest: +SKIP
        """
        where = self.problem.where
        if name not in where.fields:
            raise ValueError(f"name must be one of {', '.join(where.fields)}, found {name!r}")
        if not 0 < sigma < float("inf"):
            raise ValueError(f"sigma must be above zero and finite, found {sigma!r}")
        coordinate = where.names[where.fields.index(name)]
        ends = confidence_interval(self.problem, self.result, coordinate, sigma)
        if name == "T_p":
            low, high = (float(temperature_of(end, where.quantum)) for end in ends)
            return low, high if ends[1] < MAX_OCCUPATION else float("inf")
        if coordinate.startswith("ln_"):
            low, high = (float(np.exp(end)) for end in ends)
            return low, high
        return ends

    @property
    def chi_square(self) -> float:
        """Squared residuals over their covariance, summed; priors included."""
        return float(self.result.chisqr)

    @property
    def degrees_of_freedom(self) -> int:
        """Number of powers and priors less number of parameters varied."""
        return int(self.result.nfree)

    def predict(self, rates: Rates | None = None) -> Array:
        """Return the model of the heat power of `data.reservoirs`'s first [W], along ``point``."""
        return self.data.powers(MODELS[self.model], rates or self.rates)[..., : self.data.count]

    def propagate(self, function: Callable[[Rates], float]) -> tuple[float, float]:
        """Return a function of the rates with its standard error, by linear propagation of the covariance."""
        return propagate(function, self.values, self.covariance, self.problem.where)

    def report(self) -> str:
        """Return the fit as text: values, errors, limits, and how well the model describes the data."""
        from .summary import switching_text  # which itself fits again, to see what an assumption is worth

        return switching_text(self)


def propagate(
    function: Callable[[Rates], float], values: Array, spread: Array, where: Coordinates
) -> tuple[float, float]:
    """Return a function of the rates at values of the coordinates, and its error by their covariance."""
    by = gradient(function, where.within_errors(values, spread), where)
    # What a function does not depend on adds nothing, even where nothing is known of it.
    used = by != 0
    variance = by[used] @ spread[np.ix_(used, used)] @ by[used]
    return float(function(where.rates(values))), float(np.sqrt(max(variance, 0.0)))


def gradient(function: Callable[[Rates], float], values: Array, where: Coordinates) -> Array:
    """Return the derivatives of a function of the rates by the coordinates."""
    places = range(len(values))
    return np.array(
        [_slope(lambda moved: function(where.rates(moved)), values, place, where) for place in places]
    )


def _slope(function: Callable[[Array], Any], values: Array, place: int, where: Coordinates) -> Any:
    """Return the derivative of a function of the coordinates, one-sided where a value is at its bound of zero."""
    name = where.names[place]
    floor = {"gamma_p": 1e-3 * float(np.exp(values[0])), "n_p": 1e-3}.get(name)
    step = _STEP * (SIZES.get(name, 1.0) if floor is None else max(float(values[place]), floor))
    shift = step * np.eye(len(values))[place]
    if floor is not None and values[place] < step:
        return (function(values + shift) - function(values)) / step
    return (function(values + shift) - function(values - shift)) / (2 * step)
