"""Tables of SCPI commands, as data, and how a header finds its entry."""

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from .parameters import MISSING_PARAMETER, PARAMETER_NOT_ALLOWED, Kind, Number, ScpiError, short_form

Handler: TypeAlias = Callable[[Any, list[str]], str | None]


@dataclass(frozen=True)
class Command:
    """Let a header call a method with what is `given` and at least `fewest` and at most `most` parameters.

    In ``SOURce:LEVel[:FIX]`` capitals are the short form and brackets enclose what may be left out.
    A header with a question mark is a query: the method returns the reply.
    """

    header: str
    method: str
    fewest: int = 0
    most: int = 0
    given: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Setting:
    """Let a header set a value and, with a question mark, read it back; `changed` is then called with the name."""

    header: str
    name: str
    kind: Kind
    changed: str | None = None


Entry: TypeAlias = Command | Setting


def compiled(entries: tuple[Entry, ...]) -> Iterator[tuple[str, Handler]]:
    """Yield every accepted spelling of every header, with what it calls."""
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
        reply: str | None = getattr(box, command.method)(*command.given, *arguments)
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
            getattr(box, setting.changed)(setting.name)

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
