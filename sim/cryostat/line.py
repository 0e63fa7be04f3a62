"""The line between a transport and a box, and what faults do to the messages on it."""

import re
from threading import RLock
from typing import NamedTuple, Protocol

import numpy as np

from valvelab.clock import Clock

from .fault import Fault
from .parameters import INFINITE, exponential

_REAL = re.compile(r"[+-]?\d+\.\d*(E[+-]?\d+)?", re.IGNORECASE)
_STRANGER = "ACME Instruments,Model 1,0,1.0"
_READINGS = ("nan", "overflow", "stuck")
_BEFORE = ("disconnect", "front_panel", "slow")


class Instrument(Protocol):
    """What a transport knows of a box."""

    @property
    def terminator(self) -> str:
        """What ends a reply."""

    def receive(self, message: str) -> str | None:
        """Obey one message and return its reply, or None if it has none."""

    def interrupt(self) -> None:
        """Drop a reply that nobody has read because the next message is there."""

    def clear(self) -> None:
        """Do what the box does when its bus is cleared, besides forgetting replies."""


class Dropped(Exception):  # noqa: N818 - nothing is wrong with the program
    """The box has hung up."""


class Packet(NamedTuple):
    """A piece of a reply; it is on its way until `due` [s], 0 if it is there at once."""

    data: bytes
    due: float = 0.0


class Armed:
    """A fault that counts what it has seen and what it has hit.

    Parameters
    ----------
    fault
        The fault.
    seed
        What its chances come from.
    now
        The time at which it is armed [s].
    """

    def __init__(self, fault: Fault, seed: tuple[int, int], now: float) -> None:
        self.fault = fault
        self.begin = now if fault.start is None else fault.start
        self.random = np.random.default_rng(seed)
        self.struck = 0
        self._seen = 0
        self._remembered: dict[str, str] = {}

    def hits(self, message: str, now: float) -> bool:
        """Tell whether it hits a message."""
        fault = self.fault
        needle = "*IDN?" if fault.kind == "wrong_identity" and not fault.containing else fault.containing
        over = fault.lasting is not None and now >= self.begin + fault.lasting
        spent = fault.times is not None and self.struck >= fault.times
        if now < self.begin or over or spent or (needle or "").upper() not in message.upper():
            return False
        self._seen += 1
        if self._seen < (fault.first or 1):
            return False
        if fault.probability is not None and self.random.random() >= fault.probability:
            return False
        self.struck += 1
        return True

    def altered(self, message: str, text: str) -> str:
        """Return what is left of a reply."""
        match self.fault.kind:
            case "garbage":
                return self.random.integers(0xA1, 0x100, 12, np.uint8).tobytes().decode("latin-1")
            case "nan":
                return _with_each_real(text, "NAN")
            case "overflow":
                return _with_each_real(text, exponential(INFINITE))
            case "stuck":
                return self._remembered.setdefault(message, text)
            case "wrong_identity":
                return self.fault.identity or _STRANGER
        return text


class Line:
    """A box, and the faults that sit on its line.

    Parameters
    ----------
    box
        The box.
    clock
        The time of the world.
    """

    def __init__(self, box: Instrument, clock: Clock) -> None:
        self.box = box
        self.faults: list[Armed] = []
        self._lock = RLock()
        self._clock = clock
        self._busy = 0.0

    def send(self, message: str) -> list[Packet]:
        """Let the box obey one message and return what comes back.

        Raises
        ------
        Dropped
            If the box hangs up instead.
        """
        with self._lock:
            if self.faults:
                return self._send_past_faults(message)
            reply = self.box.receive(message)
            return [] if reply is None else [Packet((reply + self.box.terminator).encode("latin-1"))]

    def press(self, command: str) -> None:
        """Do by hand what a command would do."""
        with self._lock:
            self.box.receive(command)

    def clear(self) -> None:
        """Clear the box by its bus."""
        with self._lock:
            self.box.clear()

    def _send_past_faults(self, message: str) -> list[Packet]:
        now = self._clock.now()
        for armed in self.faults:
            fault = armed.fault
            if fault.kind not in _BEFORE or not armed.hits(message, now):
                continue
            if fault.kind == "disconnect":
                raise Dropped
            if fault.command is not None:
                self.box.receive(fault.command)
            if fault.delay is not None:
                self._busy = max(self._busy, now) + fault.delay
        reply = self.box.receive(message)
        return [] if reply is None else self._altered(message, reply)

    def _altered(self, message: str, reply: str) -> list[Packet]:
        now = self._clock.now()
        cut: Armed | None = None
        for armed in self.faults:
            kind = armed.fault.kind
            if (
                kind in _BEFORE
                or (kind in _READINGS and not _has_real(reply))
                or not armed.hits(message, now)
            ):
                continue
            if kind == "no_reply":
                return []
            if kind == "late_reply":
                self._busy = max(self._busy, now) + (armed.fault.delay or 0.0)
            if kind == "half_line":
                cut = armed
            reply = armed.altered(message, reply)
        due = self._busy if self._busy > now else 0.0
        data = (reply + self.box.terminator).encode("latin-1")
        if cut is None:
            return [Packet(data, due)]
        half = len(reply) // 2
        if cut.fault.delay is None:
            return [Packet(data[:half], due)]
        self._busy = max(self._busy, now) + cut.fault.delay
        return [Packet(data[:half], due), Packet(data[half:], self._busy)]


def _has_real(reply: str) -> bool:
    return any(_REAL.fullmatch(field.strip()) for field in reply.split(","))


def _with_each_real(reply: str, instead: str) -> str:
    return ",".join(instead if _REAL.fullmatch(field.strip()) else field for field in reply.split(","))
