"""Decide what a map tells beyond two plain ridges on a flat background, by the Bayesian information criterion.

One thing is added at a time, the one that the map asks for most: half cosines of the baseline, the curvature of a coil,
resonators of source and drain that lie apart, another asymmetry of a SQUID, or a crossing that is not the sum of its
ridges. Each is asked for in linear order, by how far chi-square would fall if what it changes in the map were fitted
beside everything else, and fitted only once it is chosen; resonators apart, which change a ridge to second order only,
are tried by a fit. What something better makes superfluous later is taken out again.
"""

from collections.abc import Collection

import numpy as np

from .flux_map_background import MOST_MODES, gain
from .flux_map_heat import Values
from .flux_map_model import CURVATURE_NAMES
from .flux_map_parameters import EXCESS, FREEABLE, Dict
from .flux_map_problem import FluxMapProblem, Solution

SPLITTING = "resonator_splitting"
EXTENSIONS = (*CURVATURE_NAMES, SPLITTING, *FREEABLE["asymmetry"], EXCESS)
"""Parameters that a map may ask for; of the asymmetries a device file holds the designer's intention only.

A quality factor of qubit 2 alone is not offered: both qubits see the same resonators, and what looks like it is mostly
an asymmetry. It can be freed.
"""
_ROUNDS = 12
_STEP = 0.05
"""Size at which the effect of an extension is looked at: relative to the current, or to 1."""
_APART = {SPLITTING: 1.0, "parasitic_share": 0.2, "drain_quality_ratio": 1.0}
_NARROWER = 1.7
"""Values from which resonators apart are tried, and the quality factor in units of that of resonators together."""


def refined(
    problem: FluxMapProblem,
    ridges: Solution,
    names: Collection[str],
    freed: Collection[str] = (),
    *,
    extend: bool,
) -> tuple[FluxMapProblem, Solution, list[str]]:
    """Return problem, fit of independent qubits and fitted names after everything that the map asks for is added.

    Parameters
    ----------
    problem, ridges
        The map on a flat background, and the fit to it.
    names
        What is fitted from the start.
    freed
        What is fitted beside that in any case. It comes last, as much of it would feign what it is not asked for.
    extend
        Whether parameters out of `EXTENSIONS` may be added; the noise is estimated in any case.
    """
    plain = ridges.values
    problem, ridges, fitted = _grown(problem, ridges, names, plain, extend=extend)
    late = [name for name in freed if name not in fitted]
    if not late:
        return problem, ridges, fitted
    start = _apart(ridges.values) if SPLITTING in late else ridges.values
    ridges = problem.minimise(start, [*fitted, *late], "independent")
    added = [name for name in fitted if name not in (*names, *freed)]
    return _grown(problem, ridges, [*names, *freed], plain, added, extend=extend)


def _grown(
    problem: FluxMapProblem,
    ridges: Solution,
    names: Collection[str],
    plain: Dict,
    already: Collection[str] = (),
    *,
    extend: bool,
) -> tuple[FluxMapProblem, Solution, list[str]]:
    """Add and remove until nothing more is wanted; `names` stay, and those `already` added may go."""
    fitted, dropped = [*names, *already], set[str]()
    for _ in range(_ROUNDS):
        problem = problem.informed(ridges.values, "independent")
        modes, added, start = 0, "", ridges.values
        if extend:
            modes, added, start = _wanted(problem, start, fitted, dropped)
        extras = {name: plain[name] for name in fitted if name not in names}
        removed = _superfluous(problem, ridges, fitted, extras)
        problem = problem.with_modes(problem.background.n_modes + modes)
        if modes or added:
            dropped.clear()  # what was superfluous beside something else may be wanted now
        if added:
            fitted.append(added)
        if removed:
            fitted.remove(removed)
            dropped.add(removed)
            start = start | {removed: plain[removed]}
        ridges = problem.minimise(start, fitted, "independent")
        if not (modes or added or removed):
            break
    return problem, ridges, fitted


def paired(
    problem: FluxMapProblem, ridges: Solution, names: list[str], freed: Collection[str], model: str
) -> tuple[FluxMapProblem, Solution]:
    """Return problem and fit of the pair with everything that independent qubits asked for, where it is worth it."""
    pair = problem.fit_pair(ridges, names, model)
    alone = [name for name in names if name != EXCESS]
    if EXCESS in names:
        beyond = problem.minimise(pair.values, names, model)
        if EXCESS in freed or pair.result.chisqr - beyond.result.chisqr > _price(problem):
            pair, alone = beyond, names
    problem = problem.informed(pair.values, model)
    return problem, problem.minimise(pair.values, alone, model)


def _apart(values: Dict) -> Dict:
    """Return values from which a fit finds resonators apart, if there are any; at no distance nothing pulls there."""
    return values | _APART | {"quality_factor": _NARROWER * values["quality_factor"]}


def _wanted(
    problem: FluxMapProblem, values: Dict, fitted: list[str], dropped: Collection[str]
) -> tuple[int, str, Dict]:
    """Return how many more half cosines, or which extension, lower the criterion most, and values to begin from."""
    background, price = problem.background, _price(problem)
    rest = background.whiten(problem.difference(values, "independent"))
    slopes = problem.derivatives(values, fitted, "independent")
    offers: list[tuple[float, int, str, Dict]] = [(0.0, 0, "", values)]
    for number in range(1, MOST_MODES - background.n_modes + 1):
        fall, count = gain(rest, slopes, problem.smooth_directions(background.n_modes + number))
        offers.append((fall - price * count, number, "", values))
    for name in (name for name in EXTENSIONS if name not in fitted and name not in dropped):
        if name == SPLITTING:
            apart = problem.minimise(_apart(values), [*fitted, name], "independent")
            offers.append((float(np.sum(rest**2) - apart.result.chisqr) - price, 0, name, apart.values))
            continue
        moved = values | {name: values[name] + _trial(name, problem)}
        change = problem.difference(values, "independent") - problem.difference(moved, "independent")
        fall, count = gain(rest, slopes, background.whiten(change[..., None]))
        offers.append((fall - price * count, 0, name, values))
    return max(offers, key=lambda offer: offer[0])[1:]


def _superfluous(problem: FluxMapProblem, ridges: Solution, fitted: Collection[str], added: Values) -> str:
    """Return the extension that is no longer worth its price beside those that came later, or "".

    `added` holds the extensions that are fitted, at the values that they would have if they were not. Its error tells
    which one to try without; a fit decides, as an error is large too where something else would take its place badly.
    """
    if not added:
        return ""
    known, values = problem.uncertainty(ridges, "independent"), ridges.values
    worth = {
        name: ((values[name] - plain) / known.error({name: 1.0})) ** 2
        for name, plain in added.items()
        if name in known.names
    }
    least = min(worth, key=lambda name: worth[name], default="")
    if not least or worth[least] > _price(problem):
        return ""
    others = [name for name in fitted if name != least]
    without = problem.minimise(values | {least: added[least]}, others, "independent")
    fall = without.result.chisqr - problem.misfit(values, "independent")
    return least if fall < _price(problem) else ""


def _price(problem: FluxMapProblem) -> float:
    """Return by how much chi-square must fall for one more parameter."""
    return float(np.log(problem.heat_map.heat_power.size))


def _trial(name: str, problem: FluxMapProblem) -> float:
    """Return a change of an extension that shows what it does to the map."""
    if name in CURVATURE_NAMES:
        return _STEP / float(np.max(np.abs(problem.axes[CURVATURE_NAMES.index(name)])))
    return _STEP
