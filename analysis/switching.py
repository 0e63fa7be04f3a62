"""Fit gamma_h, gamma_c, gamma_p and T_p to a switching measurement."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from valvelab.dataset import REDUCED, check_dataset
from valvelab.errors import DataError

from .models import MODELS, Rates
from .switching_data import SwitchingData
from .switching_parameters import SIZES, Coordinates, coordinates, starts, values_of
from .switching_problem import SwitchingProblem
from .switching_profile import temperature_interval, temperature_limit

if TYPE_CHECKING:
    import xarray as xr

Array = npt.NDArray[np.float64]

SYMMETRIC = 0.1
"""Relative error of n_p below which T_p's error says as much as its profile."""
_STEP = 1e-4
_DOUBTFUL = 4.0
"""Standard deviations of chi-square above its expectation from which on other starts are tried."""


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

    @cached_property
    def parasitic_temperature_limit(self) -> float | None:
        """Upper limit of T_p at 95 % [K] where the data cannot tell it from zero, infinite where they do not limit it.

        Otherwise None.
        """
        return temperature_limit(self.problem, self.result)

    @cached_property
    def parasitic_temperature_interval(self) -> tuple[float, float] | None:
        """The 68 % interval of T_p [K] from the profile of chi-square, where a symmetric error would mislead.

        None where it would not, and where there is a limit instead.
        """
        occupation = self.result.params["n_p"]
        if self.parasitic_temperature_limit is not None or occupation.stderr < SYMMETRIC * occupation.value:
            return None
        return temperature_interval(self.problem, self.result)

    @property
    def chi_square(self) -> float:
        """Squared residuals over their covariance, summed; priors included."""
        return float(self.result.chisqr)

    @property
    def degrees_of_freedom(self) -> int:
        """Number of powers and priors less number of parameters varied."""
        return int(self.result.nfree)

    def predict(self, rates: Rates | None = None) -> Array:
        """Return the model of the measured heat power into the drain [W], along ``point``."""
        return self.data.drain(MODELS[self.model], rates or self.rates)

    def propagate(self, function: Callable[[Rates], float]) -> tuple[float, float]:
        """Return a function of the rates with its standard error, by linear propagation of the covariance."""
        return propagate(function, self.values, self.covariance, self.problem.where)

    def report(self) -> str:
        """Return the fit as text: values, errors, limits, and how well the model describes the data."""
        from .summary import switching_text  # which itself fits again, to see what an assumption is worth

        return switching_text(self)


def fit_switching(
    dataset: "xr.Dataset",
    model: str = "collective",
    *,
    free: Iterable[str] = (),
    priors: Mapping[str, tuple[float, float]] | None = None,
    fixed: Mapping[str, float] | None = None,
) -> SwitchingFit:
    """Fit the rates and the parasitic temperature to a reduced dataset.

    Parameters
    ----------
    dataset
        Heat powers along ``point`` as `valvelab.dataset.REDUCED` says, with the attributes
        ``resonator_frequency`` [Hz] and ``quality_factor``. A covariance ``heat_power_drain_covariance``
        (point, point_), the errors of the temperatures, or instead of both how everything moves with each
        independent error (``..._shift``), the source's powers and a subtracted reference are used where they are
        there.
    model
        ``"collective"``, ``"pair"``, ``"independent"`` or ``"linear"``, see `valvelab.analysis.models`.
    free
        Imperfections that are varied as well, names of `valvelab.analysis.models.IMPERFECTIONS`: each makes the
        errors honest about what is not known, and larger. ``asymmetry``, ``mismatch`` and ``exchange`` need "pair".
    priors
        What is known beforehand, value and standard deviation by name; an imperfection with a prior is varied.
    fixed
        Imperfections that are known, by name.

    Returns
    -------
    The fit.

    Raises
    ------
    DataError
        If the dataset is wrong or has fewer points than parameters.
    ValueError
        If the model or a name is unknown.

    Notes
    -----
    T_p is varied as the occupation n_p = 1 / (exp(h f / k_B T_p) - 1) >= 0, on which the powers depend almost
    linearly: T_p itself has no curvature left as it goes to zero. Errors of measured temperatures enter through
    the slope of the model at a first fit; then the fit is repeated.

    Examples
    --------
    >>> fit = fit_switching(reduced, "pair", free=["mismatch"], priors={"gain": (1, 0.02)})  # doctest: +SKIP
    >>> print(fit.report())  # doctest: +SKIP
    """
    if model not in MODELS:
        raise ValueError(f"model must be one of {', '.join(MODELS)}, found {model!r}")
    check_dataset(dataset, REDUCED, "reduced dataset")
    data = SwitchingData.from_dataset(dataset)
    where = coordinates(data, model, free, priors, fixed)
    if data.size + len(where.priors) < len(where.names):
        raise DataError(
            f"reduced dataset: must hold at least {len(where.names) - len(where.priors)} points for "
            f"{len(where.names)} parameters, found {data.size}"
        )
    return _best(SwitchingProblem(data, model, where), starts(data, model, where))


def _best(problem: SwitchingProblem, begins: list[Array]) -> SwitchingFit:
    """Return the best fit from several starts, or the first that describes the data."""
    fits = []
    for begin in begins:
        fits.append(refit(problem, begin))
        freedom = max(fits[-1].degrees_of_freedom, 1)
        if fits[-1].chi_square < freedom + _DOUBTFUL * np.sqrt(2 * freedom):
            break
    return min(fits, key=lambda fit: fit.chi_square)


def refit(problem: SwitchingProblem, begin: Array) -> SwitchingFit:
    """Fit a problem from some values on, errors of the temperatures included."""
    first = problem.minimise(begin)
    corrected = problem.with_temperature_errors(values_of(first.params, problem.where))
    result = first
    if corrected.data is not problem.data:
        result = corrected.minimise(values_of(first.params, problem.where))
    spread = corrected.covariance(values_of(result.params, problem.where))
    _state_errors(result, spread, problem.where)
    return SwitchingFit(result, spread, corrected)


def propagate(
    function: Callable[[Rates], float], values: Array, spread: Array, where: Coordinates
) -> tuple[float, float]:
    """Return a function of the rates at values of the coordinates, and its error by their covariance."""
    by = gradient(function, values, where)
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


def _state_errors(result: Any, spread: Array, where: Coordinates) -> None:
    """Write the errors into lmfit's parameters, and the rates that they stand for beside them."""
    values = values_of(result.params, where)
    for name, variance in zip(where.names, np.diag(spread), strict=True):
        result.params[name].stderr = float(np.sqrt(variance))
    result.params.add("gamma_h", expr="exp(ln_gamma_h)")
    result.params.add("gamma_c", expr="exp(ln_gamma_c)")
    result.params.add("T_p", expr=f"{where.quantum!r} / log(1 + 1 / (n_p + 1e-300))")
    factors = where.factors(values)
    for place, name in ((0, "gamma_h"), (1, "gamma_c"), (3, "T_p")):
        result.params[name].stderr = float(factors[place] * np.sqrt(spread[place, place]))
