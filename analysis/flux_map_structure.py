"""Whether the residual of a map fit still holds structure along the ridges.

A ridge is what lies around one resonance of a qubit: flux quanta that lie alike. The residual is averaged along each
ridge at several distances across it, and these means are compared with their errors by a score test: by how much
chi-square would fall, noise whitened, if all of them were fitted beside the parameters. Without structure that is
distributed like chi-square with as many degrees of freedom as there are means.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .flux_map_background import gain
from .flux_map_heat import Array, Values, ridge
from .flux_map_model import qubit_flux, qubit_frequency
from .flux_map_problem import FluxMapProblem

if TYPE_CHECKING:
    from .flux_map_result import FluxMapFit

_EDGES = np.array([-3.0, -1.5, -0.75, -0.25, 0.25, 0.75, 1.5, 3.0])
"""Of the bins across a ridge, in units of half its width."""
_FEWEST = 8
"""Points that a mean must stand for."""


@dataclass(frozen=True)
class RidgeStructure:
    """What is left along the ridges of one qubit."""

    qubit: int
    chi_square: float
    freedom: int
    """Number of means, those that the fit's own parameters describe left out."""

    @property
    def probability(self) -> float:
        """Probability that noise alone leaves as much."""
        from scipy.stats import chi2

        return float(chi2.sf(self.chi_square, self.freedom))


def ridge_structure(fit: FluxMapFit) -> tuple[RidgeStructure, RidgeStructure]:
    """Return what a fit leaves along the ridges of qubits 1 and 2."""
    problem = FluxMapProblem(fit.heat_map, fit.background)
    rest = problem.background.whiten(problem.difference(fit.values, fit.model))
    slopes = problem.derivatives(fit.values, fit.uncertainty.names, fit.model)
    found = []
    for qubit in (1, 2):
        means = problem.background.whiten(ridge_bins(qubit, fit.values, *problem.axes))
        found.append(RidgeStructure(qubit, *gain(rest, slopes, means)))
    return found[0], found[1]


def ridge_bins(qubit: int, values: Values, coil_current_1: Array, coil_current_2: Array) -> Array:
    """Return where the means are taken: for each ridge and distance, 1 inside and 0 outside, on the last axis."""
    grid = coil_current_1[:, None], coil_current_2[None, :]
    flux, (low, high) = qubit_flux(qubit, values, *grid), _half_maximum(qubit, values)
    frequency = qubit_frequency(qubit, values, *grid)
    distance = np.digitize((2 * frequency - low - high) / (high - low), _EDGES)
    # Between two half flux quanta lie two resonances, or one around their middle; each is a ridge of its own.
    ridge = np.floor(2 * flux).astype(int)
    bins = [
        (ridge == number) & (distance == place)
        for number in np.unique(ridge)
        for place in range(1, _EDGES.size)
    ]
    kept = [inside for inside in bins if np.count_nonzero(inside) >= _FEWEST]
    return np.stack([np.zeros(flux.shape), *kept], axis=-1).astype(float)


def _half_maximum(qubit: int, values: Values) -> tuple[float, float]:
    """Return the frequencies between which a qubit passes more than half of the most that it can [Hz]."""
    frequency = values["resonator_frequency"] * np.geomspace(0.25, 4, 4001)
    power = ridge(qubit, values, frequency)
    inside = frequency[power > power.max() / 2]
    return float(inside[0]), float(inside[-1])
