"""The coefficients that a point of `resonators` gives to the terms of its equations, and the energy of its parts.

They stand apart by who acts: H (with what empties dark states, of which there is no heat), the hot and the cold
reservoir, the parasitic bath; so the heat of bath i is Tr[H D_i rho] as it stands there, and all three add up to 0.
"""

import numpy as np

from valvelab.arguments import Array

from . import resonator_lines as shared
from .dark_states import drains
from .mode_moments import MODES, moments
from .moment_pattern import Moments
from .moment_waves import wave_moments
from .resonator_equations import Equations, Part
from .resonator_point import ResonatorPoint

_QUBITS = ("0", "1")
_BOTH = {"": (0, 1)}


def equations(point: ResonatorPoint, depth: int) -> Equations:
    """Return the equations of a point at a depth."""
    which = depth, len(point.frequencies), point.phases
    parts = [Part(moments(*which), _coefficients, _energies)]
    if point.felt is not None:
        parts.append(Part(wave_moments(*which), _wave_coefficients, _wave_energies))
    return Equations(tuple(parts), point.scales)


def _coefficients(point: ResonatorPoint, of: Moments, scales: Array) -> Array:
    # All numbers of excitations are conserved: only differences of frequencies matter, and they are small.
    reference, n, labels = point.frequencies[0], point.parasitic_occupations, _labels(point)
    turns = point.frequencies + _shifts(point) - reference
    own: dict[str, float] = {f"turn {label}": turn for label, turn in zip(labels, turns, strict=True)}
    own |= {"exchange": point.exchange} | drains(point)
    dephased = {f"dephase {label}": rate for label, rate in zip(labels, point.dephasing, strict=True)}
    acts = {"energy": own, "parasitic": dephased | shared.jumps(labels, np.full(len(n), point.gamma_p), n)}
    acts |= {mode: {f"decay {mode}": width} for mode, width in zip(MODES, point.linewidths, strict=True)}
    if point.felt is not None:
        for mode, rates, owns in zip(MODES, _lines(point).mirror_rates, point.felt.owns, strict=True):
            acts[mode] |= shared.jumps(labels, -rates, owns)
    for i, mode in enumerate(MODES):
        own[f"turn {mode}"] = point.resonator_frequencies[i] - reference
        own |= shared.couplings(labels, i, point.couplings[i], point.occupations[i], scales[i])
    found = shared.by_name(acts, of.names) / point.unit
    found[0, -1] = 1.0
    return found


def _energies(point: ResonatorPoint, scales: Array) -> dict[str, float]:
    found: dict[str, float] = {"exchange": point.exchange}
    found |= {f"excited {qubit}": f for qubit, f in enumerate(point.frequencies + _shifts(point))}
    for i, mode in enumerate(MODES):
        found[f"photons {mode}"] = point.resonator_frequencies[i] * scales[i] ** 2
        found |= shared.coupling_energies(_labels(point), i, point.couplings[i], scales[i])
    return found


def _wave_coefficients(point: ResonatorPoint, of: Moments, scales: Array) -> Array:
    return shared.wave_coefficients(_lines(point), of, scales)


def _wave_energies(point: ResonatorPoint, scales: Array) -> dict[str, float]:
    return shared.wave_energies(_lines(point), scales)


def _labels(point: ResonatorPoint) -> tuple[str, ...]:
    return _QUBITS[: len(point.frequencies)]


def _lines(point: ResonatorPoint) -> shared.Lines:
    assert point.felt is not None  # noqa: S101 # only corrected points have waves
    pairs = _BOTH if len(point.frequencies) == 2 else {}
    known = point.couplings, point.felt, point.linewidths, point.occupations, point.unit
    return shared.Lines(_labels(point), *known, exchanged=pairs, joined=pairs)


def _shifts(point: ResonatorPoint) -> Array:
    """Return by how much waves that do not rotate shift each qubit, |g|^2 (2 n + 1) / (f_k + f_i) in all [Hz]."""
    if point.felt is None:
        return np.zeros(len(point.frequencies))
    return np.asarray((_lines(point).pulls * (2 * point.occupations[:, None] + 1)).sum(axis=0))
