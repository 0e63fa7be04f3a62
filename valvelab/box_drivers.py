"""The drivers of the boxes that a station may have, by registered names, and how one is connected."""

import importlib
import io
import logging
import re
from collections.abc import Mapping
from contextlib import redirect_stdout
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from valvelab.boxes import METERS, SOURCES, MeterBox, SourceBox
from valvelab.errors import StationError, ValvelabError

if TYPE_CHECKING:
    from qcodes.instrument import VisaInstrument

    from valvelab.station_file import StationFile

logger = logging.getLogger(__name__)


class Driver(NamedTuple):
    """How to open a box, and what to ask it."""

    path: str
    """Module and class, ``package.module:Class``."""
    model: str
    """Regular expression of the model that ``*IDN?`` must answer."""
    prepare: str = ""
    """Module and function that brings a source or a meter into use and returns its parameter."""
    shows: Mapping[str, str] = MappingProxyType({})
    """Parameters that tell its state, with their units; reading them changes nothing. ``{quantity}`` stands for
    current or voltage, ``{unit}`` for A or V, ``{channel}`` for the terminal; a dot leads into a submodule."""
    extra: str = ""
    """What has to be installed for it."""


_GS200 = {"output": "", "source_mode": "", "{quantity}_range": "{unit}", "{quantity}": "{unit}"}
_PREPARE_TRUEVOLT = "valvelab.drivers:prepare_344xxa"
_TRUEVOLT = {"range": "V", "NPLC": "", "volt": "V"}
DRIVERS: dict[str, Driver] = {
    "BlueFors": Driver(
        "valvelab.drivers:BlueFors",
        "TC",
        shows={"ch{channel:02d}.title": "", "ch{channel:02d}.temperature": "K"},
    ),
    "YokogawaGS200": Driver(
        "qcodes.instrument_drivers.yokogawa:YokogawaGS200",
        r"GS2\d\d",
        "valvelab.drivers:prepare_gs200",
        _GS200,
    ),
    "Yokogawa7651": Driver("valvelab.drivers:Yokogawa7651", "7651", "valvelab.drivers:prepare_7651", _GS200),
    "Keithley2400": Driver(
        "qcodes.instrument_drivers.Keithley:Keithley2400",
        "(MODEL )?24[0-9]0",
        "valvelab.drivers:prepare_2400",
        {"output": "", "mode": ""},
    ),
    "Keithley6221": Driver(
        "valvelab.drivers:Keithley6221",
        "(MODEL )?6221",
        "valvelab.drivers:prepare_6221",
        {"output": "", "current_range": "A", "compliance": "V", "current": "A"},
    ),
    "KeysightB2962A": Driver(
        "qcodes.instrument_drivers.Keysight:KeysightB2962A",
        "B2962A",
        "valvelab.drivers:prepare_b2962a",
        # Its other parameters measure, and that switches the output on.
        {
            "ch{channel}.enable": "",
            "ch{channel}.source_mode": "",
            "ch{channel}.voltage_limit": "V",
            "ch{channel}.current_limit": "A",
            "ch{channel}.source_{quantity}": "{unit}",
        },
    ),
    "QDac2": Driver(
        "qcodes_contrib_drivers.drivers.QDevil.QDAC2:QDac2",
        "QDAC-II",
        "valvelab.drivers:prepare_qdac2",
        {"ch{channel:02d}.output_range": "", "ch{channel:02d}.dc_constant_V": "V"},
        "valvelab[contrib]",
    ),
    "StanfordSIM900": Driver(
        "valvelab.drivers:StanfordSIM900",
        "SIM900",
        "valvelab.drivers:prepare_sim928",
        {"slot_{channel}.output": "", "slot_{channel}.batteries": "", "slot_{channel}.voltage": "V"},
    ),
    "Keysight34461A": Driver(
        "qcodes.instrument_drivers.Keysight:Keysight34461A", "34461A", _PREPARE_TRUEVOLT, _TRUEVOLT
    ),
    "Keysight34465A": Driver(
        "qcodes.instrument_drivers.Keysight:Keysight34465A", "34465A", _PREPARE_TRUEVOLT, _TRUEVOLT
    ),
    "Keysight34470A": Driver(
        "qcodes.instrument_drivers.Keysight:Keysight34470A", "34470A", _PREPARE_TRUEVOLT, _TRUEVOLT
    ),
    "Keithley2182A": Driver(
        "valvelab.drivers:Keithley2182A",
        "(MODEL )?2182A",
        "valvelab.drivers:prepare_2182a",
        {"selected": "", "channel_{channel}.range": "V", "power_line_cycles": ""},
    ),
    "Agilent34410A": Driver(
        "qcodes.instrument_drivers.agilent:Agilent34410A",
        "34410A",
        "valvelab.drivers:prepare_34410a",
        {"range": "V", "NPLC": "", "terminals": ""},
    ),
    "Agilent34420A": Driver(
        "valvelab.drivers:Agilent34420A",
        "34420A",
        "valvelab.drivers:prepare_34420a",
        {"selected": ""},
    ),
    "LakeshoreModel372": Driver(
        "qcodes.instrument_drivers.Lakeshore:LakeshoreModel372",
        "(MODEL)?372",
        "",
        {"ch{channel:02d}.temperature": "K"},
    ),
}
"""Drivers by the name used in station files.

An import path in a file would be arbitrary code, so a lab adds its own from a script, with `register`.
"""


def register(name: str, driver: Driver, box: SourceBox | MeterBox) -> None:
    """Let station files name a driver of the laboratory's own.

    Parameters
    ----------
    name
        As it will stand in station files.
    driver
        Where it is, and what it is asked.
    box
        What the box can be set to.

    Raises
    ------
    ValueError
        If the name is taken.
    """
    if name in DRIVERS or name in SOURCES or name in METERS:
        raise ValueError(f"Argument `name` must be new, but {name!r} is registered already.")
    DRIVERS[name] = driver
    if isinstance(box, SourceBox):
        SOURCES[name] = box
    else:
        METERS[name] = box


def connect(file: "StationFile", role: str, box: Any, library: str | None) -> "VisaInstrument":
    """Open the box of a role and make sure that it is what the station file promises.

    Raises
    ------
    StationError
        If it does not answer, or is another.
    """
    if box.driver not in DRIVERS:
        raise StationError(
            f"{file.places.at(role, 'driver')}: must have a driver here, found none for a {box.driver} yet; register "
            "one, or take another box"
        )
    registered = DRIVERS[box.driver]
    where = file.places.at(role, "address")
    driver = load(registered.path, f"{file.places.at(role, 'driver')}: {box.driver}", registered.extra)
    try:
        with redirect_stdout(io.StringIO()) as announced:  # drivers greet on the terminal
            instrument: VisaInstrument = driver(f"{role}_box", box.address, visalib=library)
        logger.info("%s: %s", role, announced.getvalue().strip())
    except ValvelabError:
        raise
    except Exception as error:  # drivers raise whatever their VISA library raises
        logger.exception("%s cannot be opened", role)
        # A driver that meets a stranger stumbles over whatever it does not understand.
        found = (
            _silence(error) or _stranger(box.address, library) or f"{type(error).__name__} from its driver"
        )
        raise StationError(
            f"{where}: must be that of a {box.driver} that answers, found {found} at {box.address}; check "
            "address, cable and power"
        ) from error
    try:
        _demand_identity(file, role, box, instrument.IDN())
    except StationError:
        instrument.close()
        raise
    load("valvelab.drivers:harden", role)(instrument)
    return instrument


def load(path: str, what: str, extra: str = "") -> Any:
    """Import ``module:name``.

    Raises
    ------
    StationError
        If the module is not installed.
    """
    module, _, name = path.partition(":")
    try:
        return getattr(importlib.import_module(module), name)
    except ImportError as error:
        cure = f"install {extra}" if extra else "install what it needs"
        raise StationError(f"{what}: must be installed, but cannot be imported ({error}); {cure}") from None


def _demand_identity(file: "StationFile", role: str, box: Any, found: dict[str, str | None]) -> None:
    if not re.fullmatch(DRIVERS[box.driver].model, str(found.get("model") or ""), re.IGNORECASE):
        named = f"{found['vendor']} {found.get('model')}" if found.get("vendor") else "another box"
        raise StationError(
            f"{file.places.at(role, 'address')}: must be that of a {box.driver}, found {named} at {box.address}; "
            "correct the address"
        )
    if box.serial is not None and found.get("serial") != box.serial:
        raise StationError(
            f"{file.places.at(role, 'serial')}: must be that of the box at {box.address}, found "
            f"{found.get('serial') or 'none'} there, not {box.serial}; correct the serial, or put the right box there"
        )


def _silence(error: Exception) -> str | None:
    """Return what a VISA library met instead of a box, without its codes; None if it was a box that answered."""
    known = {
        "VI_ERROR_RSRC_NFOUND": "no box",
        "VI_ERROR_TMO": "no answer in time",
        "VI_ERROR_CONN_LOST": "a cut line",
    }
    name = getattr(error, "abbreviation", "")
    if name in known or isinstance(error, TimeoutError):
        return known.get(name, "no answer in time")
    return "no connection" if isinstance(error, OSError) or name else None


def _stranger(address: str, library: str | None) -> str | None:
    """Return how a box introduces itself, if it does."""
    import pyvisa

    try:
        with pyvisa.ResourceManager(library or "").open_resource(address, read_termination="\n") as box:
            return " ".join(part.strip() for part in box.query("*IDN?").split(",")[:2])  # type: ignore[attr-defined]
    except Exception:
        logger.debug("%s does not introduce itself", address, exc_info=True)
        return None
