"""Both reservoirs' resonators as modes of their own: what the master equations leave out where they are slow."""

from dataclasses import dataclass, field

import numpy as np

from valvelab.arguments import Array, Values

from .baths import Bath, Resonator
from .currents import HeatCurrents, SteadyState, cold_share
from .mode_moments import MODES
from .resonator_point import ResonatorPoint, of_qubits
from .resonator_problem import Several, resonator_problem
from .resonator_solution import Solution, solve
from .truncation import checked_tolerance


@dataclass(frozen=True, eq=False)
class ResonatorState(SteadyState):
    """Hold the stationary state of qubits and resonators; what `SteadyState` tells is of the qubits.

    Parameters
    ----------
    depth
        Largest number of correlations that were followed, sum (j + k) in `valvelab.sim.mode_moments`.
    photons
        Mean numbers of photons in the hot and the cold resonator.
    """

    depth: Array = field(repr=False)
    photons: tuple[Array, Array] = field(repr=False)


def resonators(
    frequencies: Several,
    hot: Bath,
    cold: Bath,
    parasitic: Bath | None,
    resonator: Resonator | tuple[Resonator, Resonator],
    *,
    weights_hot: Several = (1.0, 1.0),
    weights_cold: Several = (1.0, 1.0),
    exchange: Values = 0.0,
    dephasing: Values = 0.0,
    corrected: bool = False,
    tolerance: float = 1e-4,
) -> ResonatorState:
    """Solve the master equation of one or two qubits between two resonators, each in its own reservoir.

    H / h = sum_i f_i a_i+ a_i + sum_k f_k s_k+ s_k + sum_ki (g_ki a_i+ s_k + h.c.) + exchange (s_1+ s_2 + h.c.).
    Resonator i decays with kappa_i = 2 pi f_i / Q_i into its reservoir, whose occupation is n_i(f_i), and
    2 pi g_ki = weight_ki sqrt(gamma_i kappa_i) / 2: for gamma_i << kappa_i a qubit on resonance then has
    the rate gamma_i |weight_ki|^2 of `pair`. The parasitic bath acts on each qubit alone, at its bare frequency.

    Currents are Tr[H D_i rho], and so add up to 0: a photon out of reservoir i carries h f_i, one out of the
    parasitic bath h f_k, and each dissipator takes its share of the energy that the couplings hold
    (kappa_i / 2 of it per second for a resonator). What pure dephasing does counts with the parasitic bath.

    Parameters
    ----------
    frequencies
        f_1 and f_2 [Hz], or f_1 alone for one qubit.
    hot, cold
        The reservoirs, with the rates gamma_i of one qubit on resonance where the resonator is fast.
    parasitic
        The parasitic bath of each qubit, or None. A rate below 1e-8 of the reservoirs' counts as that, and so
        0 means the limit gamma_p -> 0+.
    resonator
        The resonators of both reservoirs, or a pair (hot, cold), with Q above 0 and `exponent` 0.
    weights_hot, weights_cold
        Amplitude of each qubit's coupling to the reservoir, complex where lines give it a phase; of one qubit the
        first counts.
    exchange
        Exchange coupling [Hz].
    dephasing
        Rate at which the coherence of each qubit decays by pure dephasing [1/s].
    corrected
        Whether to add in first order of 1 / Q what this equation leaves out: the line of an RLC circuit, quanta of the
        qubits' own frequencies, and waves that do not rotate; see `valvelab.sim.resonator_corrections`. Currents stay
        Tr[H D_i rho] with all of it in H and D_i, and add up to 0. For Q above 0.5.
    tolerance
        Largest relative error of the currents, from 1e-10 to 0.1; see `HeatCurrents.relative_error`.

    Returns
    -------
    ResonatorState
        Of the shape that all arguments broadcast to.

    Raises
    ------
    TruncationError
        If the tolerance is not reached, which takes rates of several kappa; it is a ValueError.
    ValueError
        If an argument is out of range, or if no unique stationary state can be computed.

    Notes
    -----
    Without a parasitic bath two equal qubits stay in the sector of the ground state, as in `pair`. Off resonance
    the filter is 1 / (1 + (4 pi (f - f_i) / kappa_i)^2), at half f_i 1.1 times that of a circuit, and the occupation
    stays that of f_i; `hierarchy` is free of both. Corrected currents are within 0.07 % of it up to half
    a linewidth beside the resonators, in the median 0.01 % (40 devices, Q of 15 to 60, gamma / kappa up to 0.5), where
    plain ones are up to 3 % off, and within 1.3 % up to eight linewidths, where plain ones say nothing.
    Where qubits and resonators have different frequencies, a parasitic bath makes a little heat flow even at equal
    temperatures. A point takes milliseconds, twice as many where it is corrected; identical points are solved once.

    Examples
    --------
    At Table I the paper's own resonators of Q = 20 take nearly all of the collective enhancement.

    >>> hot, cold, parasitic = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Bath(0.01e9, 0.05)
    >>> two = resonators((4e9, 4e9), hot, cold, parasitic, Resonator(4e9, 20))
    >>> one = resonators((4e9,), hot, cold, parasitic, Resonator(4e9, 20))
    >>> round(float(two.currents.hot / one.currents.hot / 2), 3)
    1.016
    """
    problem = resonator_problem(
        frequencies,
        hot,
        cold,
        parasitic,
        resonator,
        (weights_hot, weights_cold),
        exchange,
        dephasing,
        corrected,
    )
    tolerance = checked_tolerance(tolerance)

    def numbers(point: ResonatorPoint) -> Array:
        return _numbers(solve(point, tolerance))

    found = problem.each(numbers, rows=10)
    share = cold_share(hot, cold) if problem.alike else None
    return ResonatorState(
        currents=HeatCurrents(found[0], found[1], found[2], cold_share=share, relative_error=found[6]),
        mean_inversion=found[3],
        n_qubits=problem.n_qubits,
        baths=(hot, cold, parasitic),
        find_spin_probability=lambda: np.stack(list(found[4 : 4 + problem.n_qubits]), axis=-1),
        depth=found[7],
        photons=(found[8], found[9]),
    )


def _numbers(solution: Solution) -> Array:
    """Return currents, <J_z>, P_J, error, depth and photons of a point as one row."""
    read, point = solution.read, solution.point
    photons = [
        n + scale**2 * read[f"photons {mode}"]
        for n, scale, mode in zip(point.occupations, solution.equations.scales, MODES, strict=True)
    ]
    return np.array([*solution.currents, *of_qubits(read), solution.error, solution.depth, *photons])
