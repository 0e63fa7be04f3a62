"""How well a map fit predicts lines of the map that it has not seen.

Lines are left out in turn, the parameters and the smooth baseline are fitted to the others, and what is predicted for
the lines that were left out is compared with them, their offsets taken out. A model that has learned the noise
leaves more there than on the lines that it saw, and one that has too little to say leaves more on both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .flux_map_heat import Array
from .flux_map_problem import FluxMapProblem
from .map_data import HeatMap

if TYPE_CHECKING:
    from .flux_map_result import FluxMapFit


@dataclass(frozen=True)
class HeldOut:
    """What a fit leaves of lines that it saw, and of lines that it did not see."""

    seen: float
    """Root mean square of the residual on the lines that were fitted [W]."""
    unseen: float
    """The same on those that were left out [W]."""
    surprise: float
    """-2 ln of the probability density of all lines, each when it was left out, powers in units of the white noise."""


def held_out(fit: FluxMapFit, folds: int = 2) -> HeldOut:
    """Fit a map again without some of its lines, once for each fold, and compare.

    Parameters
    ----------
    fit
        The fit that is tried; what is fitted, noise and number of half cosines stay as they are.
    folds
        Number of parts: each line of the map is left out once, together with every `folds`-th beside it.
    """
    problem = FluxMapProblem(fit.heat_map, fit.background)
    number = np.arange(fit.offsets.size) % folds
    varied = [name for name, parameter in fit.result.params.items() if parameter.vary]
    seen, unseen = [], []
    for fold in range(folds):
        part = FluxMapProblem(_lines(fit.heat_map, number != fold, problem.slow), fit.background)
        values = part.minimise(fit.values, varied, fit.model).values
        smooth = problem.background.split(part.difference(values, fit.model))[1]
        lines = np.moveaxis(problem.difference(values, fit.model), 1 - problem.slow, 0)
        rest = lines - (problem.background.modes @ smooth)[:, None]
        seen.append(rest[:, number != fold])
        unseen.append(rest[:, number == fold])
    noise, left = fit.background.noise, np.concatenate(unseen, axis=1)
    whitened = noise.along(left)
    volume = left.shape[1] * noise.log_determinant - 2 * whitened.size * np.log(fit.noise)
    return HeldOut(_rms(np.concatenate(seen, axis=1)), _rms(left), float(np.sum(whitened**2) + volume))


def _lines(heat_map: HeatMap, kept: Array, slow: int) -> HeatMap:
    """Return the part of a map that some of its lines make."""
    axes = [heat_map.coil_current_1, heat_map.coil_current_2]
    axes[slow] = axes[slow][kept]
    return HeatMap(axes[0], axes[1], heat_map.heat_power[kept] if slow == 0 else heat_map.heat_power[:, kept])


def _rms(lines: Array) -> float:
    """Return the root mean square of lines without their offsets."""
    return float(np.sqrt(np.mean((lines - lines.mean(axis=0)) ** 2)))
