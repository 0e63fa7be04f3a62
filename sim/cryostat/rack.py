"""The rack: the boxes of a cryostat file, wired to one world on one clock."""

from typing import Protocol

from valvelab.clock import Clock

from .gs200 import GS200
from .keysight_344xxa import Keysight34465A
from .lakeshore_372 import LakeShore372
from .schema import Box, Cryostat
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
    return {address: _instrument(box, world) for address, box in cryostat.boxes.items()}


def _instrument(box: Box, world: World) -> Instrument:
    if box.model == "34465a":
        return Keysight34465A(world, box.wired_to)
    if box.model == "ls372":
        return LakeShore372(world)
    function = "VOLT" if box.wired_to == "source_heater" else "CURR"
    source = GS200(world.clock, function)
    world.connect(box.wired_to, lambda: source.output(function))
    return source
