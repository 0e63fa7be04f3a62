"""Fit gamma_h, gamma_c, gamma_p and T_p to a switching measurement."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from valvelab.constants import BOLTZMANN, PLANCK
from valvelab.dataset import REDUCED, check_dataset
from valvelab.errors import DataError

from .models import MODELS, Model, Rates
from .summary import switching_text
from .switching_data import SwitchingData

if TYPE_CHECKING:
    import xarray as xr

Array = npt.NDArray[np.float64]

ONE_SIDED_95 = 2.706
"""Rise of chi-square at the one-sided 95 % limit of one parameter."""
_STARTING_RATES = np.logspace(6, 11, 21)
_STARTING_SHARES = (0.003, 0.03)
_STARTING_OCCUPATIONS = (0.01, 0.1, 1.0)


@dataclass(frozen=True)
class SwitchingFit:
    """A fitted switching measurement.

    Parameters
    ----------
    result
        lmfit's result. Its parameters hold gamma_h, gamma_c, gamma_p [1/s] and T_p [K]; what was varied is
        their logarithms and the occupation n_p of the parasitic bath at the resonator's frequency.
    data
        What was fitted, with the covariance that the fit used.
    model
        Name of the model.
    parasitic_temperature_limit
        Upper limit of T_p at 95 % [K] where the data cannot tell it from zero, otherwise None.
    """

    result: Any
    data: SwitchingData
    model: str
    parasitic_temperature_limit: float | None

    @property
    def rates(self) -> Rates:
        """The fitted rates and parasitic temperature."""
        return rates_of(self.result.params)

    @property
    def chi_square(self) -> float:
        """Squared residuals over their covariance, summed."""
        return float(self.result.chisqr)

    @property
    def degrees_of_freedom(self) -> int:
        """Number of points less number of parameters varied."""
        return int(self.result.nfree)

    def predict(self, rates: Rates | None = None) -> Array:
        """Return the model of the measured heat power into the drain [W], along ``point``."""
        return self.data.drain(MODELS[self.model], rates or self.rates)

    def propagate(self, function: Callable[[Rates], float]) -> tuple[float, float]:
        """Return a function of the rates with its standard error, by linear propagation of the covariance."""
        names = list(self.result.var_names)
        best = np.array([self.result.params[name].value for name in names])
        gradient = np.zeros(len(names))
        for place, step in enumerate(1e-3 * np.sqrt(np.diag(self.result.covar))):
            shift = np.eye(len(names))[place] * step
            values = [function(_rates_at(self.result.params, names, best + sign * shift)) for sign in (1, -1)]
            gradient[place] = (values[0] - values[1]) / (2 * step) if step > 0 else 0.0
        variance = gradient @ self.result.covar @ gradient
        return function(self.rates), float(np.sqrt(max(variance, 0.0)))

    def report(self) -> str:
        """Return the fit as text: values, errors, limits, and how well the model describes the data."""
        return switching_text(self)


def fit_switching(dataset: "xr.Dataset", model: str = "collective") -> SwitchingFit:
    """Fit the rates and the parasitic temperature to a reduced dataset.

    Parameters
    ----------
    dataset
        Heat powers along ``point`` as `valvelab.dataset.REDUCED` says, with the attributes
        ``resonator_frequency`` [Hz] and ``quality_factor``. A covariance ``heat_power_drain_covariance``
        (point, point_), the errors of the temperatures, the source's powers and a subtracted reference are
        used where they are there.
    model
        ``"collective"``, ``"pair"`` or ``"independent"``, see `valvelab.analysis.models`.

    Returns
    -------
    The fit.

    Raises
    ------
    DataError
        If the dataset is wrong or has fewer points than parameters.
    ValueError
        If the model is unknown.

    Notes
    -----
    The rates are varied as logarithms and T_p as the occupation n_p = 1 / (exp(h f / k_B T_p) - 1) >= 0, on
    which the powers depend almost linearly: T_p itself has no curvature left as it goes to zero. Errors of
    measured temperatures enter through the slope of the model at a first fit; then the fit is repeated.
    """
    if model not in MODELS:
        raise ValueError(f"model must be one of {', '.join(MODELS)}, found {model!r}")
    check_dataset(dataset, REDUCED, "reduced dataset")
    data = SwitchingData.from_dataset(dataset)
    function = MODELS[model]
    start = _start(data, function)
    first = _minimise(data, function, start)
    data = data.with_temperature_errors(function, rates_of(first.params))
    result = _minimise(data, function, first.params)
    return SwitchingFit(result, data, model, _limit(data, function, result))


def rates_of(parameters: Mapping[str, Any]) -> Rates:
    """Return the rates that lmfit parameters hold."""
    return Rates(*(float(parameters[name].value) for name in ("gamma_h", "gamma_c", "gamma_p", "T_p")))


def _parameters(data: SwitchingData, rates: Rates, occupation: float) -> Any:
    import lmfit

    parameters = lmfit.Parameters()
    for name in ("gamma_h", "gamma_c", "gamma_p"):
        parameters.add(f"ln_{name}", value=np.log(getattr(rates, name)), min=-10, max=40)
        parameters.add(name, expr=f"exp(ln_{name})")
    parameters.add("n_p", value=occupation, min=0, max=1e3)
    quantum = float(PLANCK * data.resonator.frequency / BOLTZMANN)
    parameters.add("T_p", expr=f"{quantum!r} / log(1 + 1 / (n_p + 1e-300))")
    return parameters


def _minimise(data: SwitchingData, model: Model, parameters: Any) -> Any:
    import lmfit

    def residual(parameters: Any) -> Array:
        return data.whitened(model, rates_of(parameters))

    with np.errstate(divide="ignore", over="ignore"):
        return lmfit.minimize(residual, parameters, scale_covar=False, xtol=1e-10, ftol=1e-12)


def _start(data: SwitchingData, model: Model) -> Any:
    """Take the best of a coarse grid: from a wrong decade a fit does not find home."""
    if data.size < 4:
        raise DataError(f"reduced dataset: must hold at least 4 points for 4 parameters, found {data.size}")
    candidates = []
    quantum = float(PLANCK * data.resonator.frequency / BOLTZMANN)
    for occupation in _STARTING_OCCUPATIONS:
        temperature = quantum / np.log1p(1 / occupation)
        for share in _STARTING_SHARES:
            for gamma in _STARTING_RATES:
                rates = Rates(gamma, gamma, share * gamma, temperature)
                candidates.append((float(np.sum(data.whitened(model, rates) ** 2)), rates, occupation))
    _, rates, occupation = min(candidates, key=lambda candidate: candidate[0])
    return _parameters(data, rates, occupation)


def _limit(data: SwitchingData, model: Model, result: Any) -> float | None:
    """Return the one-sided 95 % limit of T_p [K] from the profile of chi-square, if n_p is close to zero."""
    from scipy.optimize import brentq

    occupation = result.params["n_p"]
    if occupation.stderr and occupation.value > 2 * occupation.stderr:
        return None

    def rise(value: float) -> float:
        fixed = result.params.copy()
        fixed["n_p"].set(value=value, vary=False)
        return float(_minimise(data, model, fixed).chisqr - result.chisqr - ONE_SIDED_95)

    low = float(occupation.value)
    high = max(2 * low, 1e-3)
    while rise(high) < 0:
        high *= 2
        if high > 1e3:
            return float("inf")
    limit = float(brentq(rise, low, high, rtol=1e-3))
    return float(PLANCK * data.resonator.frequency / BOLTZMANN / np.log1p(1 / limit))


def _rates_at(parameters: Any, names: list[str], values: Array) -> Rates:
    moved = parameters.copy()
    for name, value in zip(names, values, strict=True):
        moved[name].set(value=float(value))
    return rates_of(moved)
