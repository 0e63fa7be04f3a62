"""One clock for everything that waits, so that a simulated night takes a second."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What the run engine and the boxes know of time."""

    def now(self) -> float:
        """Return the seconds since an arbitrary origin; never runs backwards."""

    def sleep(self, seconds: float) -> None:
        """Let time pass."""

    def utc(self) -> datetime:
        """Return the calendar time."""

    def resume(self, now: float) -> None:
        """Go on from a time at which an interrupted run had arrived, where time is simulated."""


class WallClock:
    """The time of the laboratory."""

    def now(self) -> float:
        """Return the monotonic time [s]: it does not jump when somebody sets the computer's clock."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(max(0.0, seconds))

    def utc(self) -> datetime:
        """Return the computer's calendar time."""
        return datetime.now(UTC)

    def resume(self, now: float) -> None:
        """Do nothing: the laboratory's time went on by itself."""


class VirtualClock:
    """A time that passes only when somebody waits; it starts at the same date every time.

    Parameters
    ----------
    start
        Seconds after the origin at which this clock starts.
    """

    ORIGIN = datetime(2026, 1, 1, tzinfo=UTC)

    def __init__(self, start: float = 0.0) -> None:
        self._now = start

    def now(self) -> float:
        """Return the seconds that have passed."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Let the seconds pass at once."""
        self._now += max(0.0, seconds)

    def utc(self) -> datetime:
        """Return the calendar time, counted from `ORIGIN`."""
        return self.ORIGIN + timedelta(seconds=self._now)

    def resume(self, now: float) -> None:
        """Jump forward to a time; never back."""
        self._now = max(self._now, now)
