"""The parameters of the paper's figures in units of T_0; Table I stands in `valvelab.sim`."""

import numpy as np
from numpy.typing import NDArray

from valvelab.constants import BOLTZMANN, PLANCK
from valvelab.sim import Bath, effective_temperature

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


def described(
    dimensions: tuple[str, ...], values: Values, meaning: str, equation: str = "", units: str = "1"
) -> tuple[tuple[str, ...], Values, dict[str, str]]:
    """Return a variable of a dataset: dimensions, values, and attributes that say what it is."""
    attributes = {"units": units, "long_name": meaning}
    return dimensions, values, attributes | ({"equation": f"Eq. ({equation})"} if equation else {})
