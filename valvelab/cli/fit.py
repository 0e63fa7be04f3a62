"""``valvelab fit``: from powers to rates and temperatures."""

from contextlib import nullcontext
from pathlib import Path

import click

from .fit_tables import print_fit
from .options import (
    Between,
    ModelName,
    json_option,
    print_json,
    progress_bar,
    read_value,
    say,
    searching,
    working,
)

_SLOW = (
    "A fit of '{model}' takes minutes for tens of powers, and some more to say what T_p and each assumption are worth. "
    "Through a table it takes seconds: valvelab tabulate {path} --model {model}"
)


@click.command(name="fit", short_help="Fit rates, T_p and enhancement to heat powers.")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--model",
    type=ModelName(),
    default="collective",
    show_default=True,
    help="collective: the paper's master equation; pair: any two frequencies; independent: no collective effect; "
    "levels: transmons with up to six levels; resonators: both resonators as modes, for slow ones (these two take "
    "minutes); hierarchy: the same without rotating waves (takes longer; tabulate it); transmons: resonators as modes "
    "and three levels of each transmon (tabulate it, too); linear: oscillators instead "
    "of qubits; FILE.nc: a table of one of them (seconds), see valvelab tabulate.",
)
@click.option(
    "--parity",
    type=click.Choice(["1", "-1"]),
    default="1",
    show_default=True,
    help="Sign of the product of all four couplings; collective and independent know 1 alone.",
)
@click.option(
    "--reservoir",
    "reservoirs",
    multiple=True,
    type=click.Choice(["drain", "source"]),
    help="Fit the powers of this reservoir alone; of both, where PATH holds both, by default.",
)
@click.option(
    "--free", multiple=True, metavar="NAME", help="Fit an imperfection as well; may be given again."
)
@click.option(
    "--prior",
    "priors",
    multiple=True,
    nargs=3,
    metavar="NAME VALUE ERROR",
    help='What is known of an imperfection, e.g. mismatch "0 MHz" "5 MHz"; it is fitted within that.',
)
@click.option("--run", metavar="ID", help="Number or guid of the run, where PATH is a QCoDeS database.")
@click.option(
    "--device",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Device file that knows resonators and charging energies, where PATH does not.",
)
@click.option(
    "--compare",
    is_flag=True,
    help="Fit every quick model, and what is asked for with all that is free in it, to the same powers; rank them.",
)
@click.option(
    "--against",
    multiple=True,
    metavar="NAME",
    help="Rank this model too, slow ones by name; NAME-odd is the one of parity -1. May be given again.",
)
@click.option(
    "--samples",
    type=Between(int, 0, 1_000_000),
    default=0,
    metavar="STEPS",
    help="Walk so many steps through the posterior; writes posterior.nc and corner.png.",
)
@click.option(
    "--truth",
    type=click.Path(path_type=Path),
    help="File of a simulated cryostat to compare the result with.",
)
@json_option
def command(
    path: Path,
    model: str,
    reservoirs: tuple[str, ...],
    free: tuple[str, ...],
    priors: tuple[tuple[str, str, str], ...],
    run: str | None,
    device: Path | None,
    compare: bool,
    parity: str,
    against: tuple[str, ...],
    samples: int,
    truth: Path | None,
    as_json: bool,
) -> None:
    """Fit gamma_h, gamma_c, gamma_p and T_p to PATH, a run folder or a file with heat powers.

    A file is a reduced dataset (.nc), a table (.csv) whose first line names columns and units, vectors in SI units
    (.mat), or a QCoDeS database (.db).

    Writes fit.nc and fit.json beside the data, and says which reservoir and which reference each enhancement
    refers to. The folder of a calibration is fitted as `valvelab calibrate` does at its end.

    Imperfections are asymmetry (1) and phase (rad) of the couplings, mismatch and exchange of the qubits (Hz; these
    four with --model pair, levels, resonators, hierarchy or transmons), leak_2 and leak_5 past the qubits (W, as T^2
    and T^5), gain of the heat power (1) and drain_scale, the scale of the drain's temperature (1). Which of them
    matters most is told without asking.

    \b
    Examples:
      valvelab fit RUN --model pair --free mismatch --prior gain 1 0.02 --compare
      valvelab fit RUN --model levels --against resonators --against pair-odd
    """
    from valvelab.analysis import SLOW_MODELS, model_name
    from valvelab.files import read_json
    from valvelab.laboratory import fit, is_calibration

    from .steps import warnings_said

    if is_calibration(path):
        from .calibrate import tell_calibration

        tell_calibration(path, as_json=as_json)
        return
    model = model_name(model)
    _check(model, parity, against)
    bar = progress_bar("comparing", 100) if compare or against else nullcontext()
    walking = progress_bar("walking", samples) if samples and not (compare or against) else nullcontext()
    quiet = compare or against or samples  # where a bar says that something goes on
    if model in SLOW_MODELS:
        say(_SLOW.format(model=model, path=path), err=True)
    waiting = nullcontext() if quiet else working(f"fitting '{model}'")
    with warnings_said(), waiting as tell, searching(tell), bar as compared, walking as move:
        fit(
            path,
            model,
            reservoirs=reservoirs or ("drain", "source"),
            free=[_known(name, model) for name in free],
            priors=dict(_read(model, *prior) for prior in priors),
            truth=truth,
            parity=-1 if parity == "-1" else 1,
            compare=compare,
            against=against,
            compared=None
            if compared is None
            else lambda done, total, name: compared(100 * done // total, 100, name),
            samples=samples,
            progress=None if move is None else lambda done, total: move(done, total, ""),
            run=int(run) if run is not None and run.isdecimal() else run,
            device=device,
        )
    folder = path if path.is_dir() else path.parent
    summary = read_json(folder / "fit.json", "repeat the fit", "repeat the fit")
    if as_json:
        print_json(summary)
    else:
        print_fit(summary)
        say(f"fit.nc and fit.json in {folder} are now of this fit; next: valvelab report {folder}")


def _check(model: str, parity: str, against: tuple[str, ...]) -> None:
    """Refuse names of models that are none, before anything is fitted."""
    from valvelab.analysis import COUPLED_MODELS, rung_name, rung_options

    if parity == "-1" and model not in COUPLED_MODELS:
        raise click.BadParameter(
            f"--parity -1 is known to {', '.join(COUPLED_MODELS)} alone, found --model {model}; add --model pair"
        )
    for name in (rung_name(model, int(parity)), *against):
        try:
            rung_options(name)
        except ValueError as error:
            raise click.BadParameter(str(error)) from None


def _known(name: str, model: str) -> str:
    from valvelab.analysis import IMPERFECTIONS, PAIR_IMPERFECTIONS, PAIR_MODELS, TABLES

    if name not in IMPERFECTIONS:
        raise click.BadParameter(f"must be one of {', '.join(IMPERFECTIONS)}, found '{name}'")
    if model in TABLES:
        if name in PAIR_IMPERFECTIONS and name not in TABLES[model].grid.ranges:
            axes = ", ".join(TABLES[model].grid.ranges)
            raise click.BadParameter(
                f"{name} must be an axis of the table, found {axes}; tabulate with --range {name}"
            )
    elif name in PAIR_IMPERFECTIONS and model not in PAIR_MODELS:
        told = ", ".join(map(repr, PAIR_MODELS))
        raise click.BadParameter(
            f"{name} is known to the models {told} alone, found '{model}'; add --model pair"
        )
    return name


def _read(model: str, name: str, value: str, error: str) -> tuple[str, tuple[float, float]]:
    """Return a prior from its words."""
    from valvelab.analysis import IMPERFECTIONS

    units = IMPERFECTIONS[_known(name, model)]
    mean, std = (read_value(name, text, units) for text in (value, error))
    if not std > 0:
        raise click.BadParameter(f"{name}: must have an error above zero, found '{error}'")
    return name, (mean, std)
