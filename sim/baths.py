"""What the qubits are coupled to: thermal baths, and the resonators that filter them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from valvelab.constants import BOLTZMANN, PLANCK

from ._checks import Array, Values, common_shape, non_negative, numbers, positive


@dataclass(frozen=True)
class Bath:
    """Describe a thermal bath.

    Parameters
    ----------
    rate
        Coupling rate gamma of one qubit [1/s], as it stands in the master equation: a number or an array.
    temperature
        Temperature [K]; 0 is allowed. Broadcasts against everything else it meets.

    Raises
    ------
    ValueError
        If a rate or a temperature is negative or not finite, or if their shapes do not broadcast.

    Examples
    --------
    >>> hot = Bath(rate=0.5e9, temperature=0.384)
    >>> round(float(hot.occupation(4e9)), 4)
    1.5418
    """

    rate: Values
    temperature: Values

    def __post_init__(self) -> None:
        object.__setattr__(self, "rate", non_negative("rate", self.rate, "1/s")[()])
        object.__setattr__(self, "temperature", non_negative("temperature", self.temperature, "K")[()])
        common_shape(rate=self.rate, temperature=self.temperature)

    def occupation(self, frequency: Values) -> Array:
        """Return the Bose occupation n = 1 / (exp(h f / k_B T) - 1).

        Parameters
        ----------
        frequency
            Frequency f [Hz], above 0.
        """
        frequency = positive("frequency", frequency, "Hz")
        common_shape(frequency=frequency, temperature=self.temperature)
        return _occupation(frequency, np.asarray(self.temperature))


@dataclass(frozen=True)
class Mode:
    """Hold what a bath offers at one frequency: its rate [1/s] and its occupation n."""

    bath: Bath
    frequency: Array
    rate: Array
    n: Array

    @classmethod
    def of(cls, bath: Bath, frequency: Array) -> "Mode":
        """Look at a bath at one frequency [Hz], which has been checked."""
        return cls(
            bath, frequency, np.asarray(bath.rate), _occupation(frequency, np.asarray(bath.temperature))
        )

    def excess(self, other: "Mode") -> Array:
        """Return n - n_other without cancellation: exactly 0 at equal temperatures."""
        here, there = np.asarray(self.bath.temperature), np.asarray(other.bath.temperature)
        both_cold = (here == 0) & (there == 0)
        with np.errstate(divide="ignore", over="ignore", under="ignore"):
            distance = np.abs(here - there) / np.where(both_cold, 1, here) / np.where(both_cold, 1, there)
            shortfall = -np.expm1(-PLANCK / BOLTZMANN * self.frequency * distance)
        size = np.maximum(self.n, other.n) * (1 + np.minimum(self.n, other.n)) * shortfall
        excess: Array = np.sign(here - there) * size
        return excess


@dataclass(frozen=True)
class Resonator:
    """Describe the LC resonator through which a bath sees the qubits.

    Parameters
    ----------
    frequency
        Resonance frequency f_r [Hz], above 0.
    quality_factor
        Quality factor Q, at least 0; 0 lets everything pass.
    exponent
        Power of f / f_r in front of the Lorentzian: 0 is Eq. D5, 1 is Eq. B19 at fixed coupling.

    Raises
    ------
    ValueError
        If a value is outside its range or not finite, or if the shapes do not broadcast.

    Examples
    --------
    >>> resonator = Resonator(frequency=4e9, quality_factor=20)
    >>> float(resonator.filter(4e9))
    1.0
    """

    frequency: Values
    quality_factor: Values
    exponent: Values = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "frequency", positive("frequency", self.frequency, "Hz")[()])
        object.__setattr__(
            self, "quality_factor", non_negative("quality_factor", self.quality_factor, "")[()]
        )
        object.__setattr__(self, "exponent", numbers("exponent", self.exponent)[()])
        common_shape(frequency=self.frequency, quality_factor=self.quality_factor, exponent=self.exponent)

    def filter(self, frequency: Values) -> Array:
        """Return (f/f_r)**exponent / (1 + Q**2 (f/f_r - f_r/f)**2), which multiplies a rate (Eqs. B15, D5).

        Parameters
        ----------
        frequency
            Frequency f [Hz], above 0.
        """
        frequency = positive("frequency", frequency, "Hz")
        common_shape(frequency=frequency, resonator=self.frequency, quality_factor=self.quality_factor)
        ratio = frequency / self.frequency
        passed: Array = ratio**self.exponent / (1 + (self.quality_factor * (ratio - 1 / ratio)) ** 2)
        return passed


def common_bath_shape(baths: Mapping[str, Bath | None], **others: ArrayLike) -> tuple[int, ...]:
    """Return the shape that the named baths and other arguments broadcast to; ValueError if they do not."""
    shapes: dict[str, ArrayLike] = dict(others)
    for name, bath in baths.items():
        if bath is not None:
            shapes |= {f"{name}.rate": bath.rate, f"{name}.temperature": bath.temperature}
    return common_shape(**shapes)


def _occupation(frequency: Array, temperature: Array) -> Array:
    # This form neither overflows at low temperature nor cancels at high temperature; T = 0 is x = -inf.
    with np.errstate(divide="ignore", over="ignore", under="ignore"):
        x = -PLANCK / BOLTZMANN * frequency / temperature
        occupation: Array = np.exp(x) / -np.expm1(x)
    return occupation
