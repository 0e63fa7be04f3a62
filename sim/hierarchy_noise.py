"""The noise of one reservoir behind its resonator, as the few exponentials that a hierarchy of equations follows.

J(w) = lambda^2 Gamma w / ((w_i^2 - w^2)^2 + Gamma^2 w^2) with Gamma = w_i / Q, in QuTiP's convention (Lambert et al.,
Phys. Rev. Research 5, 013181, Eq. 16): the correlation function has the spectrum 2 J(w) (n(w) + 1), so a qubit that
couples with sigma_x has the rate 2 J(w). On resonance that is gamma for lambda^2 = gamma Gamma w_i / 2.

The poles of J give two exponentials, those of the Bose function one at each Matsubara frequency. The latter are weaker
by about 1 / Q^2 and decay fast. What is left after some of them, an even function of the frequency, is taken as
white noise that is right at the qubits' frequency; with none of them the currents are then right to 1e-5 at Q = 20.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from valvelab.arguments import Array
from valvelab.constants import BOLTZMANN, PLANCK

from .hierarchy_operators import frequency_unit
from .resonator_point import ResonatorPoint

_FROZEN = 0.05
"""k_B T / h f below which a reservoir is taken as this cold: its occupation is 2e-9, and there are Matsubara
frequencies to check with."""
_ONCE = 2
"""Levels of a Matsubara exponential: it is so weak that it is followed once."""


@dataclass(frozen=True, eq=False)
class Noise:
    """Hold the noise of a reservoir, in the units of `Operators`.

    Parameters
    ----------
    bath
        QuTiP's, with the exponentials of the correlation function.
    white
        Spectrum of the rest, which is white; mostly negative.
    """

    bath: Any
    white: float


def reservoir_noise(point: ResonatorPoint, place: int, operator: Array, terms: int) -> Noise:
    """Return the noise of the hot (0) or the cold (1) reservoir.

    Parameters
    ----------
    operator
        Of the qubits, that the reservoir couples to.
    terms
        Number of Matsubara frequencies.
    """
    from qutip import Qobj
    from qutip.solver.heom import UnderDampedBath

    unit = frequency_unit(point)
    own, qubits = point.resonator_frequencies[place] / unit, _of_qubits(point, place) / unit
    width = point.linewidths[place] / (2 * np.pi * unit)
    strength = point.amplitudes[place] ** 2 / (2 * np.pi * unit) * width * own / 2
    coldest = _FROZEN * min(own, point.frequencies.min() / unit)
    warmth = max(BOLTZMANN * point.temperatures[place] / (PLANCK * unit), coldest)
    bath = UnderDampedBath(Qobj(operator), np.sqrt(strength), width, own, warmth, Nk=terms, tag=place)
    density = strength * width * qubits / ((own**2 - qubits**2) ** 2 + (width * qubits) ** 2)
    # Conjugate exponentials add up to a real spectrum.
    followed = sum((2 * one.ck * one.vk / (one.vk**2 + qubits**2)).real for one in bath.exponents)
    for exponent in bath.exponents:
        if abs(exponent.vk.imag) == 0:
            exponent.dim = _ONCE
    return Noise(bath, float(density / np.tanh(qubits / (2 * warmth)) - followed))


def _of_qubits(point: ResonatorPoint, place: int) -> float:
    """Return the mean frequency [Hz] of the qubits, each as much as the reservoir couples to it."""
    strength = point.weights[place] ** 2
    return float(np.average(point.frequencies, weights=strength if strength.any() else None))
