"""Noise that is slower than a reading: flicker, jumps between two levels and drift, as pure functions of time.

Nothing here has a state: whoever asks in whatever order gets the same value for the same time and seed, so that a run
can be repeated to the last digit and continued at a later time.
"""

import math
from functools import lru_cache
from zlib import crc32

import numpy as np

_SHORTEST, _OCTAVES = 0.1, 24
"""Flicker reaches from a tenth of a second to three weeks [s]."""
_LONGEST_CELL, _SELDOM = 1000.0, 0.1
"""Cells of time that have one jump at most: no longer than this [s], and with a jump in every tenth at most."""


class RandomNumbers:
    """Numbers that depend on a seed, a name and a place, and on nothing else.

    Parameters
    ----------
    seed
        Of the whole world.
    name
        Of what is random.
    """

    def __init__(self, seed: int, name: str) -> None:
        self._key = [seed, crc32(name.encode())]
        self.normal = lru_cache(maxsize=4096)(self._normal)
        self.uniform = lru_cache(maxsize=4096)(self._uniform)

    def _normal(self, row: int, place: int) -> float:
        """Return a standard normal number."""
        return float(self._generator(row, place).standard_normal())

    def _uniform(self, row: int, place: int) -> float:
        """Return a number between 0 and 1."""
        return float(self._generator(row, place).random())

    def _generator(self, row: int, place: int) -> np.random.Generator:
        counter = np.array([0, place % 2**64, row, 1], np.uint64)
        return np.random.Generator(np.random.Philox(counter=counter, key=np.array(self._key, np.uint64)))


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
        self._octave = allan_deviation / math.sqrt(2)
        self._constants = [shortest * 2**octave for octave in range(_OCTAVES)]

    @property
    def is_still(self) -> bool:
        """Whether it is 0 at all times."""
        return self._octave == 0

    def at(self, time: float) -> float:
        """Return the value at a time [s]."""
        if self.is_still:
            return 0.0
        total = 0.0
        for octave, constant in enumerate(self._constants):
            # Each octave begins elsewhere, so that their corners never meet.
            place, share = divmod(time / constant + self._numbers.uniform(octave, 0), 1.0)
            left, right = (self._numbers.normal(octave, int(place) + end) for end in (0, 1))
            total += ((1 - share) * left + share * right) / math.hypot(1 - share, share)
        return self._octave * total


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
        self._numbers = RandomNumbers(seed, f"{name} telegraph")
        self._height, self._rate = height, rate
        self._cell = min(_LONGEST_CELL, _SELDOM / rate) if rate > 0 else math.inf
        self._chance = rate * self._cell if rate > 0 else 0.0
        self._up = [False]

    def at(self, time: float) -> float:
        """Return the value at a time [s], at least 0."""
        if self._height == 0 or self._rate == 0:
            return 0.0
        place, share = divmod(time / self._cell, 1.0)
        while len(self._up) <= place:  # once for all times before
            last = len(self._up) - 1
            self._up.append(self._up[last] ^ (self._numbers.uniform(0, last) < self._chance))
        here = int(place)
        up = self._up[here]
        if self._numbers.uniform(0, here) < self._chance and share > self._numbers.uniform(1, here):
            up = not up
        return self._height * (0.5 if up else -0.5)
