"""``valvelab fit``: from powers to rates and temperatures."""

from pathlib import Path

import click

from .options import json_option, print_fit, print_json, say


@click.command(name="fit", short_help="Fit rates, T_p and enhancement to heat powers.")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--model",
    type=click.Choice(["collective", "pair", "independent"]),
    default="collective",
    show_default=True,
    help="collective: the paper's master equation; pair: any two frequencies; independent: no collective effect.",
)
@click.option(
    "--truth",
    type=click.Path(path_type=Path),
    help="File of a simulated cryostat to compare the result with.",
)
@json_option
def command(path: Path, model: str, truth: Path | None, as_json: bool) -> None:
    """Fit gamma_h, gamma_c, gamma_p and T_p to PATH, a run folder or a reduced dataset (.nc).

    Writes fit.nc and fit.json beside the data, and says which reservoir and which reference each enhancement
    refers to. The folder of a calibration is fitted as `valvelab calibrate` does at its end.
    """
    from valvelab.files import read_json
    from valvelab.laboratory import fit, is_calibration

    from .steps import warnings_said

    if is_calibration(path):
        from .calibrate import tell_calibration

        tell_calibration(path, as_json=as_json)
        return
    with warnings_said():
        fit(path, model, truth=truth)
    folder = path if path.is_dir() else path.parent
    summary = read_json(folder / "fit.json", "repeat the fit", "repeat the fit")
    if as_json:
        print_json(summary)
    else:
        print_fit(summary)
        say(f"fit.nc and fit.json in {folder} are now of this fit; next: valvelab report {folder}")
