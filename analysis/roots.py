"""Coordinates that are varied by their squares, each on one side of zero."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from .switching_parameters import SIZES, Coordinates

Array = npt.NDArray[np.float64]
_LEAST = 1e-6
"""Least square, in units of that of the size: powers do not tell it from zero, and its root still has a slope."""
_BEGIN = 1e-2
"""Least one to begin with."""


@dataclass(frozen=True)
class Roots:
    """What of all coordinates is a root of what is varied.

    Parameters
    ----------
    names, places
        Of those that are, and where they stand among all.
    signs
        The side of zero of each.
    begin, most
        Their squares at the beginning, and the largest, in units of their sizes.
    count
        Of all coordinates.
    """

    names: list[str]
    places: list[int]
    signs: Array
    begin: Array
    most: Array
    count: int

    @classmethod
    def of(cls, start: Array, sizes: Array, where: Coordinates, names: list[str]) -> Self:
        """Take some coordinates by their names, and give them sizes that do not depend on where they begin."""
        places = [where.names.index(name) for name in names]
        sizes[places] = [SIZES[name] for name in names]
        signs = np.where(start[places] < 0, -1.0, 1.0)
        low, high = (ends[places] for ends in where.bounds)
        most = (np.where(signs < 0, -low, high) / sizes[places]) ** 2
        begin = np.clip((start[places] / sizes[places]) ** 2, _BEGIN, most)
        return cls(names, places, signs, begin, most, len(start))

    def enter(self, parameters: Any) -> None:
        """Put the squares in the place of the coordinates."""
        for name, begin, most in zip(self.names, self.begin, self.most, strict=True):
            parameters[name].set(value=float(begin), min=_LEAST, max=float(most))

    def taken(self, varied: Array) -> Array:
        """Return the coordinates, in units of their sizes, from what is varied."""
        varied[self.places] = self.signs * np.sqrt(varied[self.places])
        return varied

    def slopes(self, parameters: Any) -> Array:
        """Return the derivative of each coordinate by what is varied."""
        found = np.ones(self.count)
        found[self.places] = self.signs / (2 * np.sqrt([parameters[name].value for name in self.names]))
        return found
