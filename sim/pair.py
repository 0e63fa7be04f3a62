"""Two qubits at any two frequencies: from collective to detuned without a seam.

The master equation conserves the number of excitations in every coherence, so the state is the populations of
|gg> and |ee> and one 2 x 2 block between them. In the basis of triplet |s> = (|eg> + |ge>)/sqrt(2) and singlet
|a> = (|eg> - |ge>)/sqrt(2) that is six real numbers: p_g, p_s, p_a, p_e, Re rho_sa, Im rho_sa.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from valvelab.constants import PLANCK

from ._checks import Array, Values, common_shape, numbers, positive, two
from .baths import Bath, Resonator
from .currents import HeatCurrents, SteadyState, cold_share, entropy_production

Equation: TypeAlias = Literal["redfield", "gkls"]
Map: TypeAlias = dict[tuple[int, int], Array]

_G, _S, _A, _E, _RE, _IM = range(6)
_VANISHING_RATE = 1e-30
"""Stands for gamma_p -> 0+, in units of the larger reservoir rate: below rounding in everything but its ratios."""
_POINTS_AT_ONCE = 20_000
_WORST_CONDITION = 1e9


def pair(
    frequencies: Sequence[Values] | Array,
    hot: Bath,
    cold: Bath,
    parasitic: Bath | None = None,
    *,
    resonator: Resonator | tuple[Resonator | None, Resonator | None] | None = None,
    weights_hot: Sequence[Values] | Array = (1.0, 1.0),
    weights_cold: Sequence[Values] | Array = (1.0, 1.0),
    exchange: Values = 0.0,
    equation: Equation = "redfield",
) -> SteadyState:
    """Solve the master equation of two qubits at any two frequencies.

    H = h sum_k f_k n_k + h exchange (s+ s- + h.c.). Reservoir i couples through A_i = sum_k weight_ik s-_k, split
    into its parts L_w at the Bohr frequencies w of H, with S_i(+-w) = gamma_i filter(w) (1 + n_i or n_i):

    - "redfield" (partial secular, no Lamb shift): with X = sum L_w and Y = sum S_i(w) L_w / 2,
      D rho = Y rho X+ - X+ Y rho + h.c., the raising parts likewise and apart. Equilibrium is exact; populations may
      turn slightly negative and are not clipped.
    - "gkls" (geometric mean): one jump operator sum sqrt(S_i(w)) L_w and one for raising. Always positive, but
      spurious currents of about 1e-5 of the signal remain between detuned qubits in equilibrium.

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
    Without a parasitic bath a state (singlet or triplet) or a qubit may be coupled to nothing. The state
    returned is then the one that evolves from the ground state, which at f_1 = f_2 is the sector J = 1 of
    `collective`. It is not the limit f_1 -> f_2: any detuning, however small, fills the singlet in the end, and the
    currents become those of independent qubits.

    Examples
    --------
    >>> hot, cold, parasitic = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Bath(0.01e9, 0.05)
    >>> state = pair((4e9, 4e9), hot, cold, parasitic, resonator=Resonator(4e9, 20))
    >>> round(float(-state.currents.cold) * 1e15, 5)  # [fW]
    0.76003
    """
    system = _system(frequencies, exchange)
    filters = _two_resonators(resonator)
    weights = [_weights("weights_hot", weights_hot), _weights("weights_cold", weights_cold)]
    if equation not in ("redfield", "gkls"):
        raise ValueError(f'Argument `equation` must be "redfield" or "gkls", but is {equation!r}.')
    maps = [
        _reservoir(system, bath, filtering, weight, equation)
        for bath, filtering, weight in zip((hot, cold), filters, weights, strict=True)
    ]
    maps.append({} if parasitic is None else _local(system, parasitic, hot, cold))
