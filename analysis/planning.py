"""Which bath and source temperatures, configurations and repetitions tell most in the time there is."""

from collections.abc import Iterable, Sequence

import numpy as np

from valvelab.device import Device
from valvelab.errors import ConfigurationError
from valvelab.protocol import Protocol
from valvelab.units import format_quantity

from .expected_run import Assumed
from .grid_choice import Aim, Chooser
from .proposal import Proposal
from .table_fits import holds

BATHS = (0.04, 0.06, 0.08, 0.1, 0.12, 0.15, 0.18, 0.21, 0.25)
SOURCES = (0.1, 0.12, 0.15, 0.18, 0.21, 0.24, 0.275, 0.31, 0.35, 0.384, 0.45)
"""Temperatures that may be chosen [K]; sources up to that of the operating point."""
_SCANNED = np.linspace(-1.0, 1.0, 9)
_VARIANTS: tuple[tuple[str, ...], ...] = (
    ("off", "both", "only_1", "only_2"),
    ("off", "both", "only_1"),
    ("off", "both", "only_2"),
)


def propose(
    template: Protocol,
    device: Device,
    assumed: Assumed,
    time: float,
    *,
    model: str = "pair",
    aim: Aim = "all",
    free: Sequence[str] = (),
    baths: Iterable[float] = BATHS,
    sources: Iterable[float] = SOURCES,
) -> Proposal:
    """Choose the grid that tells most in a time.

    For every choice of configurations the best grid of two baths and two sources is made larger or smaller by one
    temperature at a time, as long as that helps.

    Parameters
    ----------
    template
        Gives the frequencies of the configurations, the readings of a visit and the times to settle.
    device, assumed
        The chip, and what is taken for granted.
    time
        For everything [s].
    model
        What the chip obeys and what will be fitted: "pair" is the same as "collective" where that holds, and knows
        scans and imperfections. A slow model is best given as a table, which chooses among what it holds.
    aim
        ``"all"``: the determinant of the information on all parameters (D-optimal); ``"T_p"`` or ``"enhancement"``:
        the error of that alone (c-optimal). Only for T_p a block may do without one of the singles, and so without a
        measured enhancement.
    free
        Imperfections that will be fitted as well.
    baths, sources
        Temperatures to choose from [K]; baths not below the coldest of the template, sources not above the operating
        point, and none that the thermometers were not calibrated for.

    Raises
    ------
    ValueError
        If the time does not suffice for one block of any grid, the thermometers were calibrated for none, or the
        template has not the configurations of any block.
    """
    highest = device.operating_point.source_temperature
    coldest = min(template.bath_temperatures)
    island = getattr(device, template.heated)
    low, high = (island and island.trusted_range) or (0.0, np.inf)
    grid = (
        tuple(sorted({bath for bath in baths if bath >= coldest} | {coldest})),
        tuple(
            sorted(source for source in sources if source <= highest * (1 + 1e-9) and low <= source <= high)
        ),
    )
    best: Proposal | None = None
    found = np.inf
    for block, scan in _variants(template, device, model, aim):
        chooser = Chooser(template, device, assumed, model, (block, scan), grid, tuple(free), aim)
        chosen, value = chooser.choose(time)
        made = None if chosen is None or not value < found else chooser.proposal(chosen, time)
        if made is not None:
            best, found = made, value
    if best is None:
        raise ValueError(
            "the time must suffice for a block of each cell of some grid, and the settling of the bath, "
            f"{format_quantity(template.settle.bath, 'time', 2)} each time; found {format_quantity(time, 'time', 3)}"
        )
    return best


def _variants(
    template: Protocol, device: Device, model: str, aim: Aim
) -> list[tuple[tuple[str, ...], tuple[float, ...]]]:
    """Return what a block may visit and scan; all four configurations where the enhancement is to be measured."""
    known = template.configurations
    blocks = [block for block in _VARIANTS if set(block) <= set(known)]
    if not blocks:
        raise ValueError(
            f"configurations must hold off, both and one of only_1 and only_2, found {', '.join(known)}; add what is "
            "missing"
        )
    if aim != "T_p" or (template.stop is not None and template.stop.enhancement is not None):
        blocks = blocks[:1]
    span = 1.5e-2 * device.resonator.frequency
    on, middle = known["both"]
    scan = tuple(float(middle + span * share) for share in _SCANNED if share != 0)
    possible = holds(model, [(on, one) for one in scan]) and _is_reached(device, scan)
    return [(block, chosen) for block in blocks for chosen in ([(), scan] if possible else [()])]


def _is_reached(device: Device, frequencies: Iterable[float]) -> bool:
    """Return whether qubit 2 reaches all frequencies, which a plan would refuse otherwise."""
    try:
        for frequency in frequencies:
            device.qubits[1].flux(frequency)
    except (ValueError, ConfigurationError):
        return False
    return True
