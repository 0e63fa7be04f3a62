"""The classical null hypothesis: the qubits replaced by oscillators, and heat by Landauer's formula."""

import numpy as np

from valvelab.arguments import Array, Values
from valvelab.constants import PLANCK

from .baths import Bath, Mode, Resonator
from .currents import HeatCurrents
from .graded_integral import graded_nodes
from .linear_modes import modes
from .pair import Two, pair_problem
from .pair_solution import Filters, PairProblem


def linear(
    frequencies: Two,
    hot: Bath,
    cold: Bath,
    parasitic: Bath | None = None,
    *,
    resonator: Resonator | Filters | None = None,
    weights_hot: Two = (1.0, 1.0),
    weights_cold: Two = (1.0, 1.0),
    exchange: Values = 0.0,
) -> HeatCurrents:
    r"""Return the heat currents through two harmonic oscillators, exact at any coupling to the resonators.

    .. math:: Q_h = \int_0^\infty h f \left[|S_{hc}|^2 (n_h - n_c) + |S_{hp}|^2 (n_h - n_p)\right] df

    with the transmissions of `linear_modes`, and the circulation of its `Modes.exchanges` where couplings have phases.
    Nothing is assumed of gamma / kappa; where it is small, what is left of
    the heat is that of `pair` with oscillators in the place of its qubits. Two oscillators at one frequency carry
    less than twice the heat of one: a ratio above one shows that the transmons are not linear.

    Parameters
    ----------
    frequencies, hot, cold, parasitic, resonator, weights_hot, weights_cold, exchange
        As for `pair`. A weight of 0 takes an oscillator away from a reservoir. The exponent of a resonator changes
        the couplings with the frequencies of the oscillators, as in a circuit.

    Returns
    -------
    HeatCurrents
        Of the shape that all arguments broadcast to [W], to about 1e-10 of the largest.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    With the rates and the resonators of Table I two oscillators carry 0.78 of what each would carry alone:

    >>> hot, cold, table = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), {"resonator": Resonator(4e9, 20)}
    >>> both = linear((4e9, 4e9), hot, cold, **table)
    >>> one = linear((4e9, 4e9), hot, cold, weights_hot=(1, 0), weights_cold=(1, 0), **table)
    >>> print(f"{both.hot * 1e15:.4f} fW, {both.hot / (2 * one.hot):.3f}")
    1.0220 fW, 0.778
    """
    problem = pair_problem(
        frequencies, hot, cold, parasitic, resonator, (weights_hot, weights_cold), exchange, gkls=False
    )
    flows = (flow.reshape(problem.shape)[()] for flow in _flows(problem))
    return HeatCurrents(*flows, cold_share=problem.cold_share)


def _flows(problem: PairProblem) -> Array:
    """Return the heat out of each bath at every point of the flat batch [W]."""
    chain, temperatures = modes(problem), bath_temperatures(problem)
    found = np.zeros((3, len(temperatures)))
    for one, members in chain.groups():
        frequency, weights = graded_nodes(one.poles()[0], temperatures[members])
        for exchange in one.exchanges(frequency[None]):
            heat = PLANCK * frequency * weights * exchange.passed[0]
            flow = between(frequency, heat, temperatures[members][:, list(exchange.between)])
            found[:, members] += exchange.given[:, None] * flow
    return found


def bath_temperatures(problem: PairProblem) -> Array:
    """Return the temperatures of hot, cold and parasitic bath [K] on the last axis, the flat batch on the first."""
    baths = problem.hot, problem.cold, problem.parasitic or Bath(0.0, 0.0)
    return np.stack([np.broadcast_to(bath.temperature, problem.shape).ravel() for bath in baths], axis=-1)


def between(frequency: Array, heat: Array, temperatures: Array) -> Array:
    """Return what flows between two baths at some pairs of temperatures, for one spectrum of heat [J] at the nodes.

    Most points of a measurement share their temperatures with others: each pair is integrated once.
    """
    if not heat.any():
        return np.zeros(len(temperatures))
    pairs, inverse = np.unique(temperatures, axis=0, return_inverse=True)
    first, second = (Mode.of(Bath(0.0, t[:, None]), frequency[None]) for t in pairs.T)
    return np.asarray((first.excess(second) @ heat)[inverse.ravel()])
