"""How far the master equations of a fast bath hold, and what it means where they do not."""

from dataclasses import dataclass

import numpy as np

from valvelab.arguments import Array, Values, positive, qubit_number

from .baths import Bath, Resonator, common_bath_shape
from .resonator_problem import modes_of

MARKOV_BOUND = 0.2
"""N sum gamma_i (2 n_i + 1) / kappa_i above which a Markovian master equation misleads."""
WEAK_BOUND = 0.1
"""gamma / (2 pi f) up to which the rotating-wave approximation is known to hold: there, with Q = 20, one qubit carries
0.5 % less by a hierarchy of equations without it."""


@dataclass(frozen=True, eq=False)
class Validity:
    """Hold how slow the resonators are beside the qubits, and how strong the rates beside the frequency.

    Parameters
    ----------
    broadening
        N sum_i gamma_i (2 n_i + 1) / kappa_i, the qubits' width over that of the resonators.
    strength
        Largest gamma_i / (2 pi f_i).
    """

    broadening: Array
    strength: Array

    @property
    def markovian(self) -> bool:
        """Whether a Markovian master equation (`collective`, `pair`) holds everywhere."""
        return bool(np.all(self.broadening <= MARKOV_BOUND))

    @property
    def weak(self) -> bool:
        """Whether the rotating-wave approximation, which `resonators` makes as well, is safe everywhere."""
        return bool(np.all(self.strength <= WEAK_BOUND))

    @property
    def sentence(self) -> str:
        """What the two numbers say."""
        worst, strongest = float(np.max(self.broadening)), float(np.max(self.strength))
        told = f"N sum gamma_i (2 n_i + 1) / kappa_i = {worst:.2g}, "
        if self.markovian:
            told += f"within {MARKOV_BOUND}: a Markovian master equation holds"
        else:
            told += (
                f"above {MARKOV_BOUND}: the resonators are slower than the qubits, and a Markovian master equation "
                "overestimates power and enhancement; take `resonators`"
            )
        told += f". The largest gamma / (2 pi f) = {strongest:.2g}, "
        if self.weak:
            return told + f"within {WEAK_BOUND}: the rotating-wave approximation holds."
        return (
            told
            + f"above {WEAK_BOUND}: the rotating-wave approximation, which `resonators` makes too, is doubtful; take "
            "`hierarchy`."
        )


def validity(
    hot: Bath, cold: Bath, resonator: Resonator | tuple[Resonator, Resonator], *, n_qubits: int = 2
) -> Validity:
    """Tell how far a Markovian master equation holds for qubits on resonance with their resonators.

    Parameters
    ----------
    hot, cold
        The reservoirs.
    resonator
        The resonators of both reservoirs, or a pair (hot, cold), with Q above 0.
    n_qubits
        Number of qubits N.

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
    Markovian one by half of the first number. Both are compared in `resonators`.

    Examples
    --------
    >>> table_1 = validity(Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Resonator(4e9, 20))
    >>> round(float(table_1.broadening), 2), table_1.markovian
    (4.29, False)
    """
    common_bath_shape({"hot": hot, "cold": cold, "parasitic": None})
    broadening: Values = 0.0
    strength: Values = 0.0
    for bath, mode in zip((hot, cold), modes_of(resonator), strict=True):
        omega = 2 * np.pi * mode.frequency
        linewidth = omega / positive("resonator.quality_factor", mode.quality_factor, "")
        width = bath.rate * (2 * bath.occupation(mode.frequency) + 1)
        broadening = broadening + qubit_number(n_qubits) * width / linewidth
        strength = np.maximum(strength, bath.rate / omega)
    return Validity(np.asarray(broadening), np.asarray(strength))
