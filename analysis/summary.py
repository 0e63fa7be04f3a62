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
from .models import Rates, validity

if TYPE_CHECKING:
    import xarray as xr

    from .switching import SwitchingFit

UNITS = {"gamma_h": "1/s", "gamma_c": "1/s", "gamma_p": "1/s", "T_p": "K"}
VALIDITY_BOUND = 0.2
"""N sum gamma (2 n + 1) / kappa above which the Markovian master equation misleads."""


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
    return {
        "schema": "valvelab-fit/1",
        "model": fit.model,
        "parameters": _parameters(fit, truth),
        "parasitic_temperature_limit_95": _finite(fit.parasitic_temperature_limit),
        "enhancements": _enhancements(fit, at, truth),
        "measured_ratios": _measured(fit, reduced),
        "operating_point": {
            "source_temperature": at.source_temperature,
            "drain_temperature": at.drain_temperature,
            "parked_frequency": at.parked_frequency,
        },
        "chi_square": fit.chi_square,
        "degrees_of_freedom": fit.degrees_of_freedom,
        "points": fit.data.size,
        "warnings": warnings(fit, at),
    }


def warnings(fit: "SwitchingFit", at: OperatingPoint) -> list[str]:
    """Return what a reader of the numbers must know."""
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
            f"N sum gamma_i (2 n_i + 1) / kappa = {width:.2g}, above {VALIDITY_BOUND}: the resonators are slower than "
            "the qubits, and a Markovian master equation overestimates both power and enhancement. On a real chip "
            "these rates are effective numbers, and the true enhancement is smaller."
        )
    reduced = fit.chi_square / fit.degrees_of_freedom
    spread = math.sqrt(2 / fit.degrees_of_freedom)
    if reduced > 1 + 4 * spread:
        found.append(
            f"chi-square per degree of freedom is {reduced:.3g}, {(reduced - 1) / spread:.0f} standard deviations "
            "above 1: the model does not describe the data, or their errors are too small. Do not quote the errors."
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
    dimension = {"1/s": "rate", "K": "temperature"}.get(entry.get("units", ""))
    value, error, truth, pull = (entry.get(name) for name in ("value", "error", "truth", "pull"))
    texts = ("not determined", "")
    if value is not None and error:
        texts = format_with_error(value, error, dimension)
    true = "" if truth is None else format_with_error(truth, error or 1e-3 * truth, dimension)[0]
    return *texts, true, "" if pull is None else f"{pull:+.2f}"


def switching_text(fit: "SwitchingFit") -> str:
    """Return a fit as lines of text."""
    summary = summarise(fit)
    lines = [
        f"Switching fit, model '{fit.model}': {summary['points']} powers, chi-square {fit.chi_square:.4g} for "
        f"{fit.degrees_of_freedom} degrees of freedom"
    ]
    for name, entry in summary["parameters"].items():
        lines.append(f"  {name:8} {_with_error(entry)}")
    if summary["parasitic_temperature_limit_95"] is not None:
        lines.append(f"  T_p      below {summary['parasitic_temperature_limit_95']:.4g} K (95 %)")
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
    for name, units in UNITS.items():
        value, error = fit.propagate(operator.attrgetter(name))
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


def _measured(fit: "SwitchingFit", reduced: "xr.Dataset | None") -> list[dict[str, Any]]:
    if reduced is None or "cell" not in reduced:
        return []
    baths = reduced["bath_temperature"].values if "bath_temperature" in reduced else None
    return [asdict(ratio) for ratio in measured_ratios(fit.data, reduced["cell"].values, baths)]


def _entry(value: float, error: float | None, truth: float | None) -> dict[str, Any]:
    entry: dict[str, Any] = {"value": _finite(value), "error": _finite(error)}
    if truth is not None:
        entry["truth"] = _finite(truth)
        entry["pull"] = _finite((value - truth) / error) if error and math.isfinite(error) else None
    return entry


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
