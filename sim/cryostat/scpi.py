"""The grammar of SCPI: paths, a queue of errors and the IEEE 488.2 registers."""

import re
from collections import deque
from typing import Any, ClassVar

from .commands import Command, Entry, Handler, Setting, compiled
from .parameters import (
    MESSAGES,
    QUERY_INTERRUPTED,
    QUEUE_OVERFLOW,
    UNDEFINED_HEADER,
    Number,
    ScpiError,
    integer,
)

_SEMICOLON = re.compile(r""";(?=(?:[^"']|"[^"]*"|'[^']*')*$)""")
_COMMA = re.compile(r""",(?=(?:[^"']|"[^"]*"|'[^']*')*$)""")
_EVENT_BITS = {1: 1 << 5, 2: 1 << 4, 3: 1 << 3, 4: 1 << 2}
"""Command, execution, device and query errors in the standard event register, by the hundreds of the code."""


class ScpiBox:
    """A box that speaks SCPI; a model adds its table `entries` and what its commands do."""

    terminator = "\n"
    identity: ClassVar[str]
    no_error: ClassVar[str] = '+0,"No error"'
    options: ClassVar[str] = "0"
    queue_length: ClassVar[int] = 20
    entries: ClassVar[tuple[Entry, ...]] = ()
    common: ClassVar[tuple[Entry, ...]] = (
        Command("*IDN?", "_identify"),
        Command("*OPT?", "_list_options"),
        Command("*RST", "reset"),
        Command("*CLS", "clear_status"),
        Command("*ESR?", "_read_events"),
        Command("*STB?", "_read_status"),
        Command("*OPC", "_complete"),
        Command("*OPC?", "_is_complete"),
        Command("*WAI", "_wait"),
        Command("*TST?", "_test"),
        Command("SYSTem:ERRor[:NEXT]?", "_next_error"),
        Setting("*ESE", "event_enable", Number(0, 255, 0, integer, words=False)),
        Setting("*SRE", "service_enable", Number(0, 255, 0, integer, words=False)),
    )
    _handlers: ClassVar[dict[str, Handler]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls._handlers = dict(compiled(cls.common + cls.entries))

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.errors: deque[int] = deque()
        self.events = 0
        self.reset()

    def receive(self, message: str) -> str | None:
        """Obey one message and return its reply, or None if it has none."""
        replies = []
        path = ""
        for unit in _SEMICOLON.split(message) if ";" in message else (message,):
            header, _, rest = unit.strip().partition(" ")
            header = header.upper()
            if header.startswith(":"):
                header = header[1:]
            elif not header.startswith("*"):
                header = path + header
            if header in ("", path):
                continue
            if not header.startswith("*"):
                path = header[: header.rfind(":") + 1]
            reply = self._obey(header, rest.strip())
            if reply is not None:
                replies.append(reply)
        return ";".join(replies) if replies else None

    def report(self, code: int) -> None:
        """Put an error into the queue."""
        self.events |= _EVENT_BITS[-code // 100]
        if len(self.errors) < self.queue_length:
            self.errors.append(code)
        else:
            self.errors[-1] = QUEUE_OVERFLOW

    def interrupt(self) -> None:
        """Drop a reply that nobody has read because the next message is there."""
        self.report(QUERY_INTERRUPTED)

    def clear(self) -> None:
        """Keep all settings when the bus is cleared, as IEEE 488.2 asks for."""

    def reset(self) -> None:
        """Return all settings to their defaults."""
        for entry in self.common + self.entries:
            if isinstance(entry, Setting):
                self.values[entry.name] = entry.kind.default

    def clear_status(self) -> None:
        """Forget errors and events."""
        self.errors.clear()
        self.events = 0

    def status(self) -> int:
        """Return the status byte as far as all models share it."""
        return 1 << 5 if self.events & int(self.values["event_enable"]) else 0

    def _obey(self, header: str, rest: str) -> str | None:
        handler = self._handlers.get(header)
        try:
            if handler is None:
                raise ScpiError(UNDEFINED_HEADER)
            arguments = [part.strip() for part in _COMMA.split(rest)] if rest else []
            return handler(self, arguments)
        except ScpiError as error:
            self.report(error.code)
            return None

    def _identify(self) -> str:
        return self.identity

    def _list_options(self) -> str:
        return self.options

    def _read_events(self) -> str:
        events, self.events = self.events, 0
        return str(events)

    def _read_status(self) -> str:
        return str(self.status())

    def _complete(self) -> None:
        self.events |= 1

    def _is_complete(self) -> str:
        return "1"

    def _wait(self) -> None:
        """Nothing overlaps: every command is complete before the next."""

    def _test(self) -> str:
        return "0"

    def _next_error(self) -> str:
        if not self.errors:
            return self.no_error
        code = self.errors.popleft()
        return f'{code},"{MESSAGES[code]}"'
