"""The master equation of two qubits as a linear map on six real numbers.

Excitation number is conserved in every coherence, so the state is the populations of |gg> and |ee> and
one 2 x 2 block between them. In the basis of triplet |s> = (|eg> + |ge>)/sqrt(2) and singlet
|a> = (|eg> - |ge>)/sqrt(2) that is p_g, p_s, p_a, p_e, Re rho_sa, Im rho_sa. In this basis a nearly dark
singlet has a row of small numbers of its own, so no digits are lost however slowly it fills.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np

from valvelab.arguments import Amplitude, Array

from .stationary import EXCITED, GROUND, IMAGINARY, REAL, SINGLET, TRIPLET, Map, add

Amplitudes: TypeAlias = tuple[Array, Array]
"""Two numbers that belong together: one for each qubit or frequency."""
Weights: TypeAlias = tuple[Amplitude, Amplitude]
"""The same of couplings, which may have phases: of both qubits, or components along |s> and |a>."""


@dataclass(frozen=True)
class Hamiltonian:
    """Describe H / h [Hz], whose single-excitation block is ((f + g, d/2), (d/2, f - g))."""

    first: Array
    second: Array
    exchange: Array

    @cached_property
    def mean(self) -> Array:
        """Mean f of the two frequencies [Hz]."""
        return (self.first + self.second) / 2

    @cached_property
    def detuning(self) -> Array:
        """Difference d = f_1 - f_2 [Hz]."""
        return self.first - self.second

    @cached_property
    def splitting(self) -> Array:
        """Difference of the two Bohr frequencies [Hz]."""
        return np.hypot(2 * self.exchange, self.detuning)

    @cached_property
    def bohr_frequencies(self) -> Amplitudes:
        """Upper and lower of the two frequencies at which an excitation leaves [Hz]."""
        upper = self.mean + self.splitting / 2
        # Their product is f_1 f_2 - g^2: no cancellation where the lower one is small.
        return upper, (self.first * self.second - self.exchange**2) / upper

    def map(self) -> Map:
        """Return -i [H, .] / hbar."""
        turn, mix = 4 * np.pi * self.exchange, 2 * np.pi * self.detuning
        return {
            (TRIPLET, IMAGINARY): -mix,
            (SINGLET, IMAGINARY): mix,
            (REAL, IMAGINARY): turn,
            (IMAGINARY, REAL): -turn,
            (IMAGINARY, TRIPLET): mix / 2,
            (IMAGINARY, SINGLET): -mix / 2,
        }

    def energy(self, change: list[Array]) -> Array:
        """Return the energy in a change of the six numbers [h Hz]."""
        gained: Array = (
            (self.mean + self.exchange) * change[TRIPLET]
            + (self.mean - self.exchange) * change[SINGLET]
            + 2 * self.mean * change[EXCITED]
            + self.detuning * change[REAL]
        )
        return gained

    def split(self, spectrum: Amplitudes) -> tuple[Array, Array, Array]:
        """Return m, p, q such that f(H_1) = m + ((p, q), (q, -p)) for a spectrum at the Bohr frequencies."""
        upper, lower = spectrum
        half, splitting = (upper - lower) / 2, np.where(self.splitting > 0, self.splitting, 1)
        # The ratios first: they stay within 1 however small the splitting is.
        p, q = half * (2 * self.exchange / splitting), half * (self.detuning / splitting)
        return (upper + lower) / 2, p, q


def dissipator(
    hamiltonian: Hamiltonian, weights: Weights, down: Amplitudes, up: Amplitudes, *, gkls: bool
) -> Map:
    """Return the map of one bath coupled through sum_k weight_k s-_k.

    Parameters
    ----------
    hamiltonian
        Of the two qubits.
    weights
        Of the two qubits.
    down, up
        Spectral rates S(+w) and S(-w) at the upper and lower Bohr frequency [1/s].
    gkls
        Whether to take the one jump operator of geometric means instead of Redfield's X and Y.
    """
    first, second = weights[0] * np.sqrt(0.5), weights[1] * np.sqrt(0.5)
    coupling = first + second, first - second
    phases = coupling[0].dtype.kind == "c" or coupling[1].dtype.kind == "c"
    result: Map = {}
    for spectrum, emits in ((down, True), (up, False)):
        if gkls:
            spectrum = np.sqrt(spectrum[0]), np.sqrt(spectrum[1])
        m, p, q = hamiltonian.split(spectrum)
        # What is absorbed has the opposite phase.
        here = _conjugate(coupling) if phases and not emits else coupling
        for outer in (GROUND, EXCITED):
            # Emission from |ee> that ends in |+> has the lower frequency: there f(H_1) has p, q reversed.
            sign = 1 if outer == GROUND else -1
            s, a = here[0], sign * here[1]
            y = (m + sign * p) * s + sign * q * a, sign * q * s + (m - sign * p) * a
            x = y if gkls else (s, a)
            leaves = emits == (outer == GROUND)
            add(result, _leave(outer, x, y, phases) if leaves else _enter(outer, x, y, phases))
    return result


def _leave(outer: int, x: Weights, y: Weights, phases: bool) -> Map:
    """Return (Y rho X+ - X+ Y rho + h.c.) / 2 for jumps out of the block, with rows x and y."""
    (xs, xa), (ys, ya) = _conjugate(x) if phases else x, y
    ss, aa, sa, as_ = xs * ys, xa * ya, xs * ya, xa * ys
    decay = (ss + (aa.conj() if phases else aa)) / 2
    found = {
        (outer, TRIPLET): ss.real,
        (outer, SINGLET): aa.real,
        (outer, REAL): (sa + as_).real,
        (TRIPLET, TRIPLET): -ss.real,
        (TRIPLET, REAL): -sa.real,
        (SINGLET, SINGLET): -aa.real,
        (SINGLET, REAL): -as_.real,
        (REAL, REAL): -decay.real,
        (IMAGINARY, IMAGINARY): -decay.real,
        (REAL, SINGLET): -sa.real / 2,
        (REAL, TRIPLET): -as_.real / 2,
    }
    if phases:
        found |= {
            (outer, IMAGINARY): (sa - as_).imag,
            (TRIPLET, IMAGINARY): -sa.imag,
            (SINGLET, IMAGINARY): as_.imag,
            (REAL, IMAGINARY): decay.imag,
            (IMAGINARY, REAL): -decay.imag,
            (IMAGINARY, SINGLET): -sa.imag / 2,
            (IMAGINARY, TRIPLET): as_.imag / 2,
        }
    return found


def _enter(outer: int, x: Weights, y: Weights, phases: bool) -> Map:
    """Return the same for jumps into the block, with columns x and y."""
    (xs, xa), (ys, ya) = _conjugate(x) if phases else x, y
    ss, aa = (xs * ys).real, (xa * ya).real
    cross = xs * ya
    sa = (ys * xa + (cross.conj() if phases else cross)) / 2
    found = {
        (TRIPLET, outer): ss,
        (SINGLET, outer): aa,
        (REAL, outer): sa.real,
        (outer, outer): -(ss + aa),
    }
    return found | {(IMAGINARY, outer): sa.imag} if phases else found


def _conjugate(pair: Weights) -> Weights:
    return pair[0].conj(), pair[1].conj()
