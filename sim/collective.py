"""N resonant qubits that couple to hot and cold reservoirs through one collective spin."""

import numpy as np

from valvelab.constants import PLANCK

from ._checks import Values, numbers, positive, qubit_number
from .baths import Bath
from .closed_forms import Rates, Solution, one_qubit, one_spin, two_qubits
from .currents import HeatCurrents, SteadyState, cold_share, entropy_production
from .dicke import levels, populations

_MOST_QUBITS = 100
_VANISHING_RATE = 1e-30
"""Stands for gamma_p -> 0+, in units of the reservoirs' rates; nothing is ever subtracted from it."""


def collective(
    n_qubits: int,
    frequency: Values,
    hot: Bath,
    cold: Bath,
    parasitic: Bath | None = None,
    *,
    spin: float | None = None,
) -> SteadyState:
    """Solve the master equation of N resonant qubits with collective reservoirs (Eqs. 9-24, 31-33).

    The reservoirs act through J_- and J_+, the parasitic bath through each s-_k. With X = -2 <J_z> and
    E = <J_z> + N/2 the currents are Q_p = h f gamma_p (n_p X - E) and
    Q_h = [h f gamma_h gamma_c (n_h - n_c) X - gamma_h Q_p] / (gamma_h + gamma_c): exactly 0 in equilibrium.

    Parameters
    ----------
    n_qubits
        Number of qubits N, at least 1; at most 100 with a parasitic bath.
    frequency
        Their frequency [Hz].
    hot, cold
        The reservoirs.
    parasitic
        The parasitic bath of each qubit. A rate of 0 means the limit gamma_p -> 0+, in which the bath still
        decides between the values of J. None means that J is conserved.
    spin
        The conserved J without a parasitic bath: N/2 (the default), N/2 - 1, ... at least 0.

    Returns
    -------
    SteadyState
        Of the shape that frequency, rates and temperatures broadcast to.

    Raises
    ------
    ValueError
        If an argument is out of range, or `spin` is given together with a parasitic bath.

    Examples
    --------
    >>> state = collective(2, 4e9, Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Bath(0.01e9, 0.05))
    >>> round(float(state.currents.hot) * 1e15, 5)  # [fW]
    0.77497
    """
    n_qubits = qubit_number(n_qubits)
    frequency = positive("frequency", frequency, "Hz")
    place = _conserved(n_qubits, spin, parasitic)
    rates = Rates.at(frequency, hot, cold, parasitic)
    if parasitic is None:
        solution = one_spin(n_qubits, place, rates)
    elif n_qubits == 1:
        solution = one_qubit(rates)
    elif n_qubits == 2:
        solution = two_qubits(rates)
    else:
        solution = _any_number(n_qubits, rates)

    share, quantum = cold_share(hot, cold), PLANCK * frequency
    reservoirs = np.where(rates.down > 0, rates.hot + rates.cold, 1)
    through, leak = quantum * rates.hot_to_cold * solution.x / reservoirs, quantum * solution.parasitic
    currents = HeatCurrents(through - (1 - share) * leak, -through - share * leak, leak, cold_share=share)
    spins = n_qubits / 2 - np.arange(n_qubits // 2 + 1)
    return SteadyState(
        currents=currents,
        spin_probability=solution.spin_probability,
        mean_spin_squared=(solution.spin_probability * (spins * (spins + 1))).sum(axis=-1),
        mean_inversion=-solution.x / 2,
        entropy_production=entropy_production(currents, hot, cold, parasitic),
    )


def _conserved(n_qubits: int, spin: float | None, parasitic: Bath | None) -> int:
    """Return the place of the conserved spin in N/2, N/2 - 1, ..."""
    if parasitic is None:
        place = n_qubits / 2 - numbers("spin", n_qubits / 2 if spin is None else spin)
        if place.ndim > 0 or not 0 <= place <= n_qubits // 2 or place != int(place):
            raise ValueError(
                f"Argument `spin` must be one of N/2, N/2 - 1, ... down to {n_qubits % 2 / 2:g} "
                f"(here N/2 = {n_qubits / 2:g}), but is {spin!r}."
            )
        return int(place)
    if spin is not None:
        raise ValueError(
            f"Argument `spin` must be None where a parasitic bath mixes the values of J, but is {spin!r}."
        )
    if n_qubits > _MOST_QUBITS:
        raise ValueError(
            f"Argument `n_qubits` must be at most {_MOST_QUBITS} with a parasitic bath, but is {n_qubits}."
        )
    return 0


def _any_number(n_qubits: int, rates: Rates) -> Solution:
    reservoirs = rates.hot + rates.cold
    floor = _VANISHING_RATE * np.where(reservoirs > 0, reservoirs, 1)
    local = np.where(rates.parasitic > 0, rates.parasitic, floor)
    basis = levels(n_qubits)
    population = populations(
        n_qubits,
        (rates.down, rates.up),
        (local * (1 + rates.n_parasitic), local * rates.n_parasitic),
    )
    spin = np.array([level.spin for level in basis])
    inversion = np.array([level.inversion for level in basis])
    spins = n_qubits / 2 - np.arange(n_qubits // 2 + 1)
    x = -2 * (population * inversion).sum(axis=-1)
    excited = (population * (inversion + n_qubits / 2)).sum(axis=-1)
    # Where nothing drives the leak it is zero, which the difference of two numbers would only be nearly.
    leak = np.where(rates.parasitic_to_both == 0, 0, rates.parasitic * (rates.n_parasitic * x - excited))
    return Solution(population @ (spin[:, None] == spins).astype(float), x, leak)
