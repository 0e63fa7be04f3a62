"""Where the search of a switching fit begins."""

import itertools
from dataclasses import replace

import numpy as np

from valvelab.errors import DataError

from .models import MODELS, QUICK_MODELS, SLOW_MODELS, Array, pair_model_of
from .switching_data import SwitchingData
from .switching_parameters import NOMINAL, VARIED, Coordinates, values_of
from .switching_problem import MAX_EVALUATIONS, SwitchingProblem
from .table_grid import spread
from .table_registry import TABLES
from .transmons import with_levels

_UNIT = 1e9
_RATIOS = np.logspace(-1, 1, 7)
_SHARES = (0.003, 0.01, 0.03, 0.1)
_OCCUPATIONS = (0.003, 0.02, 0.1, 0.5, 3.0)
_POINTS_TO_START = 30
_PLACES, _POINTS, _TRIED = 96, 40, 3
"""Places in a table, and points, that are looked at before a search; from so many of them it may begin."""

_VALLEYS, _GUIDED = 2, 12
"""Minima of a quick model from which a slow one is searched for, and evaluations of a model in between."""
_FEW_LEVELS = 3
"""Of transmons on a grid of hundreds of rates, where direction is all that matters."""


def beginnings(data: SwitchingData, model: str, where: Coordinates) -> list[Array]:
    """Return values to begin with; those of a slow model are what a quick one near it finds, or begins with.

    Raises
    ------
    DataError
        If the model has modes and the data's resonator is none.
    """
    if model in TABLES:
        return _in_table(data, model, where)
    if model in QUICK_MODELS:
        return _starts(data, model, where)
    if model == "linear":  # oscillators do not saturate: the best values of qubits lie at their bounds
        return _starts(data, "pair", where)[:2]
    if model == "levels":  # qubits that carry the same heat lie in another valley
        return _starts(data, model, replace(where, fixed=with_levels(where.fixed, _FEW_LEVELS)))[:3]
    quality, exponent = data.resonator.quality_factor, data.resonator.exponent
    if not (quality > 0 and exponent == 0):
        raise DataError(
            f"reduced dataset: for the model '{model}' quality_factor must be above 0 and resonator_exponent 0, "
            f"found {quality:g} and {exponent:g}; fit 'pair', or say what the resonators are"
        )
    found = _minima(SwitchingProblem(data, pair_model_of("collective"), where), _starts(data, "pair", where))
    if model in SLOW_MODELS:  # far slower than modes, which are within tenths of them
        return _minima(SwitchingProblem(data, "resonators", where), found[:_VALLEYS], _GUIDED)[:1]
    return found[:_VALLEYS]


def _starts(data: SwitchingData, model: str, where: Coordinates) -> list[Array]:
    """Return values to begin a fit with, the best of a coarse grid for each occupation of the parasitic bath, sorted.

    From a wrong decade a fit does not find home, and a bath that is too warm is a valley of its own. Powers are
    proportional to all rates together, so that their common size is solved for.
    """
    few = data.thinned(_POINTS_TO_START)
    shapes = np.array(list(itertools.product(_OCCUPATIONS, _RATIOS, _SHARES)))
    others = [
        where.priors[name][0] if name in where.priors else float(getattr(NOMINAL, name))
        for name in where.free
    ]
    candidates = np.column_stack(
        [
            np.log(_UNIT * np.sqrt(shapes[:, 1])),
            np.log(_UNIT / np.sqrt(shapes[:, 1])),
            _UNIT * shapes[:, 2],
            shapes[:, 0],
            *(np.full(len(shapes), value) for value in others),
        ]
    )
    powers = few.powers(MODELS[model], where.rates(candidates[:, None, :]))
    weights = 1 / few.covariance.diagonal()
    size = np.maximum((powers * few.measured) @ weights / (powers**2 @ weights), 1e-9)
    misfit = (few.measured - size[:, None] * powers) ** 2 @ weights
    candidates[:, :2] += np.log(size)[:, None]
    candidates[:, 2] *= size
    groups = np.split(np.arange(len(shapes)), len(_OCCUPATIONS))
    best = [group[np.argmin(misfit[group])] for group in groups]
    return [np.asarray(candidates[place]) for place in sorted(best, key=lambda place: float(misfit[place]))]


def _minima(quick: SwitchingProblem, begins: list[Array], evaluations: int = MAX_EVALUATIONS) -> list[Array]:
    """Return what a quick model finds from several beginnings, the best first, each of its minima once."""
    found = [quick.minimise(begin, evaluations=evaluations) for begin in begins]
    ranked = sorted(found, key=lambda result: float(result.chisqr))
    kept: list[Array] = []
    for values in (values_of(result.params, quick.where) for result in ranked):
        # Minima that agree to a tenth are one.
        if not any(np.allclose(values, other, rtol=0.1, atol=0) for other in kept):
            kept.append(values)
    return kept


def _in_table(data: SwitchingData, model: str, where: Coordinates) -> list[Array]:
    """Return the best of some evenly spread places in a table; imperfections begin where they are expected."""
    low, high = where.bounds
    count = len(VARIED)
    expected = {name: float(getattr(where.fixed, name)) for name in where.free}
    expected |= {name: mean for name, (mean, _) in where.priors.items() if name in where.free}
    values = np.tile(np.clip([*low[:count], *expected.values()], low, high), (_PLACES, 1))
    values[:, :count] = low[:count] + spread(np.arange(_PLACES), count) * (high - low)[:count]
    few = SwitchingProblem(data.thinned(_POINTS), model, where)
    misfit = np.sum(few.residuals(values) ** 2, axis=1)
    return list(values[np.argsort(misfit)[:_TRIED]])
