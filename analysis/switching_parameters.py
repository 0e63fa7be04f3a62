"""The coordinates in which a switching fit moves, where it starts, and how well the data hold it."""

import itertools
from typing import Any

import numpy as np
import numpy.typing as npt

from valvelab.constants import BOLTZMANN, PLANCK

from .models import Model, Rates
from .switching_data import SwitchingData

Array = npt.NDArray[np.float64]

VARIED = ("ln_gamma_h", "ln_gamma_c", "gamma_p", "n_p")
"""What is varied: logarithms where a rate cannot be zero, and what the powers follow linearly where it can."""
_STARTING_RATES = np.logspace(6, 11, 21)
_STARTING_SHARES = (0.003, 0.03)
_STARTING_OCCUPATIONS = (0.01, 0.1, 1.0, 10.0)
_STEP = 1e-4
_MAX_EVALUATIONS = 2000

MAX_OCCUPATION = 100.0
"""Bound of n_p: a bath near 20 K at 4 GHz, hotter than any cryostat. Beyond it only gamma_p n_p would be seen."""

_BOUNDS = {"gamma_p": (0.0, np.inf), "n_p": (0.0, MAX_OCCUPATION)}


def temperature_quantum(data: SwitchingData) -> float:
    """Return h f / k_B at the resonator's frequency [K]."""
    return float(PLANCK * data.resonator.frequency / BOLTZMANN)


def temperature_of(occupation: float, quantum: float) -> float:
    """Return the temperature [K] at which a mode with a temperature quantum [K] has an occupation."""
    return quantum / float(np.log1p(1 / occupation)) if occupation > 0 else 0.0


def rates_at(values: Array, quantum: float) -> Rates:
    """Return the rates for values in the order of `VARIED`."""
    ln_gamma_h, ln_gamma_c, gamma_p, n_p = (float(value) for value in values)
    return Rates(float(np.exp(ln_gamma_h)), float(np.exp(ln_gamma_c)), gamma_p, temperature_of(n_p, quantum))


def values_of(parameters: Any) -> Array:
    """Return the varied values of lmfit's parameters."""
    return np.array([parameters[name].value for name in VARIED])


def parameters_at(values: Array, quantum: float) -> Any:
    """Return lmfit's parameters: those of `VARIED` free, gamma_h, gamma_c and T_p made from them."""
    import lmfit

    parameters = lmfit.Parameters()
    for name, value in zip(VARIED, values, strict=True):
        low, high = _BOUNDS.get(name, (-10.0, 40.0))
        parameters.add(name, value=float(value), min=low, max=high)
    parameters.add("gamma_h", expr="exp(ln_gamma_h)")
    parameters.add("gamma_c", expr="exp(ln_gamma_c)")
    parameters.add("T_p", expr=f"{quantum!r} / log(1 + 1 / (n_p + 1e-300))")
    return parameters


def start(data: SwitchingData, model: Model) -> Array:
    """Return the best values of a coarse grid: from a wrong decade a fit does not find home."""
    quantum = temperature_quantum(data)
    grid = itertools.product(_STARTING_OCCUPATIONS, _STARTING_SHARES, _STARTING_RATES)
    candidates = [
        np.array([np.log(gamma), np.log(gamma), share * gamma, occupation])
        for occupation, share, gamma in grid
    ]
    return min(candidates, key=lambda values: chi_square(data, model, values, quantum))


def chi_square(data: SwitchingData, model: Model, values: Array, quantum: float) -> float:
    """Return the sum of the squared whitened residuals."""
    return float(np.sum(data.whitened(model, rates_at(values, quantum)) ** 2))


def minimise(data: SwitchingData, model: Model, parameters: Any) -> Any:
    """Return lmfit's result from some parameters on."""
    import lmfit

    quantum = temperature_quantum(data)

    def residual(moved: Any) -> Array:
        return data.whitened(model, rates_at(values_of(moved), quantum))

    # Least squares that knows bounds: behind a transformation to the whole axis, a value at its bound has no slope
    # left, and a search creeps there for thousands of steps. The covariance is made apart, bounds left out of account.
    fitter = lmfit.Minimizer(
        residual, parameters, calc_covar=False, scale_covar=False, max_nfev=_MAX_EVALUATIONS
    )
    with np.errstate(divide="ignore", over="ignore"):
        return fitter.least_squares(x_scale="jac", xtol=1e-10, ftol=1e-12, gtol=1e-12)


def covariance(data: SwitchingData, model: Model, values: Array) -> Array:
    """Return the covariance of `VARIED` from the curvature of chi-square, bounds left out of account.

    What the powers do not depend on has an infinite variance.
    """
    quantum = temperature_quantum(data)
    jacobian = np.array(
        [
            slope(lambda moved: data.whitened(model, rates_at(moved, quantum)), values, place)
            for place in range(4)
        ]
    ).T
    scale = np.linalg.norm(jacobian, axis=0)
    known = scale > 0
    scaled = jacobian[:, known] / scale[known]
    result = np.diag(np.where(known, 0.0, np.inf))
    result[np.ix_(known, known)] = np.linalg.pinv(scaled.T @ scaled) / np.outer(scale[known], scale[known])
    return result


def slope(function: Any, values: Array, place: int) -> Any:
    """Return the derivative of a function of `VARIED`, one-sided where a value is at its bound of zero."""
    floor = {"gamma_p": 1e-3 * float(np.exp(values[0])), "n_p": 1e-3}.get(VARIED[place])
    step = _STEP if floor is None else _STEP * max(float(values[place]), floor)
    shift = step * np.eye(4)[place]
    if floor is not None and values[place] < step:
        return (function(values + shift) - function(values)) / step
    return (function(values + shift) - function(values - shift)) / (2 * step)
