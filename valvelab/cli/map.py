"""``valvelab map``: fit a measured two-coil heat map."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from valvelab.wording import nearest, one_of

from .options import json_option, print_json, print_table, progress_bar, say, searching, working

if TYPE_CHECKING:
    from valvelab.analysis import Decision, FluxMapFit, Judged

PRESETS = ("paper", "aalto2026")
FREEABLE = (
    "asymmetry",
    "charging_energy",
    "maximum_frequency",
    "resonator_frequency",
    "source_temperature",
    "drain_temperature",
    "parasitic_temperature",
    "filter_exponent",
    "quality_ratio_2",
    "drain_quality_ratio",
    "resonator_splitting",
    "curvature",
    "crossing_excess",
)


def _known_device(name: str) -> str:
    """Refuse what is neither a preset nor a file, before a map is read."""
    if name in PRESETS or Path(name).is_file():
        return name
    meant = nearest(name, PRESETS)
    cure = f"did you mean '{meant}'?" if meant else "check the name"
    raise click.BadParameter(
        f"must be a preset ({one_of(PRESETS)}) or a device file, found '{name}', which is neither; {cure}"
    )


@click.command(name="map", short_help="Fit a measured two-coil heat map (.mat, .nc, .csv).")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--device",
    default="aalto2026",
    callback=lambda context, parameter, value: _known_device(value),
    show_default=True,
    help="What is known of the device: a device file or a preset. What it states is held, unless freed; the quality "
    "factor is always fitted. aalto2026: resonator at 5.6 GHz, source at 325 mK, drain at 50 mK, both qubits with an "
    "asymmetry of 0.17 and a charging energy of 150 MHz. paper: Table I.",
)
@click.option(
    "--model",
    type=click.Choice(
        ["both", "pair", "independent", "levels", "linear", "resonators", "transmons", "hierarchy"]
    ),
    default="both",
    show_default=True,
    help="pair: master equation of both qubits; independent: no collective effect; both: fit and compare these two; "
    "levels: transmons with levels; linear: oscillators instead of qubits; resonators: both resonators as modes; "
    "transmons: transmons with levels between such modes; hierarchy: qubits between resonators by a hierarchy of "
    "equations (all but the first three take minutes, the last two many).",
)
@click.option(
    "--crossing",
    is_flag=True,
    help="Fit everything that may happen where the ridges cross (couplings of equal or opposite sign or any phase, "
    "a hot parasitic bath, levels, oscillators, slow resonators, a drain that warms), rank it, and say what would "
    "decide; takes minutes.",
)
@click.option(
    "--slow",
    is_flag=True,
    help="With --crossing: also transmons with levels between slow resonators, and a hierarchy of equations; takes "
    "many minutes.",
)
@click.option(
    "--free",
    type=click.Choice(FREEABLE),
    multiple=True,
    metavar="NAME",
    help=f"Fit what the device file holds fixed; may be given several times. One of {', '.join(FREEABLE)}.",
)
@click.option(
    "--slow-axis",
    type=click.Choice(["coil_current_1", "coil_current_2"]),
    default="coil_current_2",
    show_default=True,
    help="The current that was stepped slowly: each of its values has a slow offset of its own.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Folder to make.  [default: <name of FILE>-map]")
@json_option
def command(
    file: Path,
    device: str,
    model: str,
    crossing: bool,
    slow: bool,
    free: tuple[str, ...],
    slow_axis: str,
    out: Path | None,
    as_json: bool,
) -> None:
    """Fit the heat map in FILE (.mat, .nc or .csv): heat into the drain over both coil currents.

    Finds the ridges of both qubits by itself and fits flux matrix, offsets, dispersions, resonator filter, rates, an
    offset per column, white noise and flicker, and what the map asks for beyond that: a smooth baseline, coils that
    bend, resonators of source and drain that lie apart, asymmetries, crossings that are not the sum. Says what the map
    does not determine, compares models, looks for structure along the ridges, and gives the ratio of the ridges'
    crossing to their sum.

    \b
    FILE is one of
      .mat  z_data: power [fW], a row for each current in coil 1;
            y_data: currents in coil 1 [mA]; x_data: in coil 2 [mA];
            of each all values or the two end points
      .nc   heat_power on coil_current_1 and coil_current_2, each with
            the attribute units
      .csv  a first line such as
            coil_current_1 [mA],coil_current_2 [mA],heat_power [fW]
            and a line for each point, in any order

    With --crossing everything that may happen at the crossing is fitted as well, over the same baseline and noise.

    Writes map_fit.json and, for each model, map and residual (.nc) and a figure (.png, .svg).
    """
    from valvelab.analysis import fit_flux_map, flux_map_verdict, read_map, summarise_map, write_map_fit
    from valvelab.files import demand_new

    if slow and not crossing:
        raise click.BadParameter("--slow adds to what --crossing fits; add --crossing, or leave it out")
    folder = out or Path(f"{file.stem}-map")
    demand_new(folder)
    with working(f"fitting {file.name}") as tell, searching(tell):
        dataset = read_map(file)
        fit = fit_flux_map(
            dataset, "pair" if model == "both" else model, device, free=free, slow_axis=slow_axis
        )
    fits = [fit] if fit.independent is None or model != "both" else [fit, fit.independent]
    judged, questions = _judged(fit.independent or fit, slow=slow) if crossing else ([], [])
    told = flux_map_verdict.hypotheses_as_json(judged, questions) if crossing else None
    write_map_fit(fits, folder, told)
    if as_json:
        print_json(summarise_map(fits, told))
        return
    _print(fits)
    if crossing:
        title = "What may happen where the ridges cross (AIC and BIC above those of the first)"
        print_table(title, flux_map_verdict.HEAD, flux_map_verdict.hypothesis_rows(judged))
        say("Chi-square takes flicker for noise here. Unseen: lines left out of a fit, in errors.")
        click.echo()
        for line in flux_map_verdict.verdict_lines(judged, questions):
            say(line)
            click.echo()
    say(f"Figures, maps and numbers are in {folder}.")


def _judged(fit: FluxMapFit, *, slow: bool) -> tuple[list[Judged], list[Decision]]:
    """Judge what may happen at the crossing, with a bar."""
    from valvelab.analysis import HYPOTHESES, SLOW_HYPOTHESES, flux_map_verdict, judge_hypotheses

    asked = (*HYPOTHESES, *SLOW_HYPOTHESES) if slow else HYPOTHESES
    with progress_bar("fitting what may happen at the crossing", len(asked)) as move:
        judged = judge_hypotheses(fit, asked, progress=lambda done, total: move(done, total, ""))
    return judged, flux_map_verdict.decisions(fit, judged)


def _print(fits: Sequence[FluxMapFit]) -> None:
    from valvelab.analysis import flux_map_report, flux_map_words

    undescribed = flux_map_words.undescribed_line(fits)
    if undescribed:
        say(undescribed, fg="yellow", bold=True)
        click.echo()
    head, rows = flux_map_report.table(fits)
    print_table("Parameters", head, rows)
    for paragraph in flux_map_words.explanations(fits):
        say(paragraph)
        click.echo()
    for fit in fits:
        for line in flux_map_report.undetermined_lines(fit):
            say(line, indent="    ")
        click.echo()
    # Where both models were fitted, what is measured is told about the better one.
    told = flux_map_report.favoured(fits[0]) if len(fits) > 1 else fits[0]
    crossing = flux_map_report.crossing_lines(told)
    if told is not fits[0]:
        crossing.append(flux_map_report.extrapolation_line(fits[0]))
    for lines in (crossing, flux_map_report.comparison_lines(fits[0], told)):
        for line in lines:
            say(line)
        click.echo()
    for fit in fits:
        for warning in flux_map_report.fit_warnings(fit):
            say(f"Warning ({fit.model}): {warning}", fg="yellow")
            click.echo()
