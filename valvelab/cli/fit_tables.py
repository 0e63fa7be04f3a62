"""A switching fit on the screen."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from valvelab.units import format_quantity, format_with_error

from .options import print_table, say


def print_fit(summary: Mapping[str, Any]) -> None:
    """Print parameters, enhancements and warnings of a switching fit as tables."""
    from valvelab.analysis import fit_notes, goodness, model_words

    truth = any("truth" in entry for entry in summary["parameters"].values())
    header = ["value", "error", *(["truth", "pull"] if truth else [])]
    notes = fit_notes(summary)
    print_table(
        f"{model_words(summary).capitalize()}: {goodness(summary)}",
        ["parameter", *header],
        [[name, *_cells(entry, truth)] for name, entry in summary["parameters"].items()],
    )
    _say_all(notes["parameters"])
    at = summary["operating_point"]
    print_table(
        f"Enhancement at T_h = {format_quantity(at['source_temperature'], 'temperature', 4)}, "
        f"T_c = {format_quantity(at['drain_temperature'], 'temperature', 4)} in every configuration",
        ["ratio", *header],
        [[entry["meaning"], *_cells(entry, truth)] for entry in summary["enhancements"].values()],
    )
    _say_all([*notes["enhancements"], *notes["measured_ratios"]])
    if "posterior" in summary:
        _print_posterior(summary["posterior"], summary["parameters"])
    if "comparison" in summary:
        _print_comparison(summary["comparison"])
    _say_all(notes["validity"])
    _say_all([f"Warning: {warning}" for warning in summary["warnings"]], fg="yellow")


def _print_posterior(posterior: Mapping[str, Any], parameters: Mapping[str, Any]) -> None:
    """Print what samples say of each parameter, and whether they are enough to say it."""
    from valvelab.analysis import DIMENSIONS

    rows = []
    for name, quantiles in posterior["quantiles_16_50_84"].items():
        dimension = DIMENSIONS.get(parameters[name]["units"])
        half = (quantiles[2] - quantiles[0]) / 2
        rows.append([name, *(format_with_error(one, half, dimension)[0] for one in quantiles)])
    header = ["parameter", "16 %", "median", "84 %"]
    print_table(f"Posterior, {posterior['samples']} samples (posterior.nc, corner.png)", header, rows)
    if not posterior["long_enough"]:
        say("The chains are shorter than 50 autocorrelation times: walk on with more --samples.", fg="yellow")
        click.echo()


def _print_comparison(comparison: Mapping[str, Any]) -> None:
    rows = [
        [
            one["name"],
            str(one["parameters"]),
            f"{one['chi_square']:.1f}",
            f"{one['akaike']:.1f}",
            f"{one['bayes']:.1f}",
            "" if one["predicted"] is None else f"{one['predicted'] ** 0.5:.2f}",
            format_quantity(one["parasitic_temperature"], "temperature", 3),
            f"{one['enhancement']:.3f}",
        ]
        for one in comparison["models"]
    ]
    header = ["model", "parameters", "chi-square", "AIC", "BIC", "unseen, in errors", "T_p", "drain"]
    print_table("Models, the best first", header, rows)
    say(comparison["verdict"])
    click.echo()


def _say_all(paragraphs: Sequence[str], **style: Any) -> None:
    for paragraph in paragraphs:
        say(paragraph, **style)
        click.echo()


def _cells(entry: Mapping[str, Any], truth: bool) -> list[str]:
    from valvelab.analysis import entry_texts

    value, error, true, pull = entry_texts(entry)
    return [value, error, *([true, pull] if truth else [])]
