"""The programmed ramps of a source: levels that it visits one after the other, on the clock."""

from valvelab.clock import Clock


class Programme:
    """Run through steps, each reached within the slope time and held for the rest of the interval.

    Parameters
    ----------
    clock
        The time of the world.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._steps: list[float] = []
        self._interval = self._slope = 1.0
        self._repeats = False
        self._began = 0.0
        self._paused_at: float | None = None

    def run(self, start: float, steps: list[float], *, interval: float, slope: float, repeats: bool) -> None:
        """Leave the level `start` for the steps, taking `interval` [s] for each."""
        self._steps = [start, *steps]
        self._interval, self._slope, self._repeats = interval, min(slope, interval), repeats
        self._began = self._clock.now()
        self._paused_at = None

    def pause(self) -> None:
        """Stay at the present level."""
        if self._paused_at is None:
            self._paused_at = self._clock.now()

    def resume(self) -> None:
        """Go on from where it paused."""
        if self._paused_at is not None:
            self._began += self._clock.now() - self._paused_at
            self._paused_at = None

    def is_over(self) -> bool:
        """Tell whether the last interval has passed."""
        return not self._repeats and self._elapsed() >= self.duration()

    def is_paused(self) -> bool:
        """Tell whether it waits to be resumed."""
        return self._paused_at is not None

    def duration(self) -> float:
        """Return how long one pass takes [s]."""
        return self._interval * (len(self._steps) - 1)

    def level(self) -> float:
        """Return the present level."""
        elapsed = self._elapsed()
        step, within = divmod(elapsed, self._interval)
        count = len(self._steps) - 1
        if not self._repeats and step >= count:
            return self._steps[-1]
        target = self._steps[1 + int(step) % count]
        # A second pass leaves the last step, not the level at which the first one began.
        origin = self._steps[int(step) % count] if step % count or step == 0 else self._steps[-1]
        share = min(within / self._slope, 1.0) if self._slope > 0 else 1.0
        return origin + share * (target - origin)

    def _elapsed(self) -> float:
        now = self._clock.now() if self._paused_at is None else self._paused_at
        # The clock adds up many small steps; a nanosecond short of the end is the end.
        return now - self._began + 1e-9
