"""What a switching fit says, as numbers for files and as text for people."""

import math
import operator
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from valvelab.units import format_with_error

from .enhancement import (
    MEANINGS,
    OperatingPoint,
    enhancements,
    fitted_enhancements,
    measured_ratios,
    operating_point,
)
from .models import IMPERFECTIONS, Rates, points_between, validity
from .notes import fit_notes, goodness
from .switching_parameters import SIZES

if TYPE_CHECKING:
    import xarray as xr

    from .switching import SwitchingFit

UNITS = {"gamma_h": "1/s", "gamma_c": "1/s", "gamma_p": "1/s", "T_p": "K"}
VALIDITY_BOUND = 0.2
"""N sum gamma (2 n + 1) / kappa above which the Markovian master equation misleads."""
_DIMENSIONS = {"1/s": "rate", "K": "temperature", "Hz": "frequency", "W": "power"}
_ABSURD = 100.0
"""Relative error beyond which a number is not determined."""
_SLOW_RESONATORS = (
    "(N = 2 qubits; gamma_i and n_i are rate and occupation of source and drain at the resonators' frequency f_r, "
    "kappa = 2 pi f_r / Q is the resonators' linewidth.) The resonators are slower than the qubits there, and a "
    "Markovian master equation overestimates both power and enhancement. "
)
BEYOND = {
    False: f"{_SLOW_RESONATORS}On a real chip these rates are effective numbers, and the true enhancement is smaller.",
    True: f"{_SLOW_RESONATORS}The simulated chip obeys this very master equation, so here fit and truth agree; a real "
    "one would not: at Table I (gamma_h = gamma_c = 0.5e9 1/s, Q = 20) its enhancement is about 1.02.",
}
"""What it means where the bound is exceeded: on a real chip, and on a simulated one (True)."""


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
    return {
        "schema": "valvelab-fit/2",
        "model": fit.model,
        "parameters": _parameters(fit, truth),
        "parasitic_temperature_limit_95": _finite(fit.parasitic_temperature_limit),
        "parasitic_temperature_interval_68": None if interval is None else [_finite(end) for end in interval],
        "enhancements": _enhancements(fit, at, truth),
        "measured_ratios": ratios,
        "cells": len(ratios) + len(without),
        "cells_without_ratio": without,
        "operating_point": {
            "source_temperature": at.source_temperature,
            "drain_temperature": at.drain_temperature,
            "parked_frequency": at.parked_frequency,
        },
        "chi_square": fit.chi_square,
        "degrees_of_freedom": fit.degrees_of_freedom,
        "points": fit.data.size,
        "warnings": warnings(fit, at, simulated=truth is not None),
    }


def warnings(fit: "SwitchingFit", at: OperatingPoint, *, simulated: bool = False) -> list[str]:
    """Return what a reader of the numbers must know; of a simulated device the master equation is the truth."""
    found = []
    resonator = fit.data.resonator
    width = validity(
        fit.rates,
        float(resonator.frequency),
        at.source_temperature,
        at.drain_temperature,
        float(resonator.quality_factor),
    )
    if width > VALIDITY_BOUND:
        found.append(
            f"N sum gamma_i (2 n_i + 1) / kappa = {width:.2g}, above {VALIDITY_BOUND}. {BEYOND[simulated]}"
        )
    reduced = fit.chi_square / fit.degrees_of_freedom
    spread = math.sqrt(2 / fit.degrees_of_freedom)
    if reduced > 1 + 4 * spread:
        found.append(
            f"chi-square per degree of freedom is {reduced:.3g}, {(reduced - 1) / spread:.0f} standard deviations "
            "above 1: the model does not describe the data, or their errors are too small. Do not quote the errors."
        )
    between = points_between(fit.rates, fit.data.points)
    if fit.model == "collective" and between.any():
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
    return found


def entry_texts(entry: Mapping[str, Any]) -> tuple[str, str, str, str]:
    """Return value, error, truth and pull of an entry of `summarise` as texts, rounded to the error."""
    dimension = _DIMENSIONS.get(entry.get("units", ""))
    value, error, truth, pull = (entry.get(name) for name in ("value", "error", "truth", "pull"))
    texts = ("not determined", "")
    if value is not None and error:
        texts = format_with_error(value, error, dimension)
    true = "" if truth is None else _true_text(truth, error, dimension)
    return *texts, true, "" if pull is None else f"{pull:+.2f}"


def _true_text(truth: float, error: float | None, dimension: str | None) -> str:
    """Return a true value rounded to the error of the fitted one, but to no fewer than four digits of its own."""
    if truth == 0:
        return "0"
    own = 1e-2 * abs(truth)
    return format_with_error(truth, min(error or own, own), dimension)[0]


def switching_text(fit: "SwitchingFit") -> str:
    """Return a fit as lines of text."""
    summary = summarise(fit)
    lines = [f"Switching fit, model '{fit.model}': {summary['points']} powers, {goodness(summary)}"]
    for name, entry in summary["parameters"].items():
        lines.append(f"  {name:8} {_with_error(entry)}")
    lines += fit_notes(summary)["parameters"]
    at = summary["operating_point"]
    lines.append(
        f"Enhancement at T_h = {at['source_temperature']:.4g} K, T_c = {at['drain_temperature']:.4g} K"
    )
    for entry in summary["enhancements"].values():
        lines.append(f"  {_with_error(entry)}  {entry['meaning']}")
    return "\n".join([*lines, *(f"Warning: {warning}" for warning in summary["warnings"])])


def _with_error(entry: Mapping[str, Any]) -> str:
    value, error, _, _ = entry_texts(entry)
    return f"{value} +- {error}" if error else value


def _parameters(fit: "SwitchingFit", truth: Rates | None) -> dict[str, Any]:
    entries = {}
    free = {name: IMPERFECTIONS[name] for name in fit.problem.where.free}
    for name, units in (UNITS | free).items():
        value, error = fit.propagate(operator.attrgetter(name))
        if not error < _ABSURD * max(abs(value), SIZES.get(name, 0.0)):
            error = math.nan
        if name == "T_p" and fit.parasitic_temperature_limit is not None:
            error = math.nan  # T_p is no linear function of anything where it may be zero: there is the limit
        entries[name] = _entry(value, error, None if truth is None else getattr(truth, name)) | {
            "units": units
        }
    return entries


def _enhancements(fit: "SwitchingFit", at: OperatingPoint, truth: Rates | None) -> dict[str, Any]:
    true = None if truth is None else enhancements(truth, "pair", fit.data.resonator, at)
    return {
        ratio.name: _entry(ratio.value, ratio.error, None if true is None else true[ratio.name])
        | {"meaning": MEANINGS[ratio.name]}
        for ratio in fitted_enhancements(fit, at)
    }


def _measured(
    fit: "SwitchingFit", reduced: "xr.Dataset | None"
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the ratio of each cell, and the temperatures of the cells that have none."""
    if reduced is None or "cell" not in reduced:
        return [], []
    cells = reduced["cell"].values
    baths = reduced["bath_temperature"].values if "bath_temperature" in reduced else None
    ratios = measured_ratios(fit.data, cells, baths)
    without = [
        {
            "bath_temperature": None if baths is None else float(baths[cells == cell].mean()),
            "source_temperature": float(fit.data.points.temperature_source[cells == cell].mean()),
        }
        for cell in sorted({int(cell) for cell in cells} - {ratio.cell for ratio in ratios})
    ]
    return [asdict(ratio) for ratio in ratios], without


def _entry(value: float, error: float | None, truth: float | None) -> dict[str, Any]:
    entry: dict[str, Any] = {"value": _finite(value), "error": _finite(error)}
    if truth is not None:
        entry["truth"] = _finite(truth)
        entry["pull"] = _finite((value - truth) / error) if error and math.isfinite(error) else None
    return entry


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
