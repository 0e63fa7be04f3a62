"""What a protocol would determine, on the screen: errors, biases, and a better protocol for the same time."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from valvelab.units import format_quantity, format_with_error
from valvelab.wording import unsigned_zero

from .options import print_table, read_value, say

if TYPE_CHECKING:
    from valvelab.analysis import Assumed, Proposal, Rates
    from valvelab.device import Device
    from valvelab.protocol import Protocol
    from valvelab.walk import Plan

_HOUR = 3600.0
_FACTORS = ("gain", "drain_scale")
"""Imperfections that are not known where their error is as large as they are; others may well be 0."""
_BOUNDS = {"T_p": (0.0, 10.0)}
"""Of what may be assumed, where a fit has others."""
_LARGE = 0.5
"""Error by a table, in errors of the enhancement, from which on this is said."""
_NAMES = {"all": "all parameters", "T_p": "T_p", "enhancement": "the enhancement"}


def read_assumed(
    assumptions: Sequence[tuple[str, str]], background: float, noise: float, device: "Device"
) -> "Assumed":
    """Return what a plan takes for granted from the words of the command line, on a device's transmons."""
    from valvelab.analysis import Assumed, Transmons

    first, second = device.qubits
    transmons = Transmons((first.charging_energy, second.charging_energy))
    return Assumed(replace(read_rates(assumptions), transmons=transmons), background, noise)


def read_rates(assumptions: Sequence[tuple[str, str]]) -> "Rates":
    """Return what a chip has from the words of the command line: Table I of the paper, but for what they name."""
    from valvelab.analysis import BOUNDS, DIMENSIONS, IMPERFECTIONS, RATE_UNITS, TYPICAL, Rates, size_text

    known, units = asdict(TYPICAL.rates), RATE_UNITS | dict(IMPERFECTIONS)
    for name, text in assumptions:
        if name not in units:
            raise click.BadParameter(f"--assume must name one of {', '.join(units)}, found '{name}'")
        value = read_value(name, text, units[name])
        if name in RATE_UNITS and not value > 0:
            raise click.BadParameter(f"{name}: must be above zero, found '{text}'")
        low, high = (BOUNDS | _BOUNDS).get(name, (-math.inf, math.inf))
        if not low <= value <= high:
            told = " and ".join(
                size_text(end, units[name]) if units[name] in DIMENSIONS else f"{end:g}"
                for end in (low, high)
            )
            raise click.BadParameter(f"{name}: must be between {told}, found '{text}'")
        known[name] = value
    return Rates(**known)


def foresee(
    plan: "Plan", device: "Device", assumed: "Assumed", free: Sequence[str], model: str = "pair"
) -> dict[str, Any]:
    """Return what a plan would determine, as a dictionary that JSON can hold."""
    from valvelab.analysis import (
        IMPERFECTIONS,
        RATE_UNITS,
        OperatingPoint,
        biases,
        cells_of,
        expected_data,
        finite,
        identify,
        table_exactness,
    )

    cells = cells_of(plan)
    data = expected_data(cells, device, assumed, model)
    point = device.operating_point
    at = OperatingPoint(point.source_temperature, point.drain_temperature, cells[0].frequencies[0][0])
    found = identify(data, model, assumed.rates, at, tuple(free))
    excess = abs(found.enhancement - 1)
    hours = plan.duration / _HOUR * (3 * found.enhancement_error / excess) ** 2 if excess else math.inf
    return {
        "assumed": {name: float(getattr(assumed.rates, name)) for name in (*RATE_UNITS, *IMPERFECTIONS)},
        "background": assumed.background,
        "voltage_noise": assumed.voltage_noise,
        "errors": {name: finite(error) for name, error in found.errors.items()},
        "enhancement": found.enhancement,
        "enhancement_error": finite(found.enhancement_error),
        "hours_to_three_sigma": finite(hours),
        "not_measured": _missing(name for cell in cells for name in cell.names),
        "undetermined": found.loose,
        "table": table_exactness(model, data, assumed.rates, at),
        "biases": [asdict(bias) for bias in biases(data, model, assumed.rates, at) if bias.name not in free],
    }


def print_foreseen(foreseen: Mapping[str, Any], duration: float, blocks: int) -> None:
    """Print what a plan with so many blocks in each cell would determine."""
    from valvelab.analysis import DIMENSIONS, IMPERFECTIONS, RATE_UNITS

    hours = math.sqrt(duration / _HOUR)
    rows = []
    for name, error in foreseen["errors"].items():
        dimension = DIMENSIONS.get((RATE_UNITS | dict(IMPERFECTIONS))[name])
        value = foreseen["assumed"][name]
        known = error is not None and (error < value or (name in IMPERFECTIONS and name not in _FACTORS))
        rows.append(_row(name, value, error if known else None, hours, dimension))
    ratio = foreseen["enhancement"]
    rows.append(_row("enhancement, drain", ratio, foreseen["enhancement_error"], hours, None))
    print_table("What it would determine", ["parameter", "assumed", "error", "error in 1 h"], rows)
    _say_open(foreseen, duration, blocks)
    _say_table(foreseen)
    click.echo()
    _print_biases(foreseen, "What an imperfection would do that the fit does not know of")


def print_beside(
    better: Mapping[str, Any], better_duration: float, given: Mapping[str, Any], duration: float
) -> None:
    """Print what the errors of a chosen protocol rest on, and those of the given one in the same time."""
    factor = math.sqrt(duration / better_duration)
    kelvin, ratio = given["errors"]["T_p"], given["enhancement_error"]
    told = "nothing"
    if kelvin is not None and ratio is not None:
        told = f"T_p to {format_quantity(kelvin * factor, 'temperature', 2)} "
        told += f"and the enhancement to {ratio * factor:.2g}"
    say(f"In the same time the protocol that was given would determine {told}.")
    say(
        "All these errors are those of the readings' noise alone. What nobody knows of the chip comes on top:"
    )
    click.echo()
    _print_biases(better, "What an imperfection would do in that protocol")


def _print_biases(foreseen: Mapping[str, Any], title: str) -> None:
    from valvelab.analysis import IMPERFECTIONS, size_text

    rows = []
    for bias in foreseen["biases"]:
        shifts = (unsigned_zero(f"{bias['shifts'][name]:+.1f}") for name in ("T_p", "enhancement"))
        size = size_text(bias["size"], IMPERFECTIONS[bias["name"]])
        rows.append([bias["name"], size, *shifts, f"+{bias['chi_square']:.1f}"])
    header = ["imperfection", "size", "T_p, in errors", "enhancement, in errors", "chi-square"]
    print_table(title, header, rows)
    say(
        "Where chi-square hardly rises the data will not give the imperfection away: measure it, or leave it free."
    )
    click.echo()


def _say_table(foreseen: Mapping[str, Any]) -> None:
    """Say how exact a table is, and what it was not asked for."""
    from valvelab.analysis import table_notes

    table, error = foreseen["table"], foreseen["enhancement_error"]
    for note in table_notes(table):
        say(note)
    if table and error is not None and (table["enhancement_error"] or 0.0) > _LARGE * error:
        share = table["enhancement_error"] / error
        say(
            f"That is {share:.2g} of the error of the enhancement: tabulate again with a higher --degree.",
            fg="yellow",
        )


def _say_open(foreseen: Mapping[str, Any], duration: float, blocks: int) -> None:
    """Say what stays open, and how long it takes to tell the enhancement from none."""
    for combination in foreseen["undetermined"]:
        *members, last = combination.split(" and ")
        told = f"{', '.join(members)} and {last}, only other combinations of them" if members else last
        say(f"Not determined: {told}.")
    _say_missing(foreseen["not_measured"])
    hours = foreseen["hours_to_three_sigma"]
    if hours is None:
        return
    time = hours * _HOUR
    if time < duration / blocks:
        say(
            f"One block of each cell, about {format_quantity(duration / blocks, 'time', 2)}, tells an enhancement of "
            f"{foreseen['enhancement']:.3f} from 1 by {3 * math.sqrt(duration / blocks / time):.2g} standard errors."
        )
        return
    runs = f"{time / duration * 100:.2g} % of" if time < duration else f"{time / duration:.3g} times"
    say(
        f"An enhancement of {foreseen['enhancement']:.3f} is told from 1 by three standard errors with the readings "
        f"of {format_quantity(time, 'time', 2)}, {runs} this run's {format_quantity(duration, 'time', 3)}."
    )


def _missing(names: Iterable[str]) -> list[str]:
    """Return which configurations a ratio would need that are not among those that are measured."""
    found = set(names)
    return [name for name in ("both", "only_1", "only_2") if name not in found]


def _say_missing(names: Sequence[str]) -> None:
    """Say what a block without some configurations cannot show."""
    if names:
        say(
            f"The block holds no {' and no '.join(names)}: no ratio both / (only_1 + only_2) will be measured, and the "
            "enhancement will be the model's alone."
        )


def _row(name: str, value: float, error: float | None, hours: float, dimension: str | None) -> list[str]:
    """Return what is said of one number: its error after the run and after an hour of it."""
    if error is None:
        return [name, "", "not determined", ""]
    in_an_hour = format_with_error(value, error * hours, dimension)[1]
    return [name, *format_with_error(value, error, dimension), in_an_hour]


def print_proposal(proposal: "Proposal", aim: str, out: Path | None, template: "Protocol") -> None:
    """Print a better protocol, and write it to a file where one is given."""
    from valvelab.configuration import dump_configuration
    from valvelab.files import write_whole

    protocol = proposal.protocol(template)
    rows = [
        ["bath_temperatures", ", ".join(format_quantity(t, "temperature", 4) for t in proposal.baths)],
        ["source_temperatures", ", ".join(format_quantity(t, "temperature", 4) for t in proposal.sources)],
        ["block", ", ".join(proposal.block)],
        ["scan of qubit 2", ", ".join(format_quantity(f, "frequency", 5) for f in proposal.scan) or "none"],
        ["blocks_per_cell", str(proposal.blocks)],
        ["duration", f"at least {format_quantity(proposal.duration, 'time', 3)}"],
        ["error of T_p", format_quantity(proposal.errors["T_p"], "temperature", 2)],
        ["error of the enhancement", f"{proposal.errors['enhancement']:.2g}"],
    ]
    print_table(f"Tells most about {_NAMES[aim]}", ["key", "value"], rows, 2)
    say(
        "The duration is that of readings and settling; ramps, and waiting until something is stable, come on top."
    )
    _say_missing(_missing(proposal.block))
    if out is not None:
        if out.exists():
            raise click.BadParameter(f"{out} must not exist yet; choose another name")
        write_whole(out, dump_configuration(protocol))
        say(f"{out} is that protocol; look at it with: valvelab plan DEVICE {out}")
