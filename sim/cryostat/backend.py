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

from .agenda import EventClock
from .faults import Faults
from .line import Dropped
from .rack import build_lines
from .schema import DEFAULT_CRYOSTAT, PRESETS, URL_MODELS, Cryostat, canonical_address
from .session import Session

_MANAGER = VISARMSession(1)


class ValveLibrary(VisaLibraryBase):
    """A VISA library whose bus ends in a simulated cryostat.

    Attributes
    ----------
    clock
        The virtual clock of the world: who waits lets it pass.
    faults
        What goes wrong in this world: `Faults.add` more of it, `Faults.remove` it.
    """

    clock: VirtualClock
    faults: Faults

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
        path = str(self.library_path)
        cryostat = load_configuration(PRESETS.get(path, path), Cryostat)
        clock = EventClock()
        self.clock = clock
        self._lock = RLock()
        lines, self.faults = build_lines(cryostat, clock, clock.agenda)
        models = {address: box.model for address, box in cryostat.boxes.items()}
        self._urls = {address: line for address, line in lines.items() if models[address] in URL_MODELS}
        self._lines = {
            canonical_address(address, models[address]): line
            for address, line in lines.items()
            if address not in self._urls
        }
        self._sessions: dict[VISASession, Session] = {}
        self._numbers = itertools.count(_MANAGER + 1)
        return _MANAGER, self.handle_return_value(None, StatusCode.success)

    def list_resources(self, session: VISARMSession, query: str = "?*::INSTR") -> tuple[str, ...]:
        """Return the addresses that match a query."""
        return tuple(rname.filter(self._lines, query))

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
        if name not in self._lines:
            raise VisaIOError(StatusCode.error_resource_not_found)
        number = VISASession(next(self._numbers))
        self._sessions[number] = Session(name, self._lines[name], self.clock)
        return number, self.handle_return_value(number, StatusCode.success)

    def close(self, session: Any) -> StatusCode:
        """Close a box, or with the resource manager all of them and the world."""
        if session == _MANAGER:
            self._sessions.clear()
            self._lines = {}
        elif self._sessions.pop(session, None) is None:
            raise VisaIOError(StatusCode.error_invalid_object)
        return self.handle_return_value(None, StatusCode.success)

    def write(self, session: VISASession, data: bytes) -> tuple[int, StatusCode]:
        """Send messages, one a line.

        Raises
        ------
        VisaIOError
            VI_ERROR_CONN_LOST if the box has hung up.
        """
        opened = self._session(session)
        with self._lock:
            for line in data.decode("latin-1").splitlines():
                opened.send(line)
        return len(data), self.handle_return_value(session, StatusCode.success)

    def read(self, session: VISASession, count: int) -> tuple[bytes, StatusCode]:
        """Read what the box has answered.

        Raises
        ------
        VisaIOError
            VI_ERROR_TMO if it has not, VI_ERROR_CONN_LOST if it has hung up.
        """
        opened = self._session(session)
        data, is_whole = opened.read(count)
        if not is_whole:
            return data, self.handle_return_value(session, StatusCode.success_max_count_read)
        ends = opened.attributes[ResourceAttribute.termchar_enabled]
        status = StatusCode.success_termination_character_read if ends else StatusCode.success
        return data, self.handle_return_value(session, status)

    def request(self, url: str, path: str, body: str, timeout: float) -> bytes:
        """Ask a box that speaks HTTP, and return what it answers.

        Parameters
        ----------
        url
            Its address in the cryostat file.
        path
            What is asked for, such as ``/channel``.
        body
            JSON, or nothing.
        timeout
            How long to wait [s].

        Raises
        ------
        ConnectionRefusedError
            If no box is there.
        TimeoutError
            If it does not answer in time, which has then passed on the virtual clock.
        ConnectionResetError
            If it hangs up.
        """
        if url not in self._urls:
            raise ConnectionRefusedError(f"nobody listens at {url}")
        with self._lock:
            try:
                packets = self._urls[url].send(f"{path} {body}")
            except Dropped:
                raise ConnectionResetError(f"{url} has hung up") from None
            wait = packets[-1].due - self.clock.now() if packets else timeout
            self.clock.sleep(min(wait, timeout))
            if not packets or wait > timeout:
                raise TimeoutError(f"{url} has not answered in time")
            return b"".join(packet.data for packet in packets)

    def read_stb(self, session: VISASession) -> tuple[int, StatusCode]:
        """Poll the status byte without touching the replies."""
        reply = self._session(session).line.box.receive("*STB?")
        return int(reply or 0), self.handle_return_value(session, StatusCode.success)

    def assert_trigger(self, session: VISASession, protocol: constants.TriggerProtocol) -> StatusCode:
        """Trigger the box."""
        self.write(session, b"*TRG\n")
        return self.handle_return_value(session, StatusCode.success)

    def clear(self, session: VISASession) -> StatusCode:
        """Clear the box by its bus, and drop what has not been read.

        Raises
        ------
        VisaIOError
            VI_ERROR_CONN_LOST if the box has hung up.
        """
        opened = self._session(session)
        opened.clear()
        opened.line.clear()
        return self.handle_return_value(session, StatusCode.success)

    def flush(self, session: VISASession, mask: constants.BufferOperation) -> StatusCode:
        """Drop what has not been read."""
        self._session(session).clear()
        return self.handle_return_value(session, StatusCode.success)

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

    def _session(self, session: VISASession) -> Session:
        opened = self._sessions.get(session)
        if opened is None:
            raise VisaIOError(StatusCode.error_invalid_object)
        return opened
