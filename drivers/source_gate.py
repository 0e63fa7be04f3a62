"""The gate in front of a source: which levels may pass, in which steps and how fast."""

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from numbers import Real
from typing import Literal, Protocol

import numpy as np
from qcodes.parameters import ParameterBase

from valvelab.clock import Clock
from valvelab.errors import LimitError, RunError

from .seal import Seal

logger = logging.getLogger(__name__)
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


class HardwareRamp(Protocol):
    """A ramp that a box makes by itself."""

    longest: float
    """Longest ramp that it can be told [s]."""

    def start(self, level: float, duration: float) -> None:
        """Begin a straight ramp to a level that takes at least `duration` [s]."""

    def hold(self) -> None:
        """Stay at the present level."""


@dataclass(kw_only=True)
class SourceGate:
    """Limits of one source, and what is known of its level; the arguments are those of `GuardedSource`."""

    name: str
    source: ParameterBase
    unit: str
    window: tuple[float, float]
    maximum_step: float
    ramp_rate: float
    resolution: float
    clock: Clock
    approach: Approach = "any"
    overshoot: float = 0.0
    hold: Callable[[], None] | None = None
    hardware_ramp: HardwareRamp | None = None
    seal: Seal = field(init=False, repr=False)
    present: float = field(init=False, default=math.nan)
    """What the box answered or was given last; NaN is not known."""
    _arrived: float = field(init=False, default=math.nan)
    _sent_at: float = field(init=False, default=-math.inf)
    _ramping: bool = field(init=False, default=False)

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

    def read(self) -> float:
        """Return what the box answers.

        Raises
        ------
        RunError
            If it answers no finite level.
        """
        with self.seal.opened():
            value = float(self.source.get())
        if not math.isfinite(value):
            raise RunError(f"{self.name}: must answer a finite level, found {value}; check the instrument")
        return value

    def begin(self) -> float:
        """Read the level that a move starts from, and return it."""
        self.present = math.nan
        self.present = self.read()
        return self.present

    def turning_point(self, target: float) -> float | None:
        """Return the level from which a target is arrived at on the right side, if not from the present one."""
        away = self.side * (target - self.present)
        settled = abs(self.present - self._arrived) <= self.resolution * (1 + 1e-6)
        self._arrived = math.nan
        if self.side == 0 or away >= self.overshoot * (1 - 1e-9) or (settled and away >= 0):
            return None
        low, high = self.window
        return min(max(target - self.side * self.overshoot, low), high)

    def wait(self, level: float) -> None:
        """Wait until the rate allows the source to be at a level."""
        self.clock.sleep(self._sent_at + abs(level - self.present) / self.ramp_rate - self.clock.now())

    def send(self, level: float) -> None:
        """Give the box one level; nothing else does."""
        self._demand_way(level)
        if not abs(level - self.present) <= self.maximum_step * (1 + 1e-6):
            raise LimitError(
                f"{self.name}: a step must be at most {self.maximum_step:g} {self.unit}, found one from "
                f"{self.present:.9g} to {level:.9g}; move it in steps"
            )
        self._give(level, lambda: self.source.set(level))

    def ramp(self, level: float) -> None:
        """Let the box ramp to a level by itself, and wait for it; `stop` ends a ramp whose wait is interrupted."""
        ramp = self.hardware_ramp
        assert ramp is not None  # noqa: S101 # checked by the caller
        self._demand_way(level)
        duration = abs(level - self.present) / self.ramp_rate
        self._ramping = True
        self._give(level, lambda: ramp.start(level, duration))
        self.clock.sleep(duration)
        latest = self.clock.now() + 1 + 0.02 * duration
        while abs(self.read() - level) > self.resolution * (1 + 1e-6) and self.clock.now() < latest:
            self.clock.sleep(0.1)
        self.demand_arrival(level)
        self._ramping, self._sent_at = False, self.clock.now()

    def demand_arrival(self, target: float) -> None:
        """Compare the box with the target it was brought to.

        Raises
        ------
        RunError
            If it answers anything else.
        """
        found = self.read()
        if abs(found - target) > self.resolution * (1 + 1e-6):
            raise RunError(
                f"{self.name}: must have arrived at {target:.9g} {self.unit}, the box answers {found:.9g}; "
                "check its range, its output and who else controls it"
            )
        self._arrived = found

    def stop(self) -> None:
        """Stay, and write down where; no trouble on the way out may hide the one that led here."""
        try:
            with self.seal.opened():
                if self.hold is not None:
                    self.hold()
                if self._ramping and self.hardware_ramp is not None:
                    self.hardware_ramp.hold()
        except Exception:
            logger.exception("%s could not be told to hold", self.name)
        self._ramping, self._sent_at = False, self.clock.now()
        try:
            logger.warning("%s was interrupted and stays at %.9g %s", self.name, self.read(), self.unit)
        except Exception:
            logger.exception("%s was interrupted and does not answer; its level is not known", self.name)

    def _demand_way(self, level: float) -> None:
        low, high = self.window
        if not min(low, self.present) <= level <= max(high, self.present):
            raise LimitError(
                f"{self.name}: level must lie between {low:g} and {high:g} {self.unit} or on the way back from "
                f"{self.present:.9g}, found {level:.9g}"
            )

    def _give(self, level: float, give: Callable[[], None]) -> None:
        self.present = math.nan
        with self.seal.opened():
            give()
        self.present, self._sent_at = level, self.clock.now()
