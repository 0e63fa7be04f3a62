"""What the qubits are coupled to: thermal baths, and the resonators that filter them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from valvelab.arguments import Array, Values, common_shape, non_negative, numbers, positive
from valvelab.constants import BOLTZMANN, PLANCK
from valvelab.resonance import transmission

_QUANTUM = PLANCK / BOLTZMANN
"""h / k_B [K s]."""
_CLOSE = 0.5
"""Relative distance of two occupations below which their difference is not left to a subtraction."""


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
        rate = non_negative("rate", self.rate, "1/s")
        temperature = non_negative("temperature", self.temperature, "K")
        object.__setattr__(self, "rate", rate)
        object.__setattr__(self, "temperature", temperature)
        common_shape(rate=rate, temperature=temperature)

    def behind(self, share: Values) -> "Bath":
        """Return the bath with its rate multiplied by what a filter passes.

        Parameters
        ----------
        share
            What `Resonator.filter` returned; it is not checked again, which would take longer than a current.
        """
        made = object.__new__(Bath)
        object.__setattr__(made, "rate", self.rate * share)
        object.__setattr__(made, "temperature", self.temperature)
        return made

    def occupation(self, frequency: Values) -> Array:
        """Return the Bose occupation n = 1 / (exp(h f / k_B T) - 1).

        Parameters
        ----------
        frequency
            Frequency f [Hz], above 0.
        """
        frequency = positive("frequency", frequency, "Hz")
        common_shape(frequency=frequency, temperature=self.temperature)
        return _occupation(frequency, self.temperature)


class Mode(NamedTuple):
    """Hold what a bath offers at one frequency: its rate [1/s] and its occupation n."""

    rate: Values
    temperature: Values
    frequency: Values
    n: Array

    @classmethod
    def of(cls, bath: Bath, frequency: Values) -> "Mode":
        """Look at a bath at one frequency [Hz], which has been checked."""
        return cls(bath.rate, bath.temperature, frequency, _occupation(frequency, bath.temperature))

    def excess(self, other: "Mode") -> Array:
        """Return n - n_other without cancellation: exactly 0 at equal temperatures."""
        parts = self.frequency, self.temperature, other.temperature, self.n, other.n
        excess = np.asarray(self.n - other.n)
        close = np.abs(excess) < _CLOSE * self.n
        if close.any():
            excess[close] = _small_excess(*(np.broadcast_to(part, close.shape)[close] for part in parts))
        return excess


def occupation_slope(frequency: Array, bath: Bath) -> Array:
    """Return dn/dT [1/K] of a bath at a frequency [Hz] which has been checked; 0 at 0 K."""
    temperature = np.asarray(bath.temperature)
    warm = np.where(temperature > 0, temperature, 1)
    n = _occupation(frequency, temperature)
    slope: Array = n * (1 + n) * (_QUANTUM * frequency / warm / warm)
    return slope


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
        return transmission(ratio, self.quality_factor, self.exponent)


def common_bath_shape(baths: Mapping[str, Bath | None], **others: ArrayLike) -> tuple[int, ...]:
    """Return the shape that the named baths and other arguments broadcast to; ValueError if they do not."""
    shapes: dict[str, ArrayLike] = dict(others)
    for name, bath in baths.items():
        if bath is not None:
            shapes |= {f"{name}.rate": bath.rate, f"{name}.temperature": bath.temperature}
    return common_shape(**shapes)


def _occupation(frequency: Values, temperature: Values) -> Array:
    # This form does not cancel at high temperature, and at low temperature it ends in 1 / infinity.
    with np.errstate(divide="ignore", over="ignore"):
        occupation: Array = 1 / np.expm1(_QUANTUM * frequency / np.asarray(temperature))
    return occupation


def _small_excess(frequency: Values, here: Values, there: Values, n: Values, n_there: Values) -> Array:
    """Return n - n_there = n (1 + n_there) (1 - exp(x - x_there)), where the difference is small."""
    x = _QUANTUM * frequency * ((here - there) / here) / there
    excess: Array = n * (1 + n_there) * -np.expm1(-x)
    return excess
