"""Nodes for integrals over frequency of what has sharp resonances at known places.

Around each resonance panels grow threefold from its width outwards. Then no pole of the integrand is nearer to the
middle of a panel than twice its half length, and ten Gauss-Legendre nodes give it to 1e-10 of its size whatever the
widths are. Thermal occupations are as tame on panels that grow fourfold from the lowest k_B T / h on.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from valvelab.arguments import Array
from valvelab.constants import BOLTZMANN, PLANCK

Complex = npt.NDArray[np.complexfloating[Any, Any]]

_GROWTH, _THERMAL_GROWTH = 3.0, 4.0
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(10)
_NARROWEST = 1e-12
"""Least width of a resonance, over its frequency: of what is narrower rounding decides where it lies."""
_END = 64.0
"""Where integrals end, in units of the highest k_B T / h; an occupation is 1e-28 there."""
_COLDEST = 1e-6
"""Lowest temperature that is looked at [K]."""


def graded_nodes(poles: Complex, temperatures: Array) -> tuple[Array, Array]:
    """Return frequencies [Hz] and weights [Hz] of an integral from 0 to where the baths end.

    Parameters
    ----------
    poles
        Complex frequencies of the resonances [Hz]; the imaginary part is half a width.
    temperatures
        Of the baths [K].
    """
    thermal = thermal_edges(temperatures)
    last = float(thermal[-1])
    groups = [np.zeros(1), thermal]
    for pole in poles[poles.real > 0]:  # one at a negative frequency is felt only by its tail
        width = max(abs(float(pole.imag)), _NARROWEST * float(abs(pole)))
        groups.append(graded(float(pole.real), width, last))
    edges = np.unique(np.clip(np.concatenate(groups), 0.0, last))
    half = np.diff(edges)[:, None] / 2
    frequency = (edges[:-1, None] + half) + half * _NODES
    return frequency.ravel(), (half * _WEIGHTS).ravel()


def graded(centre: float, width: float, reach: float) -> Array:
    """Return edges that grow threefold away from a resonance, at least to a reach, all in Hz."""
    steps = int(np.ceil(np.log(max(reach / width, _GROWTH)) / np.log(_GROWTH)))
    distance = width * _GROWTH ** np.arange(steps + 1)
    return np.concatenate([centre - distance, [centre], centre + distance])


def thermal_edges(temperatures: Array) -> Array:
    """Return the edges that occupations at some temperatures [K] ask for [Hz]; the last is where they end."""
    warm = np.maximum(temperatures, _COLDEST)
    above = warm[warm > _COLDEST]
    lowest, highest = (float(np.min(above)), float(np.max(above))) if above.size else (_COLDEST, _COLDEST)
    steps = int(np.ceil(np.log(_END * highest / lowest) / np.log(_THERMAL_GROWTH)))
    edges = lowest * _THERMAL_GROWTH ** np.arange(steps)
    return np.append(edges[edges < _END * highest], _END * highest) * (BOLTZMANN / PLANCK)
