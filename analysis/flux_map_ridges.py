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
_ROUNDS = 6
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

    The median keeps the ridges out of it.
    """
    second = np.diff(power, n=2, axis=axis)
    noise = float(np.median(np.abs(second)) / _NORMAL_MEDIAN / np.sqrt(6))
    return max(noise, 1e-9 * float(np.ptp(power)))


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
    search = _Search(across_1, across_2, noise)
    remainder = power - power.mean(axis=1 - slow, keepdims=True)
    parts = [np.zeros_like(power), np.zeros_like(power)]
    angles = [0.0, 0.0]
    for number in range(_ROUNDS):
        for k in (0, 1):
            offsets = (power - parts[0] - parts[1]).mean(axis=1 - slow, keepdims=True)
            remainder = power - offsets - parts[1 - k]
            grid = _ANGLES if number < _ROUNDS - 2 else angles[k] + _FINE
            angles[k] = search.best_angle(remainder, grid)
            parts[k] = search.smooth(remainder, angles[k])
    families = []
    for k in (0, 1):
        offsets = (power - parts[0] - parts[1]).mean(axis=1 - slow, keepdims=True)
        families.append(search.family(power - offsets - parts[1 - k], angles[k]))
    first, second = sorted(families, key=lambda family: -family.significance)
    return first, second


class _Search:
    """Means of a map along straight lines of any direction."""

    def __init__(self, across_1: Array, across_2: Array, noise: float) -> None:
        self._across_1, self._across_2, self._noise = across_1, across_2, noise
        self._width = 2.0 / (max(across_1.size, across_2.size) - 1)

    def best_angle(self, power: Array, angles: Array) -> float:
        return float(angles[np.argmax([self._explained(power, angle) for angle in angles])])

    def smooth(self, power: Array, angle: float) -> Array:
        bins, total, count = self._bins(power, angle)
        return np.asarray((total / np.maximum(count, 1))[bins])

    def family(self, power: Array, angle: float) -> Family:
        bins, total, count = self._bins(power, angle)
        place = np.bincount(bins.ravel(), self._place(angle).ravel(), minlength=count.size)
        used = count > 0
        return Family(
            angle,
            place[used] / count[used],
            total[used] / count[used],
            count[used],
            self._explained(power, angle),
        )

    def _explained(self, power: Array, angle: float) -> float:
        # A mean over few points explains noise too: subtract what noise alone would give.
        _, total, count = self._bins(power, angle)
        used = count > 0
        return float(np.sum(total[used] ** 2 / count[used]) / self._noise**2 - np.count_nonzero(used))

    def _place(self, angle: float) -> Array:
        return np.asarray(np.cos(angle) * self._across_1[:, None] + np.sin(angle) * self._across_2[None, :])

    def _bins(self, power: Array, angle: float) -> tuple[npt.NDArray[np.intp], Array, Array]:
        bins = np.asarray(np.floor((self._place(angle) + 1.5) / self._width), np.intp)
        return bins, np.bincount(bins.ravel(), power.ravel()), np.bincount(bins.ravel()).astype(float)
