"""What a reader of fitted numbers must know before quoting them."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .data_cautions import data_warnings
from .diagnostics import misfit
from .enhancement import OperatingPoint
from .entries import parasitic_temperature_text, with_error
from .models import MODELS, PAIR_IMPERFECTIONS, Rates, points_between
from .pair_models import PRECISION
from .range_cautions import fitted_validity, levels_warnings, range_warnings
from .slow_transmons import TOLERANCE
from .switching_profile import profile
from .table_fits import table_shift
from .table_registry import TABLES, rung_of
from .truth_cautions import truth_warnings

if TYPE_CHECKING:
    from .switching_fit import SwitchingFit

_PRECISE = {"resonators": PRECISION, "hierarchy": PRECISION, "transmons": TOLERANCE}
"""Error by truncation that is asked for of the models that are cut off."""
_CONTRADICTED = 16.0
"""Fall of chi-square that noise brings about once in ten thousand fits."""
_BENT, _UNKNOWN = 0.5, 5.0
"""Errors of ln gamma_i beyond which numbers that depend on it do not follow a straight line, and nothing is known."""
_TABLE_SHIFT = 0.3
"""Of what is fitted by the error of a table, in errors of the fit, from which on this is warned of."""


def warnings(fit: "SwitchingFit", at: OperatingPoint, *, truth: Rates | None = None) -> list[str]:
    """Return what a reader of the numbers must know; of a simulated device with a truth master equations hold."""
    resonator = fit.data.resonator
    holds = fitted_validity(fit, at)
    found = [*_no_rest(fit), *data_warnings(fit.data)]
    found += [] if truth is None else truth_warnings(fit, truth)
    found += range_warnings(fit.model, holds, simulated=truth is not None)
    found += [] if fit.given_up else levels_warnings(fit, at, holds, simulated=truth is not None)
    if fit.model in _PRECISE:
        rough = float(np.max(MODELS[fit.model](fit.rates, fit.data.points, resonator).relative_error))
        if rough > _PRECISE[fit.model]:
            found.append(
                f"The powers of this model are exact to {rough:.1g} of the largest current only, as the rates are "
                "many linewidths of the resonators: take the last digits of its numbers for what they are."
            )
    if fit.model in TABLES:
        shift = table_shift(TABLES[fit.model], fit.data)
        if shift > _TABLE_SHIFT:
            found.append(
                f"What the table is off by may move numbers by {shift:.2g} of their errors: tabulate again with a "
                "higher --degree, which computes only what that needs more."
            )
    found += misfit(fit)
    missing = sorted({"both", "only_1", "only_2"} - set(fit.data.configuration.astype(str)))
    if missing:
        found.append(
            f"The powers hold no configuration {' and no '.join(repr(name) for name in missing)}: what is said of it, "
            "the enhancement included, is the model's alone."
        )
    between = points_between(fit.rates, fit.data.points)
    if (
        rung_of(fit.model) == "collective" and between.any() and not _bent(fit)
    ):  # else the linewidth is not known
        found.append(
            f"{int(between.sum())} points have qubits neither at one frequency nor far apart, where "
            "the model 'collective' does not hold and its rates are wrong by several errors: fit 'pair', or leave "
            "them out."
        )
    limit = fit.parasitic_temperature_limit
    if limit is not None:
        quote = (
            ": quote the limit, not the value" if math.isfinite(limit) else ", and do not limit it from above"
        )
        found.append(
            f"The data do not tell T_p from zero{quote}. Colder reservoirs, and a bath that is swept to the source's "
            "temperature, would."
        )
    return found + _curved(fit) + _bent(fit)


def _no_rest(fit: "SwitchingFit") -> list[str]:
    """Return that a search did not come to rest, before anything else."""
    if fit.given_up:
        return [
            f"The model '{fit.model}' does not describe these powers: its search was given up at chi-square "
            f"{fit.chi_square:.3g} with {fit.degrees_of_freedom} degrees of freedom, and no interval of T_p and no "
            "assumption was asked for. Quote nothing of this fit."
        ]
    if not fit.result.success:
        return ["The search for the best values did not come to rest: quote nothing of this fit."]
    return []


def _curved(fit: "SwitchingFit") -> list[str]:
    """Return a warning for each imperfection that chi-square does not tell from none as clearly as its error says."""
    where, told = fit.problem.where, []
    if not fit.problem.is_quick:
        return []
    for name in (name for name in where.free if name in PAIR_IMPERFECTIONS):
        place = where.names.index(name)
        value, error = float(fit.values[place]), float(fit.result.params[name].stderr)
        fall = max(profile(fit.problem, fit.result, name)(0.0), 0.0)
        stated = abs(value) / error if error > 0 else math.inf
        if stated > 1 + 1.5 * math.sqrt(fall):
            told.append(
                f"{name} is told from 0 by {math.sqrt(fall):.1f} standard deviations (chi-square falls by {fall:.1f}), "
                f"not by the {stated:.1f} of its error: the powers follow it to second order only. Quote an interval "
                "of its profile, and T_p with it left out as well."
            )
    return told


def _bent(fit: "SwitchingFit") -> list[str]:
    """Return a warning where errors are too large for a straight line through the best values."""
    errors = {name: float(fit.result.params[f"ln_{name}"].stderr) for name in ("gamma_h", "gamma_c")}
    told = [
        f"{name} is known to a factor of {math.exp(error):.2g} only"
        if error < _UNKNOWN
        else f"{name} is open"
        for name, error in errors.items()
        if error > _BENT
    ]
    if not told:
        return []
    return [
        f"{' and '.join(told)}. The errors of the enhancements, which are carried along a straight line, then mislead: "
        "walk through the posterior with --samples, or measure longer."
    ]


def doubts(fit: "SwitchingFit", loosened: Sequence[Mapping[str, Any]], told: float = 0.0) -> list[str]:
    """Return which assumptions the data contradict, the one first without which chi-square falls most.

    Of what chi-square falls by without a single power, so much as `told`, none is blamed on an assumption; and nobody
    is sent to loosen one where that leaves as good as everything undescribed.
    """
    ordered = sorted(loosened, key=lambda one: -(one["chi_square_fall"] or 0.0))
    most = (ordered[0]["chi_square_fall"] or 0.0) if ordered else 0.0
    if most > _CONTRADICTED and fit.problem.is_undescribed(fit.chi_square - most):
        return [
            f"No assumption, loosened by itself, makes the model describe these powers: without the one that "
            f"{ordered[0]['meaning']} chi-square is still {fit.chi_square - most:.3g}. Another model is needed."
        ]
    return [
        f"Chi-square falls by {one['chi_square_fall']:.0f} if it is not assumed that {one['meaning']}: "
        f"{one['name']} is then {with_error(one['found'])} and T_p {parasitic_temperature_text(one['T_p'])}. Fit with "
        f"--free {one['name']}."
        for one in ordered
        if one["chi_square_fall"] is not None and one["chi_square_fall"] > max(_CONTRADICTED, told)
    ]
