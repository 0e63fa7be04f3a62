"""What must stand beside the numbers of a switching fit, on the screen and in the report."""

import math
from collections.abc import Mapping
from typing import Any

from valvelab.units import format_quantity
from valvelab.wording import counted

from .entries import parasitic_temperature_text, size_text, with_error

Summary = Mapping[str, Any]

_APART = 1.25
"""Ratio of two widths from which on they are not the same."""
_MATTERS = 0.5
"""Change of T_p, in its own errors, below which an assumption is not worth a sentence."""


def fit_notes(summary: Summary) -> dict[str, list[str]]:
    """Return the sentences that belong to a summary's parameters, enhancements and measured ratios, by table.

    Under ``validity`` stands which rungs of the ladder of models hold.

    Parameters
    ----------
    summary
        What `summarise` returned, or what ``fit.json`` holds.
    """
    return {
        "parameters": [
            *(_parasitic_temperature(summary) + _rests_on(summary) if summary["at_rest"] else []),
            *table_notes(summary["table"]),
            *_exact(summary),
        ],
        "enhancements": [*_operating_point(summary), *_measured_beside_fitted(summary)],
        "measured_ratios": _cells(summary),
        "validity": [
            f"On a chip of transmons with these rates, at the operating point: {summary['validity']['rungs']}"
        ],
    }


def model_words(summary: Summary) -> str:
    """Return which model was fitted, with its number of levels and its parity where it has them."""
    told = f"model '{summary['model']}'"
    if summary["levels"] is not None:
        told += f" of {counted(summary['levels'])} levels"
    return told + (", parity -1" if summary["parity"] < 0 else "")


def goodness(summary: Summary) -> str:
    """Return chi-square and degrees of freedom in words."""
    freedom = summary["degrees_of_freedom"]
    told = (
        f"chi-square {summary['chi_square']:.4g} for {freedom} degree{'' if freedom == 1 else 's'} of freedom"
    )
    alone = summary.get("reservoirs", ["drain"]) == ["source"]
    return f"{told}, powers of the source alone" if alone else told


def _parasitic_temperature(summary: Summary) -> list[str]:
    limit, interval = (summary[f"parasitic_temperature_{name}"] for name in ("limit_95", "interval_68"))
    if limit is not None:
        return [f"T_p is below {_kelvin(limit)} (95 %, one-sided, from the profile of chi-square)."]
    if interval is None:
        return []
    low, high = interval
    between = f"is above {_kelvin(low)}" if high is None else f"is between {_kelvin(low)} and {_kelvin(high)}"
    return [f"T_p {between} (68 %, from the profile of chi-square).{_quoted(summary, low, high)}"]


def _quoted(summary: Summary, low: float, high: float | None) -> str:
    """Return why an interval of T_p is to be quoted and not its symmetric error, empty where either will do."""
    value, error = (summary["parameters"]["T_p"][name] for name in ("value", "error"))
    below, above = value - low, math.inf if high is None else high - value
    if not min(below, above) > 0 or max(below, above) > _APART * min(below, above):
        return " The profile is skew: quote the interval, not the symmetric error."
    if error is None or not 1 / _APART < (below + above) / 2 / error < _APART:
        return " It is not as wide as the symmetric error says: quote the interval."
    return ""


def _rests_on(summary: Summary) -> list[str]:
    """Return which assumption would change T_p most."""
    known = [one for one in summary["assumptions"] if one["shift"] is not None]
    if not known:
        return []
    worst = max(known, key=lambda one: float(one["shift"]))
    if worst["shift"] < _MATTERS:
        if not _is_determined(summary):  # a small share of a boundless error is no comfort
            return []
        return [
            f"No single assumption moves T_p by more than {worst['shift']:.1f} of its error; most does that "
            f"{worst['meaning']}."
        ]
    return [
        f"T_p rests most on the assumption that {worst['meaning']}. If that may be wrong by {allowed(worst)}, T_p is "
        f"{parasitic_temperature_text(worst['T_p'])}, and the enhancement of the drain "
        f"{with_error(worst['enhancement'])}."
    ]


def _is_determined(summary: Summary) -> bool:
    """Return whether T_p has an error that says something."""
    value, error = (summary["parameters"]["T_p"][name] for name in ("value", "error"))
    interval = summary["parasitic_temperature_interval_68"]
    return error is not None and value > error and (interval is None or interval[1] is not None)


def table_notes(table: Mapping[str, Any] | None) -> list[str]:
    """Return which table powers are read from, how exact it is, and what it does not know."""
    if not table:
        return []
    error = format_quantity(table["error"], "power", 2)
    return [
        f"The powers are those of '{table['model']}', read from {table['file']}: at places between its nodes that is "
        f"right to {error} (root mean square), which may move numbers by {table['shift']:.2g} of their errors."
        f"{_off(table)}{_without(table)}"
    ]


def _off(table: Mapping[str, Any]) -> str:
    """Return by how much the enhancement of a table is off, where the model itself was asked."""
    wrong = table["enhancement_error"]
    return (
        ""
        if wrong is None
        else f" The enhancement of the drain is off by {wrong:.1g} at the operating point."
    )


def _without(table: Mapping[str, Any]) -> str:
    """Return what nobody has asked a table for, as it has no axis of it."""
    if not table["without"]:
        return ""
    names = ", ".join(table["without"])
    return (
        f" It has no axis of {names}: what these would do to T_p was not asked. Tabulate with --range for that, or fit "
        "'pair'."
    )


def _exact(summary: Summary) -> list[str]:
    """Return whose temperatures the fit had to believe."""
    exact = summary.get("exact_temperatures", ())
    if not exact:
        return []
    columns = " and ".join(f"temperature_{name}_std" for name in exact)
    return [f"The temperatures of the {' and '.join(exact)} are taken as exact: the data hold no {columns}."]


def allowed(assumption: Mapping[str, Any]) -> str:
    """Return by how much an assumption may be wrong, in words."""
    return size_text(assumption["plausible"], assumption["units"])


def _operating_point(summary: Summary) -> list[str]:
    """Return where the temperatures of the enhancements come from, if nobody has stated them."""
    if summary["operating_point"]["stated"]:
        return []
    return [
        "These temperatures are the medians of those measured, as no operating point is stated: operating_point in the "
        "device file, or operating_source_temperature and operating_drain_temperature in a file of powers."
    ]


def _measured_beside_fitted(summary: Summary) -> list[str]:
    ratios = summary["measured_ratios"]
    if not ratios:
        return []
    drains = [ratio["drain_temperature"] for ratio in ratios]
    values = [ratio["value"] for ratio in ratios]
    warming = max(ratio["drain_warming"] for ratio in ratios)
    at = _kelvin(summary["operating_point"]["drain_temperature"])
    return [
        f"These are the fitted model's, with the drain held at {at}. As measured, cell by cell, both / (only 1 + "
        f"only 2) is {min(values):.3f} to {max(values):.3f}: there the drain was at {_kelvin(min(drains))} to "
        f"{_kelvin(max(drains))}, and with both qubits on resonance up to {_kelvin(warming)} warmer than with one, "
        "which lowers the ratio."
    ]


def _cells(summary: Summary) -> list[str]:
    """Return which cells have no ratio, those alike together."""
    cells, without = summary["cells"], summary["cells_without_ratio"]
    if not without:
        return []
    names: dict[str, list[str]] = {}
    for cell in without:
        bath = cell["bath_temperature"]
        name = (
            "" if bath is None else f"bath {_kelvin(bath)}, "
        ) + f"source {_kelvin(cell['source_temperature'])}"
        names.setdefault(cell["reason"], []).append(name)
    if len(without) == cells and len(names) == 1:
        return [f"No cell has a measured ratio both / (only 1 + only 2): {next(iter(names))}."]
    told = " ".join(f"Without, as {reason}: {'; '.join(those)}." for reason, those in names.items())
    return [f"{cells - len(without)} of {cells} cells have a measured ratio both / (only 1 + only 2). {told}"]


def _kelvin(temperature: float) -> str:
    return format_quantity(temperature, "temperature", 3)
