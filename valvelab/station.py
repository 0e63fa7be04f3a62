"""The station: which instruments stand where, opened by registered names and brought to rest at the end."""

import importlib
import io
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from valvelab.clock import Clock, WallClock
from valvelab.errors import RunError, StationError, ValvelabError
from valvelab.station_boxes import CurrentSource, VoltageSource, Voltmeter
from valvelab.station_file import StationFile

if TYPE_CHECKING:
    from qcodes.instrument import VisaInstrument
    from qcodes.station import Station

logger = logging.getLogger(__name__)

DRIVERS: dict[str, tuple[str, str]] = {
    "YokogawaGS200": ("qcodes.instrument_drivers.yokogawa:YokogawaGS200", r"GS2\d\d"),
    "Keysight34461A": ("qcodes.instrument_drivers.Keysight:Keysight34461A", "34461A"),
    "Keysight34465A": ("qcodes.instrument_drivers.Keysight:Keysight34465A", "34465A"),
    "Keysight34470A": ("qcodes.instrument_drivers.Keysight:Keysight34470A", "34470A"),
    "LakeshoreModel372": ("qcodes.instrument_drivers.Lakeshore:LakeshoreModel372", "(MODEL)?372"),
}
"""Driver classes by the name used in station files, with the model that must answer ``*IDN?``.

An import path in a file would be arbitrary code, so a lab adds its own drivers here, from a script.
"""


@dataclass
class OpenStation:
    """A station whose instruments are connected."""

    file: StationFile
    clock: Clock
    qcodes_station: "Station"
    parts: dict[str, Any] = field(default_factory=dict)

    def make_safe(self) -> list[str]:
        """Bring every source to rest, each on its own; return what could not be made safe."""
        actions: list[tuple[str, Callable[[], None]]] = [
            ("source_heater", lambda: self.parts["source_heater"].level(0.0))
        ]
        for coil in ("coil_1", "coil_2"):
            if getattr(self.file, coil).at_end == "zero":
                actions.append((coil, lambda coil=coil: self.parts[coil].level(0.0)))  # type: ignore[misc]
        failures = []
        for role, action in actions:
            if role not in self.parts:
                continue
            try:
                action()
                logger.info("%s is at zero", role)
            except Exception as error:  # no failure may keep the next source from being made safe
                logger.exception("%s could not be made safe", role)
                failures.append(f"{role}: {error.args[0] if error.args else type(error).__name__}")
        return failures


@contextmanager
def open_station(file: StationFile, folder: Path) -> Iterator[OpenStation]:
    """Connect the instruments of a station, and disconnect them at the end whatever happens.

    Parameters
    ----------
    file
        The station.
    folder
        Folder that relative paths in the station file start from.

    Raises
    ------
    StationError
        If a box does not answer, or is not what the file promises.
    """
    from qcodes.station import Station

    station = OpenStation(file, WallClock(), Station(default=False))
    opened: list[Any] = []
    try:
        for role, box in file.boxes.items():
            instrument = _connect(file, role, box, _library(file, folder))
            opened.append(instrument)
            station.qcodes_station.add_component(instrument)
            station.clock = getattr(instrument.visa_handle.visalib, "clock", station.clock)
            try:
                part = _dress(role, box, instrument, station.clock)
            except RunError as error:
                raise StationError(f"{file.places.at(role)}: {error}") from error
            except (ValueError, TypeError, KeyError) as error:
                reason = error.args[0] if error.args else type(error).__name__
                raise StationError(
                    f"{file.places.at(role)}: must hold settings that a {box.driver} takes, found one it refuses "
                    f"({reason}); correct it"
                ) from error
            opened.append(part)
            station.qcodes_station.add_component(part)
            station.parts[role] = part
        yield station
    finally:
        managers = [
            part.resource_manager for part in opened if file.cryostat and hasattr(part, "resource_manager")
        ]
        for instrument in reversed(opened):
            instrument.close()
        # A simulated world lasts as long as its resource manager; one of real boxes may have other users.
        for manager in managers[:1]:
            manager.close()


def _library(file: StationFile, folder: Path) -> str | None:
    """Return PyVISA's name of the library: a backend, and for a simulated station the file of its cryostat."""
    if file.cryostat is None:
        return file.visalib or None
    return f"{(folder / file.cryostat).resolve()}{file.visalib}"


def _connect(file: StationFile, role: str, box: Any, library: str | None) -> "VisaInstrument":
    path, model = DRIVERS[box.driver]
    module, _, name = path.partition(":")
    driver = getattr(importlib.import_module(module), name)
    where = file.places.at(role, "address")
    try:
        with redirect_stdout(io.StringIO()) as announced:  # drivers greet on the terminal
            instrument: VisaInstrument = driver(f"{role}_box", box.address, visalib=library)
        logger.info("%s: %s", role, announced.getvalue().strip())
    except ValvelabError:
        raise
    except Exception as error:  # drivers raise whatever their VISA library raises
        logger.exception("%s cannot be opened", role)
        raise StationError(
            f"{where}: must be that of a {box.driver} that answers, found {_silence(error)} at {box.address}; check "
            "address, cable and power"
        ) from error
    found = instrument.IDN()
    if not re.fullmatch(model, str(found.get("model") or ""), re.IGNORECASE):
        instrument.close()
        named = f"{found['vendor']} {found.get('model')}" if found.get("vendor") else "another box"
        raise StationError(
            f"{where}: must be that of a {box.driver}, found {named} at {box.address}; correct the address"
        )
    return instrument


def _silence(error: Exception) -> str:
    """Return what a VISA library met instead of a box, without its codes."""
    known = {
        "VI_ERROR_RSRC_NFOUND": "no box",
        "VI_ERROR_TMO": "no answer in time",
        "VI_ERROR_CONN_LOST": "a cut line",
    }
    name = getattr(error, "abbreviation", "")
    if name in known or isinstance(error, TimeoutError):
        return known.get(name, "no answer in time")
    return (
        "no connection" if isinstance(error, OSError) or name else f"{type(error).__name__} from its driver"
    )


def _dress(role: str, box: Any, instrument: Any, clock: Clock) -> Any:
    """Put the guard of its role around an instrument."""
    drivers = importlib.import_module("valvelab.drivers")
    if isinstance(box, CurrentSource | VoltageSource):
        unit = "A" if isinstance(box, CurrentSource) else "V"
        return drivers.GuardedSource(
            role,
            drivers.prepare_gs200(instrument, unit, box.range),
            unit=unit,
            window=box.limits,
            maximum_step=box.maximum_step,
            ramp_rate=box.ramp_rate,
            resolution=box.resolution,
            clock=clock,
        )
    if isinstance(box, Voltmeter):
        return drivers.SinisThermometer(
            role, instrument, power_line_cycles=box.power_line_cycles, input_range=box.range
        )
    return drivers.MixingChamber(
        role, instrument, channel=box.channel, heater_range=box.heater_range, window=box.limits
    )
