"""The rack: the boxes of a cryostat file, wired to one world on one clock."""

from collections.abc import Callable, Mapping
from functools import partial

from valvelab.clock import Clock

from .agenda import Agenda
from .blue_fors import BlueFors
from .blue_fors_software import BlueForsSoftware
from .faults import Faults
from .gs200 import GS200
from .keithley_2400 import Keithley2400
from .keithley_6221 import Keithley6221
from .keysight_344xxa import Agilent34410A, Keysight34461A, Keysight34465A
from .keysight_b2962a import KeysightB2962A
from .lakeshore_372 import LakeShore372
from .line import Instrument, Line
from .nanovoltmeter import Agilent34420A, Keithley2182A
from .qdac2 import QDac2
from .schema import Box, Cryostat, Wire
from .sim900 import Sim900
from .world import World
from .yokogawa_7651 import Yokogawa7651


def build_rack(cryostat: Cryostat, clock: Clock) -> dict[str, Instrument]:
    """Return the boxes of a cryostat by their addresses, all of them sound.

    Parameters
    ----------
    cryostat
        The cryostat file.
    clock
        The one clock of the world and its boxes.
    """
    return _boxes(cryostat, World(cryostat, clock))


def build_lines(cryostat: Cryostat, clock: Clock, agenda: Agenda) -> tuple[dict[str, Line], Faults]:
    """Return the lines to the boxes of a cryostat by their addresses, and the faults of all.

    Parameters
    ----------
    cryostat
        The cryostat file.
    clock
        The one clock of the world and its boxes.
    agenda
        What is due when; who owns the clock lets it act.
    """
    world = World(cryostat, clock)
    lines = {address: Line(box, clock) for address, box in _boxes(cryostat, world).items()}
    return lines, Faults(cryostat, world, lines, clock, agenda)


def _boxes(cryostat: Cryostat, world: World) -> dict[str, Instrument]:
    boxes = {address: _BUILDERS[box.model](box, world) for address, box in cryostat.boxes.items()}
    _plug_in_meters(cryostat, boxes)
    if cryostat.flux_noise.hysteresis == 0:
        return boxes
    driving = {
        address for address, box in cryostat.boxes.items() if {"coil_1", "coil_2"} & set(box.wires.values())
    }
    return {address: _Followed(box, world) if address in driving else box for address, box in boxes.items()}


def _plug_in_meters(cryostat: Cryostat, boxes: Mapping[str, Instrument]) -> None:
    """Connect each 6221 by its serial port to the 2182A that sees the thermometer which it biases."""
    meters = [box for box in boxes.values() if isinstance(box, Keithley2182A)]
    for address, source in boxes.items():
        if isinstance(source, Keithley6221):
            (wire,) = cryostat.boxes[address].wires.values()
            seen = wire.replace("bias", "thermometer")
            source.meter = next(
                ((meter, channel) for meter in meters for channel, at in meter.wires.items() if at == seen),
                None,
            )


class _Followed:
    """A box that drives a coil, with the fluxes following each message to it."""

    def __init__(self, box: Instrument, world: World) -> None:
        self._box = box
        self._world = world

    @property
    def terminator(self) -> str:
        """What ends a reply."""
        return self._box.terminator

    def receive(self, message: str) -> str | None:
        """Pass a message on, and let the fluxes follow."""
        reply = self._box.receive(message)
        self._world.follow_coils()
        return reply

    def interrupt(self) -> None:
        """Pass it on."""
        self._box.interrupt()

    def clear(self) -> None:
        """Pass it on, and let the fluxes follow."""
        self._box.clear()
        self._world.follow_coils()


def _gs200(box: Box, world: World) -> Instrument:
    (wire,) = box.wires.values()
    function = "VOLT" if _wants_voltage(box, wire) else "CURR"
    source = GS200(world.clock, function)
    _drive(world, box, wire, lambda: source.output(function))
    return source


def _yokogawa_7651(box: Box, world: World) -> Instrument:
    (wire,) = box.wires.values()
    function = "F1" if _wants_voltage(box, wire) else "F5"
    source = Yokogawa7651(function)
    _drive(world, box, wire, lambda: source.output(function))
    return source


def _qdac2(box: Box, world: World) -> Instrument:
    source = QDac2(world.clock)
    for channel, wire in box.wires.items():
        _drive(world, box, wire, partial(source.output, int(channel)))
    return source


def _keithley_2400(box: Box, world: World) -> Instrument:
    (wire,) = box.wires.values()
    source = Keithley2400()
    function = "VOLT" if _wants_voltage(box, wire) else "CURR"
    _drive(world, box, wire, lambda: source.output(function))
    return source


def _keithley_6221(box: Box, world: World) -> Instrument:
    (wire,) = box.wires.values()
    source = Keithley6221(world.clock)
    _drive(world, box, wire, source.output)
    return source


def _keysight_b2962a(box: Box, world: World) -> Instrument:
    source = KeysightB2962A()
    for channel, wire in box.wires.items():
        function = "VOLT" if _wants_voltage(box, wire) else "CURR"
        _drive(world, box, wire, partial(source.output, int(channel), function))
    return source


def _sim900(box: Box, world: World) -> Instrument:
    mainframe = Sim900([int(slot) for slot in box.wires])
    for slot, wire in box.wires.items():
        _drive(world, box, wire, mainframe.modules[int(slot)].output)
    return mainframe


def _keysight_34465a(box: Box, world: World) -> Instrument:
    (wire,) = box.wires.values()
    return Keysight34465A(world, wire)


def _keysight_34461a(box: Box, world: World) -> Instrument:
    (wire,) = box.wires.values()
    return Keysight34461A(world, wire)


def _agilent_34410a(box: Box, world: World) -> Instrument:
    (wire,) = box.wires.values()
    return Agilent34410A(world, wire)


def _keithley_2182a(box: Box, world: World) -> Instrument:
    return Keithley2182A(world, {int(channel): wire for channel, wire in box.wires.items()})


def _agilent_34420a(box: Box, world: World) -> Instrument:
    return Agilent34420A(world, {int(channel): wire for channel, wire in box.wires.items()})


def _lake_shore_372(box: Box, world: World) -> Instrument:
    return LakeShore372(world)


def _blue_fors(box: Box, world: World) -> Instrument:
    return BlueFors(world)


def _blue_fors_software(box: Box, world: World) -> Instrument:
    return BlueForsSoftware(world)


def _wants_voltage(box: Box, wire: Wire) -> bool:
    return wire.endswith("heater") or box.series_resistance is not None


def _drive(world: World, box: Box, wire: Wire, level: Callable[[], float]) -> None:
    """Connect an output to a wire, through the series resistor where there is one."""
    resistance = None if wire.endswith("heater") else box.series_resistance
    world.connect(wire, level if resistance is None else lambda: level() / resistance)


_BUILDERS: Mapping[str, Callable[[Box, World], Instrument]] = {
    "gs200": _gs200,
    "yokogawa7651": _yokogawa_7651,
    "keithley2400": _keithley_2400,
    "keithley6221": _keithley_6221,
    "b2962a": _keysight_b2962a,
    "sim900": _sim900,
    "qdac2": _qdac2,
    "34465a": _keysight_34465a,
    "34461a": _keysight_34461a,
    "34410a": _agilent_34410a,
    "keithley2182a": _keithley_2182a,
    "34420a": _agilent_34420a,
    "ls372": _lake_shore_372,
    "bluefors": _blue_fors,
    "bluefors_software": _blue_fors_software,
}
"""How to put each of `schema.MODELS` into the rack."""
