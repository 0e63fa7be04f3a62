"""How far the master equations of a fast bath and of qubits hold, and what it means where they do not."""

from dataclasses import dataclass

import numpy as np

from valvelab.arguments import Array, Values, numbers, positive, qubit_number
from valvelab.constants import BOLTZMANN, PLANCK

from .baths import Bath, Resonator, common_bath_shape
from .resonator_problem import modes_of

MARKOV_BOUND = 0.2
"""N sum gamma_i (2 n_i + 1) / kappa_i above which a Markovian master equation misleads."""
WEAK_BOUND = 0.1
"""gamma / (2 pi f) up to which the rotating-wave approximation is known to hold: there, with Q = 20, one qubit carries
0.5 % less by a hierarchy of equations without it."""
STRONGEST = 1.0
"""gamma / (2 pi f) from which on a qubit forgets itself within a period, and no rung is a model of it."""
LEVELS_BOUND = 1e-3
"""Probability to be above the first excited state from which on transmons are no qubits. Their powers are off by up to
1.4 times its root (`levels`, 178 MHz, Q = 3, 50 to 384 mK); what is lost of an enhancement does not get small with it:
there 0.7 to 0.9 of it, 0.1 to 0.6 at Q = 20, 0.01 to 0.3 at Q = 100."""


@dataclass(frozen=True, eq=False)
class Validity:
    """Hold how slow the resonators are beside the qubits, how strong the rates, and how warm what is above a qubit.

    Parameters
    ----------
    broadening
        N sum_i gamma_i (2 n_i + 1) / kappa_i, the qubits' width over that of the resonators.
    strength
        Largest gamma_i / (2 pi f_i).
    beyond_qubit
        (n / (n + 1))^2, n being the mean occupation of both reservoirs weighed with their rates: the probability that
        an oscillator between them is above its first level. A transmon is less often, down to half of it.
    anharmonicity
        h |alpha| / k_B T_h, or None. That it is small means that level 2 is as warm as that of an oscillator.
    """

    broadening: Array
    strength: Array
    beyond_qubit: Array
    anharmonicity: Array | None = None

    @property
    def markovian(self) -> bool:
        """Whether a Markovian master equation (`collective`, `pair`) holds everywhere."""
        return bool(np.all(self.broadening <= MARKOV_BOUND))

    @property
    def weak(self) -> bool:
        """Whether the rotating-wave approximation, which `resonators` makes as well, is safe everywhere."""
        return bool(np.all(self.strength <= WEAK_BOUND))

    @property
    def possible(self) -> bool:
        """Whether the rates are below 2 pi f everywhere: beyond that no rung holds."""
        return bool(np.all(self.strength < STRONGEST))

    @property
    def two_level(self) -> bool:
        """Whether two levels are enough everywhere."""
        return bool(np.all(self.beyond_qubit <= LEVELS_BOUND))

    @property
    def sentence(self) -> str:
        """What the numbers say."""
        worst, strongest = float(np.max(self.broadening)), float(np.max(self.strength))
        told = f"N sum gamma_i (2 n_i + 1) / kappa_i = {worst:.2g}, "
        if self.markovian:
            told += f"within {MARKOV_BOUND}: a Markovian master equation holds"
        else:
            told += (
                f"above {MARKOV_BOUND}: the resonators are slower than the qubits, and a Markovian master equation "
                "overestimates power and enhancement"
            )
            told += "; take `resonators`" if self.two_level else ""
        told += f". The largest gamma / (2 pi f) = {strongest:.2g}, "
        if self.weak:
            told += f"within {WEAK_BOUND}: the rotating-wave approximation holds."
        elif not self.possible:
            told += f"not below {STRONGEST:g}: no rung holds; check the units of rates and powers."
        else:
            told += (
                f"above {WEAK_BOUND}: the rotating-wave approximation, which `resonators` makes too, is doubtful; take "
                "`hierarchy`."
            )
        return f"{told} {self._levels_sentence}"

    @property
    def _levels_sentence(self) -> str:
        beyond = float(np.max(self.beyond_qubit))
        told = f"A transmon is above its first excited state with a probability of about {beyond:.2g}"
        if self.anharmonicity is not None:
            told += f" (h |alpha| = {float(np.max(self.anharmonicity)):.2g} k_B T_h)"
        if self.two_level:
            return f"{told}, within {LEVELS_BOUND:g}: it is a qubit."
        taken = "`levels`"
        if not self.markovian:
            taken = "`resonator_levels` (the rung 'transmons'), which has slow resonators as well"
        return f"{told}, above {LEVELS_BOUND:g}: it is no qubit; take {taken}."


def validity(
    hot: Bath,
    cold: Bath,
    resonator: Resonator | tuple[Resonator, Resonator],
    *,
    n_qubits: int = 2,
    anharmonicity: Values | None = None,
) -> Validity:
    """Tell how far a Markovian master equation of qubits holds on resonance with their resonators.

    Parameters
    ----------
    hot, cold
        The reservoirs.
    resonator
        The resonators of both reservoirs, or a pair (hot, cold), with Q above 0.
    n_qubits
        Number of qubits N.
    anharmonicity
        alpha of the transmons [Hz], of either sign, where it shall be told beside k_B T_h.

    Returns
    -------
    Validity
        Of the shape that all arguments broadcast to.

    Raises
    ------
    ValueError
        If an argument is out of range, or if they do not broadcast.

    Notes
    -----
    The bound 0.2 is where the power of a single qubit is off by 10 %: for small rates it falls short of the
    Markovian one by half of the first number. Both are compared in `resonators`. A transmon's level 2
    is h (2 f + alpha) above its ground state, so where k_B T_h is no longer small against h f no anharmonicity that
    transmons have keeps it cold.

    Examples
    --------
    >>> table_1 = validity(Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Resonator(4e9, 20))
    >>> round(float(table_1.broadening), 2), table_1.markovian
    (4.29, False)
    >>> round(float(table_1.beyond_qubit), 2), table_1.two_level
    (0.21, False)
    """
    common_bath_shape({"hot": hot, "cold": cold, "parasitic": None})
    broadening: Values = 0.0
    strength: Values = 0.0
    occupied: Values = 0.0
    for bath, mode in zip((hot, cold), modes_of(resonator), strict=True):
        omega = 2 * np.pi * mode.frequency
        linewidth = omega / positive("resonator.quality_factor", mode.quality_factor, "")
        width = bath.rate * (2 * bath.occupation(mode.frequency) + 1)
        broadening = broadening + qubit_number(n_qubits) * width / linewidth
        strength = np.maximum(strength, bath.rate / omega)
        occupied = occupied + bath.rate * bath.occupation(mode.frequency)
    rates = np.asarray(hot.rate + cold.rate)
    n = np.divide(
        occupied, rates, out=np.zeros(np.broadcast_shapes(np.shape(occupied), rates.shape)), where=rates > 0
    )
    ratio = None
    if anharmonicity is not None:
        with np.errstate(divide="ignore"):
            ratio = (
                PLANCK
                * np.abs(numbers("anharmonicity", anharmonicity))
                / (BOLTZMANN * np.asarray(hot.temperature))
            )
    return Validity(np.asarray(broadening), np.asarray(strength), np.asarray((n / (1 + n)) ** 2), ratio)
