"""The noise of one reservoir behind its resonator, as the few exponentials that a hierarchy of equations follows.

J(w) = lambda^2 Gamma w / ((w_i^2 - w^2)^2 + Gamma^2 w^2) with Gamma = w_i / Q, in QuTiP's convention (Lambert et al.,
Phys. Rev. Research 5, 013181, Eq. 16): the correlation function has the spectrum 2 J(w) (n(w) + 1), so a qubit that
couples with sigma_x has the rate 2 J(w). On resonance that is gamma for lambda^2 = gamma Gamma w_i / 2.

The poles of J give two exponentials, those of the Bose function one at each Matsubara frequency. The latter are weaker
by about 1 / Q^2 and decay fast. What is left after some of them, a classical noise of spectrum R(w), is taken in
second order, -[Q, [Lambda, rho]] / 2 with Q = sum_k weight_k s_k + h.c. and Lambda = sum_k weight_k R(w_k) s_k + h.c.:
like white noise, but right at the frequency of each qubit. With no Matsubara frequency the currents are then right to
1e-5 at Q = 20.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from valvelab.constants import BOLTZMANN, PLANCK

from .hierarchy_operators import Operator, Operators, coupled, frequency_unit
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
        QuTiP's, with the exponentials of the correlation function and the coupling.
    coupling, rest
        Q and Lambda.
    """

    bath: Any
    coupling: Operator
    rest: Operator

    def given(self, operator: Operator) -> Operator:
        """Return what the rest makes of an expectation value per time."""
        inner = self.coupling @ operator - operator @ self.coupling
        return np.asarray(-(self.rest @ inner - inner @ self.rest) / 2)


def reservoir_noise(point: ResonatorPoint, own: Operators, place: int, terms: int) -> Noise:
    """Return the noise of the hot (0) or the cold (1) reservoir, with so many Matsubara frequencies."""
    from qutip import Qobj
    from qutip.solver.heom import UnderDampedBath

    unit, coupling = frequency_unit(point), own.couplings[place]
    resonance, qubits = point.resonator_frequencies[place] / unit, point.frequencies / unit
    width = point.linewidths[place] / (2 * np.pi * unit)
    strength = point.amplitudes[place] ** 2 / (2 * np.pi * unit) * width * resonance / 2
    coldest = _FROZEN * min(resonance, qubits.min())
    warmth = max(BOLTZMANN * point.temperatures[place] / (PLANCK * unit), coldest)
    bath = UnderDampedBath(Qobj(coupling), np.sqrt(strength), width, resonance, warmth, Nk=terms, tag=place)
    density = strength * width * qubits / ((resonance**2 - qubits**2) ** 2 + (width * qubits) ** 2)
    # Conjugate exponentials add up to a real spectrum.
    followed = sum((2 * one.ck * one.vk / (one.vk**2 + qubits**2)).real for one in bath.exponents)
    for exponent in bath.exponents:
        if abs(exponent.vk.imag) == 0:
            exponent.dim = _ONCE
    spectrum = density / np.tanh(qubits / (2 * warmth)) - followed
    return Noise(bath, coupling, coupled(own.ladder, own.weights[place] * spectrum))
