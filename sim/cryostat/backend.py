r"""PyVISA's way into the simulated cryostat: ``visalib="@valve"`` or ``visalib="<cryostat.yaml>@valve"``.

All who open the same path share one world, whatever instruments they close and reopen, for as long as somebody holds
its resource manager open. Closing the manager ends the world: the next one starts at time zero with the same seed.
Its time, ``manager.visalib.clock``, passes when a box takes time or somebody lets the clock sleep.

>>> import pyvisa
>>> manager = pyvisa.ResourceManager("@valve")
>>> meter = manager.open_resource("TCPIP0::192.168.150.22::inst0::INSTR", read_termination="\n")
>>> meter.query("SYST:ERR?")
'+0,"No error"'
>>> manager.close()
"""

import itertools
from collections.abc import Iterable
from threading import RLock
from typing import Any

from pyvisa import constants, rname
from pyvisa.constants import EventAttribute, ResourceAttribute, StatusCode
from pyvisa.errors import VisaIOError
from pyvisa.highlevel import VisaLibraryBase
from pyvisa.typing import VISARMSession, VISASession
from pyvisa.util import LibraryPath

from valvelab.clock import VirtualClock
from valvelab.configuration import load_configuration

from .rack import Instrument, build_rack
from .schema import DEFAULT_CRYOSTAT, Cryostat

_MANAGER = VISARMSession(1)
_TIMEOUT = 2000
"""PyVISA's default timeout [ms]."""


class _Session:
    """One opened box: what it has answered and nobody has read, and the attributes of the connection."""

    def __init__(self, name: str, instrument: Instrument) -> None:
        self.instrument = instrument
        self.unread = b""
        parsed = rname.ResourceName.from_string(name)
        self.attributes: dict[int, Any] = {
            ResourceAttribute.timeout_value: _TIMEOUT,
            ResourceAttribute.termchar: ord("\n"),
            ResourceAttribute.termchar_enabled: constants.VI_FALSE,
            ResourceAttribute.send_end_enabled: constants.VI_TRUE,
            ResourceAttribute.suppress_end_enabled: constants.VI_FALSE,
            ResourceAttribute.resource_name: name,
            ResourceAttribute.resource_class: parsed.resource_class,
            ResourceAttribute.interface_type: parsed.interface_type_const,
            ResourceAttribute.resource_lock_state: constants.AccessModes.no_lock,
        }


class ValveLibrary(VisaLibraryBase):
    """A VISA library whose bus ends in a simulated cryostat.

    Attributes
    ----------
    clock
        The virtual clock of the world: who waits lets it pass.
    """

    clock: VirtualClock

    @staticmethod
    def get_library_paths() -> Iterable[LibraryPath]:
        """Return the packaged cryostat, for a bare ``@valve``."""
        return (LibraryPath(str(DEFAULT_CRYOSTAT), "packaged with valvelab"),)

    def open_default_resource_manager(self) -> tuple[VISARMSession, StatusCode]:
        """Build a fresh world from the cryostat file.

        Raises
        ------
        ConfigurationError
            If the file is no cryostat.
        """
        cryostat = load_configuration(str(self.library_path), Cryostat)
        self.clock = VirtualClock()
        self._lock = RLock()
        self._boxes = {
            rname.to_canonical_name(address): box for address, box in build_rack(cryostat, self.clock).items()
        }
        self._sessions: dict[VISASession, _Session] = {}
        self._numbers = itertools.count(_MANAGER + 1)
        return _MANAGER, self.handle_return_value(None, StatusCode.success)

    def list_resources(self, session: VISARMSession, query: str = "?*::INSTR") -> tuple[str, ...]:
        """Return the addresses that match a query."""
        return tuple(rname.filter(self._boxes, query))

    def open(
        self,
        session: VISARMSession,
        resource_name: str,
        access_mode: constants.AccessModes = constants.AccessModes.no_lock,
        open_timeout: int = constants.VI_TMO_IMMEDIATE,
    ) -> tuple[VISASession, StatusCode]:
        """Open the box at an address.

        Raises
        ------
        VisaIOError
            VI_ERROR_RSRC_NFOUND if no box is there, VI_ERROR_INV_RSRC_NAME if it is no address.
        """
        try:
            name = rname.to_canonical_name(resource_name)
        except rname.InvalidResourceName:
            raise VisaIOError(StatusCode.error_invalid_resource_name) from None
        if name not in self._boxes:
            raise VisaIOError(StatusCode.error_resource_not_found)
        number = VISASession(next(self._numbers))
        self._sessions[number] = _Session(name, self._boxes[name])
        return number, self.handle_return_value(number, StatusCode.success)

    def close(self, session: Any) -> StatusCode:
        """Close a box, or with the resource manager all of them and the world."""
        if session == _MANAGER:
            self._sessions.clear()
            self._boxes = {}
        elif self._sessions.pop(session, None) is None:
            raise VisaIOError(StatusCode.error_invalid_object)
        return self.handle_return_value(None, StatusCode.success)

    def write(self, session: VISASession, data: bytes) -> tuple[int, StatusCode]:
        """Send a message; an unread reply to the one before is lost, as on a real bus."""
        opened = self._session(session)
        with self._lock:
            for line in data.decode("latin-1").splitlines():
                if opened.unread:
                    opened.unread = b""
                    opened.instrument.interrupt()
                reply = opened.instrument.receive(line)
                if reply is not None:
                    opened.unread = (reply + opened.instrument.terminator).encode("latin-1")
        return len(data), self.handle_return_value(session, StatusCode.success)

    def read(self, session: VISASession, count: int) -> tuple[bytes, StatusCode]:
        """Read what the box has answered.

        Raises
        ------
        VisaIOError
            VI_ERROR_TMO if it has not; the timeout has then passed on the virtual clock.
        """
        opened = self._session(session)
        if not opened.unread:
            timeout = opened.attributes[ResourceAttribute.timeout_value]
            self.clock.sleep(0.0 if timeout == constants.VI_TMO_INFINITE else timeout / 1000)
            raise VisaIOError(StatusCode.error_timeout)
        data, opened.unread = opened.unread[:count], opened.unread[count:]
        if opened.unread:
            return data, self.handle_return_value(session, StatusCode.success_max_count_read)
        ends = opened.attributes[ResourceAttribute.termchar_enabled]
        status = StatusCode.success_termination_character_read if ends else StatusCode.success
        return data, self.handle_return_value(session, status)

    def read_stb(self, session: VISASession) -> tuple[int, StatusCode]:
        """Poll the status byte without touching the replies."""
        reply = self._session(session).instrument.receive("*STB?")
        return int(reply or 0), self.handle_return_value(session, StatusCode.success)

    def assert_trigger(self, session: VISASession, protocol: constants.TriggerProtocol) -> StatusCode:
        """Trigger the box."""
        self.write(session, b"*TRG\n")
        return self.handle_return_value(session, StatusCode.success)

    def clear(self, session: VISASession) -> StatusCode:
        """Drop what has not been read."""
        self._session(session).unread = b""
        return self.handle_return_value(session, StatusCode.success)

    def flush(self, session: VISASession, mask: constants.BufferOperation) -> StatusCode:
        """Drop what has not been read."""
        return self.clear(session)

    def disable_event(
        self, session: VISASession, event_type: constants.EventType, mechanism: constants.EventMechanism
    ) -> StatusCode:
        """Succeed: there are no events."""
        return self.handle_return_value(session, StatusCode.success)

    def discard_events(
        self, session: VISASession, event_type: constants.EventType, mechanism: constants.EventMechanism
    ) -> StatusCode:
        """Succeed: there are no events."""
        return self.handle_return_value(session, StatusCode.success)

    def get_attribute(
        self, session: Any, attribute: ResourceAttribute | EventAttribute
    ) -> tuple[Any, StatusCode]:
        """Return an attribute of a connection."""
        attributes = self._session(session).attributes
        if attribute not in attributes:
            raise VisaIOError(StatusCode.error_nonsupported_attribute)
        return attributes[attribute], self.handle_return_value(session, StatusCode.success)

    def set_attribute(self, session: Any, attribute: ResourceAttribute, attribute_state: Any) -> StatusCode:
        """Set an attribute of a connection."""
        attributes = self._session(session).attributes
        if attribute not in attributes:
            raise VisaIOError(StatusCode.error_nonsupported_attribute)
        attributes[attribute] = attribute_state
        return self.handle_return_value(session, StatusCode.success)

    def _session(self, session: VISASession) -> _Session:
        opened = self._sessions.get(session)
        if opened is None:
            raise VisaIOError(StatusCode.error_invalid_object)
        return opened
