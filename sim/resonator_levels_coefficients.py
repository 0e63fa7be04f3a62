"""The coefficients that a point of `resonator_levels` gives to the terms of its equations, and the energy of its parts.

They are those of `resonator_coefficients`, of every transition instead of every qubit.
"""

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from valvelab.arguments import Amplitude, Array

from .baths import Bath
from .mode_moments import MODES
from .moment_pattern import Moments
from .moment_waves import PAIRS, hop_factors, hop_name, hop_places
from .resonator_coefficients import by_name
from .resonator_equations import Equations, Part
from .resonator_levels_equations import (
    QUADRATURES,
    ladder_moments,
    ladder_wave_moments,
    pairs_of,
    transitions_of,
)
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
    acts = {"energy": own, "parasitic": _jumps(point, *_parasitic(point))}
    for i, mode in enumerate(MODES):
        acts[mode] = {f"decay {mode}": point.linewidths[i]}
        if point.corrected:
            acts[mode] |= _jumps(point, -_mirror_rates(point)[i], point.felt.owns[i])
        own[f"turn {mode}"] = point.swings[i] - reference
        for name, coupling in _quadratures(point, point.strengths[i]):
            own[f"deeper {mode} {name}"] = coupling * scales[i]
            own[f"stirred {mode} {name}"] = coupling * n[i] / scales[i]
            own[f"spontaneous {mode} {name}"] = coupling / scales[i]
    for place, heights in enumerate(_heights(point)):
        turning = heights - reference * np.arange(heights.size)
        own |= {f"level {place} {level}": height for level, height in enumerate(turning) if level}
    found = by_name(acts, of.names) / point.unit
    found[0, -1] = 1.0
    return found


def _wave_coefficients(point: LevelsPoint, of: Moments, scales: Array) -> Array:
    acts: dict[str, dict[str, float]] = {"energy": dict(_vacuum_exchanges(point))}
    for i, mode in enumerate(MODES):
        tilted = 1j * point.felt.tilts[i] * point.strengths[i]
        acts[mode] = {f"stirred {mode} {name}": x / scales[i] for name, x in _quadratures(point, tilted)}
        acts[mode] |= dict(_joint(point, i))
    found = by_name(acts, of.names)
    strengths = hop_factors(point.occupations, scales)[:, :, None] * _hops(point)
    for turned, part in ((False, strengths.real), (True, strengths.imag)):
        which, columns = hop_places(of.names, _labels(point), turned)
        found[0, columns] = part[which]
    return found / point.unit


def _energies(point: LevelsPoint, scales: Array) -> dict[str, float]:
    found: dict[str, float] = dict(_exchanges(point))
    states = np.add.outer(*_heights(point)).reshape(-1)
    found |= {f"state {state}": energy for state, energy in enumerate(states)}
    for i, mode in enumerate(MODES):
        found[f"photons {mode}"] = point.swings[i] * scales[i] ** 2
        for name, coupling in _quadratures(point, point.strengths[i]):
            found[f"coupling {mode} {name}"] = coupling * scales[i] / (2 * np.pi)
    return found


def _wave_energies(point: LevelsPoint, scales: Array) -> dict[str, float]:
    found: dict[str, float] = dict(_vacuum_exchanges(point))
    for (i, j), hops in zip(PAIRS, _hops(point), strict=True):
        if i <= j:
            for label, hop in zip(
                _labels(point), (1 if i == j else 2) * scales[i] * scales[j] * hops, strict=True
            ):
                found[hop_name("held", i, j, label)] = hop.real
                found[hop_name("held", i, j, label, turned=True)] = hop.imag
    return found


def _labels(point: LevelsPoint) -> tuple[str, ...]:
    """Return what transitions are called in the names of terms."""
    return tuple(f"{place} {level}" for place, level in transitions_of(point.levels))


def _quadratures(point: LevelsPoint, strengths: Amplitude) -> list[tuple[str, float]]:
    """Return the names of the parts of a mode's couplings to all transitions, and 2 pi g [1/s]."""
    parts = (strengths.real, strengths.imag) if np.iscomplexobj(strengths) else (strengths,)
    return [
        (f"{turn}{label}", float(one))
        for turn, part in zip(QUADRATURES, parts, strict=False)
        for label, one in zip(_labels(point), part, strict=True)
    ]


def _heights(point: LevelsPoint) -> list[Array]:
    """Return the energies over h of each transmon's levels above its ground state [Hz]."""
    shifts = np.zeros(
        (2, len(point.transition_frequencies))
    )  # of the lower and the upper level of each transition
    if point.corrected:
        pulled, n = np.abs(point.strengths / (2 * np.pi)) ** 2 * point.felt.waves, point.occupations[:, None]
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


def _jumps(point: LevelsPoint, rates: Array, occupations: Array) -> dict[str, float]:
    """Return what a bath of every transition's own does."""
    rows = list(zip(_labels(point), rates, occupations, strict=True))
    falls = {f"fall {label}": rate * (1 + n) for label, rate, n in rows}
    return falls | {f"rise {label}": rate * n for label, rate, n in rows}


def _parasitic(point: LevelsPoint) -> tuple[Array, Array]:
    """Return rates [1/s] and occupations of the parasitic bath at all transitions."""
    warm = Bath(0.0, float(point.temperatures[2]))
    n = np.asarray(warm.occupation(point.transition_frequencies)) + point.added[2]
    return np.asarray(point.rates[2] * np.concatenate(point.elements) ** 2), n


def _mirror_rates(point: LevelsPoint) -> Array:
    """Return the rates of the lines at -f_i, which are to be taken off, (modes, transitions) [1/s]."""
    return np.asarray(4 * np.abs(point.strengths) ** 2 / point.linewidths[:, None] * point.felt.mirrors)


def _hops(point: LevelsPoint) -> Amplitude:
    """Return the energy over h of a_i+ a_j [s+, s] of each transition [Hz], (pairs of `moment_waves`, transitions)."""
    g, waves, (i, j) = point.strengths / (2 * np.pi), point.felt.waves, np.array(PAIRS).T
    found: Amplitude = np.conj(g[i]) * g[j] * (waves[i] + waves[j]) / 2
    return found


def _vacuum_exchanges(point: LevelsPoint) -> Iterator[tuple[str, float]]:
    """Yield names and energies over h of exchanges by way of the modes' vacuum [Hz]."""
    g, waves, first = point.strengths / (2 * np.pi), point.felt.waves, point.levels[0] - 1
    for one, other in pairs_of(point.levels):
        both = [one, first + other]
        energy = complex(-np.sum(np.conj(g[:, both[0]]) * g[:, both[1]] * waves[:, both].mean(axis=1)))
        yield from ((f"exchange {one} {other}", energy.real), (f"turned exchange {one} {other}", energy.imag))


def _joint(point: LevelsPoint, i: int) -> Iterator[tuple[str, float]]:
    """Yield names and rates of what the line of a mode at -f_i does to all transitions together [1/s]."""
    g, felt = point.strengths[i], point.felt
    for one, other in combinations(range(g.size), 2):
        both = [one, other]
        n, mirror = felt.owns[i, both].mean(), felt.mirrors[i, both].mean()
        rate = complex(-4 * g[one] * np.conj(g[other]) / point.linewidths[i] * mirror)
        for turned, part in (("", rate.real), ("turned ", rate.imag)):
            yield f"{turned}joint fall {one} {other}", part * (1 + n)
            yield f"{turned}joint rise {one} {other}", part * n
