"""The coefficients that a point of `resonators` gives to the terms of its equations, and the energy of its parts.

They stand apart by who acts: H (with what empties dark states, of which there is no heat), the hot and the cold
reservoir, the parasitic bath; so the heat of bath i is Tr[H D_i rho] as it stands there, and all three add up to 0.
"""

from collections.abc import Mapping
from functools import cache

import numpy as np

from valvelab.arguments import Amplitude, Array

from .dark_states import drains
from .mode_moments import MODES, moments
from .moment_pattern import Moments
from .moment_waves import PAIRS, hop_factors, hop_name, hop_places, wave_moments
from .resonator_corrections import Felt
from .resonator_equations import Equations, Part
from .resonator_point import ResonatorPoint

ACTORS = ("energy", *MODES, "parasitic")
"""Who acts, in the order of coefficients."""
QUBITS = ("0", "1")
"""What qubits are called in the names of terms."""


def equations(point: ResonatorPoint, depth: int) -> Equations:
    """Return the equations of a point at a depth."""
    which = depth, len(point.frequencies), point.phases
    parts = [Part(moments(*which), coefficients, energies)]
    if point.felt is not None:
        parts.append(Part(wave_moments(*which), wave_coefficients, wave_energies))
    return Equations(tuple(parts), point.scales)


def coefficients(point: ResonatorPoint, of: Moments, scales: Array) -> Array:
    """Return the coefficients of the terms of `mode_moments`, (actors, terms), in units of `ResonatorPoint.unit`.

    The trace has 1, by the first actor.
    """
    # All numbers of excitations are conserved: only differences of frequencies matter, and they are small.
    reference, n = point.frequencies[0], point.parasitic_occupations
    turns = point.frequencies + _shifts(point) - reference
    own: dict[str, float] = {f"turn {qubit}": turn for qubit, turn in enumerate(turns)}
    own |= {"exchange": point.exchange} | drains(point)
    acts = {
        "energy": own,
        "parasitic": {f"dephase {qubit}": rate for qubit, rate in enumerate(point.dephasing)},
    }
    acts["parasitic"] |= _local(np.full(len(n), point.gamma_p), n)
    for i, mode in enumerate(MODES):
        acts[mode] = {f"decay {mode}": point.linewidths[i]}
        if point.felt is not None:
            # The line at -f_i is to be taken off.
            rates = 4 * np.abs(point.couplings[i]) ** 2 / point.linewidths[i] * point.felt.mirrors[i]
            acts[mode] |= _local(-rates, point.felt.owns[i])
        own[f"turn {mode}"] = point.resonator_frequencies[i] - reference
        for name, _, coupling in quadratures(point.couplings[i]):
            own[f"deeper {mode} {name}"] = coupling * scales[i]
            own[f"stirred {mode} {name}"] = coupling * point.occupations[i] / scales[i]
            own[f"spontaneous {mode} {name}"] = coupling / scales[i]
    found = by_name(acts, of.names) / point.unit
    found[0, -1] = 1.0
    return found


def wave_coefficients(point: ResonatorPoint, of: Moments, scales: Array) -> Array:
    """Return the coefficients of the terms of `moment_waves`, (actors, terms), in the same units; the trace has 0."""
    felt, exchange = _felt(point), _exchange(point)
    acts: dict[str, dict[str, float]] = {
        "energy": {"exchange": exchange.real, "turned exchange": exchange.imag}
    }
    for i, mode in enumerate(MODES):
        # i times an imaginary part: each quadrature stirs the other.
        tilted = 1j * felt.tilts[i] * point.couplings[i]
        acts[mode] = {
            f"stirred {mode} {name}": coupling / scales[i] for name, _, coupling in quadratures(tilted)
        }
        acts[mode] |= _joint(point, i)
    found = by_name(acts, of.names)
    strengths = hop_factors(point.occupations, scales)[:, :, None] * _hops(point)
    for turned, part in ((False, strengths.real), (True, strengths.imag)):
        which, columns = hop_places(of.names, QUBITS[: len(point.frequencies)], turned)
        found[0, columns] = part[which]
    return found / point.unit


def energies(point: ResonatorPoint, scales: Array) -> dict[str, float]:
    """Return the energy over h of what is read off `mode_moments`, by name [Hz]."""
    found: dict[str, float] = {"exchange": point.exchange}
    found |= {f"excited {qubit}": f for qubit, f in enumerate(point.frequencies + _shifts(point))}
    for i, mode in enumerate(MODES):
        found[f"photons {mode}"] = point.resonator_frequencies[i] * scales[i] ** 2
        for name, _, coupling in quadratures(point.couplings[i]):
            found[f"coupling {mode} {name}"] = coupling * scales[i] / (2 * np.pi)
    return found


def wave_energies(point: ResonatorPoint, scales: Array) -> dict[str, float]:
    """Return the energy over h of what is read off `moment_waves`, by name [Hz]."""
    exchange = _exchange(point)
    found = {"exchange": exchange.real, "turned exchange": exchange.imag}
    for (i, j), hops in zip(PAIRS, _hops(point), strict=True):
        for qubit, hop in enumerate(hops):
            if i <= j:
                twice = (1 if i == j else 2) * scales[i] * scales[j] * hop
                found[hop_name("held", i, j, str(qubit))] = twice.real
                found[hop_name("held", i, j, str(qubit), turned=True)] = twice.imag
    return found


def quadratures(couplings: Amplitude) -> list[tuple[str, int, float]]:
    """Return what `mode_moments` calls the parts of a mode's couplings, which qubit they are of, and how large."""
    found = [(str(qubit), qubit, one) for qubit, one in enumerate(couplings.real)]
    if np.iscomplexobj(couplings):
        found += [(f"turned {qubit}", qubit, one) for qubit, one in enumerate(couplings.imag)]
    return found


def by_name(acts: Mapping[str, Mapping[str, float]], names: tuple[str, ...]) -> Array:
    """Return coefficients by actor and name as (actors, terms); names that are no terms are left out."""
    found, columns = np.zeros((len(ACTORS), len(names))), _columns(names)
    for row, actor in enumerate(ACTORS):
        for name, value in acts.get(actor, {}).items():
            if name in columns:  # phases have terms of their own, and one qubit has fewer
                found[row, columns[name]] = value
    return found


@cache
def _columns(names: tuple[str, ...]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names)}


def _local(rates: Array, occupations: Array) -> dict[str, float]:
    """Return what a bath of each qubit's own does."""
    pairs = list(enumerate(zip(rates, occupations, strict=True)))
    falls = {f"fall {qubit}": rate * (1 + n) for qubit, (rate, n) in pairs}
    return falls | {f"rise {qubit}": rate * n for qubit, (rate, n) in pairs}


def _shifts(point: ResonatorPoint) -> Array:
    """Return by how much waves that do not rotate shift each qubit, |g|^2 (2 n + 1) / (f_k + f_i) in all [Hz]."""
    if point.felt is None:
        return np.zeros(len(point.frequencies))
    squares = np.abs(point.couplings / (2 * np.pi)) ** 2 * point.felt.waves
    return np.asarray((squares * (2 * point.occupations[:, None] + 1)).sum(axis=0))


def _joint(point: ResonatorPoint, i: int) -> dict[str, float]:
    """Return what the line of a mode at -f_i does to both qubits together."""
    if len(point.frequencies) == 1:
        return {}
    g, n, mirror = point.couplings[i], _felt(point).owns[i].mean(), _felt(point).mirrors[i].mean()
    rate = complex(-4 * g[0] * np.conj(g[1]) / point.linewidths[i] * mirror)
    return {
        f"{turned}joint {way}": part * factor
        for turned, part in (("", rate.real), ("turned ", rate.imag))
        for way, factor in (("fall", 1 + n), ("rise", n))
    }


def _felt(point: ResonatorPoint) -> Felt:
    assert point.felt is not None  # noqa: S101 # only corrected points have waves
    return point.felt


def _hops(point: ResonatorPoint) -> Amplitude:
    """Return the energy over h of a_i+ a_j [s_k+, s_k] [Hz], (pairs of `moment_waves`, qubits)."""
    g, waves, (i, j) = point.couplings / (2 * np.pi), _felt(point).waves, np.array(PAIRS).T
    found: Amplitude = np.conj(g[i]) * g[j] * (waves[i] + waves[j]) / 2
    return found


def _exchange(point: ResonatorPoint) -> complex:
    """Return the energy over h of s_1+ s_2 by way of the modes' vacuum [Hz]."""
    if len(point.frequencies) == 1:
        return 0j
    g = point.couplings / (2 * np.pi)
    return complex(-np.sum(np.conj(g[:, 0]) * g[:, 1] * _felt(point).waves.mean(axis=1)))
