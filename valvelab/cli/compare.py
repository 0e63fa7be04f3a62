"""``valvelab compare``: what each rung of the ladder of models says of a device."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import json_option, print_json, progress_bar, say

if TYPE_CHECKING:
    from valvelab.analysis import Place


@click.command(name="compare", short_help="Compute the enhancement on every rung of the ladder of models.")
@click.argument("device")
@click.option(
    "--assume",
    "assumptions",
    multiple=True,
    nargs=2,
    metavar="NAME VALUE",
    help='What the chip has, e.g. T_p "50 mK", gamma_h "0.5e9 1/s", phase "0.5 rad" or parity -1; Table I of the paper '
    "otherwise.",
)
@click.option("--rung", "rungs", multiple=True, metavar="NAME", help="Only this one; may be given again.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("compare"),
    show_default=True,
    help="Folder to make.",
)
@json_option
def command(
    device: str, assumptions: tuple[tuple[str, str], ...], rungs: tuple[str, ...], out: Path, as_json: bool
) -> None:
    """Compute the enhancement of DEVICE on every rung of the ladder of models.

    That is collective, pair, levels, resonators, hierarchy, transmons and linear, at its operating point, against
    gamma / kappa with all rates scaled together, and against the temperature of the source; of both reservoirs, over
    the same chip switched off. And which of the rungs hold there, by the linewidth of the resonators, the rates and the
    levels of the transmons. hierarchy and transmons take most of the time; leave them out by naming others.

    DEVICE is a device file, or the name of a packaged one, paper or aalto2026.

    Writes the figure (compare.svg, compare.png), everything as compare.nc, and operating-point.csv, coupling.csv
    and source-temperature.csv.

    \b
    Examples:
      valvelab compare device.yaml
      valvelab compare paper --assume gamma_h "20e6 1/s" --assume gamma_c "20e6 1/s" --out weak
    """
    from valvelab.analysis import compare_rungs, write_rungs
    from valvelab.errors import RunError

    from .compare_tables import print_rungs, rungs_as_json

    if out.exists():
        raise RunError(f"{out}: must be a new folder, found one that is there; choose another --out")
    place = read_place(device, assumptions)
    names = _names(place, rungs)
    with progress_bar("computing", 100) as move:

        def tell(done: int, total: int, name: str) -> None:
            move(100 * done // total, 100, name)

        try:
            found = compare_rungs(place, names, progress=tell)
        except ValueError as error:
            raise click.BadParameter(f"{device}: {error}") from None
    write_rungs(found, out)
    if as_json:
        print_json(rungs_as_json(found, place))
        return
    print_rungs(found, place)
    say(f"The figure, compare.nc and three tables are in {out}.")


def read_place(device: str, assumptions: tuple[tuple[str, str], ...]) -> "Place":
    """Return a chip that is as assumed, at the operating point of a device file or a preset."""
    from dataclasses import replace

    from valvelab.analysis import IMPERFECTIONS, PAIR_IMPERFECTIONS, OperatingPoint, Place, Transmons
    from valvelab.configuration import load_configuration
    from valvelab.device import Device
    from valvelab.sim import PRESETS, Resonator, preset

    from .plan import parked_frequency
    from .plan_tables import read_rates

    for name, _ in assumptions:
        if name in IMPERFECTIONS and name not in PAIR_IMPERFECTIONS:
            raise click.BadParameter(
                f"--assume {name} changes no heat of the qubits, which is what is compared"
            )
    known = preset(device) if device in PRESETS else load_configuration(Path(device), Device)
    one, point = known.resonator, known.operating_point
    for number, qubit in enumerate(known.qubits, start=1):
        if qubit.maximum_frequency is not None and qubit.maximum_frequency < one.frequency:
            raise click.BadParameter(
                f"{device}: qubits.{number}.maximum_frequency must be at least that of the resonators, "
                f"{one.frequency / 1e9:g} GHz, where both are compared, found {qubit.maximum_frequency / 1e9:g} GHz"
            )
    parity = [_parity(value) for name, value in assumptions if name == "parity"]
    rates = replace(
        read_rates([assumption for assumption in assumptions if assumption[0] != "parity"]),
        parity=parity[-1] if parity else 1,
        transmons=Transmons((known.qubits[0].charging_energy, known.qubits[1].charging_energy)),
    )
    # One frequency stands for both switched-off qubits; what one of them carries there is a thousandth.
    parked = parked_frequency(known.qubits[0], one.frequency)
    return Place(
        rates,
        Resonator(one.frequency, one.quality_factor, one.exponent),
        OperatingPoint(point.source_temperature, point.drain_temperature, parked),
    )


def _parity(text: str) -> int:
    if text not in ("1", "+1", "-1"):
        raise click.BadParameter(f"parity must be 1 or -1, found '{text}'")
    return int(text)


def _names(place: "Place", asked: tuple[str, ...]) -> tuple[str, ...]:
    """Return the rungs that are asked for; of all of them, those that can be computed."""
    from valvelab.analysis import RUNGS

    for name in asked:
        if name not in RUNGS:
            raise click.BadParameter(f"--rung must be one of {', '.join(RUNGS)}, found '{name}'")
    turned = place.rates.parity < 0 or place.rates.phase != 0
    if turned and "collective" in asked:
        raise click.BadParameter(
            "'collective' knows a parity of 1 and no phase alone; compare 'pair', or assume neither"
        )
    if turned and not asked:
        asked = tuple(name for name in RUNGS if name != "collective")
        say("Left out collective: it knows a parity of 1 and no phase alone.")
    unknown = [name for name in asked or RUNGS if not RUNGS[name].knows(place.resonator)]
    if unknown:
        why = (
            f"{', '.join(unknown)}: resonators are modes there, which have an exponent of 0; the device file has "
            f"{place.resonator.exponent:g}"
        )
        if asked:
            raise click.BadParameter(why)
        say(f"Left out {why}.")
    return tuple(dict.fromkeys(name for name in asked or RUNGS if name not in unknown))
