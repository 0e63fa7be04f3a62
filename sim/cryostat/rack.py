"""The rack: the boxes of a cryostat file, wired to one world on one clock."""

from collections.abc import Callable, Mapping
from typing import Protocol

from valvelab.clock import Clock

from .gs200 import GS200
from .keysight_344xxa import Keysight34465A
from .lakeshore_372 import LakeShore372
from .schema import Box, Cryostat, Wire
from .world import World


class Instrument(Protocol):
    """What a transport knows of a box."""

    @property
    def terminator(self) -> str:
        """What ends a reply."""

    def receive(self, message: str) -> str | None:
        """Obey one message and return its reply, or None if it has none."""

    def interrupt(self) -> None:
        """Drop a reply that nobody has read because the next message is there."""


def build_rack(cryostat: Cryostat, clock: Clock) -> dict[str, Instrument]:
    """Return the boxes of a cryostat by their addresses.

    Parameters
    ----------
    cryostat
        The cryostat file.
    clock
        The one clock of the world and its boxes.
    """
    world = World(cryostat, clock)
    return {address: _BUILDERS[box.model](box, world) for address, box in cryostat.boxes.items()}


def _gs200(box: Box, world: World) -> Instrument:
    (wire,) = box.wires.values()
    function = "VOLT" if wire.endswith("heater") or box.series_resistance is not None else "CURR"
    source = GS200(world.clock, function)
    _drive(world, box, wire, lambda: source.output(function))
    return source


def _keysight_34465a(box: Box, world: World) -> Instrument:
    (wire,) = box.wires.values()
    return Keysight34465A(world, wire)


def _lake_shore_372(box: Box, world: World) -> Instrument:
    return LakeShore372(world)


def _drive(world: World, box: Box, wire: Wire, level: Callable[[], float]) -> None:
    """Connect an output to a wire, through the series resistor where there is one."""
    resistance = box.series_resistance
    world.connect(wire, level if resistance is None else lambda: level() / resistance)


_BUILDERS: Mapping[str, Callable[[Box, World], Instrument]] = {
    "gs200": _gs200,
    "34465a": _keysight_34465a,
    "ls372": _lake_shore_372,
}
"""How to put each of `schema.MODELS` into the rack."""
