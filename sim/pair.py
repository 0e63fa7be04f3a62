"""Two qubits at any two frequencies: from collective to detuned without a seam."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from valvelab.constants import PLANCK

from ._checks import Array, Values, common_shape, numbers, positive, two
from .baths import Bath, Resonator, common_bath_shape
from .currents import HeatCurrents, SteadyState, cold_share, entropy_production
from .stationary import EXCITED, GROUND, SINGLET, TRIPLET, Map, add, apply, stationary_state
from .two_qubits import Amplitudes, Hamiltonian, dissipator

Two: TypeAlias = Sequence[Values] | Array
Filters: TypeAlias = tuple[Resonator | None, Resonator | None]

_VANISHING_RATE = 1e-30
"""Stands for gamma_p -> 0+, in units of the reservoirs' rates; only its own ratios matter."""
_QUBITS = ((np.array(1.0), np.array(0.0)), (np.array(0.0), np.array(1.0)))
"""The weights that couple one qubit alone."""


def pair(
    frequencies: Two,
    hot: Bath,
    cold: Bath,
    parasitic: Bath | None = None,
    *,
    resonator: Resonator | Filters | None = None,
    weights_hot: Two = (1.0, 1.0),
    weights_cold: Two = (1.0, 1.0),
    exchange: Values = 0.0,
    equation: Literal["redfield", "gkls"] = "redfield",
) -> SteadyState:
    """Solve the master equation of two qubits at any two frequencies.

    H = h sum_k f_k n_k + h exchange (s+ s- + h.c.). Reservoir i couples through A_i = sum_k weight_ik s-_k,
    split into its parts L_w at the Bohr frequencies w of H, with S_i(+-w) = gamma_i filter(w) (1 + n_i or n_i):

    - "redfield" (partial secular, no Lamb shift): with X = sum L_w and Y = sum S_i(w) L_w / 2,
      D rho = Y rho X+ - X+ Y rho + h.c., the raising parts likewise and apart. Nothing flows in equilibrium;
      populations may turn slightly negative and are not clipped.
    - "gkls" (geometric mean): one jump operator sum sqrt(S_i(w)) L_w and one for raising. Always positive,
      but between detuned qubits about 1e-5 of the signal still flows in equilibrium.

    The parasitic bath acts on each qubit alone, at its bare frequency. Currents are Tr[H D_i rho].

    Parameters
    ----------
    frequencies
        f_1 and f_2 [Hz].
    hot, cold
        The reservoirs.
    parasitic
        The parasitic bath of each qubit, or None. A rate of 0 means the limit gamma_p -> 0+.
    resonator
        What filters both reservoirs, or a pair (hot, cold), or None for a flat spectrum.
    weights_hot, weights_cold
        Signed amplitude of each qubit's coupling to the reservoir.
    exchange
        Exchange coupling [Hz]; its magnitude must stay below sqrt(f_1 f_2).
    equation
        "redfield" or "gkls".

    Returns
    -------
    SteadyState
        Of the shape that all arguments broadcast to; spin_probability is (P_1, P_0).

    Raises
    ------
    ValueError
        If an argument is out of range, or if no unique stationary state can be computed.

    Notes
    -----
    Without a parasitic bath the singlet, the triplet or a whole qubit may be coupled to nothing. The state
    returned is then the one that evolves from the ground state; at f_1 = f_2 it is the sector J = 1 of
    `collective`. It is not the limit f_1 -> f_2: any detuning, however small, fills the singlet in the end,
    and the currents become those of `independent` qubits.

    Examples
    --------
    >>> hot, cold, parasitic = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Bath(0.01e9, 0.05)
    >>> state = pair((4e9, 4e9), hot, cold, parasitic, resonator=Resonator(4e9, 20))
    >>> round(float(-state.currents.cold) * 1e15, 5)  # [fW]
    0.76003
    """
    if equation not in ("redfield", "gkls"):
        raise ValueError(f'Argument `equation` must be "redfield" or "gkls", but is {equation!r}.')
    hamiltonian = _hamiltonian(frequencies, exchange)
    filters = resonator if isinstance(resonator, tuple) else (resonator,) * 2
    weights = (_weights("weights_hot", weights_hot), _weights("weights_cold", weights_cold))
    shape = _shape(hamiltonian, {"hot": hot, "cold": cold, "parasitic": parasitic}, filters, weights)

    baths = [
        _reservoir(hamiltonian, bath, filtering, weight, gkls=equation == "gkls")
        for bath, filtering, weight in zip((hot, cold), filters, weights, strict=True)
    ]
    baths.append({} if parasitic is None else _local(hamiltonian, parasitic, hot, cold))
    drain = _drain(hamiltonian, hot, cold, weights) if parasitic is None else {}
    state = stationary_state([hamiltonian.map(), *baths, drain], shape)

    energies = (PLANCK * hamiltonian.energy(apply(bath, state)) for bath in baths)
    flows = [np.broadcast_to(energy, shape).copy()[()] for energy in energies]
    alike = filters[0] is filters[1] and all(map(np.array_equal, *weights))
    currents = HeatCurrents(*flows, cold_share=cold_share(hot, cold) if alike else None)
    triplet = state[GROUND] + state[TRIPLET] + state[EXCITED]
    return SteadyState(
        currents=currents,
        spin_probability=np.stack([triplet, state[SINGLET]], axis=-1),
        mean_spin_squared=2 * triplet,
        mean_inversion=state[EXCITED] - state[GROUND],
        entropy_production=entropy_production(currents, hot, cold, parasitic),
    )


def _hamiltonian(frequencies: Two, exchange: Values) -> Hamiltonian:
    first, second = (positive("frequencies", f, "Hz") for f in two("frequencies", frequencies, "(f_1, f_2)"))
    exchange = numbers("exchange", exchange)
    common_shape(first_frequency=first, second_frequency=second, exchange=exchange)
    if not np.all(np.abs(exchange) < np.sqrt(first) * np.sqrt(second)):
        raise ValueError(
            "Argument `exchange` must stay below sqrt(f_1 f_2) in magnitude, or |gg> is not the ground state, "
            f"but reaches {float(np.max(np.abs(exchange)))} Hz."
        )
    return Hamiltonian(first, second, exchange)


def _weights(name: str, weights: Two) -> Amplitudes:
    first, second = two(name, weights, "(weight_1, weight_2)")
    return numbers(name, first), numbers(name, second)


def _shape(
    hamiltonian: Hamiltonian,
    baths: dict[str, Bath | None],
    filters: Filters,
    weights: tuple[Amplitudes, Amplitudes],
) -> tuple[int, ...]:
    others: dict[str, ArrayLike] = {"frequencies": hamiltonian.mean, "exchange": hamiltonian.exchange}
    for name, filtering, (first, second) in zip(("hot", "cold"), filters, weights, strict=True):
        others |= {f"weights_{name}[0]": first, f"weights_{name}[1]": second}
        if filtering is not None:
            others[f"resonator ({name})"] = filtering.filter(filtering.frequency)
    return common_bath_shape(baths, **others)


def _reservoir(
    hamiltonian: Hamiltonian, bath: Bath, filtering: Resonator | None, weights: Amplitudes, *, gkls: bool
) -> Map:
    upper, lower = hamiltonian.bohr_frequencies
    n = bath.occupation(upper), bath.occupation(lower)
    rate = np.asarray(bath.rate), np.asarray(bath.rate)
    if filtering is not None:
        rate = rate[0] * filtering.filter(upper), rate[1] * filtering.filter(lower)
    down = rate[0] * (1 + n[0]), rate[1] * (1 + n[1])
    up = rate[0] * n[0], rate[1] * n[1]
    return dissipator(hamiltonian, weights, down, up, gkls=gkls)


def _local(hamiltonian: Hamiltonian, parasitic: Bath, hot: Bath, cold: Bath) -> Map:
    """Return the parasitic bath's map: jumps of each qubit alone, at its bare frequency."""
    reservoirs = np.maximum(hot.rate, cold.rate)
    floor = np.where(reservoirs > 0, _VANISHING_RATE * reservoirs, 1)
    rate = np.where(np.asarray(parasitic.rate) > 0, parasitic.rate, floor)
    result: Map = {}
    for frequency, qubit in zip((hamiltonian.first, hamiltonian.second), _QUBITS, strict=True):
        n = parasitic.occupation(frequency)
        down, up = rate * (1 + n), rate * n
        add(result, dissipator(hamiltonian, qubit, (down, down), (up, up), gkls=False))
    return result


def _drain(hamiltonian: Hamiltonian, hot: Bath, cold: Bath, weights: tuple[Amplitudes, Amplitudes]) -> Map:
    """Return a map that keeps a qubit in its ground state where it is coupled to nothing at all."""
    felt = [(hot.rate * weights[0][k] != 0) | (cold.rate * weights[1][k] != 0) for k in (0, 1)]
    joined = hamiltonian.exchange != 0
    speed = np.maximum(1.0, np.maximum(hot.rate, cold.rate))
    result: Map = {}
    for qubit, here, there in zip(_QUBITS, felt, reversed(felt), strict=True):
        rate = np.where(here | (there & joined), 0.0, speed)
        if rate.any():
            none = np.zeros(())
            add(result, dissipator(hamiltonian, qubit, (rate, rate), (none, none), gkls=False))
    return result
