"""Wait until something that is read has become steady."""

from collections.abc import Callable
from statistics import fmean

from valvelab.clock import Clock
from valvelab.errors import UnstableError
from valvelab.units import format_quantity


def wait_until_calm(
    what: str,
    read: Callable[[], float],
    *,
    tolerance: float,
    duration: float,
    timeout: float,
    clock: Clock,
    dimension: str,
    target: float | None = None,
    interval: float = 1.0,
) -> float:
    """Wait until every reading of a stretch of time lies close to a target, or else to their own mean.

    Parameters
    ----------
    what
        What is read, for the message.
    read
        Takes a reading, in SI units.
    tolerance
        Largest distance of a reading.
    duration, timeout
        How long it must hold, and when to give up [s].
    clock
        The station's clock.
    dimension
        Key of `valvelab.units.UNITS`, for the message.
    target
        Where the readings should be.
    interval
        Time between readings [s].

    Returns
    -------
    The mean of the stretch.

    Raises
    ------
    UnstableError
        If the time is over first; it says how far the readings got.
    """
    start, longest = clock.now(), 0.0
    stretch: list[tuple[float, float]] = []
    while True:
        value = read()
        stretch = _calm([*stretch, (clock.now(), value)], target, tolerance)
        held = stretch[-1][0] - stretch[0][0] if stretch else 0.0
        longest = max(longest, held)
        if held >= duration:
            return fmean(kept for _, kept in stretch)
        if clock.now() - start >= timeout:
            near, there, now = (
                format_quantity(number, dimension, 6) for number in (tolerance, target or 0.0, value)
            )
            raise UnstableError(
                f"{what}: must stay within {near} of {'its own mean' if target is None else there} for "
                f"{duration:g} s, found {longest:.4g} s at best in {timeout:g} s, at {now} now; wait longer, allow "
                "more, or look for what disturbs it"
            )
        clock.sleep(interval)


def _calm(
    stretch: list[tuple[float, float]], target: float | None, tolerance: float
) -> list[tuple[float, float]]:
    """Return the latest part of the readings that lies close to the target, or to its own mean."""
    for first in range(len(stretch)):
        part = stretch[first:]
        values = [value for _, value in part]
        centre = fmean(values) if target is None else target
        if max(values) - centre <= tolerance and centre - min(values) <= tolerance:
            return part
    return []
