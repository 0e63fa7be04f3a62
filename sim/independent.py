"""Qubits that do not know of each other: the reference that a collective current is compared with."""

from collections.abc import Sequence

import numpy as np

from valvelab.constants import PLANCK

from ._checks import Array, Values, positive, qubit_number, two
from .baths import Bath, Resonator, common_bath_shape
from .currents import HeatCurrents, cold_share


def independent(
    n_qubits: int, frequency: Values, hot: Bath, cold: Bath, parasitic: Bath | None = None
) -> HeatCurrents:
    """Return the heat currents of N qubits, each coupled to the baths on its own.

    Q_i = N h f sum_j gamma_i gamma_j (n_i - n_j) / sum_j gamma_j (2 n_j + 1), which without a parasitic bath is
    Eq. (26).

    Parameters
    ----------
    n_qubits
        Number of qubits N, at least 1.
    frequency
        Their frequency [Hz].
    hot, cold, parasitic
        The baths; the parasitic one may be None.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> currents = independent(2, 4e9, Bath(0.5e9, 0.384), Bath(0.5e9, 0.096))
    >>> round(float(currents.hot) * 1e15, 4)  # [fW]
    0.6803
    """
    n_qubits = qubit_number(n_qubits)
    frequency = positive("frequency", frequency, "Hz")
    one = _one_qubit(frequency, hot, cold, parasitic)
    flows = (n_qubits * PLANCK * frequency * flow for flow in one)
    return HeatCurrents(*(flow[()] for flow in np.broadcast_arrays(*flows)), cold_share=cold_share(hot, cold))


def detuned(
    frequencies: Sequence[Values] | Array,
    hot: Bath,
    cold: Bath,
    parasitic: Bath | None,
    resonator: Resonator | None,
) -> HeatCurrents:
    """Return the heat currents of two qubits so far apart that each has modes of the baths to itself (App. D).

    The reservoirs' rates are filtered at each qubit's own frequency (Eq. D5); the parasitic rate is flat.

    Parameters
    ----------
    frequencies
        f_1 and f_2 [Hz].
    hot, cold, parasitic
        The baths; the parasitic one may be None.
    resonator
        What filters both reservoirs, or None for a flat spectrum.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> hot, cold, parasitic = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Bath(0.01e9, 0.05)
    >>> currents = detuned((4e9, 2e9), hot, cold, parasitic, Resonator(4e9, 20))
    >>> round(2 * float(currents.hot) * 1e15, 4)  # [fW]
    0.6953
    """
    total = [np.zeros(())] * 3
    for value in two("frequencies", frequencies, "(f_1, f_2)"):
        frequency = positive("frequencies", value, "Hz")
        passed = np.ones(()) if resonator is None else resonator.filter(frequency)
        hot_here, cold_here = (Bath(bath.rate * passed, bath.temperature) for bath in (hot, cold))
        flows = _one_qubit(frequency, hot_here, cold_here, parasitic)
        total = [sum_ + PLANCK * frequency * flow for sum_, flow in zip(total, flows, strict=True)]
    return HeatCurrents(*(flow[()] for flow in np.broadcast_arrays(*total)), cold_share=cold_share(hot, cold))


def _one_qubit(frequency: Array, hot: Bath, cold: Bath, parasitic: Bath | None) -> list[Array]:
    """Return the net excitations per second out of each bath into one qubit."""
    baths = [hot, cold, Bath(0.0, 0.0) if parasitic is None else parasitic]
    common_bath_shape({"hot": hot, "cold": cold, "parasitic": parasitic}, frequency=frequency)
    relaxation = sum((bath.rate * (2 * bath.occupation(frequency) + 1) for bath in baths), np.zeros(()))
    relaxation = np.where(relaxation > 0, relaxation, 1)
    return [
        sum(
            (bath.rate * other.rate * bath.occupation_excess(other, frequency) for other in baths),
            np.zeros(()),
        )
        / relaxation
        for bath in baths
    ]
