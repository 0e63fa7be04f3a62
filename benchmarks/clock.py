"""Timing of tasks by turns, so that what disturbs one of them disturbs all."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

_CPU = time.get_clock_info("process_time").resolution <= 1e-6
CLOCK_NAME = "processor time" if _CPU else "wall time"
clock: Callable[[], float] = time.process_time if _CPU else time.perf_counter
"""Processor time where it is fine enough. A shared machine interrupts what takes milliseconds and spares what
takes microseconds, so that wall times would flatter the faster of two."""


@dataclass(frozen=True)
class Timing:
    """Hold how long one unit of a task took, round by round [s]."""

    seconds: list[float]

    @property
    def median(self) -> float:
        """The median round."""
        return statistics.median(self.seconds)

    @property
    def fastest(self) -> float:
        """The round that was disturbed least."""
        return min(self.seconds)

    def times(self, units: int) -> "Timing":
        """Return the timing of so many units."""
        return Timing([units * each for each in self.seconds])


@dataclass(frozen=True)
class Task:
    """Describe something to be timed.

    Parameters
    ----------
    run
        What is timed.
    units
        How many units (points, pixels) one run solves.
    repeat
        Runs that are timed as one, for tasks of microseconds.
    rounds
        Most rounds that it takes part in, for tasks of seconds.
    """

    run: Callable[[], object]
    units: int = 1
    repeat: int = 1
    rounds: int = 1000


def by_turns(tasks: dict[str, Task], rounds: int) -> dict[str, Timing]:
    """Time all tasks once a round, A B C A B C, after one untimed run of those that take part more than once."""
    for task in tasks.values():
        if task.rounds > 1:
            task.run()
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    for turn in range(rounds):
        for name, task in tasks.items():
            if turn >= task.rounds:
                continue
            start = clock()
            for _ in range(task.repeat):
                task.run()
            seconds[name].append((clock() - start) / (task.repeat * task.units))
    return {name: Timing(times) for name, times in seconds.items()}
