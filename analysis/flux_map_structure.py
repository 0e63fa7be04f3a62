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
import numpy.typing as npt

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
    points: int
    """Number of points that lie on the ridges, however few at one distance."""

    @property
    def probability(self) -> float | None:
        """Probability that noise alone leaves as much; None where there is no mean to tell."""
        from scipy.stats import chi2

        return float(chi2.sf(self.chi_square, self.freedom)) if self.freedom else None

    @property
    def reason(self) -> str | None:
        """Why there is nothing to judge, where there is no mean."""
        if self.freedom:
            return None
        return f"{'too few points' if self.points else 'no point'} of the map on them"


def ridge_structure(fit: FluxMapFit) -> tuple[RidgeStructure, RidgeStructure]:
    """Return what a fit leaves along the ridges of qubits 1 and 2."""
    problem = FluxMapProblem(fit.heat_map, fit.background)
    rest = problem.background.whiten(problem.difference(fit.values, fit.model))
    slopes = problem.derivatives(fit.values, fit.uncertainty.names, fit.model)
    found = []
    for qubit in (1, 2):
        means = problem.background.whiten(ridge_bins(qubit, fit.values, *problem.axes))
        place = _places(qubit, fit.values, *problem.axes)[1]
        points = int(np.count_nonzero((place > 0) & (place < _EDGES.size)))
        found.append(RidgeStructure(qubit, *gain(rest, slopes, means), points))
    return found[0], found[1]


def ridge_bins(qubit: int, values: Values, coil_current_1: Array, coil_current_2: Array) -> Array:
    """Return where the means are taken: for each ridge and distance, 1 inside and 0 outside, on the last axis."""
    ridge, distance = _places(qubit, values, coil_current_1, coil_current_2)
    bins = [
        (ridge == number) & (distance == place)
        for number in np.unique(ridge)
        for place in range(1, _EDGES.size)
    ]
    kept = [inside for inside in bins if np.count_nonzero(inside) >= _FEWEST]
    return np.stack([np.zeros(ridge.shape), *kept], axis=-1).astype(float)


def _places(
    qubit: int, values: Values, coil_current_1: Array, coil_current_2: Array
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the number of the ridge of each point, and the bin of its distance; 0 and the last are beside it."""
    grid = coil_current_1[:, None], coil_current_2[None, :]
    low, high = _half_maximum(qubit, values)
    frequency = qubit_frequency(qubit, values, *grid)
    distance = np.digitize((2 * frequency - low - high) / (high - low), _EDGES)
    # Between two half flux quanta lie two resonances, or one around their middle; each is a ridge of its own.
    return np.floor(2 * qubit_flux(qubit, values, *grid)).astype(np.intp), distance


def _half_maximum(qubit: int, values: Values) -> tuple[float, float]:
    """Return the frequencies between which a qubit passes more than half of the most that it can [Hz]."""
    frequency = values["resonator_frequency"] * np.geomspace(0.25, 4, 4001)
    power = ridge(qubit, values, frequency)
    inside = np.flatnonzero(power > power.max() / 2)
    # A ridge as narrow as the steps has the width of two of them, never none.
    first, last = (inside[0], inside[-1]) if inside.size > 1 else (inside[0] - 1, inside[0] + 1)
    return float(frequency[max(first, 0)]), float(frequency[min(last, frequency.size - 1)])
