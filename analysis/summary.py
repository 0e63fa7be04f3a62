"""What a switching fit says, as numbers for files and as text for people."""

import math
import operator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from .assumptions import assumptions
from .cautions import doubts, warnings
from .diagnostics import diagnose
from .enhancement import (
    MEANINGS,
    OperatingPoint,
    enhancements,
    fitted_enhancements,
    operating_point,
)
from .entries import entry_of, finite, with_error
from .lone_points import lone_point
from .measured_ratios import measured_ratios, without_ratio
from .models import IMPERFECTIONS, RATE_UNITS, Rates
from .notes import fit_notes, goodness, model_words
from .range_cautions import fitted_transmons, fitted_validity
from .rungs import rungs_sentence
from .switching_parameters import SIZES
from .table_fits import table_exactness

if TYPE_CHECKING:
    import xarray as xr

    from .switching_fit import SwitchingFit

SCHEMA = "valvelab-fit/8"
_ABSURD = 100.0
"""Relative error beyond which a number is not determined."""


def summarise(
    fit: "SwitchingFit",
    *,
    source_temperature: float | None = None,
    drain_temperature: float | None = None,
    truth: Rates | None = None,
    reduced: "xr.Dataset | None" = None,
) -> dict[str, Any]:
    """Return a fit as a dictionary that JSON can hold.

    Parameters
    ----------
    fit
        The fit.
    source_temperature, drain_temperature
        Temperatures at which the enhancement is stated [K]; the middle of the measured ones by default.
    truth
        The rates of a simulated device, for comparison; the fit has not seen them.
    reduced
        The dataset that was fitted; with its ``cell`` the ratios as measured are given, too.
    """
    at = operating_point(fit, source_temperature, drain_temperature)
    interval = fit.parasitic_temperature_interval
    ratios, without = _measured(fit, reduced)
    loosened = [] if fit.given_up else _assumptions(fit, at)
    lone = lone_point(fit)
    holds, transmons = fitted_validity(fit, at), fitted_transmons(fit)
    return {
        "schema": SCHEMA,
        "model": fit.model,
        "parameters": _parameters(fit, truth),
        "parasitic_temperature_limit_95": finite(fit.parasitic_temperature_limit),
        "parasitic_temperature_interval_68": None if interval is None else [finite(end) for end in interval],
        "enhancements": _enhancements(fit, at, truth),
        "measured_ratios": ratios,
        "cells": len(ratios) + len(without),
        "cells_without_ratio": without,
        "operating_point": {
            "source_temperature": at.source_temperature,
            "drain_temperature": at.drain_temperature,
            "parked_frequency": at.parked_frequency,
            "stated": None
            not in (
                source_temperature or fit.data.operating_temperatures[0],
                drain_temperature or fit.data.operating_temperatures[1],
            ),
        },
        "chi_square": fit.chi_square,
        "degrees_of_freedom": fit.degrees_of_freedom,
        "points": fit.data.size,
        "reservoirs": list(fit.data.reservoirs),
        "exact_temperatures": fit.data.exact_temperatures,
        "table": table_exactness(fit.model, fit.data, fit.rates, at),
        "at_rest": bool(fit.result.success),
        "free": list(fit.problem.where.free),
        "parity": fit.rates.parity,
        "levels": None if transmons is None else transmons.levels,
        "validity": {
            "broadening": float(holds.broadening),
            "strength": float(holds.strength),
            "beyond_qubit": float(holds.beyond_qubit),
            "rungs": rungs_sentence(holds),
        },
        "diagnostics": asdict(diagnose(fit)),
        "assumptions": loosened,
        "lone_point": None if lone is None else asdict(lone),
        "warnings": [
            *warnings(fit, at, truth=truth),
            *([] if lone is None else [lone.text]),
            *(
                doubts(fit, loosened, 0.0 if lone is None else lone.chi_square_fall)
                if fit.result.success
                else []
            ),
        ],
    }


def _assumptions(fit: "SwitchingFit", at: OperatingPoint) -> list[dict[str, Any]]:
    value, error = fit.propagate(operator.attrgetter("T_p"))
    return [
        {
            "name": one.name,
            "meaning": one.meaning,
            "units": IMPERFECTIONS[one.name],
            "plausible": one.plausible,
            "found": entry_of(one.value, one.error) | {"units": IMPERFECTIONS[one.name]},
            "T_p": entry_of(one.parasitic_temperature, one.parasitic_temperature_error) | {"units": "K"},
            "enhancement": entry_of(one.enhancement, one.enhancement_error),
            "chi_square_fall": finite(one.chi_square_fall),
            "shift": finite(one.shift(value, error)),
        }
        for one in assumptions(fit, at)
    ]


def switching_text(fit: "SwitchingFit") -> str:
    """Return a fit as lines of text."""
    summary = summarise(fit)
    lines = [f"Switching fit, {model_words(summary)}: {summary['points']} powers, {goodness(summary)}"]
    for name, entry in summary["parameters"].items():
        lines.append(f"  {name:8} {with_error(entry)}")
    lines += fit_notes(summary)["parameters"]
    at = summary["operating_point"]
    lines.append(
        f"Enhancement at T_h = {at['source_temperature']:.4g} K, T_c = {at['drain_temperature']:.4g} K"
    )
    for entry in summary["enhancements"].values():
        lines.append(f"  {with_error(entry)}  {entry['meaning']}")
    lines += fit_notes(summary)["validity"]
    return "\n".join([*lines, *(f"Warning: {warning}" for warning in summary["warnings"])])


def _parameters(fit: "SwitchingFit", truth: Rates | None) -> dict[str, Any]:
    entries = {}
    free = {name: IMPERFECTIONS[name] for name in fit.problem.where.free}
    for name, units in (RATE_UNITS | free).items():
        value, error = fit.propagate(operator.attrgetter(name))
        if not error < _ABSURD * max(abs(value), SIZES.get(name, 0.0)):
            error = math.nan
        if name == "T_p" and fit.parasitic_temperature_limit is not None:
            error = math.nan  # T_p is no linear function of anything where it may be zero: there is the limit
        # How far the chip is from the device file is not the chip's to say.
        true = None if truth is None or name == "mismatch" else getattr(truth, name)
        entries[name] = entry_of(value, error, true) | {"units": units}
    return entries


def _enhancements(fit: "SwitchingFit", at: OperatingPoint, truth: Rates | None) -> dict[str, Any]:
    true = None if truth is None else enhancements(truth, "pair", fit.data.resonator, at)
    return {
        ratio.name: entry_of(ratio.value, ratio.error, None if true is None else true[ratio.name])
        | {"meaning": MEANINGS[ratio.name]}
        for ratio in fitted_enhancements(fit, at)
    }


def _measured(
    fit: "SwitchingFit", reduced: "xr.Dataset | None"
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the ratio of each cell, and which cells have none, and why."""
    if reduced is None or "cell" not in reduced or "drain" not in fit.data.reservoirs:
        return [], []
    cells = reduced["cell"].values
    baths = reduced["bath_temperature"].values if "bath_temperature" in reduced else None
    ratios = measured_ratios(fit.data, cells, baths, fit)
    return [asdict(ratio) for ratio in ratios], without_ratio(fit.data, cells, baths, ratios)
