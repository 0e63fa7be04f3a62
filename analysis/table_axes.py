"""The axes of a table of a model: what its powers depend on, in coordinates along which they bend little."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from valvelab.constants import BOLTZMANN, PLANCK

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Kind:
    """What an axis is of."""

    units: str
    meaning: str
    coordinate: str
    """``"log"``, ``"linear"``, or ``"occupation"``: ln(n + 1/2) of a mode at the resonator's frequency, which is
    ln T where it is hot and comes to rest as T goes to 0."""
    weight: float = 1.0
    """Share of the degree that an order costs: what bends less gets fewer orders."""


# Weights: "resonators" at Table I is met within 0.07 aW by 504 terms of these, within 0.12 and 0.04 aW by 462 and 924
# terms of axes that weigh alike.
KINDS: Mapping[str, Kind] = {
    "gamma_h": Kind("1/s", "rate of the hot reservoir", "log"),
    "gamma_c": Kind("1/s", "rate of the cold reservoir", "log"),
    "gamma_p": Kind("1/s", "rate of the parasitic bath", "linear", 1.5),
    "T_p": Kind("K", "temperature of the parasitic bath", "occupation", 1.25),
    "temperature_source": Kind("K", "temperature of the hot reservoir", "occupation"),
    "temperature_drain": Kind("K", "temperature of the cold reservoir", "occupation"),
    "asymmetry": Kind("1", "amplitude of the couplings of qubit 1 less that of qubit 2", "linear"),
    "mismatch": Kind(
        "Hz", "frequency of qubit 2 above the one that is stated, at the resonators' frequency", "linear"
    ),
    "exchange": Kind("Hz", "exchange coupling of the qubits", "linear"),
    "phase": Kind("rad", "phase of a round through the four couplings", "linear"),
    "frequency_1": Kind("Hz", "transition frequency of qubit 1", "linear"),
    "frequency_2": Kind("Hz", "transition frequency of qubit 2", "linear"),
}
"""Every axis that a table may have, by name."""
RATE_AXES = ("gamma_h", "gamma_c", "gamma_p", "T_p")
"""What a fit always varies."""
TEMPERATURE_AXES = ("temperature_source", "temperature_drain")
FREQUENCY_AXES = ("frequency_1", "frequency_2")


@dataclass(frozen=True)
class Axis:
    """One axis with its range.

    Parameters
    ----------
    name
        One of `KINDS`.
    low, high
        Its ends, ``low < high``; 0 K has its place, a rate of 0 on a logarithmic axis has none.
    frequency
        Of the resonator [Hz], whose occupation a temperature is told by.
    """

    name: str
    low: float
    high: float
    frequency: float

    @property
    def weight(self) -> float:
        """Share of the degree that an order costs."""
        return KINDS[self.name].weight

    def place(self, values: npt.ArrayLike) -> Array:
        """Return values as places from -1 to 1."""
        low, high, at = (
            self._coordinate(np.array([self.low])),
            self._coordinate(np.array([self.high])),
            values,
        )
        return np.asarray(2 * (self._coordinate(np.asarray(at, float)) - low) / (high - low) - 1)

    def slope(self, values: npt.ArrayLike) -> Array:
        """Return the derivative of `place` by the value."""
        at = np.asarray(values, float)
        ends = self._coordinate(np.array([self.low, self.high]))
        kind = KINDS[self.name].coordinate
        by = np.ones_like(at)
        if kind == "log":
            by = 1 / at
        elif kind == "occupation":
            n = self._occupation(at)
            warm = np.where(at > 0, at, 1.0)
            by = n * (1 + n) / (n + 0.5) * self._quantum / warm**2
        return np.asarray(2 * by / (ends[1] - ends[0]))

    def value(self, places: Array) -> Array:
        """Return the values at places from -1 to 1."""
        low, high = self._coordinate(np.array([self.low, self.high]))
        at = low + (np.asarray(places) + 1) / 2 * (high - low)
        kind = KINDS[self.name].coordinate
        if kind == "log":
            return np.asarray(np.exp(at))
        if kind == "occupation":
            n = np.maximum(np.expm1(at - np.log(0.5)) / 2, 1e-300)
            return np.asarray(self._quantum / np.log1p(1 / n))
        return np.asarray(at)

    @property
    def _quantum(self) -> float:
        return PLANCK * self.frequency / BOLTZMANN

    def _coordinate(self, values: Array) -> Array:
        kind = KINDS[self.name].coordinate
        if kind == "log":
            return np.log(values)
        return np.log(self._occupation(values) + 0.5) if kind == "occupation" else values

    def _occupation(self, temperatures: Array) -> Array:
        with np.errstate(divide="ignore", over="ignore"):
            return np.asarray(1 / np.expm1(self._quantum / temperatures))
