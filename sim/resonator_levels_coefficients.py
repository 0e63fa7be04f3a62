"""The coefficients that a point of `resonator_levels` gives to the terms of its equations, and the energy of its parts.

They are those of `resonator_coefficients`, of every transition instead of every qubit.
"""

from itertools import combinations

import numpy as np

from valvelab.arguments import Array

from . import resonator_lines as shared
from .baths import Bath
from .mode_moments import MODES
from .moment_pattern import Moments
from .resonator_equations import Equations, Part
from .resonator_levels_equations import ladder_moments, ladder_wave_moments, pairs_of, transitions_of
from .resonator_levels_point import LevelsPoint


def equations(point: LevelsPoint, depth: int) -> Equations:
    """Return the equations of a point at a depth."""
    which = depth, point.levels, point.phases
    parts = [Part(ladder_moments(*which), _coefficients, _energies)]
    if point.corrected:
        parts.append(Part(ladder_wave_moments(*which), _wave_coefficients, _wave_energies))
    return Equations(tuple(parts), point.scales)


def _coefficients(point: LevelsPoint, of: Moments, scales: Array) -> Array:
    # All numbers of excitations are conserved: only differences of frequencies matter, and they are small.
    reference, n = float(point.transitions[0][0]), point.occupations
    own: dict[str, float] = dict(_exchanges(point))
    labels = _labels(point)
    acts = {"energy": own, "parasitic": shared.jumps(labels, *_parasitic(point))}
    acts |= {mode: {f"decay {mode}": width} for mode, width in zip(MODES, point.linewidths, strict=True)}
    if point.corrected:
        for mode, rates, owns in zip(MODES, _lines(point).mirror_rates, point.felt.owns, strict=True):
            acts[mode] |= shared.jumps(labels, -rates, owns)
    for i, mode in enumerate(MODES):
        own[f"turn {mode}"] = point.swings[i] - reference
        own |= shared.couplings(labels, i, point.strengths[i], n[i], scales[i])
    for place, heights in enumerate(_heights(point)):
        turning = heights - reference * np.arange(heights.size)
        own |= {f"level {place} {level}": height for level, height in enumerate(turning) if level}
    found = shared.by_name(acts, of.names) / point.unit
    found[0, -1] = 1.0
    return found


def _wave_coefficients(point: LevelsPoint, of: Moments, scales: Array) -> Array:
    return shared.wave_coefficients(_lines(point), of, scales)


def _energies(point: LevelsPoint, scales: Array) -> dict[str, float]:
    found: dict[str, float] = dict(_exchanges(point))
    states = np.add.outer(*_heights(point)).reshape(-1)
    found |= {f"state {state}": energy for state, energy in enumerate(states)}
    for i, mode in enumerate(MODES):
        found[f"photons {mode}"] = point.swings[i] * scales[i] ** 2
        found |= shared.coupling_energies(_labels(point), i, point.strengths[i], scales[i])
    return found


def _wave_energies(point: LevelsPoint, scales: Array) -> dict[str, float]:
    return shared.wave_energies(_lines(point), scales)


def _labels(point: LevelsPoint) -> tuple[str, ...]:
    """Return what transitions are called in the names of terms."""
    return tuple(f"{place} {level}" for place, level in transitions_of(point.levels))


def _lines(point: LevelsPoint) -> shared.Lines:
    first, labels = point.levels[0] - 1, _labels(point)
    known = point.strengths, point.felt, point.linewidths, point.occupations, point.unit
    exchanged = {f" {one} {other}": (one, first + other) for one, other in pairs_of(point.levels)}
    joined = {f" {one} {other}": (one, other) for one, other in combinations(range(len(labels)), 2)}
    return shared.Lines(labels, *known, exchanged=exchanged, joined=joined)


def _heights(point: LevelsPoint) -> list[Array]:
    """Return the energies over h of each transmon's levels above its ground state [Hz]."""
    # Of the lower and the upper level of each transition.
    shifts = np.zeros((2, len(point.transition_frequencies)))
    if point.corrected:
        pulled, n = _lines(point).pulls, point.occupations[:, None]
        shifts = np.stack([-(pulled * (n + 1)).sum(axis=0), (pulled * n).sum(axis=0)])
    found, first = [], 0
    for frequencies in point.transitions:
        heights, own = np.append(0.0, np.cumsum(frequencies)), shifts[:, first : first + frequencies.size]
        moved = heights + np.append(own[0], 0.0) + np.append(0.0, own[1])
        found.append(moved - moved[0])
        first += frequencies.size
    return found


def _exchanges(point: LevelsPoint) -> list[tuple[str, float]]:
    """Return the names of the exchanges, and how strong they are [Hz]."""
    return [
        (f"exchange {one} {other}", point.exchange * point.elements[0][one] * point.elements[1][other])
        for one, other in pairs_of(point.levels)
    ]


def _parasitic(point: LevelsPoint) -> tuple[Array, Array]:
    """Return rates [1/s] and occupations of the parasitic bath at all transitions."""
    warm = Bath(0.0, float(point.temperatures[2]))
    n = np.asarray(warm.occupation(point.transition_frequencies)) + point.added[2]
    return np.asarray(point.rates[2] * np.concatenate(point.elements) ** 2), n
