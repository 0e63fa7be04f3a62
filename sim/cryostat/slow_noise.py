"""Noise that is slower than a reading: flicker, jumps between two levels and steps, as pure functions of time.

Nothing here has a state: whoever asks in whatever order gets the same value for the same time and seed, so that a run
can be repeated to the last digit and continued at a later time.
"""

import math
from functools import lru_cache
from statistics import NormalDist
from zlib import crc32

_NORMAL = NormalDist()
_ALL_BITS = 2**64 - 1
_SHORTEST, _OCTAVES = 0.1, 24
"""Flicker reaches from a tenth of a second to three weeks [s]."""
_FORGOTTEN = 1e-6
"""What weighs less than this is not looked up."""


class RandomNumbers:
    """Numbers that depend on a seed, a name and a place, and on nothing else.

    They are SplitMix64 (Steele, Lea and Flood, OOPSLA 2014) of the place: one costs a microsecond, where a generator of
    NumPy's costs thirty.

    Parameters
    ----------
    seed
        Of the whole world.
    name
        Of what is random.
    """

    def __init__(self, seed: int, name: str) -> None:
        self._key = _mixed(_mixed(seed) + crc32(name.encode()))
        self.normal = lru_cache(maxsize=4096)(self._normal)
        self.uniform = lru_cache(maxsize=4096)(self._uniform)

    def _normal(self, row: int, place: int) -> float:
        """Return a standard normal number."""
        return _NORMAL.inv_cdf(self._uniform(row, place))

    def _uniform(self, row: int, place: int) -> float:
        """Return a number between 0 and 1, neither of which it is."""
        return ((_mixed(_mixed(self._key + row) + place) >> 12) + 0.5) / 2**52


def _mixed(number: int) -> int:
    """Return 64 bits, each of which depends on all of a number's."""
    z = (number + 1) * 0x9E3779B97F4A7C15 & _ALL_BITS
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & _ALL_BITS
    z = (z ^ z >> 27) * 0x94D049BB133111EB & _ALL_BITS
    return z ^ z >> 31


class Flicker:
    """A stationary process with a power spectrum of 1/f, over seven decades.

    It is a sum of octaves. Each is a straight line between independent normal numbers that stand one time constant
    apart, scaled so that its variance is the same everywhere; an octave of 1/f noise has the variance h ln 2, and the
    Allan variance is 2 ln 2 h.

    Parameters
    ----------
    seed, name
        As of `RandomNumbers`.
    allan_deviation
        The floor of the Allan deviation, in the unit of the noise.
    shortest
        The shortest time constant [s].
    """

    def __init__(self, seed: int, name: str, allan_deviation: float, shortest: float = _SHORTEST) -> None:
        self._numbers = RandomNumbers(seed, f"{name} flicker")
        self._deviation = allan_deviation / math.sqrt(2)
        # Each octave begins elsewhere, so that their corners never meet; where says nothing of how high they are.
        begins = RandomNumbers(seed, f"{name} flicker begins")
        self._octaves = [
            (octave, shortest * 2**octave, begins.uniform(octave, 0)) for octave in range(_OCTAVES)
        ]

    @property
    def is_still(self) -> bool:
        """Whether it is 0 at all times."""
        return self._deviation == 0

    def at(self, time: float, averaged_over: float = 0.0) -> float:
        """Return the value at a time [s], where faster octaves average out within a time [s]."""
        if self.is_still:
            return 0.0
        total = 0.0
        normal = self._numbers.normal
        for octave, constant, begin in self._octaves:
            if 2 * constant < averaged_over:
                continue
            place, share = divmod(time / constant + begin, 1.0)
            left, right = normal(octave, int(place)), normal(octave, int(place) + 1)
            total += ((1 - share) * left + share * right) / math.hypot(1 - share, share)
        return self._deviation * total


class Events:
    """Moments at random, at a mean rate (a Poisson process), each with a random number of its own.

    Time is cut into cells that expect one event each; what is in a cell depends on the cell alone.

    Parameters
    ----------
    seed, name
        As of `RandomNumbers`.
    rate
        Mean number of events [1/s], above 0.
    """

    def __init__(self, seed: int, name: str, rate: float) -> None:
        self._numbers = RandomNumbers(seed, name)
        self._length = 1 / rate
        self._events = lru_cache(maxsize=256)(self._within)

    def last(self, time: float) -> tuple[float, float]:
        """Return the moment of the last event until a time [s], and its number between 0 and 1."""
        cell = math.floor(time / self._length)
        while True:
            for moment, number in reversed(self._events(cell)):
                if moment <= time:
                    return moment, number
            cell -= 1

    def _within(self, cell: int) -> list[tuple[float, float]]:
        events: list[tuple[float, float]] = []
        elapsed = 0.0
        while True:
            elapsed -= math.log1p(-self._numbers.uniform(2 * len(events), cell))
            if elapsed >= 1:
                return events
            number = self._numbers.uniform(2 * len(events) + 1, cell)
            events.append(((cell + elapsed) * self._length, number))


class Telegraph:
    """A jump to and fro between two levels at random times.

    Parameters
    ----------
    seed, name
        As of `RandomNumbers`.
    height
        Distance of the levels.
    rate
        Mean number of jumps [1/s].
    """

    def __init__(self, seed: int, name: str, height: float, rate: float) -> None:
        # Every second event draws the level that is there already.
        self._events = Events(seed, f"{name} telegraph", 2 * rate) if height and rate else None
        self._height = height

    def at(self, time: float) -> float:
        """Return the value at a time [s]."""
        if self._events is None:
            return 0.0
        return self._height * (0.5 if self._events.last(time)[1] < 0.5 else -0.5)


class Steps:
    """Levels that are drawn anew at random times, and approached with a time constant.

    Parameters
    ----------
    seed, name
        As of `RandomNumbers`.
    height
        The levels lie evenly between 0 and this.
    rate
        Mean number of steps [1/s].
    time_constant
        Of the approach [s]; 0 for a jump.
    """

    def __init__(self, seed: int, name: str, height: float, rate: float, time_constant: float = 0.0) -> None:
        self._events = Events(seed, f"{name} steps", rate) if height and rate else None
        self._height = height
        self._time_constant = time_constant

    @property
    def is_still(self) -> bool:
        """Whether it is 0 at all times."""
        return self._events is None

    def at(self, time: float) -> float:
        """Return the value at a time [s]."""
        if self._events is None:
            return 0.0
        if self._time_constant == 0:
            return self._height * self._events.last(time)[1]
        # The mean of all levels so far, weighted with how much of each is remembered.
        mean, weight = 0.0, 1.0
        while weight > _FORGOTTEN:
            moment, level = self._events.last(time)
            kept = math.exp((moment - time) / self._time_constant)
            mean += weight * (1 - kept) * level
            weight *= kept
            time = math.nextafter(moment, -math.inf)
        return self._height * mean
