"""One opened box on the simulated bus: what it has answered and nobody has read, and when that is there to be read."""

import math
from collections import deque
from typing import Any

from pyvisa import constants, rname
from pyvisa.constants import ResourceAttribute, StatusCode
from pyvisa.errors import VisaIOError

from valvelab.clock import Clock

from .line import Dropped, Line, Packet

_TIMEOUT = 2000
"""PyVISA's default timeout [ms]."""


class Session:
    """The connection to one box, and its attributes.

    A reply that nobody has read is lost to the next message, as on a real bus. On a stream, which a socket is, nothing
    is lost; nor is it where a reply was still on its way when the next message came. There every answer is read one
    query too late until the session is cleared.

    Parameters
    ----------
    name
        The VISA address, written out.
    line
        The line to the box.
    clock
        The time of the world.
    """

    def __init__(self, name: str, line: Line, clock: Clock) -> None:
        parsed = rname.ResourceName.from_string(name)
        self.line = line
        self._clock = clock
        self._ending = line.box.terminator.encode("latin-1")
        self._unread: deque[Packet] = deque()
        self._is_stream = parsed.resource_class == "SOCKET"
        self._is_shifted = False
        self._is_lost = False
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

    def send(self, message: str) -> None:
        """Send one message.

        Raises
        ------
        VisaIOError
            VI_ERROR_CONN_LOST if the box has hung up.
        """
        self._demand_connection()
        if self._unread:
            self._is_shifted = self._is_shifted or any(packet.due for packet in self._unread)
            if not (self._is_stream or self._is_shifted):
                self._unread.clear()
                self.line.box.interrupt()
        try:
            for packet in self.line.send(message):
                self._unread.extend(_lines(packet, self._ending))
        except Dropped:
            self._is_lost = True

    def read(self, count: int) -> tuple[bytes, bool]:
        """Return at most so many bytes of the next line, and whether that is the end of it.

        Raises
        ------
        VisaIOError
            VI_ERROR_TMO if no whole line comes in time, which has then passed; half a line is lost.
            VI_ERROR_CONN_LOST if the box has hung up.
        """
        self._demand_connection()
        line = self._next_line()
        if line[count:]:
            self._unread.appendleft(Packet(line[count:]))
            return line[:count], False
        self._is_shifted = self._is_shifted and bool(self._unread)
        return line, True

    def clear(self) -> None:
        """Drop what has not been read; what is still on its way on a stream arrives all the same.

        Raises
        ------
        VisaIOError
            VI_ERROR_CONN_LOST if the box has hung up.
        """
        self._demand_connection()
        now = self._clock.now()
        self._unread = deque(packet for packet in self._unread if self._is_stream and packet.due > now)
        self._is_shifted = bool(self._unread)

    def _demand_connection(self) -> None:
        if self._is_lost:
            raise VisaIOError(StatusCode.error_connection_lost)

    def _next_line(self) -> bytes:
        if self._unread and not self._unread[0].due and self._unread[0].data.endswith(self._ending):
            return self._unread.popleft().data
        timeout = self.attributes[ResourceAttribute.timeout_value]
        waits = timeout != constants.VI_TMO_INFINITE
        deadline = self._clock.now() + timeout / 1000 if waits else math.inf
        line = b""
        while self._unread and self._unread[0].due <= deadline:
            data, due = self._unread.popleft()
            if due:
                self._clock.sleep(due - self._clock.now())
            line += data
            if line.endswith(self._ending):
                return line
        if waits:  # who waits for ever is told at once that nothing will come
            self._clock.sleep(deadline - self._clock.now())
        raise VisaIOError(StatusCode.error_timeout)


def _lines(packet: Packet, ending: bytes) -> list[Packet]:
    """Cut a reply of several lines into what is read one after the other."""
    if packet.data.count(ending) < 2:
        return [packet]
    *lines, rest = packet.data.split(ending)
    return [Packet(line + ending, packet.due) for line in lines] + [Packet(rest, packet.due)] * bool(rest)
