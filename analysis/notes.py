"""What must stand beside the numbers of a switching fit, on the screen and in the report."""

from collections.abc import Mapping
from typing import Any

from valvelab.units import format_quantity
from valvelab.wording import counted

from .entries import parasitic_temperature_text, size_text, with_error

Summary = Mapping[str, Any]

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
            *_parasitic_temperature(summary),
            *_rests_on(summary),
            *_read_from(summary),
            *_exact(summary),
        ],
        "enhancements": _measured_beside_fitted(summary),
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
    return [
        f"T_p {between} (68 %, from the profile of chi-square). The profile is skew: quote the interval, not the "
        "symmetric error."
    ]


def _rests_on(summary: Summary) -> list[str]:
    """Return which assumption would change T_p most."""
    known = [one for one in summary["assumptions"] if one["shift"] is not None]
    if not known:
        return []
    worst = max(known, key=lambda one: float(one["shift"]))
    if worst["shift"] < _MATTERS:
        return [
            f"No single assumption moves T_p by more than {worst['shift']:.1f} of its error; most does that "
            f"{worst['meaning']}."
        ]
    return [
        f"T_p rests most on the assumption that {worst['meaning']}. If that may be wrong by {allowed(worst)}, T_p is "
        f"{parasitic_temperature_text(worst['T_p'])}, and the enhancement of the drain "
        f"{with_error(worst['enhancement'])}."
    ]


def _read_from(summary: Summary) -> list[str]:
    """Return which table the powers were read from, and how exact it is."""
    table = summary.get("table")
    if not table:
        return []
    error, share = format_quantity(table["error"], "power", 2), table["share_of_errors"]
    return [
        f"The powers are those of '{table['model']}', read from {table['file']}: at places between its nodes that is "
        f"right to {error} (root mean square), {share:.2g} of the errors of the powers."
    ]


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
    cells, without = summary["cells"], summary["cells_without_ratio"]
    if not without:
        return []
    names = [
        ("" if cell["bath_temperature"] is None else f"bath {_kelvin(cell['bath_temperature'])}, ")
        + f"source {_kelvin(cell['source_temperature'])}"
        for cell in without
    ]
    return [
        f"{cells - len(without)} of {cells} cells have a ratio. Without are {'; '.join(names)}: the singles carry no "
        "heat there within three errors, or a configuration is missing."
    ]


def _kelvin(temperature: float) -> str:
    return format_quantity(temperature, "temperature", 3)
