"""How the currents of two oscillators change with rates, occupations and temperatures."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from valvelab.arguments import Array, Values
from valvelab.constants import PLANCK

from .baths import Bath, Resonator, occupation_slope
from .derivatives import CurrentDerivatives
from .graded_integral import graded_nodes
from .linear import bath_temperatures, between
from .linear_modes import Exchange, Modes, modes
from .pair import Two, pair_problem
from .pair_solution import Filters

_STEP, _LEAST = 1e-5, 1e-2
"""Relative step of a rate, and what of the reservoirs' rates stands for a smaller parasitic one."""


def linear_derivatives(
    frequencies: Two,
    hot: Bath,
    cold: Bath,
    parasitic: Bath | None = None,
    *,
    resonator: Resonator | Filters | None = None,
    weights_hot: Two = (1.0, 1.0),
    weights_cold: Two = (1.0, 1.0),
    exchange: Values = 0.0,
) -> CurrentDerivatives:
    """Return the derivatives of the currents of `linear`, to about 1e-7.

    Those by temperatures are exact; those by rates are central differences of the transmissions, on the same nodes. A
    derivative by an occupation n_i moves n_i by the same number at every frequency, up to where the hottest bath ends.
    Without a parasitic bath its derivatives by temperature and occupation are 0.

    Parameters
    ----------
    frequencies, hot, cold, parasitic, resonator, weights_hot, weights_cold, exchange
        As for `linear`.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> hot, cold, parasitic = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Bath(0.01e9, 0.05)
    >>> slope = linear_derivatives((4e9, 4e9), hot, cold, parasitic, resonator=Resonator(4e9, 20)).by("T_h")
    >>> round(float(-slope.cold) * 1e15, 4)  # [fW/K]
    3.7144
    """
    problem = pair_problem(
        frequencies, hot, cold, parasitic, resonator, (weights_hot, weights_cold), exchange, gkls=False
    )
    temperatures, count = bath_temperatures(problem), len(CurrentDerivatives.PARAMETERS)
    flows = np.zeros((3, len(temperatures), count))
    for one, members in modes(problem).groups():
        flows[:, members] = _derivatives(one, temperatures[members])
    return CurrentDerivatives(*flows.reshape(3, *problem.shape, count))


def _derivatives(one: Modes, temperatures: Array) -> Array:
    """Return those of the heat out of each bath, for one set of modes at several temperatures."""
    frequency, weights = graded_nodes(one.poles()[0], temperatures)
    energy = PLANCK * frequency * weights
    found = np.zeros((3, len(temperatures), len(CurrentDerivatives.PARAMETERS)))
    for rate, slopes in enumerate(_by_rates(one, frequency)):
        for slope in slopes:
            flow = between(frequency, energy * slope.passed, temperatures[:, list(slope.between)])
            found[:, :, rate] += slope.given[:, None] * flow
    rises = [_rises(frequency, temperatures[:, bath]) for bath in range(3)]
    for exchange in one.exchanges(frequency[None]):
        heat = energy * exchange.passed[0]
        for sign, bath in zip((1, -1), exchange.between, strict=True):
            rise, which = rises[bath]
            given = sign * exchange.given[:, None]
            found[:, :, 3 + bath] += given * heat.sum()
            found[:, :, 6 + bath] += given * (rise @ heat)[which]
    return found


def _by_rates(one: Modes, frequency: Array) -> Iterator[list[Exchange]]:
    """Yield the derivatives of all exchanges by gamma_h, gamma_c and gamma_p [s], of shape (nodes,)."""
    rates = np.array([*one.rates[0], one.local[0]])
    steps = _STEP * np.maximum(rates, _LEAST * max(rates.max(), 1.0))
    for place, step in enumerate(steps):
        around = []
        for value in (rates[place] + step, max(rates[place] - step, 0.0)):
            moved = np.where(np.arange(3) == place, value, rates)
            passed = replace(one, rates=moved[None, :2], local=moved[2:]).exchanges(frequency[None])
            around.append((value, passed))
        (up, high), (down, low) = around
        yield [
            a._replace(passed=(a.passed[0] - b.passed[0]) / (up - down))
            for a, b in zip(high, low, strict=True)
        ]


def _rises(frequency: Array, temperatures: Array) -> tuple[Array, npt.NDArray[np.int_]]:
    """Return dn/dT [1/K] at each different temperature and every node, and which temperature each point has."""
    different, which = np.unique(temperatures, return_inverse=True)
    return occupation_slope(frequency[None], Bath(0.0, different[:, None])), which.ravel()
