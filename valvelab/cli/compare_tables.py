"""The rungs of the ladder of models on the screen and for other programs."""

from typing import TYPE_CHECKING, Any

import click

from valvelab.units import format_quantity

from .options import print_table, say

if TYPE_CHECKING:
    import xarray as xr

    from valvelab.analysis import Place

_NOT_CONVERGED = "not converged"


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
            *(_ratio(float(found[f"enhancement_{side}"].sel(rung=rung))) for side in ("source", "drain")),
            _power(float(found["heat_power_drain"].sel(rung=rung))),
        ]
        for rung in rungs
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
    say(f"At this point: {rungs_sentence(holds)}")
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


def _rows(found: "xr.Dataset", axis: str, ending: str, words: Any) -> list[list[str]]:
    """Return every second place along an axis as a row."""
    table = found[f"enhancement_drain{ending}"].transpose(axis, "rung").values
    places = [words(float(one)) for one in found[axis].values]
    return [[place, *(_ratio(float(one)) for one in row)] for place, row in zip(places, table, strict=True)][
        ::2
    ]


def _ratio(value: float) -> str:
    return f"{value:.4f}" if value == value else _NOT_CONVERGED


def _power(value: float) -> str:
    """Return a power in one unit for a whole column."""
    return f"{value * 1e18:.4g} aW" if value == value else _NOT_CONVERGED


def rungs_as_json(found: "xr.Dataset", place: "Place") -> dict[str, Any]:
    """Return everything as a dictionary that JSON can hold."""
    from valvelab.analysis import RUNGS, finite, left_out, rungs_sentence

    holds = place.holds()
    rungs = [str(name) for name in found["rung"].values]
    axes = {"coupling": "_by_coupling", "temperature_source": "_by_temperature"}
    quantities = ("enhancement_source", "enhancement_drain", "heat_power_source", "heat_power_drain")
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
            rung: {name: finite(float(found[name].sel(rung=rung))) for name in quantities}
            | {
                name + ending: [finite(one) for one in found[name + ending].sel(rung=rung).values.tolist()]
                for name in quantities
                for ending in axes.values()
            }
            | {"left_out": left_out(RUNGS[rung], holds)}
            for rung in rungs
        },
    }
