"""What lies under the ridges of a heat map: an offset for each line, a smooth baseline for all lines, and noise.

The smooth baseline is a sum of half cosines along the fast axis, the longest first: smooth processes look like that
to leading order (Karhunen and Loeve), and the ridges, which are short and cross the lines at a slant, do not. Offsets
and baseline enter the map linearly, so they are eliminated exactly instead of being fitted. What flicker does from one
line to the next is in the free offsets, so that lines may have been left out of a map, or taken in any order.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from .flux_map_noise import Array, LineNoise, estimate_noise

MOST_MODES = 4
"""Half cosines of a smooth baseline at most: a shorter one would be as short as a ridge."""


@dataclass(frozen=True)
class Background:
    """What a map shows beside its ridges.

    Parameters
    ----------
    fast_current
        Currents along the fast axis [A].
    slow
        Axis of the map (0 or 1) along which every line has an offset of its own.
    noise
        Along the fast axis.
    n_modes
        Number of half cosines.
    """

    fast_current: Array
    slow: int
    noise: LineNoise
    n_modes: int = 0

    def whiten(self, values: Array) -> Array:
        """Return a map, or derivatives of one on a last axis, as independent numbers of variance 1.

        Offsets and smooth baseline are gone from them, and with the offsets one point of each line.
        """
        lines = self.noise.along(np.moveaxis(values, 1 - self.slow, 0))
        found = np.tensordot(self._directions.T, lines.mean(axis=1), axes=1)
        smooth = np.tensordot(self._directions, found, axes=1)
        return np.moveaxis(lines - smooth[:, None], 0, 1 - self.slow)

    def split(self, difference: Array) -> tuple[Array, Array]:
        """Return the offset of each line [W] and the amplitudes of the half cosines [W] in a map without its ridges."""
        lines = np.moveaxis(difference, 1 - self.slow, 0)
        amplitudes = np.linalg.lstsq(self.noise.along(self.modes), self.noise.along(lines).mean(axis=1))[0]
        return (lines - (self.modes @ amplitudes)[:, None]).mean(axis=0), np.asarray(amplitudes)

    def surprise(self, difference: Array, unit: float) -> float:
        """Return -2 ln L of a map without its ridges, up to a constant of the map, its powers in some unit [W]."""
        rest = self.whiten(difference)
        volume = rest.shape[self.slow] * self.noise.log_determinant - 2 * rest.size * np.log(unit)
        return float(np.sum(rest**2) + volume)

    def informed(self, difference: Array) -> "Background":
        """Return the same with the noise that is most likely in a map without its ridges [W]."""
        lines = np.moveaxis(difference, 1 - self.slow, 0)
        rest = lines - (self.modes @ self.split(difference)[1])[:, None]
        return replace(self, noise=estimate_noise(rest, self.noise.white))

    @cached_property
    def modes(self) -> Array:
        """The half cosines at the currents of the fast axis, on the last axis."""
        return half_cosines(self.fast_current, self.fast_current, self.n_modes)

    @cached_property
    def _directions(self) -> Array:
        return np.asarray(np.linalg.qr(self.noise.along(self.modes))[0])


def half_cosines(current: Array, fast_current: Array, number: int) -> Array:
    """Return cos(pi k u), k from 1, on a last axis; u is 0 and 1 at the ends of the fast axis, and beyond them."""
    place = (current - fast_current[0]) / (fast_current[-1] - fast_current[0])
    return np.asarray(np.cos(np.pi * np.clip(place, 0, 1)[..., None] * np.arange(1, number + 1)))


def gain(rest: Array, fitted: Array, added: Array) -> tuple[float, int]:
    """Return by how much chi-square would fall if directions were fitted beside others, and how many they are.

    Parameters
    ----------
    rest
        Whitened residual.
    fitted, added
        Whitened derivatives with respect to what is fitted and to what would be, on the last axis.
    """
    base = np.linalg.qr(_unit_columns(fitted))[0]
    left = rest.ravel() - base @ (base.T @ rest.ravel())
    beside = _unit_columns(added)
    beside = beside - base @ (base.T @ beside)
    directions, size, _ = np.linalg.svd(beside, full_matrices=False)
    kept = directions[:, size > 1e-6]
    return float(np.sum((kept.T @ left) ** 2)), kept.shape[1]


def _unit_columns(derivatives: Array) -> Array:
    flat = derivatives.reshape(-1, derivatives.shape[-1])
    size = np.sqrt(np.sum(flat**2, axis=0))
    return np.asarray(flat / np.where(size > 0, size, 1.0))
