"""One point of `resonators`: its parameters, and the coefficients they give to the terms of `mode_moments`."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from valvelab.arguments import Amplitude, Array
from valvelab.constants import PLANCK

from .dark_states import drains
from .mode_moments import MODES, Moments

_VANISHING_RATE = 1e-8
"""Stands for gamma_p -> 0+, in units of the larger reservoir's rate: the currents are then right to about as much."""
STEPS = (
    {"gamma_h": "amplitudes 0", "gamma_c": "amplitudes 1", "gamma_p": "gamma_p"}
    | {
        "n_h": "occupations 0",
        "n_c": "occupations 1",
        "n_p of qubit 1": "parasitic_occupations 0",
        "n_p of qubit 2": "parasitic_occupations 1",
        "f_1": "frequencies 0",
        "f_2": "frequencies 1",
        "exchange": "exchange",
        "weight_1": "shifts 0",
        "weight_2": "shifts 1",
    }
    | {
        f"tail_{mode} of qubit {qubit + 1}": f"tails {place} {qubit}"
        for place, mode in enumerate("hc")
        for qubit in (0, 1)
    }
)
"""What the currents are differentiated by, and what is moved for it."""


@dataclass(frozen=True, eq=False)
class ResonatorPoint:
    """Hold the parameters of one point; mode first (hot, cold), qubit second.

    Parameters
    ----------
    frequencies
        Of the qubits [Hz].
    resonator_frequencies, linewidths
        f_r [Hz] and kappa [1/s] of the modes.
    amplitudes
        sqrt(gamma) of the reservoirs, of which every coefficient is a linear function.
    weights
        Signed, or complex where one has a phase, (modes, qubits).
    temperatures
        Of the three baths [K]; only derivatives ask for them.
    occupations
        n of the modes.
    parasitic_occupations
        n_p at each qubit's frequency.
    gamma_p
        Rate of the parasitic bath [1/s].
    exchange
        Exchange coupling [Hz].
    dephasing
        Rate at which the coherence of each qubit decays [1/s].
    lonely
        Whether there is no parasitic bath, so that what is coupled to nothing must be kept in its ground state.
    shifts
        Added to both weights of each qubit, where one has a phase to the magnitudes of all; not 0 only while the
        currents are differentiated.
    tails
        What couplings are multiplied by, (modes, qubits); not 1 only where they are corrected.
    """

    frequencies: Array
    resonator_frequencies: Array
    linewidths: Array
    amplitudes: Array
    weights: Amplitude
    temperatures: Array
    occupations: Array
    parasitic_occupations: Array
    gamma_p: float
    exchange: float
    dephasing: Array
    lonely: bool
    shifts: Array
    tails: Array

    @property
    def phases(self) -> bool:
        """Whether a weight has a phase."""
        return np.iscomplexobj(self.weights)

    @property
    def couplings(self) -> Amplitude:
        """2 pi g = weight sqrt(gamma kappa) / 2 [1/s], (modes, qubits); gamma = 4 |2 pi g|^2 / kappa."""
        strength, shifts = self.amplitudes * np.sqrt(self.linewidths) / 2, self.shifts
        along: Any = np.exp(1j * np.angle(self.weights)) if self.phases else 1.0
        found: Amplitude = strength[:, None] * (self.weights + shifts * along) * self.tails
        return found

    @property
    def scales(self) -> Array:
        """The c of each mode."""
        return np.sqrt(self.occupations + 0.5)

    @property
    def unit(self) -> float:
        """What coefficients are divided by [1/s], so that they are of order one."""
        return float(self.linewidths.max())

    @property
    def strengths(self) -> Array:
        """The gamma / (2 pi f) of both reservoirs."""
        return np.asarray(self.amplitudes**2 / (2 * np.pi * self.resonator_frequencies))

    @property
    def slowness(self) -> str:
        """What tells how slow the resonators are beside the qubits."""
        ratio = (self.amplitudes**2 * (2 * self.occupations + 1) / self.linewidths).sum()
        return f"sum gamma_i (2 n_i + 1) / kappa_i is {ratio:.3g}"

    @property
    def key(self) -> tuple[bytes, ...]:
        """What equal points, and only these, have in common."""
        return tuple(np.asarray(getattr(self, one.name)).tobytes() for one in fields(self))

    def moved(self, name: str, step: float) -> "ResonatorPoint":
        """Return the point with one of `STEPS` moved."""
        field, _, place = STEPS[name].partition(" ")
        value = getattr(self, field)
        if place:
            value = value.copy()
            value[tuple(map(int, place.split()))] += step
        else:
            value = value + step
        changed: dict[str, Any] = {field: value}
        return replace(self, **changed)


def coefficients(point: ResonatorPoint, of: Moments, scales: Array) -> Array:
    """Return the coefficients of all terms, in units of `ResonatorPoint.unit`; the trace has 1."""
    rates, couplings, n = _qubit_rates(point), point.couplings, point.occupations
    # All numbers of excitations are conserved: only differences of frequencies matter, and they are small.
    reference = point.frequencies[0]
    for i, mode in enumerate(MODES):
        rates[f"turn {mode}"] = point.resonator_frequencies[i] - reference
        rates[f"decay {mode}"] = point.linewidths[i]
        for name, _, coupling in _quadratures(couplings[i]):
            rates[f"deeper {mode} {name}"] = coupling * scales[i]
            rates[f"stirred {mode} {name}"] = coupling * n[i] / scales[i]
            rates[f"spontaneous {mode} {name}"] = coupling / scales[i]
    found = np.array([rates.get(name, 0.0) for name in of.names]) / point.unit
    found[-1] = 1.0
    return found


def _quadratures(couplings: Amplitude) -> list[tuple[str, int, float]]:
    """Return what `mode_moments` calls the parts of a mode's couplings, which qubit they are of, and how large."""
    found = [(str(qubit), qubit, one) for qubit, one in enumerate(couplings.real)]
    if np.iscomplexobj(couplings):
        found += [(f"turned {qubit}", qubit, one) for qubit, one in enumerate(couplings.imag)]
    return found


def _qubit_rates(point: ResonatorPoint) -> dict[str, float]:
    """Return the coefficients of what acts on the qubits alone [1/s], frequencies in Hz."""
    rates: dict[str, float] = {"exchange": point.exchange}
    for qubit, frequency in enumerate(point.frequencies):
        n = point.parasitic_occupations[qubit]
        rates[f"turn {qubit}"] = frequency - point.frequencies[0]
        rates[f"fall {qubit}"] = point.gamma_p * (1 + n)
        rates[f"rise {qubit}"] = point.gamma_p * n
        rates[f"dephase {qubit}"] = point.dephasing[qubit]
    return rates | drains(point)


def currents(point: ResonatorPoint, read: Mapping[str, float], scales: Array) -> Array:
    """Return Tr[H D_i rho] of the hot, the cold and the parasitic bath [W]; dephasing counts with the last.

    Parameters
    ----------
    read
        The readings of `mode_moments` by name, of moments that are scaled by `scales`.
    """
    g = point.couplings / (2 * np.pi)
    hz = np.zeros(3)
    widths = point.gamma_p * (1 + 2 * point.parasitic_occupations) / 2 + point.dephasing
    for i, mode in enumerate(MODES):
        # kappa (n - <a+a>) quanta h f_r, and half of kappa times what the coupling holds.
        flow = -point.linewidths[i] * scales[i] ** 2 * read[f"photons {mode}"]
        hz[i] += point.resonator_frequencies[i] * flow
        for name, qubit, part in _quadratures(g[i]):
            held = part * scales[i] * read[f"coupling {mode} {name}"]
            hz[i] -= point.linewidths[i] / 2 * held
            hz[2] -= widths[qubit] * held
    for qubit, frequency in enumerate(point.frequencies):
        excited, n = read[f"excited {qubit}"], point.parasitic_occupations[qubit]
        hz[2] += frequency * point.gamma_p * (n * (read["trace"] - 2 * excited) - excited)
    if len(widths) == 2:
        hz[2] -= widths.sum() * point.exchange * read["exchange"]
    return np.asarray(PLANCK * hz)


def of_qubits(read: Mapping[str, float]) -> Array:
    """Return <J_z> and P_J, highest J first, of readings by name; of one qubit the second P is 0."""
    excited = [value for name, value in read.items() if name.startswith("excited")]
    inversion = sum(excited) - len(excited) / 2
    if len(excited) == 1:
        return np.array([inversion, 1.0, 0.0])
    # The triplet's <s_1+ s_2> is positive, the singlet's negative.
    singlet = (sum(excited) - 2 * read["both"] - read["exchange"]) / 2
    return np.array([inversion, 1 - singlet, singlet])


def vanishing_rate(rates: tuple[float, float]) -> float:
    """Return a rate [1/s] that stands for gamma_p -> 0+ beside two reservoirs."""
    return _VANISHING_RATE * max(rates) if max(rates) > 0 else 1.0


def not_unique(point: ResonatorPoint) -> ValueError:
    """Return the error that tells of two stationary states."""
    return ValueError(
        "Arguments must have one stationary state, but at the frequencies "
        f"{point.frequencies.tolist()} Hz two are stationary to rounding. Give a parasitic bath with a rate that is "
        "not far below those of the reservoirs."
    )
