"""The profile of chi-square along n_p: what the data say of T_p where its error is no good summary."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .switching_parameters import BOUNDS, MAX_OCCUPATION, temperature_of, values_of
from .switching_problem import SwitchingProblem
from .table_fits import demand_inside

ONE_SIGMA = 1.0
"""Rise of chi-square at the ends of the 68 % interval of one parameter."""
ONE_SIDED_95 = 2.706
"""Rise of chi-square at the one-sided 95 % limit of one parameter."""


def temperature_limit(problem: SwitchingProblem, result: Any, rise: Callable[[float], float]) -> float | None:
    """Return the one-sided 95 % limit of T_p [K], infinite where there is none, if the data do not tell n_p from 0.

    `rise` is the `profile` along n_p.
    """
    occupation = result.params["n_p"]
    if occupation.value > 2 * occupation.stderr:
        return None
    floor = float(problem.where.bounds[0][problem.where.names.index("n_p")])
    # An error says little of an occupation on which some powers depend by its square root.
    if occupation.value > floor and rise(floor) > ONE_SIDED_95:
        return None
    return _upper_end(rise, ONE_SIDED_95, result, problem)


def temperature_interval(
    problem: SwitchingProblem, result: Any, rise: Callable[[float], float]
) -> tuple[float, float]:
    """Return the ends of the 68 % interval of T_p [K]: 0 and infinity where the data set none.

    `rise` is the `profile` along n_p.
    """
    best = float(result.params["n_p"].value)
    floor = float(problem.where.bounds[0][problem.where.names.index("n_p")])
    low = 0.0
    if best > floor and rise(floor) > ONE_SIGMA:
        low = _temperature_between(floor, best, rise, ONE_SIGMA, problem)
    elif floor > 0:
        demand_inside(problem.model, [("T_p", False)], "an interval")
    return low, _upper_end(rise, ONE_SIGMA, result, problem)


def confidence_interval(
    problem: SwitchingProblem, result: Any, name: str, sigma: float = 1.0
) -> tuple[float, float]:
    """Return the ends of an interval of one coordinate from its profile, its bounds where chi-square does not rise.

    Where the bound is the end of a table that is an error.

    Parameters
    ----------
    problem, result
        What was fitted, and lmfit's result of it.
    name
        One of the problem's coordinates.
    sigma
        Half width in standard deviations, were the profile a parabola; chi-square rises by its square.
    """
    from scipy.optimize import brentq

    rise = profile(problem, result, name)
    best, error = float(result.params[name].value), float(result.params[name].stderr)
    limits = (bounds[problem.where.names.index(name)] for bounds in problem.where.bounds)
    ends = []
    for sign, limit in zip((-1, 1), limits, strict=True):
        step = sigma * error
        while (inside := sign * (best + sign * step) < sign * limit) and rise(best + sign * step) < sigma**2:
            step *= 1.6
        if not inside and not rise(float(limit)) > sigma**2:
            if limit != BOUNDS.get(name, (-np.inf, np.inf))[sign > 0]:
                field = problem.where.fields[problem.where.names.index(name)]
                demand_inside(problem.model, [(field, sign > 0)], "an interval")
            ends.append(float(limit))
            continue
        outer = best + sign * step if inside else float(limit)
        ends.append(float(brentq(lambda value: rise(value) - sigma**2, best, outer, xtol=1e-3 * error)))
    return ends[0], ends[1]


def profile(problem: SwitchingProblem, result: Any, name: str) -> Callable[[float], float]:
    """Return the rise of chi-square above its minimum as a function of one coordinate, all else fitted anew.

    Parameters
    ----------
    problem
        What was fitted.
    result
        lmfit's result of it.
    name
        One of the problem's coordinates.
    """
    best = values_of(result.params, problem.where)
    place = problem.where.names.index(name)
    # The minimum itself rises by nothing, whatever a new search from it would end at.
    known = {float(best[place]): 0.0}
    nearest = {float(best[place]): best}

    def rise(value: float) -> float:
        if value not in known:
            begin = nearest[min(nearest, key=lambda one: abs(one - value))].copy()
            begin[place] = value
            # The lowest valley may be on another side of zero there.
            sides = problem.sides(begin, (name,))
            tried = [problem.minimise(side, (name,), squared=True) for side in sides or [begin]]
            found = min(tried, key=lambda one: float(one.chisqr))
            known[value] = float(found.chisqr - result.chisqr)
            nearest[value] = values_of(found.params, problem.where)
        return known[value]

    return rise


def _upper_end(
    rise: Callable[[float], float], wanted: float, result: Any, problem: SwitchingProblem
) -> float:
    """Return the temperature [K] above the best one at which chi-square has risen as much as wanted."""
    low = float(result.params["n_p"].value)
    most = float(problem.where.bounds[1][problem.where.names.index("n_p")])
    high = max(2 * low, 1e-3)
    while high < most and rise(high) < wanted:
        low, high = high, 2 * high
    if most < MAX_OCCUPATION:  # a table, whose end says nothing of the bath
        high = min(high, most)
        if not rise(high) >= wanted:
            demand_inside(problem.model, [("T_p", True)], "an interval")
    elif high >= most or not np.isfinite(rise(high)):
        return float("inf")
    return _temperature_between(low, high, rise, wanted, problem)


def _temperature_between(
    low: float, high: float, rise: Callable[[float], float], wanted: float, problem: SwitchingProblem
) -> float:
    from scipy.optimize import brentq

    end = brentq(lambda value: rise(value) - wanted, low, high, xtol=1e-3 * (high - low), rtol=1e-3)
    return float(temperature_of(end, problem.where.quantum))
