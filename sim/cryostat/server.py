"""The cryostat on the wire: one TCP port of this computer for each box, for programs that do not speak PyVISA."""

import socketserver
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Event, Thread
from typing import Any

from valvelab.clock import Clock

from .agenda import Agenda
from .control import ControlConnection
from .faults import Faults
from .http_line import HttpConnection
from .line import Dropped, Line
from .listening import HOST, listener
from .rack import build_lines
from .schema import URL_MODELS, Cryostat

_LONGEST_MESSAGE = 4096
_LONGEST_WAIT = 0.05
"""How late something may happen that has its time [s]."""


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


class Served(dict[str, str]):
    """The addresses of the boxes here by their addresses in the file, and what goes wrong with them.

    Attributes
    ----------
    faults
        The faults: `Faults.add` more of them, `Faults.remove` them.
    control
        Port at which faults can be controlled by lines of text, or None.
    """

    def __init__(self, addresses: dict[str, str], faults: Faults, control: int | None) -> None:
        super().__init__(addresses)
        self.faults = faults
        self.control = control


@contextmanager
def serve(
    cryostat: Cryostat, first_port: int = 5025, speed: float = 1.0, control_port: int | None = None
) -> Iterator[Served]:
    """Serve the boxes of a cryostat until the context is left; messages end with a line feed.

    Parameters
    ----------
    cryostat
        The cryostat file.
    first_port
        Port of the first box; the others follow in the order of the file. 0 lets the system choose each.
    speed
        Seconds that pass in the cryostat for each second outside.
    control_port
        Port at which faults can be controlled, see `valvelab.sim.cryostat.control`; 0 lets the system choose it.
        None for no such port.

    Yields
    ------
    Served
        The address of each box here, such as ``TCPIP::127.0.0.1::5025::SOCKET`` or ``http://127.0.0.1:5025``, by its
        address in the file, and the faults.

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
    clock, agenda = ScaledClock(speed), Agenda()
    lines, faults = build_lines(cryostat, clock, agenda)
    with ExitStack() as stack:
        here = {}
        for place, (address, line) in enumerate(lines.items()):
            port = first_port + place if first_port else 0
            if cryostat.boxes[address].model in URL_MODELS:
                port = stack.enter_context(listener(port, partial(HttpConnection, line, clock)))
                here[address] = f"http://{HOST}:{port}"
            else:
                port = stack.enter_context(listener(port, partial(_Connection, line, clock)))
                here[address] = f"TCPIP::{HOST}::{port}::SOCKET"
        control = None
        if control_port is not None:
            control = stack.enter_context(listener(control_port, partial(ControlConnection, faults)))
        stack.enter_context(_keeping(agenda, clock))
        yield Served(here, faults, control)


class _Connection(socketserver.StreamRequestHandler):
    # With it a query that follows a command waits 40 ms for an acknowledgement.
    disable_nagle_algorithm = True

    def __init__(self, line: Line, clock: Clock, *arguments: Any) -> None:
        self._line = line
        self._clock = clock
        super().__init__(*arguments)

    def handle(self) -> None:
        """Obey one line after the other until one side hangs up."""
        with suppress(ConnectionError, Dropped):
            # A line without its end is that of a client who hung up in the middle of it.
            while (message := self.rfile.readline(_LONGEST_MESSAGE)).endswith(b"\n"):
                for packet in self._line.send(message.decode("latin-1").strip()):
                    if packet.due:
                        self._clock.sleep(packet.due - self._clock.now())
                    self.wfile.write(packet.data)


@contextmanager
def _keeping(agenda: Agenda, clock: Clock) -> Iterator[None]:
    """Let happen what is due, until the context is left."""
    over = Event()

    def keep() -> None:
        while not over.wait(_LONGEST_WAIT):
            agenda.act(clock.now())

    thread = Thread(target=keep, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
