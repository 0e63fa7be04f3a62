"""``valvelab plan``: what a protocol will do, before anything is switched on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import IMPERFECTIONS, MODEL_HELP, ModelName, Quantity, json_option, print_json, say
from .plan_steps import print_plan

if TYPE_CHECKING:
    from valvelab.analysis import Aim
    from valvelab.device import Device, Qubit
    from valvelab.walk import Walk

_FILE = click.Path(path_type=Path, dir_okay=False)
_SLOW = (
    "A plan with '{model}' takes very long. Through a table it takes seconds: "
    "valvelab tabulate {device} --model {model} --protocol PROTOCOL"
)


@click.command(name="plan", short_help="Show what a protocol would do; nothing is switched on.")
@click.argument("device", type=_FILE)
@click.argument("protocol", type=_FILE, required=False)
@click.option("--station", type=_FILE, help="Station file whose limits the set points must keep.")
@click.option(
    "--steps", is_flag=True, help="List what is done in which order; blocks that are alike in one line."
)
@click.option(
    "--assume",
    "assumptions",
    multiple=True,
    nargs=2,
    metavar="NAME VALUE",
    help='What the chip has, e.g. T_p "50 mK", gamma_h "0.5e9 1/s" or an imperfection; Table I of the paper otherwise.',
)
@click.option(
    "--background",
    type=Quantity("power", 0.0, 1e-9),
    default="0.67 fW",
    show_default=True,
    help="Heat into the drain that does not come through the qubits.",
)
@click.option(
    "--noise",
    type=Quantity("voltage", 1e-12, 1e-3),
    default="100 nV",
    show_default=True,
    help="Noise of one reading of a thermometer.",
)
@click.option(
    "--free",
    multiple=True,
    metavar="NAME",
    help=f"An imperfection that will be fitted as well: {', '.join(IMPERFECTIONS)}.",
)
@click.option(
    "--optimise",
    type=Quantity("time", 60.0, 1e8),
    metavar="TIME",
    help="Choose temperatures, configurations and repetitions that tell most in a time.",
)
@click.option(
    "--aim",
    type=click.Choice(["all", "T_p", "enhancement"]),
    default="all",
    show_default=True,
    help="About what.",
)
@click.option(
    "--model",
    type=ModelName(),
    default="pair",
    show_default=True,
    help=f"What the chip obeys and will be fitted: {MODEL_HELP}.",
)
@click.option("--out", type=_FILE, help="New file for the protocol that was chosen.")
@json_option
def command(
    device: Path,
    protocol: Path | None,
    station: Path | None,
    steps: bool,
    assumptions: tuple[tuple[str, str], ...],
    background: float,
    noise: float,
    free: tuple[str, ...],
    optimise: float | None,
    aim: "Aim",
    model: str,
    out: Path | None,
    as_json: bool,
) -> None:
    """Show what PROTOCOL would do on DEVICE: cells, readings, duration and the range of every set point.

    And what it would determine: errors of rates, T_p and enhancement on a chip that is as assumed, by the noise of the
    readings alone, and how far each imperfection would lead a fit that does not know of it. Without PROTOCOL the demo's
    is taken, at the frequencies of DEVICE.

    Nothing is written and no instrument is opened. With --station each set point is also compared with the
    limits of its source; the first one outside is named, and the exit code is 2. The duration is that of the
    readings and of the settling times; ramps, and waiting until something is stable, come on top.

    \b
    Examples:
      valvelab plan device.yaml protocol.yaml --station station.yaml --steps
      valvelab plan device.yaml protocol.yaml --optimise "12 h" --aim T_p --out better.yaml
    """
    from valvelab.protocol import Protocol

    if out is not None and optimise is None:
        raise click.BadParameter(
            "--out is for the protocol that --optimise chooses; add --optimise, or leave it out"
        )
    known, walk = loaded(device, protocol)
    told = print_plan(known, walk, station, steps=steps, as_json=as_json)
    if isinstance(walk, Protocol) and known.drain is not None:
        from valvelab.analysis import SLOW_MODELS, model_name

        from .plan_tables import foresee, print_beside, print_foreseen, print_proposal, read_assumed

        assumed, model = read_assumed(assumptions, background, noise, known), model_name(model)
        if model in SLOW_MODELS:
            say(_SLOW.format(model=model, device=device), err=True)
        plan = walk.plan(known)
        with _refused():
            foreseen = foresee(plan, known, assumed, free, model)
        if as_json:
            told["determines"] = foreseen
        else:
            print_foreseen(foreseen, plan.duration, walk.blocks_per_cell)
        if optimise is not None:
            from valvelab.analysis import propose

            with _refused():
                proposal = propose(walk, known, assumed, optimise, model=model, aim=aim, free=free)
                better = foresee(proposal.protocol(walk).plan(known), known, assumed, free, model)
            if as_json:
                told["proposal"] = asdict(proposal) | {"determines": better}
            else:
                print_proposal(proposal, aim, out, walk)
                print_beside(better, proposal.duration, foreseen, plan.duration)
    if as_json:
        print_json(told)


@contextmanager
def _refused() -> Iterator[None]:
    """Turn what the analysis refuses into a message about the options."""
    try:
        yield
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def loaded(device: Path, protocol: Path | None) -> "tuple[Device, Walk]":
    """Return a device and a protocol, the demo's at the frequencies of the device where none is given."""
    from valvelab.configuration import load_configuration
    from valvelab.device import Device
    from valvelab.protocol_file import load_protocol
    from valvelab.sim import PRESETS, preset

    known = preset(str(device)) if str(device) in PRESETS else load_configuration(device, Device)
    if protocol is not None:
        return known, load_protocol(protocol)
    walk = load_protocol(Path(__file__).parent / "demo-protocol.yaml")
    on = known.resonator.frequency
    parked = [parked_frequency(qubit, on) for qubit in known.qubits]
    places = {
        "off": (parked[0], parked[1]),
        "both": (on, on),
        "only_1": (on, parked[1]),
        "only_2": (parked[0], on),
    }
    return known, walk.model_copy(update={"configurations": places}).placed(walk.places)


def parked_frequency(qubit: "Qubit", resonance: float) -> float:
    """Return where a qubit is switched off [Hz]: at half the resonance, or at zero flux if it does not reach that."""
    if qubit.maximum_frequency is None:
        return resonance / 2
    try:
        qubit.flux(resonance / 2)
    except ValueError:
        return float(qubit.frequency(0.0))
    return resonance / 2
