"""The interval of one parameter of a map fit, from its profile likelihood.

Near a degenerate direction the curvature at the minimum tells little: the likelihood is no parabola there. The profile
holds one parameter at values further and further from the best one, fits all others again, and sees by how much
-2 ln L rises; where it rises by 1 the interval of one standard deviation ends, wherever that is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .flux_map_heat import Array
from .flux_map_parameters import Dict, bounds, unit
from .flux_map_problem import FluxMapProblem

if TYPE_CHECKING:
    from .flux_map_result import FluxMapFit

_STEP = 0.5
"""Between values that are tried, in units of the error at the minimum."""
_STEPS = 12
_HIGH_ENOUGH = 2.0
"""Rise of -2 ln L at which the walk ends."""


@dataclass(frozen=True)
class Profile:
    """The profile likelihood of one parameter."""

    name: str
    unit: str
    """SI unit; empty for a pure number."""
    values: Array
    """Values at which the parameter was held, ascending."""
    rises: Array
    """By how much -2 ln L of the best fit there is above that of the best fit of all."""
    interval: tuple[float | None, float | None]
    """Where -2 ln L rises by 1 below and above the best value; None if it does not within six errors or the bounds."""


def profile(fit: FluxMapFit, name: str) -> Profile:
    """Return the profile likelihood of a fitted parameter.

    Raises
    ------
    ValueError
        If the parameter is not fitted, or ended at one of its bounds.
    """
    if name not in fit.uncertainty.names:
        raise ValueError(
            f"Argument `name` must be one of {', '.join(fit.uncertainty.names)}, but is {name!r}."
        )
    problem = FluxMapProblem(fit.heat_map, fit.background)
    least = problem.misfit(fit.values, fit.model)
    sides = [_walk(problem, fit, name, sign, least) for sign in (-1, 1)]
    values = np.array(
        [*(value for value, _ in sides[0][::-1]), fit.values[name], *(value for value, _ in sides[1])]
    )
    rises = np.array([*(rise for _, rise in sides[0][::-1]), 0.0, *(rise for _, rise in sides[1])])
    low, high = (_end(fit.values[name], side) for side in sides)
    return Profile(name, unit(name), values, rises, (low, high))


def _walk(
    problem: FluxMapProblem, fit: FluxMapFit, name: str, sign: int, least: float
) -> list[tuple[float, float]]:
    """Return values and rises of -2 ln L on one side of the best value, the nearest first."""
    others = [each for each, parameter in fit.result.params.items() if parameter.vary and each != name]
    known, (low, high) = fit.uncertainty, bounds(name, fit.values)
    step = sign * _STEP * known.error({name: 1.0})
    # Along a degenerate direction the others must move too, or the walk falls off the ridge of the likelihood.
    index = known.names.index(name)
    tied = dict(
        zip(known.names, step * known.covariance[index] / known.covariance[index, index], strict=True)
    )
    found: list[tuple[float, float]] = []
    values: Dict = fit.values
    for number in range(1, _STEPS + 1):
        value = fit.values[name] + number * step
        if not low <= value <= high:
            break
        start = {each: held + tied.get(each, 0.0) for each, held in values.items()}
        values = problem.minimise(start | {name: value}, others, fit.model).values
        found.append((value, problem.misfit(values, fit.model) - least))
        if found[-1][1] > _HIGH_ENOUGH:
            break
    return found


def _end(best: float, side: list[tuple[float, float]]) -> float | None:
    """Return where -2 ln L has risen by 1, its square root taken for straight between the values."""
    heights = np.sqrt(np.maximum([0.0, *(rise for _, rise in side)], 0.0))
    if heights[-1] < 1:
        return None
    last = int(np.argmax(heights >= 1))
    values = [best, *(value for value, _ in side)]
    return float(np.interp(1.0, heights[last - 1 : last + 1], values[last - 1 : last + 1]))
