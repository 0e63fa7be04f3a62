"""The parameters of the paper's figures: reservoirs in units of T_0, and Table I."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from valvelab.constants import BOLTZMANN, PLANCK
from valvelab.sim import Bath, Resonator, effective_temperature

Array = NDArray[np.float64]
Values = float | Array

FREQUENCY = 4e9
"""Frequency of the qubits [Hz]; Figs. 3, 4 and 6 do not depend on it."""
T_0 = PLANCK * FREQUENCY / BOLTZMANN
"""T_0 = h f / k_B [K]."""
OMEGA_0 = 2 * np.pi * FREQUENCY
UNIT = PLANCK * FREQUENCY * OMEGA_0
"""hbar omega_0^2 [W]: heat currents over it are plain numbers because the rates are fractions of omega_0."""


def reservoirs(inverse_source: Values) -> tuple[Bath, Bath]:
    """Return the reservoirs of Figs. 3 and 4: T_c = T_0 / 3, gamma_h = gamma_c = omega_0 / 10.

    Parameters
    ----------
    inverse_source
        T_0 / T_h.
    """
    return Bath(OMEGA_0 / 10, T_0 / inverse_source), Bath(OMEGA_0 / 10, T_0 / 3)


def parasitic_bath(inverse_temperature: Values) -> Bath:
    """Return the parasitic bath of Fig. 4, gamma_p = omega_0 / 1000, at a given T_0 / T_p."""
    return Bath(OMEGA_0 / 1000, T_0 / inverse_temperature)


def inverse_effective_temperature(inverse_source: Values) -> Array:
    """Return T_0 / T* of Figs. 3 and 4 (Eq. 16) at a given T_0 / T_h."""
    ratio: Array = T_0 / effective_temperature(FREQUENCY, *reservoirs(inverse_source))
    return ratio


@dataclass(frozen=True)
class Table:
    """Hold Table I and the quality factor of Fig. 5."""

    rate: float
    """gamma_h = gamma_c [1/s]."""
    parasitic_rate: float
    """gamma_p [1/s]."""
    cold: float
    """T_c [K]."""
    hot: float = 0.384
    """T_h [K]."""
    lowest_parasitic: float = 0.05
    """Lowest T_p [K]."""
    highest_parasitic: float = 0.5
    """Highest T_p [K]."""
    frequency: float = FREQUENCY
    """Frequency of the qubits [Hz]."""
    quality_factor: float = 20.0

    @property
    def reservoirs(self) -> tuple[Bath, Bath]:
        """The hot and the cold reservoir."""
        return Bath(self.rate, self.hot), Bath(self.rate, self.cold)

    def parasitic(self, temperature: Values) -> Bath:
        """Return the parasitic bath at a temperature [K]."""
        return Bath(self.parasitic_rate, temperature)

    def resonator(self, exponent: Values = 0) -> Resonator:
        """Return the filter of both reservoirs, Eq. (D5) where the exponent is 0."""
        return Resonator(self.frequency, self.quality_factor, exponent)


def table_1(*, two_pi: bool = False, caption_temperature: bool = False) -> Table:
    """Return Table I.

    Parameters
    ----------
    two_pi
        Whether the rates, printed "in GHz", are 2 pi times that many 1e9 1/s instead of 1e9 1/s. Every current
        scales with it, no ratio does.
    caption_temperature
        Whether T_c is the 1.0 GHz = 48 mK in the caption of Fig. 5 instead of 96 mK, which stand beside it there
        and in Table I.
    """
    giga = 2e9 * np.pi if two_pi else 1e9
    return Table(rate=0.5 * giga, parasitic_rate=0.01 * giga, cold=0.048 if caption_temperature else 0.096)


def described(
    dimensions: tuple[str, ...], values: Values, meaning: str, equation: str = "", units: str = "1"
) -> tuple[tuple[str, ...], Values, dict[str, str]]:
    """Return a variable of a dataset: dimensions, values, and attributes that say what it is."""
    attributes = {"units": units, "long_name": meaning}
    return dimensions, values, attributes | ({"equation": f"Eq. ({equation})"} if equation else {})
