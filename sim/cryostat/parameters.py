"""What an SCPI command may be given, and how a box writes it back."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

Range = TypeVar("Range")
INFINITE = 9.9e37
"""How SCPI writes infinity, and an overload."""
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(E[+-]?\d+)?", re.IGNORECASE)

UNDEFINED_HEADER = -113
DATA_TYPE = -104
PARAMETER_NOT_ALLOWED = -108
MISSING_PARAMETER = -109
TRIGGER_IGNORED = -211
INIT_IGNORED = -213
TRIGGER_DEADLOCK = -214
SETTINGS_CONFLICT = -221
OUT_OF_RANGE = -222
ILLEGAL_PARAMETER = -224
STALE_DATA = -230
QUEUE_OVERFLOW = -350
QUERY_INTERRUPTED = -410

MESSAGES: Mapping[int, str] = {
    UNDEFINED_HEADER: "Undefined header",
    DATA_TYPE: "Data type error",
    PARAMETER_NOT_ALLOWED: "Parameter not allowed",
    MISSING_PARAMETER: "Missing parameter",
    TRIGGER_IGNORED: "Trigger ignored",
    INIT_IGNORED: "Init ignored",
    TRIGGER_DEADLOCK: "Trigger deadlock",
    SETTINGS_CONFLICT: "Settings conflict",
    OUT_OF_RANGE: "Data out of range",
    ILLEGAL_PARAMETER: "Illegal parameter value",
    STALE_DATA: "Data corrupt or stale",
    QUEUE_OVERFLOW: "Queue overflow",
    QUERY_INTERRUPTED: "Query INTERRUPTED",
}
"""Texts of IEEE 488.2 and SCPI-1999, volume 2, section 21.8."""


class ScpiError(Exception):
    """A command that the box refuses; it goes to its error queue."""

    def __init__(self, code: int) -> None:
        super().__init__(MESSAGES[code])
        self.code = code


class Kind(Protocol):
    """One kind of parameter."""

    @property
    def default(self) -> Any:
        """Value after ``*RST``."""

    def parse(self, text: str) -> Any:
        """Return the value, or raise `ScpiError`."""

    def show(self, value: Any) -> str:
        """Return the reply to a query."""


def parse_number(text: str) -> float:
    """Return a decimal number; ``nan``, ``inf`` and words are no SCPI numbers."""
    if _NUMBER.fullmatch(text) is None:
        raise ScpiError(DATA_TYPE)
    return float(text)


def exponential(value: float) -> str:
    """Write a number as Keysight's boxes do."""
    return f"{value:+.8E}"


def short(value: float) -> str:
    """Write a number with as many digits as it needs, at most six."""
    return f"{value:.6g}"


def smallest_range(level: float, largest: Mapping[Range, float]) -> Range:
    """Return the first range that holds a level of either sign, given the largest level of each, in rising order."""
    for nominal, most in largest.items():
        if abs(level) <= most:
            return nominal
    raise ScpiError(OUT_OF_RANGE)


def integer(value: float) -> str:
    """Write a whole number without a sign."""
    return str(round(value))


def signed_integer(value: float) -> str:
    """Write a whole number with its sign."""
    return f"{round(value):+d}"


@dataclass(frozen=True)
class Number:
    """A number within limits; MIN, MAX and DEF stand for them where `words` is set."""

    minimum: float
    maximum: float
    default: float
    write: Callable[[float], str] = exponential
    words: bool = True
    only: tuple[float, ...] = ()

    def parse(self, text: str) -> float:
        """Return the value, or raise `ScpiError`."""
        word = self.named(text)
        value = parse_number(text) if word is None else word
        if not self.minimum <= value <= self.maximum:
            raise ScpiError(OUT_OF_RANGE)
        if not self.only:
            return value
        # A box takes the next larger of its steps.
        return min(step for step in self.only if step >= value * (1 - 1e-9))

    def named(self, text: str) -> float | None:
        """Return what MIN, MAX, DEF or INF stands for, or None."""
        if not self.words:
            return None
        named = {"MIN": self.minimum, "MAX": self.maximum, "DEF": self.default, "INF": INFINITE}
        return named.get(text.upper()[:3]) if text.isalpha() else None

    def show(self, value: Any) -> str:
        """Return the reply to a query."""
        return self.write(value)


@dataclass(frozen=True)
class Choice:
    """One of several words, each with a short and a long form."""

    words: tuple[str, ...]
    quoted: bool = False

    @property
    def default(self) -> str:
        """The first word."""
        return short_form(self.words[0])

    def parse(self, text: str) -> str:
        """Return the short form of the word, or raise `ScpiError`."""
        wanted = text.strip("\"'").upper()
        for word in self.words:
            if wanted in (short_form(word), word.upper()):
                return short_form(word)
        raise ScpiError(ILLEGAL_PARAMETER)

    def show(self, value: Any) -> str:
        """Return the reply to a query."""
        return f'"{value}"' if self.quoted else str(value)


@dataclass(frozen=True)
class Switch:
    """ON or OFF, 1 or 0; with `once` also ONCE, after which it is off."""

    default: bool = False
    once: bool = False

    def parse(self, text: str) -> bool:
        """Return the state, or raise `ScpiError`."""
        states = {"ON": True, "1": True, "OFF": False, "0": False} | ({"ONCE": False} if self.once else {})
        if text.upper() not in states:
            raise ScpiError(ILLEGAL_PARAMETER)
        return states[text.upper()]

    def show(self, value: Any) -> str:
        """Return the reply to a query."""
        return "1" if value else "0"


@dataclass(frozen=True)
class Text:
    """A text between quotes."""

    default: str = ""

    def parse(self, text: str) -> str:
        """Return the text without its quotes, or raise `ScpiError`."""
        if len(text) < 2 or text[0] not in "\"'" or text[-1] != text[0]:
            raise ScpiError(DATA_TYPE)
        return text[1:-1]

    def show(self, value: Any) -> str:
        """Return the reply to a query."""
        return f'"{value}"'


def short_form(word: str) -> str:
    """Return the capitals of a word such as ``IMMediate``, with digits and separators."""
    return "".join(letter for letter in word if not letter.islower())
