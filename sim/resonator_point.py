"""One point of `resonators`: its parameters, and what they have in common."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np

from valvelab.arguments import Amplitude, Array
from valvelab.constants import PLANCK

from .resonator_corrections import Felt, felt, occupation_at, swinging

_VANISHING_RATE = 1e-8
"""Stands for gamma_p -> 0+, in units of the larger reservoir's rate: the currents are then right to about as much."""
STEPS = {
    "gamma_h": "amplitudes 0",
    "gamma_c": "amplitudes 1",
    "gamma_p": "gamma_p",
    "n_h": "occupations 0",
    "n_c": "occupations 1",
    "n_p of qubit 1": "parasitic_occupations 0",
    "n_p of qubit 2": "parasitic_occupations 1",
    "T_h": "temperatures 0",
    "T_c": "temperatures 1",
    "f_1": "frequencies 0",
    "f_2": "frequencies 1",
    "exchange": "exchange",
    "weight_1": "shifts 0",
    "weight_2": "shifts 1",
}
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
        Of the three baths [K]; only corrections and derivatives ask for them.
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
    swing
        What couplings are multiplied by, (modes,); not 1 only where the point is corrected.
    felt
        What the qubits feel beyond the plain equation, or None.
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
    swing: Array
    felt: Felt | None = None

    @property
    def phases(self) -> bool:
        """Whether a weight has a phase."""
        return np.iscomplexobj(self.weights)

    @cached_property
    def couplings(self) -> Amplitude:
        """2 pi g = weight sqrt(gamma kappa) / 2 [1/s], (modes, qubits); gamma = 4 |2 pi g|^2 / kappa."""
        strength = self.swing * self.amplitudes * np.sqrt(self.linewidths) / 2
        along: Any = np.exp(1j * np.angle(self.weights)) if self.phases else 1.0
        found: Amplitude = strength[:, None] * (self.weights + self.shifts * along)
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
    def turnover(self) -> float:
        """What the fastest bath could carry, h f times its rate [W]."""
        rate = max(float(np.abs(self.amplitudes[:, None] * self.weights).max() ** 2), self.gamma_p)
        return PLANCK * float(self.frequencies.max()) * rate

    @property
    def strengths(self) -> Array:
        """The gamma / (2 pi f) of both reservoirs."""
        return np.asarray(self.amplitudes**2 / (2 * np.pi * self.resonator_frequencies))

    @property
    def slowness(self) -> str:
        """What tells how slow the resonators are beside the qubits."""
        ratio = (self.amplitudes**2 * (2 * self.occupations + 1) / self.linewidths).sum()
        return f"sum gamma_i (2 n_i + 1) / kappa_i is {ratio:.3g}"

    def corrected(self) -> "ResonatorPoint":
        """Return the point whose equation has the corrections; ValueError where a resonator does not swing."""
        own, swings = self.resonator_frequencies, swinging(self.resonator_frequencies, self.linewidths)
        return _followed(replace(self, resonator_frequencies=swings, swing=np.sqrt(own / swings)))

    @property
    def key(self) -> tuple[bytes, ...]:
        """What equal points, and only these, have in common."""
        return tuple(np.asarray(getattr(self, one.name)).tobytes() for one in fields(self))

    def moved(self, name: str, step: float) -> "ResonatorPoint":
        """Return the point with one of `STEPS` moved, and what follows from it where it is corrected."""
        field, _, place = STEPS[name].partition(" ")
        value = getattr(self, field)
        if place:
            value = value.copy()
            value[tuple(map(int, place.split()))] += step
        else:
            value = value + step
        changed: dict[str, Any] = {field: value}
        there = replace(self, **changed)
        follows = self.felt is not None and name.startswith(("T_", "f_"))
        return _followed(there) if follows else there


def _followed(point: ResonatorPoint) -> ResonatorPoint:
    """Return the point with what corrections make of its frequencies and temperatures."""
    swings, warm = point.resonator_frequencies, point.temperatures[:2]
    found = felt(point.frequencies, swings, point.linewidths, warm)
    return replace(point, occupations=occupation_at(swings, warm), felt=found)


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
