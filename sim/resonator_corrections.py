"""What the equation of `resonators` leaves out in first order of 1 / Q, for qubits at any frequency.

A qubit feels the noise of an RLC circuit, Resonator(f_i, Q, -1) as in `hierarchy`. Its spectrum is a line at
f_i' = sqrt(f_i^2 - (kappa / (4 pi))^2), which is the mode's, less its mirror image at -f_i'. Occupations change along
the line: a qubit's own is n(f_k), for which the n of the mode gets an imaginary part - kappa / (4 pi) times the slope
(n(f_k) - n(f_i')) / (f_k - f_i'), as n has at the pole f_i' - i kappa / (4 pi). The mirror image is white at the
frequencies of qubits, and is taken off as a bath of each reservoir. And waves that do not rotate shift qubits and
photons by each other, lead from one resonator to the other by way of a qubit, and exchange two qubits
(`valvelab.sim.moment_waves`).
"""

from typing import NamedTuple

import numpy as np

from valvelab.arguments import Array
from valvelab.constants import BOLTZMANN, PLANCK

_SAME = 1e-5
"""Distance of two frequencies, relative to them, from which on a slope is that of a chord."""
_COLD = 1e-6
"""The temperature that stands for lower ones [K]."""


class Felt(NamedTuple):
    """What qubits at some frequencies feel of both reservoirs beyond the plain equation, (modes, frequencies)."""

    waves: Array
    """1 / (f_k + f_i') of waves that do not rotate [s]."""
    tilts: Array
    """Imaginary part of the modes' occupations as a qubit feels it."""
    mirrors: Array
    """Share of gamma that it feels of the line at -f_i'."""
    owns: Array
    """Occupations of the reservoirs at its own frequency."""


def swinging(frequencies: Array, linewidths: Array) -> Array:
    """Return the frequencies f_i' [Hz] at which circuits swing.

    Raises
    ------
    ValueError
        If one is so wide that it does not, Q at most 1/2.
    """
    half = linewidths / (4 * np.pi)
    if np.any(frequencies <= half):
        raise ValueError(
            "Argument `resonator` must have a Q above 0.5, so that it swings and can be corrected, but has "
            f"{(frequencies / half / 2).min():.3g}."
        )
    return np.asarray(np.sqrt(frequencies**2 - half**2))


def felt(frequencies: Array, swings: Array, linewidths: Array, temperatures: Array) -> Felt:
    """Return what qubits feel, by their frequencies, those of the modes f_i' [Hz], kappa [1/s] and temperatures [K]."""
    f, there, half = frequencies[None, :], swings[:, None], linewidths[:, None] / (4 * np.pi)
    warm = temperatures[:, None]
    mode, own, between = (occupation_at(at, warm) for at in (there, f, (f + there) / 2))
    apart = np.abs(f - there) > _SAME * there
    chord = (own - mode) / np.where(apart, f - there, 1.0)
    # Without a distance the slope is that of n = 1 / (exp(x) - 1), x = h f / k T.
    tangent = -between * (between + 1) * PLANCK / (BOLTZMANN * np.maximum(warm, _COLD))
    return Felt(
        waves=1 / (f + there),
        tilts=-half * np.where(apart, chord, tangent),
        mirrors=1 / (1 + ((f + there) / half) ** 2),
        owns=own,
    )


def occupation_at(frequency: Array, temperature: Array) -> Array:
    """Return occupations at frequencies [Hz] and temperatures [K] that broadcast, 0 at 0 K."""
    with np.errstate(over="ignore"):
        return np.asarray(1 / np.expm1(PLANCK * frequency / (BOLTZMANN * np.maximum(temperature, _COLD))))
