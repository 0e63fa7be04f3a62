"""How far, in which steps and how fast a source may go."""

import math
from dataclasses import dataclass
from numbers import Real
from typing import Literal

import numpy as np

from valvelab.errors import LimitError

Approach = Literal["any", "from_below", "from_above"]


def finite_number(name: str, what: str, value: object) -> float:
    """Return a number that may be sent to a box; True is none.

    Raises
    ------
    LimitError
        If it is no finite real number.
    """
    if isinstance(value, bool | np.bool_) or not isinstance(value, Real) or not math.isfinite(float(value)):
        raise LimitError(f"{name}: {what} must be a finite number, found {value!r}")
    return float(value)


@dataclass(kw_only=True)
class SourceLimits:
    """Limits of one source; the arguments are those of `GuardedSource`."""

    name: str
    unit: str
    window: tuple[float, float]
    maximum_step: float
    ramp_rate: float
    resolution: float
    approach: Approach = "any"
    overshoot: float = 0.0

    def __post_init__(self) -> None:
        """Refuse limits that do not fit together."""
        low, high = self.window
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise ValueError(
                f"{self.name}: window must be two finite levels in rising order, found {self.window}"
            )
        for key in ("maximum_step", "ramp_rate", "resolution"):
            if not (math.isfinite(getattr(self, key)) and getattr(self, key) > 0):
                raise ValueError(
                    f"{self.name}: {key} must be finite and above zero, found {getattr(self, key)}"
                )
        if self.maximum_step < self.resolution * (1 - 1e-9):
            raise ValueError(
                f"{self.name}: maximum_step must be at least the resolution, {self.resolution:g} {self.unit}, "
                f"found {self.maximum_step:g}"
            )
        if self.approach not in ("any", "from_below", "from_above"):
            raise ValueError(
                f"{self.name}: approach must be 'any', 'from_below' or 'from_above', found {self.approach!r}"
            )
        if not 0 <= self.overshoot < high - low or (self.approach == "any") != (self.overshoot == 0):
            raise ValueError(
                f"{self.name}: overshoot must be above zero and smaller than the window where the approach has a "
                f"side, and zero where it is 'any', found {self.overshoot:g} with approach {self.approach!r}"
            )

    @property
    def side(self) -> int:
        """The direction in which a level is arrived at: 1, -1, or 0 for any."""
        return {"any": 0, "from_below": 1, "from_above": -1}[self.approach]

    def demand(self, target: object) -> float:
        """Return a target as a number.

        Raises
        ------
        LimitError
            If it is none, or lies outside the window or too near the edge for the overshoot.
        """
        level = finite_number(self.name, "level", target)
        low, high = self.window
        if not low <= level <= high:
            raise LimitError(
                f"{self.name}: level must lie between {low:g} and {high:g} {self.unit} (the station file's limits), "
                f"found {level:.9g}"
            )
        turning = level - self.side * self.overshoot
        if not low - 1e-9 * (high - low) <= turning <= high + 1e-9 * (high - low):
            raise LimitError(
                f"{self.name}: level must leave room in the window, {low:g} to {high:g} {self.unit}, for the overshoot "
                f"of {self.overshoot:g} {self.unit} ({self.approach}), found {level:.9g}"
            )
        return level

    def demand_way(self, level: float, present: float) -> None:
        """Check a level on the way: inside the window, or on the way back to it.

        Raises
        ------
        LimitError
            If it is neither.
        """
        low, high = self.window
        if not min(low, present) <= level <= max(high, present):
            raise LimitError(
                f"{self.name}: level must lie between {low:g} and {high:g} {self.unit} or on the way back from "
                f"{present:.9g}, found {level:.9g}"
            )
