"""What a switching fit rests on: how its numbers change when an assumption is loosened."""

import math
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from .enhancement import OperatingPoint, enhancements
from .models import IMPERFECTIONS, SLOW_MODELS
from .switching import refit
from .switching_fit import SwitchingFit
from .switching_parameters import Coordinates
from .switching_problem import SwitchingProblem
from .table_registry import model_knowing

PLAUSIBLE = {"asymmetry": 0.05, "mismatch": 10e6, "exchange": 5e6, "phase": 0.1} | {
    "leak_2": 5e-18,
    "leak_5": 5e-18,
    "gain": 0.01,
    "drain_scale": 0.01,
}
"""How large an imperfection may be where nobody has measured it: standard deviation about its ideal value."""
_EVALUATIONS, _FEW = 30, 8
"""Of one search: where an assumption leaves everything open, nobody needs the very minimum; and of a slow model."""
_BEGINNINGS = {"phase": (0.5, -0.5)}
"""Where a search begins, in units of what is plausible: from the ideal value it would not move. Of a phase the powers
tell the sign, which a search does not change on its way; of others they do not, or the search goes through zero."""
_MEANINGS = {
    "asymmetry": "both qubits are equally coupled",
    "mismatch": "both qubits are on resonance with each other",
    "exchange": "the qubits do not exchange excitations directly",
    "phase": "no line gives the couplings a phase",
    "leak_2": "no photons pass by the qubits",
    "leak_5": "no phonons pass by the qubits",
    "gain": "the heat balance of the drain has the right scale",
    "drain_scale": "the drain's thermometer has the right scale",
}


@dataclass(frozen=True)
class Assumption:
    """What a fit says when one assumption is loosened."""

    name: str
    """The imperfection, a name of `valvelab.analysis.models.IMPERFECTIONS`."""
    meaning: str
    """What was assumed, as a sentence."""
    plausible: float
    """Standard deviation with which the imperfection is known beforehand."""
    value: float
    error: float
    """The imperfection as fitted."""
    chi_square_fall: float
    """How far chi-square falls, the price of the prior included."""
    parasitic_temperature: float
    parasitic_temperature_error: float
    """T_p then [K]."""
    enhancement: float
    enhancement_error: float
    """Enhancement of the drain then, both on resonance over the singles."""

    def shift(self, value: float, error: float) -> float:
        """Return how far T_p moves and widens together, in units of its own error."""
        widened = np.sqrt(max(self.parasitic_temperature_error**2 - error**2, 0.0))
        return float(np.hypot(self.parasitic_temperature - value, widened) / error)


def assumptions(fit: SwitchingFit, at: OperatingPoint) -> list[Assumption]:
    """Loosen one assumption after the other, each within what is plausible, and fit again.

    What is free or fixed in the fit is no assumption any more. For couplings, their phase, mismatch and exchange
    the model "pair" takes the place of "collective", which agrees with it where that holds.

    Parameters
    ----------
    fit
        The fit.
    at
        Where the enhancement is stated.

    Returns
    -------
    One entry for each, the one that moves T_p most first; its numbers are nan where the fit then leaves a table, or
    goes where the model has no answer.
    """
    where = fit.problem.where
    found = [
        _loosened(fit, at, name)
        for name in IMPERFECTIONS
        if name not in where.free
        and getattr(where.fixed, name) == getattr(type(where.fixed)(0, 0, 0, 0), name)
        and model_knowing(name, fit.model) is not None
    ]
    value, error = fit.propagate(lambda rates: float(rates.T_p))
    return sorted(found, key=lambda one: -np.nan_to_num(one.shift(value, error)))


def _loosened(fit: SwitchingFit, at: OperatingPoint, name: str) -> Assumption:
    where, ideal = fit.problem.where, float(getattr(fit.problem.where.fixed, name))
    loose = replace(where, free=(*where.free, name), priors={**where.priors, name: (ideal, PLAUSIBLE[name])})
    model = model_knowing(name, fit.model) or fit.model
    model = (
        "resonators" if model == "hierarchy" else model
    )  # what changes is the same, in a fortieth of the time
    again = _again(SwitchingProblem(fit.data, model, loose), fit, name, ideal)
    if again is None or loose.ends_of_table(again.values):  # what is found there is the table's
        return Assumption(name, _MEANINGS[name], PLAUSIBLE[name], *[math.nan] * 7)
    before = _without(again, fit, where)
    value, error = again.propagate(lambda rates: float(getattr(rates, name)))
    temperature, temperature_error = again.propagate(lambda rates: float(rates.T_p))
    ratio, ratio_error = again.propagate(
        lambda rates: enhancements(rates, model, fit.data.resonator, at)["drain"]
    )
    return Assumption(
        name,
        _MEANINGS[name],
        PLAUSIBLE[name],
        value,
        error,
        before - again.chi_square,
        temperature,
        temperature_error,
        ratio,
        ratio_error,
    )


def _again(problem: SwitchingProblem, fit: SwitchingFit, name: str, ideal: float) -> SwitchingFit | None:
    """Return the fit with one more freedom, None where it goes to rates at which the model has no answer."""
    most, found = _FEW if problem.model in SLOW_MODELS else _EVALUATIONS, []
    for share in _BEGINNINGS.get(name, (0.5,)):
        with suppress(ValueError):
            begin = np.array([*fit.values, ideal + share * PLAUSIBLE[name]])
            found.append(refit(problem, begin, evaluations=most))
    return min(found, key=lambda one: one.chi_square, default=None)


def _without(again: SwitchingFit, fit: SwitchingFit, where: Coordinates) -> float:
    """Return the least chi-square with the assumption, as the model of a fit without it counts."""
    problem = SwitchingProblem(again.data, again.model, where)
    if again.model == fit.model:
        return problem.chi_square(fit.values)
    # What another model says of the same data is no merit of the imperfection.
    return float(problem.minimise(fit.values, evaluations=_EVALUATIONS).chisqr)
