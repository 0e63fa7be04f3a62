"""Find the two families of parallel ridges in a heat map, without a model of the qubits.

All ridges of a qubit are parallel, because its flux is linear in the two currents. A map is therefore a sum of two
functions, each constant along one direction, and of an offset per column. The two directions are those that leave
the least of the map unexplained (projection pursuit).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

_ANGLES = np.radians(np.arange(-89.0, 90.0, 1.0))
_FINE = np.radians(np.arange(-1.0, 1.01, 0.1))
_ROUNDS = 5
_STARTS = 6
_NORMAL_MEDIAN = 0.67449
"""Median of the magnitude of a standard normal number."""


@dataclass(frozen=True)
class Family:
    """A family of parallel ridges: the mean of the map along them.

    Currents are counted from the middle of the window in units of its half width.
    """

    angle: float
    """Direction across the ridges, from the axis of coil 1 [rad]."""
    position: Array
    """Places across the ridges, cos(angle) coil_1 + sin(angle) coil_2."""
    power: Array
    """Mean of the map there [W], up to a constant."""
    count: Array
    """Points of the map that each mean stands for."""
    significance: float
    """What the family explains of the sum of squares, in units of the white noise's variance."""


def centred(axis: Array) -> Array:
    """Return an axis counted from its middle in units of half its width."""
    return np.asarray((2 * axis - axis[0] - axis[-1]) / (axis[-1] - axis[0]))


def white_noise(power: Array, axis: int) -> float:
    """Return the standard deviation of the noise from point to point [W], from second differences along an axis.

    The median keeps ridges out of it that are several points wide; narrower ones over much of a map make it too
    large, two- or threefold, and errors too cautious.
    """
    second = np.diff(power, n=2, axis=axis)
    noise = float(np.median(np.abs(second)) / _NORMAL_MEDIAN / np.sqrt(6))
    return max(noise, 1e-9 * float(np.ptp(power)), 1e-30)


def find_families(
    across_1: Array, across_2: Array, power: Array, slow: int, noise: float
) -> tuple[Family, Family]:
    """Find both families, the more significant one first.

    Parameters
    ----------
    across_1, across_2
        Centred axes of the map.
    power
        The map [W].
    slow
        The axis of the map (0 or 1) along which offsets drift.
    noise
        White noise of a point [W].
    """
    search = _Search(across_1, across_2, power, slow, noise)
    pairs = [search.pursue(angle) for angle in search.promising_angles()]
    first, second = min(pairs, key=search.unexplained)
    return (first, second) if first.significance > second.significance else (second, first)


class _Search:
    """Means of a map along straight lines of any direction."""

    def __init__(self, across_1: Array, across_2: Array, power: Array, slow: int, noise: float) -> None:
        self._across_1, self._across_2 = across_1, across_2
        self._power, self._slow, self._noise = power, slow, noise
        self._width = 2.0 / (max(across_1.size, across_2.size) - 1)

    def promising_angles(self) -> list[float]:
        """Return the directions that explain most by themselves: where columns are few, some of them are false."""
        power = self._without_offsets(self._power)
        score = np.array([self._explained(power, angle) for angle in _ANGLES])
        tops = np.flatnonzero((score >= np.roll(score, 1)) & (score >= np.roll(score, -1)))
        return [float(_ANGLES[top]) for top in tops[np.argsort(score[tops])[::-1][:_STARTS]]]

    def pursue(self, angle: float) -> tuple[Family, Family]:
        """Return both families, from a first guess of one's direction."""
        angles = [angle, 0.0]
        parts = [self._smooth(self._without_offsets(self._power), angle), np.zeros_like(self._power)]
        for number in range(_ROUNDS):
            for k in (1, 0):
                rest = self._rest(parts, k)
                grid = _ANGLES if number < _ROUNDS - 2 else angles[k] + _FINE
                angles[k] = float(grid[np.argmax([self._explained(rest, trial) for trial in grid])])
                parts[k] = self._smooth(rest, angles[k])
        return self._family(self._rest(parts, 0), angles[0]), self._family(self._rest(parts, 1), angles[1])

    def unexplained(self, families: tuple[Family, Family]) -> float:
        """Return the mean square that two families leave of the map, per degree of freedom [W^2]."""
        parts = [np.interp(self._place(family.angle), family.position, family.power) for family in families]
        left = self._without_offsets(self._power - parts[0] - parts[1])
        return float(np.sum(left**2)) / max(1, left.size - sum(family.position.size for family in families))

    def _rest(self, parts: list[Array], k: int) -> Array:
        """Return the map without offsets and without the other family."""
        offsets = (self._power - parts[0] - parts[1]).mean(axis=1 - self._slow, keepdims=True)
        return np.asarray(self._power - offsets - parts[1 - k])

    def _without_offsets(self, power: Array) -> Array:
        return np.asarray(power - power.mean(axis=1 - self._slow, keepdims=True))

    def _smooth(self, power: Array, angle: float) -> Array:
        bins, total, count = self._bins(power, angle)
        return np.asarray((total / np.maximum(count, 1))[bins])

    def _family(self, power: Array, angle: float) -> Family:
        bins, total, count = self._bins(power, angle)
        place = np.bincount(bins.ravel(), self._place(angle).ravel(), minlength=count.size)
        used = count > 0
        explained = self._explained(power, angle)
        return Family(angle, place[used] / count[used], total[used] / count[used], count[used], explained)

    def _explained(self, power: Array, angle: float) -> float:
        # A mean over few points explains noise too: subtract what noise alone would give.
        _, total, count = self._bins(power, angle)
        used = count > 0
        return float(np.sum(total[used] ** 2 / count[used]) / self._noise**2 - np.count_nonzero(used))

    def _place(self, angle: float) -> Array:
        return np.asarray(np.cos(angle) * self._across_1[:, None] + np.sin(angle) * self._across_2[None, :])

    def _bins(self, power: Array, angle: float) -> tuple[npt.NDArray[np.intp], Array, Array]:
        bins = np.asarray(np.floor((self._place(angle) + 1.5) / self._width), np.intp)
        total = np.asarray(np.bincount(bins.ravel(), power.ravel()), float)
        return bins, total, np.asarray(np.bincount(bins.ravel()), float)
