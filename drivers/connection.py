"""Keep the conversation with a box quick and in step: no 44 ms for each set, no answers to earlier questions."""

import select
import socket
from collections.abc import Callable
from threading import RLock
from typing import TYPE_CHECKING, Any, cast

from pyvisa import VisaIOError
from pyvisa.constants import BufferOperation

from valvelab.errors import LostError, ValvelabError

if TYPE_CHECKING:
    from pyvisa.resources import MessageBasedResource
    from qcodes.instrument import Instrument, VisaInstrument

_QUIET = 0.1
"""So long nothing may come before a socket counts as read to its end [s]."""
_MOST_STALE = 100
"""Replies to earlier questions that are read before a box is given up."""


def harden(instrument: "Instrument") -> None:
    """Make an opened instrument quick, and let it get into step again by itself after a failed query.

    A reply that comes after its timeout is read as the answer to the next query, and so on for every later one. So
    before anything is sent after a failure, what is unread is dropped and ``*IDN?`` asked until its own answer comes.
    Whatever goes through ``ask_raw`` and ``write_raw`` of this instance is covered, one thread at a time, and so are
    wrappers that others have put or will put around them.

    Parameters
    ----------
    instrument
        Any unmodified QCoDeS driver. A box that does not know ``*IDN?`` is cleared only, unless its driver has a method
        `get_into_step`; one that is not reached by VISA is left as it is.
    """
    if not hasattr(instrument, "visa_handle"):
        return
    box = cast("VisaInstrument", instrument)
    send_at_once(box.visa_handle)
    conversation = _Conversation(box)
    box.ask_raw = conversation.keeping(box.ask_raw)  # type: ignore[method-assign,assignment]
    box.write_raw = conversation.keeping(box.write_raw)  # type: ignore[method-assign,assignment]


def send_at_once(handle: "MessageBasedResource") -> bool:
    """Let pyvisa-py send each message at once instead of waiting for the acknowledgement of the one before.

    Its sockets wait 44 ms in a query that follows a command, and `set_visa_attribute` cannot change it before
    pyvisa-py 0.9. Other backends and connections are left as they are.

    Returns
    -------
    Whether this is such a socket.
    """
    connection = _socket(handle)
    if connection is None:
        return False
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return True


class _Conversation:
    """What has been said to one box, and whether its next answer is the one to the next question."""

    def __init__(self, instrument: "VisaInstrument") -> None:
        self._instrument = instrument
        self._lock = RLock()
        self._is_in_step = True
        self._own_way: Callable[[], None] | None = getattr(instrument, "get_into_step", None)
        self._identity = ""
        if self._own_way is not None:
            return
        try:
            self._identity = instrument.visa_handle.query("*IDN?").strip()
        except (VisaIOError, UnicodeDecodeError):
            self._is_in_step = False

    def keeping(self, speak: Callable[[str], Any]) -> Callable[[str], Any]:
        """Return a way to speak that first gets into step if the last one failed."""

        def speak_in_step(command: str) -> Any:
            with self._lock:
                if not self._is_in_step:
                    (self._own_way or self._get_into_step)()
                    self._is_in_step = True
                try:
                    return speak(command)
                except ValvelabError:
                    raise  # refused on this side: nothing has been sent
                except BaseException:  # also an impatient Ctrl-C leaves an answer behind
                    self._is_in_step = False
                    raise

        return speak_in_step

    def _get_into_step(self) -> None:
        handle = self._instrument.visa_handle
        try:
            self._drop_unread()
            if self._identity:
                handle.write("*IDN?")
                stale = 0
                while handle.read().strip() != self._identity:
                    stale += 1
                    if stale > _MOST_STALE:
                        raise LostError(self._complaint("another identity or no end of old replies"))
                self._drop_unread()
        except (VisaIOError, OSError, UnicodeDecodeError) as error:
            raise LostError(self._complaint(getattr(error, "abbreviation", "") or str(error))) from error

    def _complaint(self, found: str) -> str:
        return (
            f"{self._instrument.name}: must answer *IDN? again after a failed query, found {found} at "
            f"{self._instrument.visa_handle.resource_name}; check power and cable, and open the station anew"
        )

    def _drop_unread(self) -> None:
        handle = self._instrument.visa_handle
        connection = _socket(handle)
        if connection is None:
            self._instrument.device_clear()
            return
        # pyvisa-py's own clear() never returns once the other side has hung up.
        handle.flush(BufferOperation.discard_read_buffer_no_io)
        while select.select([connection], [], [], _QUIET)[0]:
            if not connection.recv(4096):
                raise ConnectionResetError("a closed connection")


def _socket(handle: "MessageBasedResource") -> socket.socket | None:
    """Return the socket of a connection that pyvisa-py made to a port of a box."""
    sessions = getattr(handle.visalib, "sessions", {})
    session = sessions.get(handle.session) if isinstance(sessions, dict) else None
    connection = getattr(session, "interface", None)
    return connection if isinstance(connection, socket.socket) else None
