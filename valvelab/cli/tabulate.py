"""``valvelab tabulate``: a slow model computed once, for quick fits and plans."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import (
    MODELS,
    Between,
    Quantity,
    json_option,
    print_json,
    progress_bar,
    read_value,
    say,
)

if TYPE_CHECKING:
    from valvelab.analysis import Cost, TableGrid, Transmons
    from valvelab.device import Device
    from valvelab.sim import Resonator

_FILE = click.Path(path_type=Path, dir_okay=False)


def _netcdf(context: click.Context, parameter: click.Parameter, value: Path) -> Path:
    """Refuse a name by which a fit would not know the file for a table."""
    if value.suffix != ".nc":
        raise click.BadParameter(f"must end in .nc, found '{value}'")
    return value


@click.command(name="tabulate", short_help="Compute a slow model once, for quick fits and plans.")
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "--model",
    type=click.Choice(MODELS),
    default="resonators",
    show_default=True,
    help="What is tabulated.",
)
@click.option(
    "--out",
    type=_FILE,
    default="table.nc",
    show_default=True,
    callback=_netcdf,
    help="The table's file, .nc.",
)
@click.option(
    "--range",
    "ranges",
    multiple=True,
    nargs=3,
    metavar="NAME LOW HIGH",
    help='Where an axis goes, e.g. gamma_h "0.3e9 1/s" "1e9 1/s"; may be given again.',
)
@click.option("--device", type=_FILE, help="Device file that knows the resonators, where SOURCE does not.")
@click.option("--protocol", type=_FILE, help="Protocol that is planned, where SOURCE is a device file.")
@click.option(
    "--degree",
    type=Between(int, 1, 12),
    default=6,
    show_default=True,
    help="Of the polynomials; one more takes twice the nodes for a third of the error.",
)
@click.option("--workers", type=Between(int, 1, 1024), help="Processes to start on this computer.")
@click.option("--scheduler", metavar="ADDRESS", help="Dask cluster that computes, tcp://HOST:8786.")
@click.option(
    "--longest",
    type=Quantity("time", 1.0, 1e8),
    default="24 h",
    show_default=True,
    help="Longest computation that is begun.",
)
@json_option
def command(
    source: Path,
    model: str,
    out: Path,
    ranges: tuple[tuple[str, str, str], ...],
    device: Path | None,
    protocol: Path | None,
    degree: int,
    workers: int | None,
    scheduler: str | None,
    longest: float,
    as_json: bool,
) -> None:
    """Compute a model over rates and temperatures once, so that fits and plans take it as quickly as a quick one.

    SOURCE is what will be fitted, a run folder or any file that `valvelab fit` takes, or a device file to plan with.
    It says at which frequencies and temperatures powers are asked for, and what the resonators are. The rates are
    looked for about Table I of the paper unless --range says otherwise.

    \b
    Axes and the units of their ranges:
      gamma_h, gamma_c                       1/s, above 0
      gamma_p                                1/s, from 0 on
      T_p                                    K, from 0 on
      temperature_source, temperature_drain  K; those of SOURCE, and a little more
      asymmetry (1), mismatch, exchange (Hz),
      phase (rad)                            only where named, to be freed in a fit; each doubles the work

    The table keeps the difference to the quick model "pair", compares itself with the model at places between its
    nodes, and says how far it is off; that should be well below the errors of the powers. A fit that wants to leave
    the table stops and says along which axis.

    It is first said how many places there are and how long they take, measured at some of them. What is finished is
    kept in OUT.chunks: the same command goes on where it was ended, and with a higher --degree computes only what
    that needs more. This process computes alone unless --workers or --scheduler are given; these need
    valvelab[cluster].

    \b
    Examples:
      valvelab tabulate RUN --model resonators --out table.nc --workers 4
      valvelab fit RUN --model table.nc
      valvelab tabulate device.yaml --protocol protocol.yaml --out plan.nc
      valvelab plan device.yaml protocol.yaml --model plan.nc
    """
    from valvelab.analysis import tabulate

    from .tabulated import cost_text, described_table, print_tabulated

    read = dict(_read(*one) for one in ranges)
    grid, chip, transmons = (
        _for_a_plan(source, protocol, read)
        if _is_device(source)
        else _for_powers(source, device, read, model)
    )
    with ExitStack() as stack:
        move: list[Callable[[int, int, str], None]] = []

        def announce(cost: "Cost") -> None:
            say(cost_text(cost), err=True)
            move.append(
                stack.enter_context(progress_bar("tabulating", cost.places, cost.places - cost.missing))
            )

        try:
            table = tabulate(
                model,
                chip,
                grid,
                out,
                degree=degree,
                transmons=transmons,
                workers=workers,
                scheduler=scheduler,
                longest=longest,
                announce=announce,
                progress=lambda done, total: move[0](done, total, ""),
            )
        except KeyboardInterrupt:
            click.echo(f"Interrupted; the same command goes on with what is in {out}.chunks", err=True)
            raise
    if as_json:
        print_json(described_table(table))
    else:
        print_tabulated(table)
        verb = "plan" if _is_device(source) else "fit"
        say(f"next: valvelab {verb} {source} --model {table.source}")


def _is_device(source: Path) -> bool:
    return source.suffix in (".yaml", ".yml")


def _read(name: str, low: str, high: str) -> tuple[str, tuple[float, float]]:
    """Return a range from its words."""
    from valvelab.analysis import KINDS

    known = [axis for axis in KINDS if not axis.startswith("frequency")]
    if name not in known:
        raise click.BadParameter(f"--range must name one of {', '.join(known)}, found '{name}'")
    units = KINDS[name].units
    return name, (read_value(name, low, units), read_value(name, high, units))


def _for_powers(
    source: Path, device: Path | None, ranges: dict[str, tuple[float, float]], model: str
) -> "tuple[TableGrid, Resonator, Transmons | None]":
    from valvelab.analysis import LEVELS, grid_of_dataset, read_powers, resonator_of, transmons_of
    from valvelab.configuration import load_configuration
    from valvelab.device import Device
    from valvelab.laboratory import REDUCED_FILE

    from .steps import warnings_said

    known = None if device is None else load_configuration(device, Device)
    with warnings_said():
        reduced = read_powers(source / REDUCED_FILE if source.is_dir() else source, device=known)
    transmons = transmons_of(reduced, model) if model in LEVELS else None
    return grid_of_dataset(reduced, ranges), resonator_of(reduced), transmons


def _for_a_plan(
    source: Path, protocol: Path | None, ranges: dict[str, tuple[float, float]]
) -> "tuple[TableGrid, Device, None]":
    from valvelab.analysis import grid_of_device
    from valvelab.protocol import Protocol

    from .plan import loaded
    from .plan_tables import read_assumed

    device, walk = loaded(source, protocol)
    if not isinstance(walk, Protocol):
        raise click.BadParameter(f"--protocol must be of a switching measurement, found {protocol}")
    assumed = read_assumed((), 0.67e-15, 1e-7, device)
    return grid_of_device(device, walk, assumed, ranges), device, None
