"""What the paper states in numbers, and what it takes to agree with it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Stated:
    """Hold a number as the text gives it, and what agrees with it as the text rounds."""

    text: str
    lowest: float
    highest: float


@dataclass(frozen=True)
class Claim:
    """Hold a statement of the paper beside what is computed for it."""

    statement: str
    stated: Stated
    observable: str
    """What is computed."""
    computed: float
    reading: str = ""
    """Where the text is misprinted or loose: the right reading."""

    @property
    def agrees(self) -> bool:
        """Whether the computed number is one of those that agree."""
        return self.stated.lowest <= self.computed <= self.stated.highest

    def as_json(self) -> Mapping[str, Any]:
        """Return the claim as plain values; an interval without an end has null there."""
        ends = (self.stated.lowest, self.stated.highest)
        return {
            "statement": self.statement,
            "stated": self.stated.text,
            "accepted": [end if math.isfinite(end) else None for end in ends],
            "observable": self.observable,
            "computed": self.computed,
            "agrees": self.agrees,
            "reading": self.reading or None,
        }


def near(value: float, tolerance: float, unit: str = "") -> Stated:
    """Return a number that is stated to a tolerance."""
    return Stated(f"{value:.3g} {unit}".strip(), value - tolerance, value + tolerance)


def above(value: float, text: str) -> Stated:
    """Return a statement that holds from a value on."""
    return Stated(text, value, math.inf)


def below(value: float, text: str) -> Stated:
    """Return a statement that holds up to a value."""
    return Stated(text, -math.inf, value)
