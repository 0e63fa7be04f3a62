"""The equations of `mode_moments` for transmons with levels: what those have of a qubit, of every transition."""

from functools import cache
from itertools import chain, combinations
from typing import Any

import numpy as np

from valvelab.arguments import Array

from .mode_moments import MODES, commutator, dissipator, first_population, mode_coupling
from .moment_pattern import Moments, on_one_pattern
from .moment_tower import Matrix, Tower, excitations
from .moment_waves import (
    exchange_readings,
    exchange_terms,
    held_readings,
    hop_terms,
    joint_terms,
    stirred_terms,
)

QUADRATURES = ("", "turned ")
"""What stands before the names of the parts of a coupling, the second only where couplings have phases."""
_QUBITS = (0, 0, 0, 0)
_PHOTONS = (1, 1, 0, 0), (0, 0, 1, 1)
_AMPLITUDES = (1, 0, 0, 0), (0, 0, 1, 0)


@cache
def ladder_moments(depth: int, levels: tuple[int, int], phases: bool) -> Moments:
    """Return the equations up to a depth, which are the same for all parameters.

    Parameters
    ----------
    depth
        Largest sum of all four indices, at least 2.
    levels
        Numbers of levels; a transmon of one level is none.
    phases
        Whether there are terms and readings of the turned couplings, too.
    """
    tower = Tower(depth, excitations(levels))
    terms = {name: tower.real(term) for name, term in _terms(tower, levels, phases).items()}
    return on_one_pattern(terms, tower.size, first_population(tower), _readings(tower, levels, phases))


@cache
def ladder_wave_moments(depth: int, levels: tuple[int, int], phases: bool) -> Moments:
    """Return what `moment_waves` is for qubits, of every transition; arguments as of `ladder_moments`."""
    of, tower, steps = (
        ladder_moments(depth, levels, phases),
        Tower(depth, excitations(levels)),
        falling(levels),
    )
    parts = [stirred_terms(tower, coupled_ladders(levels, phases=True))]
    readings = {"trace": of.readings["trace"][of.rank]}
    for (place, level), step in steps.items():
        at, inversion = f"{place} {level}", step.T @ step - step @ step.T
        parts.append(hop_terms(tower, at, inversion, phases))
        readings |= held_readings(tower, at, inversion, phases)
    for one, other in pairs_of(levels):
        at, hop = f" {one} {other}", steps[0, one].T @ steps[1, other]
        parts.append(exchange_terms(tower, at, hop, phases))
        readings |= exchange_readings(tower, at, hop)
    for (one, x), (other, y) in combinations(enumerate(steps.values()), 2):
        parts.append(joint_terms(tower, f" {one} {other}", x, y, phases))
    terms = {name: tower.real(term) for name, term in chain.from_iterable(parts)}
    return on_one_pattern(terms, tower.size, first_population(tower), readings, of.rank)


def transitions_of(levels: tuple[int, int]) -> list[tuple[int, int]]:
    """Return all transitions, each as its transmon and its lower level."""
    return [(place, level) for place in (0, 1) for level in range(levels[place] - 1)]


def pairs_of(levels: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the lower levels of the transitions of both that an exchange couples."""
    return [(one, other) for one in range(levels[0] - 1) for other in range(levels[1] - 1)]


def falling(levels: tuple[int, int]) -> dict[tuple[int, int], Array]:
    """Return |n><n+1| of all transitions in the space of both transmons."""
    found: dict[tuple[int, int], Array] = {}
    for place, level in transitions_of(levels):
        step = np.diag(np.arange(levels[place] - 1) == level, 1).astype(float)
        eye = np.eye(levels[1 - place])
        found[place, level] = np.asarray(np.kron(step, eye) if place == 0 else np.kron(eye, step), np.float64)
    return found


def coupled_ladders(levels: tuple[int, int], phases: bool) -> dict[str, Matrix]:
    """Return what couples to a mode, by name."""
    return {
        f"{turn}{place} {level}": factor * step.astype(complex)
        for turn, factor in zip(QUADRATURES[: 1 + phases], (1.0, 1j), strict=False)
        for (place, level), step in falling(levels).items()
    }


def _hops(levels: tuple[int, int]) -> dict[str, Array]:
    """Return what takes an excitation from transmon 2 to transmon 1, by name."""
    steps = falling(levels)
    return {f"exchange {one} {other}": steps[0, one].T @ steps[1, other] for one, other in pairs_of(levels)}


def _terms(tower: Tower, levels: tuple[int, int], phases: bool) -> dict[str, Any]:
    from scipy.sparse import diags, identity

    still, unmoved = identity(tower.indices.shape[1], format="csr"), np.eye(tower.levels**2, dtype=complex)
    terms = {}
    for i, mode in enumerate(MODES):
        j, k = tower.indices[2 * i], tower.indices[2 * i + 1]
        terms[f"turn {mode}"] = tower.term(diags(2j * np.pi * (j - k)), unmoved)
        terms[f"decay {mode}"] = tower.term(diags(-0.5 * (j + k)), unmoved)
        for name, x in coupled_ladders(levels, phases).items():
            for way, term in mode_coupling(tower, 2 * i, x).items():
                terms[f"{way} {mode} {name}"] = term
    for (place, level), step in falling(levels).items():
        terms[f"level {place} {level + 1}"] = tower.term(still, -2j * np.pi * commutator(step.T @ step))
        terms[f"fall {place} {level}"] = tower.term(still, dissipator(step))
        terms[f"rise {place} {level}"] = tower.term(still, dissipator(step.T))
    for name, hop in _hops(levels).items():
        terms[name] = tower.term(still, -2j * np.pi * commutator(hop + hop.T))
    return terms


def _readings(tower: Tower, levels: tuple[int, int], phases: bool) -> dict[str, Array]:
    one = np.eye(tower.levels)
    found = {"trace": tower.row(_QUBITS, one)}
    for mode, photons, amplitude in zip(MODES, _PHOTONS, _AMPLITUDES, strict=True):
        found[f"photons {mode}"] = tower.row(photons, one)
        for name, x in coupled_ladders(levels, phases).items():
            found[f"coupling {mode} {name}"] = 2 * tower.row(amplitude, x)
    for name, hop in _hops(levels).items():
        found[name] = 2 * tower.row(_QUBITS, hop)
    for state in range(tower.levels):
        found[f"state {state}"] = tower.row(_QUBITS, np.diag(one[state]))
    return found
