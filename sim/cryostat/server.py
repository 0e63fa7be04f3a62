"""The cryostat on the wire: one TCP port of this computer for each box, for programs that do not speak PyVISA."""

import os
import socketserver
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from socket import IPPROTO_TCP, TCP_NODELAY
from threading import Lock, Thread

from valvelab.errors import RunError

from .rack import Instrument, build_rack
from .schema import Cryostat

HOST = "127.0.0.1"
"""Nobody outside this computer can reach the boxes: they ask for no password."""
_LONGEST_MESSAGE = 4096


class ScaledClock:
    """The time of the laboratory, times a factor.

    Parameters
    ----------
    speed
        Seconds that pass in the cryostat for each second outside, above 0.
    """

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._origin = time.monotonic()
        self._date = datetime.now(UTC)

    def now(self) -> float:
        """Return the seconds since the clock was made."""
        return (time.monotonic() - self._origin) * self._speed

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(max(0.0, seconds) / self._speed)

    def utc(self) -> datetime:
        """Return the calendar time, which runs ahead by the factor."""
        return self._date + timedelta(seconds=self.now())

    def resume(self, now: float) -> None:
        """Do nothing: this time goes on by itself."""


@contextmanager
def serve(cryostat: Cryostat, first_port: int = 5025, speed: float = 1.0) -> Iterator[dict[str, str]]:
    """Serve the boxes of a cryostat until the context is left; messages end with a line feed.

    Parameters
    ----------
    cryostat
        The cryostat file.
    first_port
        Port of the first box; the others follow in the order of the file. 0 lets the system choose each.
    speed
        Seconds that pass in the cryostat for each second outside.

    Yields
    ------
    dict
        The VISA address of each box here, such as ``TCPIP::127.0.0.1::5025::SOCKET``, by its address in the file.

    Raises
    ------
    ValueError
        If `first_port` or `speed` is out of range.
    RunError
        If a port is taken.
    """
    if not 0 < speed < float("inf"):
        raise ValueError(f"Argument `speed` must be a finite number above 0, but is {speed!r}.")
    last_port = first_port + len(cryostat.boxes) - 1 if first_port else 0
    if not 0 <= first_port <= last_port <= 65535:
        raise ValueError(
            f"Argument `first_port` must leave ports up to 65535 for all, but is {first_port!r}."
        )
    boxes = build_rack(cryostat, ScaledClock(speed))
    with ExitStack() as stack:
        servers = [
            stack.enter_context(_listener(box, first_port + place if first_port else 0))
            for place, box in enumerate(boxes.values())
        ]
        here = [f"TCPIP::{HOST}::{server.server_address[1]}::SOCKET" for server in servers]
        yield dict(zip(boxes, here, strict=True))


class _Server(socketserver.ThreadingTCPServer):
    # On Windows this would let two servers share a port; elsewhere it frees the port of one that has just ended.
    allow_reuse_address = os.name != "nt"
    daemon_threads = True

    def __init__(self, port: int, box: Instrument) -> None:
        self.box = box
        self.lock = Lock()
        super().__init__((HOST, port), _Connection)


class _Connection(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        """Obey one line after the other until the other side hangs up."""
        # Without this a query that follows a command waits 40 ms for an acknowledgement.
        self.connection.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        with suppress(ConnectionError):
            # A line without its end is that of a client who hung up in the middle of it.
            while (line := self.rfile.readline(_LONGEST_MESSAGE)).endswith(b"\n"):
                with self.server.lock:
                    reply = self.server.box.receive(line.decode("latin-1").strip())
                if reply is not None:
                    self.wfile.write((reply + self.server.box.terminator).encode("latin-1"))


@contextmanager
def _listener(box: Instrument, port: int) -> Iterator[_Server]:
    try:
        server = _Server(port, box)
    except OSError as error:
        raise RunError(
            f"port {port} of {HOST} must be free, but cannot be used ({error.strerror}); choose another first port"
        ) from None
    with server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
