"""Fit gamma_h, gamma_c, gamma_p and T_p to a switching measurement."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from valvelab.dataset import REDUCED, check_dataset
from valvelab.errors import DataError

from .models import MODELS, Rates
from .summary import switching_text
from .switching_data import SwitchingData
from .switching_parameters import (
    VARIED,
    covariance,
    minimise,
    parameters_at,
    rates_at,
    slope,
    start,
    temperature_quantum,
    values_of,
)
from .switching_profile import temperature_interval, temperature_limit

if TYPE_CHECKING:
    import xarray as xr

Array = npt.NDArray[np.float64]

SYMMETRIC = 0.1
"""Relative error of n_p below which T_p's error says as much as its profile."""


@dataclass(frozen=True)
class SwitchingFit:
    """A fitted switching measurement.

    Parameters
    ----------
    result
        lmfit's result. Its parameters hold gamma_h, gamma_c, gamma_p [1/s] and T_p [K] with their errors; what
        was varied is ln gamma_h, ln gamma_c, gamma_p and the occupation n_p of the parasitic bath at the
        resonator's frequency.
    covariance
        Covariance of what was varied, in that order, (4, 4).
    data
        What was fitted, with the covariance that the fit used.
    model
        Name of the model.
    parasitic_temperature_limit
        Upper limit of T_p at 95 % [K] where the data cannot tell it from zero, infinite where they do not limit it,
        otherwise None.
    """

    result: Any
    covariance: Array
    data: SwitchingData
    model: str
    parasitic_temperature_limit: float | None

    @property
    def rates(self) -> Rates:
        """The fitted rates and parasitic temperature."""
        return rates_at(values_of(self.result.params), temperature_quantum(self.data))

    @cached_property
    def parasitic_temperature_interval(self) -> tuple[float, float] | None:
        """The 68 % interval of T_p [K] from the profile of chi-square, where a symmetric error would mislead.

        None where it would not, and where there is a limit instead.
        """
        occupation = self.result.params["n_p"]
        if self.parasitic_temperature_limit is not None or occupation.stderr < SYMMETRIC * occupation.value:
            return None
        return temperature_interval(self.data, MODELS[self.model], self.result)

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
        return _propagate(
            function, values_of(self.result.params), self.covariance, temperature_quantum(self.data)
        )

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
    T_p is varied as the occupation n_p = 1 / (exp(h f / k_B T_p) - 1) >= 0, on which the powers depend almost
    linearly: T_p itself has no curvature left as it goes to zero. Errors of measured temperatures enter through
    the slope of the model at a first fit; then the fit is repeated.
    """
    if model not in MODELS:
        raise ValueError(f"model must be one of {', '.join(MODELS)}, found {model!r}")
    check_dataset(dataset, REDUCED, "reduced dataset")
    data = SwitchingData.from_dataset(dataset)
    if data.size < len(VARIED):
        raise DataError(f"reduced dataset: must hold at least 4 points for 4 parameters, found {data.size}")
    function, quantum = MODELS[model], temperature_quantum(data)
    first = minimise(data, function, parameters_at(start(data, function), quantum))
    data = data.with_temperature_errors(function, rates_at(values_of(first.params), quantum))
    result = minimise(data, function, first.params)
    spread = covariance(data, function, values_of(result.params))
    _state_errors(result, spread, quantum)
    return SwitchingFit(result, spread, data, model, temperature_limit(data, function, result))


def _propagate(
    function: Callable[[Rates], float], values: Array, spread: Array, quantum: float
) -> tuple[float, float]:
    gradient = np.array(
        [
            slope(lambda moved: function(rates_at(moved, quantum)), values, place)
            for place in range(len(VARIED))
        ]
    )
    # What a function does not depend on adds nothing, even where nothing is known of it.
    used = gradient != 0
    variance = gradient[used] @ spread[np.ix_(used, used)] @ gradient[used]
    return function(rates_at(values, quantum)), float(np.sqrt(max(variance, 0.0)))


def _state_errors(result: Any, spread: Array, quantum: float) -> None:
    """Write the errors into lmfit's parameters, where its users look for them."""
    values = values_of(result.params)
    for name, variance in zip(VARIED, np.diag(spread), strict=True):
        result.params[name].stderr = float(np.sqrt(variance))
    for name in ("gamma_h", "gamma_c", "T_p"):
        result.params[name].stderr = _propagate(attrgetter(name), values, spread, quantum)[1]
