"""Interpolation of what two qubits do over both of their frequencies, of which most are far from anything.

A table is over mean and distance of the frequencies, as the collective line f_1 = f_2 is narrow and everything else
as wide as the resonators.
"""

from collections.abc import Callable

import numpy as np

from valvelab.sim import Bath, Resonator

from .flux_map_heat import Array, Values, rates, resonators_of

_REACH = 3.0
"""How far from the middle a table reaches, in linewidths of the resonators; both ridges are below 3 % there."""
_NODES, _ALONE = (25, 41), 61
"""Of a table, over mean and distance; and frequencies at which one qubit alone is computed where there are more."""


def over_both(
    excess: Callable[[Array, Array], Array],
    values: Values,
    nodes: tuple[int, int] | None = None,
    linewidths: float = _REACH,
) -> Callable[[Array, Array], Array]:
    """Return a function of both frequencies that interpolates an excess and is 0 far from the resonators.

    Parameters
    ----------
    excess
        From both frequencies [Hz] to heat [W].
    values
        Parameters, which say where it varies how fast.
    nodes
        Of the table, over mean and distance of the frequencies; 25 and 41 if none are given.
    linewidths
        How far from the middle it reaches, in linewidths of the resonators.
    """
    from scipy.interpolate import RectBivariateSpline

    of_mean, of_distance = nodes or _NODES
    middle, line = values["resonator_frequency"], _collective_width(values)
    reach = linewidths * max(_width(one) for one in resonators_of(values))
    reach = min(reach, 0.6 * middle)
    furthest = np.arcsinh(reach / line)
    means = middle + reach * np.sin(np.linspace(-np.pi / 2, np.pi / 2, of_mean) / 1.5) / np.sin(np.pi / 3)
    steps = np.linspace(-furthest, furthest, of_distance)
    half = line * np.sinh(steps) / 2
    mean, distance = means[:, None], half[None, :]
    lowest = 0.05 * middle
    table = excess(np.maximum(mean + distance, lowest), np.maximum(mean - distance, lowest))
    spline = RectBivariateSpline(means, steps, table)

    def at(frequency_1: Array, frequency_2: Array) -> Array:
        f_1, f_2 = np.broadcast_arrays(frequency_1, frequency_2)
        here, there = (f_1 + f_2) / 2, np.arcsinh((f_1 - f_2) / line)
        inside = (np.abs(here - middle) <= reach) & (np.abs(there) <= furthest)
        found = np.zeros(f_1.shape)
        found[inside] = spline.ev(here[inside], there[inside])
        return found

    return at


def along(frequency: Array, alone: Callable[[Array], Array]) -> Array:
    """Return a smooth function of one frequency, interpolated where there are many."""
    from scipy.interpolate import CubicSpline

    if frequency.size <= _ALONE:
        return alone(frequency)
    nodes = np.linspace(frequency.min(), frequency.max(), _ALONE)
    return np.asarray(CubicSpline(nodes, alone(nodes))(frequency))


def _width(resonator: Resonator) -> float:
    """Return the full linewidth of a resonator [Hz]."""
    return float(resonator.frequency / resonator.quality_factor)


def _collective_width(values: Values) -> float:
    """Return the width of the line f_1 = f_2 [Hz]: all rates of a qubit on resonance."""
    rate, f = rates(values), values["resonator_frequency"]
    baths = ((rate.gamma, "source"), (rate.gamma, "drain"), (rate.gamma_p, "parasitic"))
    occupations = [float(Bath(1.0, values[f"{name}_temperature"]).occupation(f)) for _, name in baths]
    total = sum(gamma * (2 * n + 1) for (gamma, _), n in zip(baths, occupations, strict=True))
    return total / (2 * np.pi)
