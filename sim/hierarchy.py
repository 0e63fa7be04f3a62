"""One or two qubits between two resonators without rotating waves, by a hierarchy of equations of motion (HEOM)."""

from dataclasses import dataclass, field

import numpy as np

from valvelab.arguments import Array, Values

from .baths import Bath, Resonator
from .currents import HeatCurrents, SteadyState, cold_share
from .hierarchy_solution import HierarchySolution, solve
from .resonator_point import of_qubits
from .resonator_problem import Modes, Several, modes_of, resonator_problem
from .truncation import checked_tolerance

_LEAST_QUALITY = 0.501
"""At 0.5 a resonator is critically damped, and the two exponentials of its noise are one."""


@dataclass(frozen=True, eq=False)
class HierarchyState(SteadyState):
    """Hold the stationary state of the qubits.

    Parameters
    ----------
    depth
        Largest number of excitations of the reservoirs that was followed.
    matsubara_terms
        Number of Matsubara frequencies of each reservoir that were followed; those beyond count in second order.
    """

    depth: Array = field(repr=False)
    matsubara_terms: Array = field(repr=False)


def hierarchy(
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
    tolerance: float = 1e-4,
) -> HierarchyState:
    """Solve the hierarchy of equations of one or two qubits, each reservoir behind its resonator.

    H / h = sum_k f_k s_k+ s_k + exchange (s_1+ s_2 + h.c.) + sum_ki (weight_ik s_k + h.c.) B_i + reservoirs.
    The reservoirs are oscillators with the spectral density J_i(w) = lambda_i^2 kappa_i w / ((w_i^2 - w^2)^2 +
    kappa_i^2 w^2), kappa_i = w_i / Q_i (underdamped Brownian motion, an RLC circuit), at the temperature T_i. A
    qubit has the rate 2 J_i(w), which is gamma_i on resonance. Nothing else is assumed of them: neither weak
    coupling, nor rotating waves, nor that a resonator has one occupation. The parasitic bath and pure dephasing
    act on each qubit alone, at its bare frequency, as in `resonators`.

    Currents are what leaves the reservoirs themselves, -d<H_i>/dt (Kato and Tanimura, J. Chem. Phys. 145, 224105).
    The parasitic bath gives Tr[(H_S + V) D_p rho], V being the couplings. All three add up to 0.

    Parameters
    ----------
    frequencies
        f_1 and f_2 [Hz], or f_1 alone for one qubit.
    hot, cold
        The reservoirs, with the rates gamma_i [1/s] of one qubit on resonance where the resonator is fast.
    parasitic
        The parasitic bath of each qubit, or None. A rate below 1e-8 of the reservoirs' counts as that, and so
        0 means the limit gamma_p -> 0+.
    resonator
        The resonators of both reservoirs, or a pair (hot, cold), with Q of at least 0.501 and `exponent` 0.
    weights_hot, weights_cold
        Amplitude of each qubit's coupling to the reservoir, complex where lines give it a phase; of one qubit the
        first counts.
    exchange
        Exchange coupling [Hz].
    dephasing
        Rate at which the coherence of each qubit decays by pure dephasing [1/s].
    tolerance
        Largest relative error of the currents, from 1e-10 to 0.1, which `HeatCurrents.relative_error` estimates; of
        those below a hundredth of h f times the largest rate, in units of that.

    Returns
    -------
    HierarchyState
        Of the shape that all arguments broadcast to.

    Raises
    ------
    TruncationError
        If the tolerance is not reached, as with Q below about 3 beside a reservoir below 30 mK at the default one, or
        where gamma approaches 2 pi f; it is a ValueError. Two qubits may take minutes to find out.
    ValueError
        If an argument is out of range, or if no unique stationary state can be computed.

    Notes
    -----
    2 J_i(w) is gamma_i times `Resonator.filter` with the exponent -1: the RLC filter of Eq. B15 times f_i / f. For weak
    coupling that is `pair` behind such a resonator. `resonators` instead has a pure Lorentzian and the occupation of
    f_i, and rotating waves: on 200 random devices of one and two qubits (Q of 5 to 100, gamma / kappa of 0.01 to 0.5,
    qubits and resonators up to a linewidth apart) both agree within 1.5 / Q^2 + 2 |f_k - f_i| / f_i of the largest
    current. With Q from 15 to 60 that was 0.2 % on resonance and 3 % up to half a linewidth beside it, 0.9 % with the
    correction "near" of `resonators`. With phases drawn at random 280 more agree as well, but for one that needs
    1.55 / Q^2. The static attraction of two qubits by a resonator, h gamma_i / (4 pi Q_i), is not compensated.

    With rotating waves a phase that all weights of one reservoir have in common means nothing. Without, sigma_x and
    sigma_y differ beside another reservoir: at Table I, Q = 20, by up to 0.2 % of the power of one or two qubits.

    Without a parasitic bath two equal qubits stay in the sector of the ground state, as in `resonators`. A local
    parasitic bath knows nothing of the couplings, so a little heat flows even at equal temperatures: with the rates
    of Table I less than 1e-4 of h f gamma. Table I takes 0.2 s a point, 0.3 s with a phase; identical points are
    solved once.

    Examples
    --------
    At Table I `resonators` is right to 0.2 % of the power, and to these digits of the enhancement.

    >>> hot, cold, parasitic = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Bath(0.01e9, 0.05)
    >>> two = hierarchy((4e9, 4e9), hot, cold, parasitic, Resonator(4e9, 20))
    >>> one = hierarchy((4e9,), hot, cold, parasitic, Resonator(4e9, 20))
    >>> round(float(two.currents.hot / one.currents.hot / 2), 3)
    1.016
    """
    problem = resonator_problem(
        frequencies, hot, cold, parasitic, resonator, (weights_hot, weights_cold), exchange, dephasing
    )
    _check_quality(resonator)
    tolerance = checked_tolerance(tolerance)
    found = problem.each(lambda point: _numbers(solve(point, tolerance)), rows=9)
    share = cold_share(hot, cold) if problem.alike else None
    return HierarchyState(
        currents=HeatCurrents(found[0], found[1], found[2], cold_share=share, relative_error=found[6]),
        mean_inversion=found[3],
        n_qubits=problem.n_qubits,
        baths=(hot, cold, parasitic),
        find_spin_probability=lambda: np.stack(list(found[4 : 4 + problem.n_qubits]), axis=-1),
        depth=found[7],
        matsubara_terms=found[8],
    )


def _numbers(solution: HierarchySolution) -> Array:
    """Return currents, <J_z>, P_J, error, depth and number of Matsubara frequencies of a point as one row."""
    qubits = of_qubits(solution.read)
    return np.array([*solution.currents, *qubits, solution.error, solution.depth, solution.terms])


def _check_quality(resonator: Modes) -> None:
    for mode in modes_of(resonator):
        if np.any(np.asarray(mode.quality_factor) < _LEAST_QUALITY):
            raise ValueError(
                f"Argument `resonator.quality_factor` must be at least {_LEAST_QUALITY}, so that the resonator swings, "
                f"but is {mode.quality_factor!r}."
            )
