"""Qubits that do not know of each other: the reference that a collective current is compared with."""

from collections.abc import Sequence

import numpy as np

from valvelab.arguments import Array, Values, positive, qubit_number, two
from valvelab.constants import PLANCK

from .baths import Bath, Mode, Resonator, common_bath_shape
from .currents import HeatCurrents, cold_share


def independent(
    n_qubits: int, frequency: Values, hot: Bath, cold: Bath, parasitic: Bath | None = None
) -> HeatCurrents:
    """Return the heat currents of N qubits, each coupled to the baths on its own.

    Q_i = N h f sum_j gamma_i gamma_j (n_i - n_j) / sum_j gamma_j (2 n_j + 1): without a parasitic
    bath this is Eq. (26).

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
    common_bath_shape({"hot": hot, "cold": cold, "parasitic": parasitic}, frequency=frequency)
    one = _one_qubit(frequency, hot, cold, parasitic)
    flows = (n_qubits * PLANCK * frequency * flow for flow in one)
    return HeatCurrents(*flows, cold_share=cold_share(hot, cold))


def detuned(
    frequencies: Sequence[Values] | Array,
    hot: Bath,
    cold: Bath,
    parasitic: Bath | None,
    resonator: Resonator | None,
) -> HeatCurrents:
    """Return the heat currents of two qubits that each have modes of the baths to themselves (App. D).

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
    first, second = (positive("frequencies", f, "Hz") for f in two("frequencies", frequencies, "(f_1, f_2)"))
    passed = np.ones(()) if resonator is None else resonator.filter(first)
    shape = common_bath_shape(
        {"hot": hot, "cold": cold, "parasitic": parasitic}, first=first, second=second, resonator=passed
    )
    # Both qubits at once: on small arrays time goes into calls.
    both = np.stack([np.broadcast_to(first, shape), np.broadcast_to(second, shape)])
    passed = np.ones(()) if resonator is None else resonator.filter(both)
    hot_here, cold_here = (bath.behind(passed) for bath in (hot, cold))
    flows = _one_qubit(both, hot_here, cold_here, parasitic)
    total = ((PLANCK * both * flow).sum(axis=0) for flow in flows)
    return HeatCurrents(*total, cold_share=cold_share(hot, cold))


def _one_qubit(frequency: Array, hot: Bath, cold: Bath, parasitic: Bath | None) -> list[Array]:
    """Return the net excitations per second out of each bath into one qubit."""
    baths = hot, cold, Bath(0.0, 0.0) if parasitic is None else parasitic
    h, c, p = (Mode.of(bath, frequency) for bath in baths)
    relaxation = h.rate * (2 * h.n + 1) + c.rate * (2 * c.n + 1) + p.rate * (2 * p.n + 1)
    relaxation = np.where(relaxation > 0, relaxation, 1)
    hot_to_cold = h.rate * c.rate * h.excess(c) / relaxation
    parasitic_to_hot = p.rate * h.rate * p.excess(h) / relaxation
    parasitic_to_cold = p.rate * c.rate * p.excess(c) / relaxation
    return [
        hot_to_cold - parasitic_to_hot,
        -hot_to_cold - parasitic_to_cold,
        parasitic_to_hot + parasitic_to_cold,
    ]
