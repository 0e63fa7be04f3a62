"""What a resonator lets through, and the heat that one qubit carries between two of them, up to a factor."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from valvelab.arguments import Array, Values
from valvelab.constants import BOLTZMANN, PLANCK

if TYPE_CHECKING:
    from valvelab.device import ResonatorFilter


def transmission(ratio: Array, quality_factor: Values, exponent: Values) -> Array:
    """Return x**exponent / (1 + Q**2 (x - 1/x)**2) at a frequency x in units of the resonance (Eqs. B15, D5)."""
    passed: Array = ratio**exponent / (1 + (quality_factor * (ratio - 1 / ratio)) ** 2)
    return passed


def heat_through_one_qubit(
    frequency: npt.ArrayLike, resonator: "ResonatorFilter", warm: float, cold: float
) -> Array:
    r"""Return the heat that a qubit between two equal reservoirs carries, relative to h times a rate [Hz].

    .. math:: \frac{P}{h\gamma} = f F(f) \frac{n_h - n_c}{2 (1 + n_h + n_c)}

    Parameters
    ----------
    frequency
        Transition frequency of the qubit f [Hz].
    resonator
        The filter F.
    warm, cold
        Temperatures of the reservoirs [K].

    Notes
    -----
    Eq. 22 with one qubit and equal rates; unequal ones change its height along a ridge by a factor that is nearly
    constant, so it gives the place of a ridge whatever they are.
    """
    f = np.asarray(frequency, float)
    passed = transmission(f / resonator.frequency, resonator.quality_factor, resonator.exponent)
    quantum = PLANCK / BOLTZMANN * f
    n_h, n_c = (1 / np.expm1(quantum / temperature) for temperature in (warm, cold))
    return np.asarray(f * passed * (n_h - n_c) / (2 * (1 + n_h + n_c)))
