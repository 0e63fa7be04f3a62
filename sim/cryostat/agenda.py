"""What is due at which time, and a virtual clock that does it when it passes there."""

import heapq
import itertools
import math
from collections.abc import Callable

from valvelab.clock import VirtualClock


class Agenda:
    """Actions in the order of their times."""

    def __init__(self) -> None:
        self._entries: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()

    @property
    def due(self) -> float:
        """Time of the next action [s], infinite if there is none."""
        return self._entries[0][0] if self._entries else math.inf

    def add(self, time: float, action: Callable[[], None]) -> None:
        """Do something at a time [s]."""
        heapq.heappush(self._entries, (time, next(self._order), action))

    def act(self, now: float) -> None:
        """Do what is due."""
        while self.due <= now:
            heapq.heappop(self._entries)[2]()


class EventClock(VirtualClock):
    """A virtual time on whose way things happen."""

    def __init__(self) -> None:
        super().__init__()
        self.agenda = Agenda()

    def sleep(self, seconds: float) -> None:
        """Let the seconds pass at once, and happen what is due within them."""
        end = self._now + max(0.0, seconds)
        while self.agenda.due <= end:
            self._now = max(self._now, self.agenda.due)
            self.agenda.act(self._now)
        self._now = max(self._now, end)

    def resume(self, now: float) -> None:
        """Jump forward to a time; never back."""
        self.sleep(now - self._now)
