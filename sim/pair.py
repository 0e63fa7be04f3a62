"""Two qubits at any two frequencies: from collective to detuned without a seam."""

from collections.abc import Sequence
from math import prod
from typing import Literal, TypeAlias

import numpy as np

from valvelab.arguments import Amplitude, Array, Values, amplitudes, common_shape, numbers, positive, two

from .baths import Bath, Resonator
from .currents import SteadyState
from .pair_solution import Filters, PairProblem, solve
from .parts import join, parts
from .two_qubits import Amplitudes, Hamiltonian, Weights

Two: TypeAlias = Sequence[Values] | Array

_POINTS_AT_ONCE = 8192
_ROUNDING = 1e-14
"""Below it a phase, or a difference of two sizes, is none."""


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
    split into its parts L_w at the Bohr frequencies w of H; S_i(+-w) = gamma_i filter(w) (1 + n_i or n_i).

    - "redfield" (partial secular, no Lamb shift): with X = sum L_w and Y = sum S_i(w) L_w / 2,
      D rho = Y rho X+ - X+ Y rho + h.c., the raising parts likewise and apart. Nothing flows in equilibrium;
      populations may turn slightly negative and are not clipped.
    - "gkls" (geometric mean): one jump operator sum sqrt(S_i(w)) L_w and one for raising. Always positive,
      but between detuned qubits about 1e-5 of the signal still flows in equilibrium.

    The parasitic bath acts on each qubit alone, at its bare frequency, and so does not know of the exchange
    coupling: with both, heat of the order of gamma_p h exchange flows in equilibrium. Currents are Tr[H D_i rho].

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
        Amplitude of each qubit's coupling to the reservoir, complex where lines give it a phase.
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
    `collective` (where both reservoirs give qubit 2 the same phase, of a qubit 2 that is turned back by it). It is
    not the limit f_1 -> f_2: any detuning, however small, fills the singlet in the end,
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
    problem = pair_problem(
        frequencies,
        hot,
        cold,
        parasitic,
        resonator,
        (weights_hot, weights_cold),
        exchange,
        gkls=equation == "gkls",
    )
    shape = problem.shape
    if prod(shape) <= _POINTS_AT_ONCE:
        return solve(problem)
    cut = list(parts(shape, _POINTS_AT_ONCE))
    states = [solve(problem.part(part)) for part in cut]
    return join(states, cut[0].axis, problem.cold_share, (hot, cold, parasitic))


def pair_problem(
    frequencies: Two,
    hot: Bath,
    cold: Bath,
    parasitic: Bath | None,
    resonator: Resonator | Filters | None,
    weights: tuple[Two, Two],
    exchange: Values,
    *,
    gkls: bool,
) -> PairProblem:
    """Check the arguments of `pair`; its `weights` are (hot, cold)."""
    both = weight_pair("weights_hot", weights[0]), weight_pair("weights_cold", weights[1])
    return PairProblem(
        hamiltonian=_hamiltonian(frequencies, exchange),
        hot=hot,
        cold=cold,
        parasitic=parasitic,
        filters=filter_pair(resonator),
        weights=both if np.any(exchange) else without_common_phases(*both),
        gkls=gkls,
    )


def _hamiltonian(frequencies: Two, exchange: Values) -> Hamiltonian:
    first, second = (positive("frequencies", f, "Hz") for f in two("frequencies", frequencies, "(f_1, f_2)"))
    exchange = numbers("exchange", exchange)
    common_shape(first_frequency=first, second_frequency=second, exchange=exchange)
    if not np.all(np.abs(exchange) < np.sqrt(first) * np.sqrt(second)):
        raise ValueError(
            "Argument `exchange` must stay below sqrt(f_1 f_2) in magnitude, or |gg> is not the ground "
            f"state, but reaches {float(np.max(np.abs(exchange)))} Hz."
        )
    return Hamiltonian(first, second, exchange)


def filter_pair(resonator: Resonator | Filters | None) -> Filters:
    """Return the filters of (hot, cold) that an argument `resonator` means."""
    if resonator is None or isinstance(resonator, Resonator):
        return resonator, resonator
    return two("resonator", resonator, "(hot, cold) of resonators")


def without_common_phases(hot: Weights, cold: Weights) -> tuple[Weights, Weights]:
    """Return weights that mean the same where qubits exchange nothing: real ones wherever there are such.

    A state that is dark to both reservoirs is then so to the last digit.
    """
    if not any(map(np.iscomplexobj, (*hot, *cold))):
        return hot, cold
    around = np.angle(hot[1]) - np.angle(hot[0]) - np.angle(cold[1]) + np.angle(cold[0])
    straight = np.abs(np.sin(around)) < _ROUNDING
    (hot_1, hot_2), (cold_1, cold_2) = (_sizes(*one) for one in (hot, cold))
    real = (hot_1, hot_2 * np.sign(np.cos(around))), (cold_1, cold_2)
    if np.all(straight):
        return real
    return (
        (np.where(straight, real[0][0], hot[0]), np.where(straight, real[0][1], hot[1])),
        (np.where(straight, real[1][0], cold[0]), np.where(straight, real[1][1], cold[1])),
    )


def _sizes(first: Amplitude, second: Amplitude) -> Amplitudes:
    """Return the sizes of two weights, the second that of the first where they differ by rounding."""
    one, other = np.abs(first), np.abs(second)
    return one, np.where(np.abs(one - other) < _ROUNDING * one, one, other)


def weight_pair(name: str, weights: Two) -> Weights:
    """Return the checked weights of both qubits."""
    first, second = two(name, weights, "(weight_1, weight_2)")
    return amplitudes(name, first), amplitudes(name, second)
