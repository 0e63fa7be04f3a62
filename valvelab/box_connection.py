"""Connect a box by its registered driver, and make sure that it is the one that the station file promises."""

import importlib
import io
import logging
import re
import threading
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any

from valvelab.box_drivers import DRIVERS
from valvelab.errors import StationError, ValvelabError

if TYPE_CHECKING:
    from qcodes.instrument import VisaInstrument

    from valvelab.station_file import StationFile

logger = logging.getLogger(__name__)
_TERMINAL = threading.Lock()


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
        # Drivers greet on the terminal, of which there is one for all threads.
        with _TERMINAL, redirect_stdout(io.StringIO()) as announced:
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
