"""The station: which instruments stand where, opened by registered names and brought to rest at the end."""

import importlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from valvelab.box_connection import connect, load
from valvelab.box_drivers import DRIVERS
from valvelab.clock import Clock, WallClock
from valvelab.errors import RunError, StationError
from valvelab.station_boxes import CurrentSource, VoltageSource, Voltmeter
from valvelab.station_file import StationFile

if TYPE_CHECKING:
    from qcodes.parameters import Parameter
    from qcodes.station import Station

logger = logging.getLogger(__name__)
HEATERS = ("source_heater", "drain_heater")
HEATERS_FIRST = (*HEATERS, "source_bias", "drain_bias", "coil_1", "coil_2")
"""The sources, in the order in which they are brought to rest."""


@dataclass
class OpenStation:
    """A station whose instruments are connected."""

    file: StationFile
    clock: Clock
    qcodes_station: "Station"
    parts: dict[str, Any] = field(default_factory=dict)
    made: list[Any] = field(default_factory=list)
    """Instruments made of the boxes, in the order in which they were made; they are closed with the station."""

    def add(self, instrument: Any) -> Any:
        """Take an instrument into the QCoDeS station, to be closed with this one, and return it."""
        self.made.append(instrument)
        self.qcodes_station.add_component(instrument)
        return instrument

    def make_safe(self) -> list[str]:
        """Bring every source to rest, each on its own; return what could not be made safe."""
        actions: dict[str, Callable[[], object]] = {
            role: self.parts[role].ramp_home
            for role in HEATERS_FIRST
            if role in self.parts and self.file.boxes[role].at_end == "zero"
        }
        failures = []
        for role, action in actions.items():
            try:
                action()
                logger.info("%s is at zero", role)
            except Exception as error:  # no failure may keep the next source from being made safe
                logger.exception("%s could not be made safe", role)
                failures.append(f"{role}: {error.args[0] if error.args else type(error).__name__}")
        return failures


@contextmanager
def open_station(file: StationFile, folder: Path, clock: Clock | None = None) -> Iterator[OpenStation]:
    """Connect the instruments of a station, and disconnect them at the end whatever happens.

    Parameters
    ----------
    file
        The station.
    folder
        Folder that relative paths in the station file start from.
    clock
        What waits, and tells the time; that of the laboratory if none is given. A simulated cryostat brings its own.

    Raises
    ------
    StationError
        If a box does not answer, or is not what the file promises.
    """
    from qcodes.station import Station

    with connection(file, folder) as connected:
        station = OpenStation(file, clock or WallClock(), Station(default=False))
        try:
            # A guard seals all channels of its box, so each must be set up before the first is guarded.
            levels = {
                role: bring_into_use(file, role, box, connected(role))
                for role, box in file.boxes.items()
                if isinstance(box, CurrentSource | VoltageSource)
            }
            for role, box in file.boxes.items():
                instrument = connected(role)
                station.clock = _clock_of(instrument) or station.clock
                part = dress(file, role, box, instrument, station.clock, levels.get(role))
                station.parts[role] = station.add(part)
                # Not before it is set up and sealed: QCoDeS asks for all parameters, and some drivers measure then.
                if instrument.name not in station.qcodes_station.components:
                    station.qcodes_station.add_component(instrument)
            yield station
        finally:
            for instrument in reversed(station.made):
                instrument.close()


@contextmanager
def connection(file: StationFile, folder: Path) -> Iterator[Callable[[str], Any]]:
    """Give what connects the box of a role, once for each address, and disconnect all at the end."""
    library = library_name(file, folder)
    opened: dict[str, Any] = {}

    def connected(role: str) -> Any:
        box = file.boxes[role]
        address = box.address.upper()
        if address not in opened:
            opened[address] = connect(file, role, box, library)
        return opened[address]

    try:
        yield connected
    finally:
        # A simulated world lasts as long as its resource manager; one of real boxes may have other users.
        managers = [one.resource_manager for one in opened.values() if file.cryostat]
        for instrument in reversed(opened.values()):
            instrument.close()
        for manager in managers[:1]:
            manager.close()


def library_name(file: StationFile, folder: Path) -> str | None:
    """Return PyVISA's name of the library: a backend, and for a simulated station the file of its cryostat."""
    if file.cryostat is None:
        return file.visalib or None
    return f"{(folder / file.cryostat).resolve()}{file.visalib}"


def _clock_of(instrument: Any) -> Clock | None:
    """Return the clock of a simulated cryostat behind an instrument."""
    library = getattr(getattr(instrument, "resource_manager", None), "visalib", None)
    return getattr(library, "clock", None)


def bring_into_use(
    file: StationFile, role: str, box: CurrentSource | VoltageSource, instrument: Any
) -> "Parameter":
    """Set up what a role has of a source, without a step at its terminals, and return the parameter of its level.

    Raises
    ------
    StationError
        As for `dress`.
    """
    prepare = _prepare(file, role, box)
    with _told_by_role(file, role, box):
        unit = "A" if box.sourced == "current" else "V"
        level: Parameter = prepare(instrument, unit, box.range, **_terminal(box))
        return level


def dress(
    file: StationFile,
    role: str,
    box: Any,
    instrument: Any,
    clock: Clock,
    level: "Parameter | None" = None,
) -> Any:
    """Put the guard of its role around an instrument.

    Parameters
    ----------
    file, role, box, instrument, clock
        The station, a role in it, what the file says of it, the driver of its box, and what waits.
    level
        What `bring_into_use` returned for a source; called here if there is none.

    Raises
    ------
    StationError
        If the box refuses a setting of the file, or is not in the state that it must be in.
    """
    drivers = importlib.import_module("valvelab.drivers")
    if isinstance(box, CurrentSource | VoltageSource):
        used = bring_into_use(file, role, box, instrument) if level is None else level
        with _told_by_role(file, role, box):
            return _guard(role, box, used, clock)
    with _told_by_role(file, role, box):
        if isinstance(box, Voltmeter):
            settings = {"input_range": box.range, "power_line_cycles": box.power_line_cycles}
            voltage = _prepare(file, role, box)(instrument, **settings, **_terminal(box))
            return drivers.SinisThermometer(role, voltage, input_range=box.range)
        if box.heater is None:
            loop = drivers.LakeShoreLoop(
                instrument, channel=box.channel, heater_range=box.heater_range, clock=clock
            )
        else:
            loop = drivers.BlueForsLoop(
                instrument, channel=box.channel, heater=box.heater, maximum_power=box.maximum_power
            )
        return drivers.MixingChamber(role, loop, window=box.limits, clock=clock)


@contextmanager
def _told_by_role(file: StationFile, role: str, box: Any) -> Iterator[None]:
    """Say at which role of the file a box refuses what it is told."""
    try:
        yield
    except RunError as error:
        raise StationError(f"{file.places.at(role)}: {error}") from error
    except (ValueError, TypeError, KeyError) as error:
        reason = error.args[0] if error.args else type(error).__name__
        raise StationError(
            f"{file.places.at(role)}: must hold settings that a {box.driver} takes, found one it refuses "
            f"({reason}); correct it"
        ) from error


def _prepare(file: StationFile, role: str, box: Any) -> Callable[..., Any]:
    prepare: Callable[..., Any] = load(
        DRIVERS[box.driver].prepare, f"{file.places.at(role, 'driver')}: {box.driver}"
    )
    return prepare


def _terminal(box: Any) -> dict[str, int]:
    return {} if box.terminal is None else {"channel": box.terminal}


def _guard(role: str, box: CurrentSource | VoltageSource, source: "Parameter", clock: Clock) -> Any:
    from qcodes.parameters import DelegateParameter

    drivers = importlib.import_module("valvelab.drivers")
    resistance = box.series_resistance if isinstance(box, CurrentSource) else None
    if resistance is not None:
        source = DelegateParameter(f"{role}_current", source=source, scale=resistance, unit="A")
    return drivers.GuardedSource(
        role,
        source,
        unit="A" if isinstance(box, CurrentSource) else "V",
        window=box.limits,
        maximum_step=box.maximum_step,
        ramp_rate=box.ramp_rate,
        resolution=box.resolution,
        clock=clock,
        approach=box.approach,
        overshoot=box.overshoot or 0.0,
    )
