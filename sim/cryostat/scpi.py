"""The grammar of SCPI: a table of commands as data, a path, a queue of errors and the IEEE 488.2 registers."""

import itertools
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

from .parameters import (
    MESSAGES,
    MISSING_PARAMETER,
    PARAMETER_NOT_ALLOWED,
    QUERY_INTERRUPTED,
    QUEUE_OVERFLOW,
    UNDEFINED_HEADER,
    Kind,
    Number,
    ScpiError,
    short_form,
)

Handler: TypeAlias = Callable[[Any, list[str]], str | None]

_SEMICOLON = re.compile(r""";(?=(?:[^"']|"[^"]*"|'[^']*')*$)""")
_COMMA = re.compile(r""",(?=(?:[^"']|"[^"]*"|'[^']*')*$)""")
_EVENT_BITS = {1: 1 << 5, 2: 1 << 4, 3: 1 << 3, 4: 1 << 2}
"""Command, execution, device and query errors in the standard event register, by the hundreds of the code."""


@dataclass(frozen=True)
class Command:
    """Let a header call a method with at least `fewest` and at most `most` parameters.

    In ``SOURce:LEVel[:FIX]`` capitals are the short form and brackets enclose what may be left out.
    A header with a question mark is a query: the method returns the reply.
    """

    header: str
    method: str
    fewest: int = 0
    most: int = 0


@dataclass(frozen=True)
class Setting:
    """Let a header set a value and, with a question mark, read it back; `changed` is called after setting."""

    header: str
    name: str
    kind: Kind
    changed: str | None = None


Entry: TypeAlias = Command | Setting


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
        Setting("*ESE", "event_enable", Number(0, 255, 0, lambda value: str(round(value)), words=False)),
        Setting("*SRE", "service_enable", Number(0, 255, 0, lambda value: str(round(value)), words=False)),
    )
    _handlers: ClassVar[dict[str, Handler]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls._handlers = dict(_compiled(cls.common + cls.entries))

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


def _compiled(entries: tuple[Entry, ...]) -> Iterator[tuple[str, Handler]]:
    for entry in entries:
        if isinstance(entry, Command):
            for spelling in _spellings(entry.header):
                yield spelling, _calling(entry)
        else:
            for spelling in _spellings(entry.header):
                yield spelling, _setting(entry)
                yield spelling + "?", _reading(entry)


def _calling(command: Command) -> Handler:
    def handler(box: Any, arguments: list[str]) -> str | None:
        if len(arguments) < command.fewest:
            raise ScpiError(MISSING_PARAMETER)
        if len(arguments) > command.most:
            raise ScpiError(PARAMETER_NOT_ALLOWED)
        reply: str | None = getattr(box, command.method)(*arguments)
        return reply

    return handler


def _setting(setting: Setting) -> Handler:
    def handler(box: Any, arguments: list[str]) -> None:
        if not arguments:
            raise ScpiError(MISSING_PARAMETER)
        if len(arguments) > 1:
            raise ScpiError(PARAMETER_NOT_ALLOWED)
        box.values[setting.name] = setting.kind.parse(arguments[0])
        if setting.changed is not None:
            getattr(box, setting.changed)()

    return handler


def _reading(setting: Setting) -> Handler:
    def handler(box: Any, arguments: list[str]) -> str:
        limit = setting.kind.named(arguments[0]) if arguments and isinstance(setting.kind, Number) else None
        if arguments and limit is None:
            raise ScpiError(PARAMETER_NOT_ALLOWED)
        return setting.kind.show(box.values[setting.name] if limit is None else limit)

    return handler


def _spellings(header: str) -> Iterator[str]:
    """Return every way to write a header: long or short words, with and without what is in brackets."""
    query = "?" if header.endswith("?") else ""
    nodes = re.findall(r"(\[?):?([*\w]+):?\]?", header.rstrip("?"))
    choices = [
        [[]] * bool(bracket) + [[form] for form in sorted({word.upper(), short_form(word)})]
        for bracket, word in nodes
    ]
    for chosen in itertools.product(*choices):
        spelled = ":".join(itertools.chain.from_iterable(chosen))
        if spelled:
            yield spelled + query
