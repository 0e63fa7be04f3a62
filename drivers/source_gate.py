"""The gate in front of a source: the one place from which levels are sent."""

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from qcodes.parameters import ParameterBase

from valvelab.clock import Clock
from valvelab.errors import LimitError, RunError

from .seal import Seal
from .source_limits import SourceLimits

logger = logging.getLogger(__name__)


class HardwareRamp(Protocol):
    """A ramp that a box makes by itself."""

    longest: float
    """Longest ramp that it can be told [s]."""

    def start(self, level: float, duration: float) -> None:
        """Begin a straight ramp to a level that takes at least `duration` [s]."""

    def hold(self) -> None:
        """Stay at the present level."""


@dataclass(kw_only=True)
class SourceGate(SourceLimits):
    """The limits of one source with the line to it, and what is known of its level."""

    source: ParameterBase
    clock: Clock
    hold: Callable[[], None] | None = None
    hardware_ramp: HardwareRamp | None = None
    seal: Seal = field(init=False, repr=False)
    present: float = field(init=False, default=math.nan)
    """What the box answered or was given last; NaN is not known."""
    _arrived: float = field(init=False, default=math.nan)
    _sent_at: float = field(init=False, default=-math.inf)
    _ramping: bool = field(init=False, default=False)

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
        if self.side == 0 or away >= self.overshoot * (1 - 1e-9) or (settled and away >= 0):
            return None
        low, high = self.window
        return min(max(target - self.side * self.overshoot, low), high)

    def wait(self, level: float) -> None:
        """Wait until the rate allows the source to be at a level."""
        self.clock.sleep(self._sent_at + abs(level - self.present) / self.ramp_rate - self.clock.now())

    def send(self, level: float) -> None:
        """Give the box one level; nothing else does."""
        self.demand_way(level, self.present)
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
        self.demand_way(level, self.present)
        duration = abs(level - self.present) / self.ramp_rate
        self._ramping = True
        self._give(level, lambda: ramp.start(level, duration))
        self.clock.sleep(duration)
        latest = self.clock.now() + 1 + 0.02 * duration
        while abs(self.read() - level) > self.resolution * (1 + 1e-6) and self.clock.now() < latest:
            self.clock.sleep(0.1)
        self.demand_arrival(level)
        self._ramping, self._sent_at = False, self.clock.now()

    def settle(self, target: float) -> None:
        """Remember a level as arrived at from the right side, once the box has confirmed it."""
        self._arrived = self.demand_arrival(target)

    def demand_arrival(self, target: float) -> float:
        """Compare the box with the level it was brought to, and return what it answers.

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
        return found

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

    def _give(self, level: float, give: Callable[[], None]) -> None:
        self.present = self._arrived = math.nan
        with self.seal.opened():
            give()
        self.present, self._sent_at = level, self.clock.now()
