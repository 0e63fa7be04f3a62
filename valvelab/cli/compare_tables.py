"""The rungs of the ladder of models on the screen and for other programs."""

from typing import TYPE_CHECKING, Any

import click

from valvelab.units import format_quantity

from .options import print_table, say

if TYPE_CHECKING:
    import xarray as xr

    from valvelab.analysis import Place

_NOT_CONVERGED = "not converged"
_SIDES = ("source", "drain")
_EXACT = 1e-4
"""Error by truncation up to which four digits stand."""


def _assumed(place: "Place") -> str:
    """Return what a chip is assumed to have, in words; imperfections only where there are some."""
    from valvelab.analysis import DIMENSIONS, IMPERFECTIONS, RATE_UNITS

    told = []
    for name, units in (RATE_UNITS | dict(IMPERFECTIONS)).items():
        value = float(getattr(place.rates, name))
        if name in RATE_UNITS or value != float(getattr(type(place.rates)(0, 0, 0, 0), name)):
            dimension = DIMENSIONS.get(units)
            told.append(
                f"{name} = {value:g}"
                if dimension is None
                else f"{name} = {format_quantity(value, dimension, 4)}"
            )
    return ", ".join([*told, *(["parity -1"] if place.rates.parity < 0 else [])])


def print_rungs(found: "xr.Dataset", place: "Place") -> None:
    """Print the enhancement on every rung: at the operating point, and against coupling and source temperature."""
    from valvelab.analysis import RUNGS, left_out, rungs_sentence
    from valvelab.sim import MARKOV_BOUND

    holds, at = place.holds(), place.at
    rungs = [str(name) for name in found["rung"].values]
    rows = [
        [
            rung,
            RUNGS[rung].meaning,
            ", ".join(left_out(RUNGS[rung], holds)) or "nothing that matters",
            *(_ratio(float(one[f"enhancement_{side}"]), float(one["truncation_error"])) for side in _SIDES),
            _power(float(one["heat_power_drain"])),
        ]
        for rung, one in ((rung, found.sel(rung=rung)) for rung in rungs)
    ]
    warm, cold = (
        format_quantity(one, "temperature", 4) for one in (at.source_temperature, at.drain_temperature)
    )
    print_table(
        f"Enhancement at T_h = {warm}, T_c = {cold}, gamma / kappa = {place.coupling:.3g}",
        ["rung", "what it is", "leaves out here", "source", "drain", "power into drain"],
        rows,
        left=3,
    )
    say(f"Assumed: {_assumed(place)}.")
    click.echo()
    say(f"Enhancement is heat with both on resonance / (only 1 + only 2). {holds.sentence}")
    click.echo()
    say(
        f"At this point: {rungs_sentence(holds)} What does not matter by these bounds is within a tenth of the power; "
        "an enhancement may lose more of its excess over 1."
    )
    click.echo()
    bound = MARKOV_BOUND * place.coupling / float(holds.broadening) if holds.broadening > 0 else float("inf")
    print_table(
        f"Drain, against gamma / kappa; a master equation needs it below {bound:.2g} at these temperatures",
        ["gamma / kappa", *rungs],
        _rows(found, "coupling", "_by_coupling", lambda one: f"{one:.3g}"),
    )
    print_table(
        f"Drain, against the source temperature, T_c = {cold}",
        ["T_h", *rungs],
        _rows(
            found,
            "temperature_source",
            "_by_temperature",
            lambda one: format_quantity(one, "temperature", 4),
        ),
    )
    if note := _truncation_note(found):
        say(note)
        click.echo()


def _rows(found: "xr.Dataset", axis: str, ending: str, words: Any) -> list[list[str]]:
    """Return every second place along an axis as a row."""
    rows = []
    for place in found.isel({axis: slice(None, None, 2)})[axis].values:
        one = found.sel({axis: place})
        both = zip(
            one[f"enhancement_drain{ending}"].values, one[f"truncation_error{ending}"].values, strict=True
        )
        rows.append([words(float(place)), *(_ratio(float(value), float(error)) for value, error in both)])
    return rows


def _ratio(value: float, error: float) -> str:
    """Return an enhancement, marked where an error may move the last digit."""
    if value != value:
        return _NOT_CONVERGED
    return f"{'~' if error > _EXACT else ''}{value:.4f}"


def _truncation_note(found: "xr.Dataset") -> str:
    """Return what the marks of `_ratio` mean and how far each rung may be off, empty where nothing is marked."""
    names = [name for name in map(str, found) if name.startswith("truncation_error")]
    worst = {str(rung): float(found[names].sel(rung=rung).to_array().max()) for rung in found["rung"].values}
    told = [f"{rung} up to {error:.1g}" for rung, error in worst.items() if error > _EXACT]
    return (
        f"~ Truncation leaves currents uncertain, in units of the largest: {', '.join(told)}. What a rung leaves out "
        "comes on top."
        if told
        else ""
    )


def _power(value: float) -> str:
    """Return a power in one unit for a whole column."""
    return f"{value * 1e18:.4g} aW" if value == value else _NOT_CONVERGED


def rungs_as_json(found: "xr.Dataset", place: "Place") -> dict[str, Any]:
    """Return everything as a dictionary that JSON can hold."""
    from valvelab.analysis import RUNG_QUANTITIES, RUNGS, finite, left_out, rungs_sentence

    holds = place.holds()
    rungs = [str(name) for name in found["rung"].values]
    axes = {"coupling": "_by_coupling", "temperature_source": "_by_temperature"}
    return {
        "chip": dict(found.attrs),
        "validity": {
            "broadening": float(holds.broadening),
            "strength": float(holds.strength),
            "beyond_qubit": float(holds.beyond_qubit),
            "sentence": holds.sentence,
            "rungs": rungs_sentence(holds),
        },
        "axes": {axis: found[axis].values.tolist() for axis in axes},
        "rungs": {
            rung: {name: finite(float(found[name].sel(rung=rung))) for name in RUNG_QUANTITIES}
            | {
                name + ending: [finite(one) for one in found[name + ending].sel(rung=rung).values.tolist()]
                for name in RUNG_QUANTITIES
                for ending in axes.values()
            }
            | {"left_out": left_out(RUNGS[rung], holds)}
            for rung in rungs
        },
    }
