"""What qubits and transitions between resonators have in common: both are lines that couple to two modes.

A line is called by a label in the names of terms, "0" or "1" a qubit and "0 1" a transition.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

import numpy as np

from valvelab.arguments import Amplitude, Array

from .mode_moments import MODES
from .moment_pattern import Moments
from .moment_waves import PAIRS, hop_factors, hop_name, hop_places
from .resonator_corrections import Felt

ACTORS = ("energy", *MODES, "parasitic")
"""Who acts, in the order of coefficients."""


class Lines(NamedTuple):
    """Hold corrected lines."""

    labels: tuple[str, ...]
    strengths: Amplitude
    """2 pi g [1/s], (modes, lines)."""
    felt: Felt
    linewidths: Array
    occupations: Array
    """Of the modes, (modes,)."""
    unit: float
    """What coefficients are divided by [1/s]."""
    exchanged: Mapping[str, tuple[int, int]]
    """Lines that a vacuum exchanges, by what stands behind the names of their terms."""
    joined: Mapping[str, tuple[int, int]]
    """Lines that share a mirror image."""

    @property
    def mirror_rates(self) -> Array:
        """Rates of the lines at -f_i, which are to be taken off, (modes, lines) [1/s]."""
        return np.asarray(4 * np.abs(self.strengths) ** 2 / self.linewidths[:, None] * self.felt.mirrors)

    @property
    def pulls(self) -> Array:
        """|g|^2 / (f_k + f_i), (modes, lines) [Hz]."""
        return np.asarray(np.abs(self.strengths / (2 * np.pi)) ** 2 * self.felt.waves)


def wave_coefficients(lines: Lines, of: Moments, scales: Array) -> Array:
    """Return the coefficients of the terms of `moment_waves`, (actors, terms), in units of `Lines.unit`."""
    acts: dict[str, dict[str, float]] = {"energy": dict(_exchanges(lines))}
    for i, mode in enumerate(MODES):
        # i times an imaginary part: each quadrature stirs the other.
        tilted = 1j * lines.felt.tilts[i] * lines.strengths[i]
        acts[mode] = {
            f"stirred {mode} {name}": x / scales[i] for name, x in quadratures(lines.labels, tilted)
        }
        acts[mode] |= dict(_joint(lines, i))
    found = by_name(acts, of.names)
    strengths = hop_factors(lines.occupations, scales)[:, :, None] * _hops(lines)
    for turned, part in ((False, strengths.real), (True, strengths.imag)):
        which, columns = hop_places(of.names, lines.labels, turned)
        found[0, columns] = part[which]
    return found / lines.unit


def wave_energies(lines: Lines, scales: Array) -> dict[str, float]:
    """Return the energy over h of what is read off `moment_waves`, by name [Hz]."""
    found: dict[str, float] = dict(_exchanges(lines))
    for (i, j), hops in zip(PAIRS, _hops(lines), strict=True):
        if i <= j:
            twice = (1 if i == j else 2) * scales[i] * scales[j] * hops
            for label, hop in zip(lines.labels, twice, strict=True):
                found[hop_name("held", i, j, label)] = hop.real
                found[hop_name("held", i, j, label, turned=True)] = hop.imag
    return found


def couplings(
    labels: tuple[str, ...], mode: int, strengths: Amplitude, n: float, scale: float
) -> dict[str, float]:
    """Return the coefficients of a mode's couplings [1/s], by its occupation and scale."""
    found = {}
    for name, coupling in quadratures(labels, strengths):
        found[f"deeper {MODES[mode]} {name}"] = coupling * scale
        found[f"stirred {MODES[mode]} {name}"] = coupling * n / scale
        found[f"spontaneous {MODES[mode]} {name}"] = coupling / scale
    return found


def coupling_energies(
    labels: tuple[str, ...], mode: int, strengths: Amplitude, scale: float
) -> dict[str, float]:
    """Return the energy over h of what is read off a mode's couplings [Hz]."""
    named = quadratures(labels, strengths)
    return {f"coupling {MODES[mode]} {name}": x * scale / (2 * np.pi) for name, x in named}


def jumps(labels: tuple[str, ...], rates: Array, occupations: Array) -> dict[str, float]:
    """Return what a bath of each line's own does, by its rates at 0 K [1/s] and occupations."""
    rows = list(zip(labels, rates, occupations, strict=True))
    falls = {f"fall {label}": rate * (1 + n) for label, rate, n in rows}
    return falls | {f"rise {label}": rate * n for label, rate, n in rows}


def quadratures(labels: tuple[str, ...], strengths: Amplitude) -> list[tuple[str, float]]:
    """Return what terms call the parts of a mode's couplings, and how large they are."""
    found = [(label, float(one)) for label, one in zip(labels, strengths.real, strict=True)]
    if np.iscomplexobj(strengths):
        found += [(f"turned {label}", float(one)) for label, one in zip(labels, strengths.imag, strict=True)]
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


def _hops(lines: Lines) -> Amplitude:
    """Return the energy over h of a_i+ a_j [s+, s] of each line [Hz], (pairs of `moment_waves`, lines)."""
    g, waves, (i, j) = lines.strengths / (2 * np.pi), lines.felt.waves, np.array(PAIRS).T
    found: Amplitude = np.conj(g[i]) * g[j] * (waves[i] + waves[j]) / 2
    return found


def _exchanges(lines: Lines) -> Iterator[tuple[str, float]]:
    """Yield names and energies over h of exchanges by way of the modes' vacuum [Hz]."""
    g = lines.strengths / (2 * np.pi)
    for at, (one, other) in lines.exchanged.items():
        waves = (lines.felt.waves[:, one] + lines.felt.waves[:, other]) / 2
        energy = complex(-np.sum(np.conj(g[:, one]) * g[:, other] * waves))
        yield from ((f"exchange{at}", energy.real), (f"turned exchange{at}", energy.imag))


def _joint(lines: Lines, i: int) -> Iterator[tuple[str, float]]:
    """Yield names and rates of what the line of a mode at -f_i does to all of them together [1/s]."""
    g, felt = lines.strengths[i], lines.felt
    for at, (one, other) in lines.joined.items():
        n, mirror = ((row[i, one] + row[i, other]) / 2 for row in (felt.owns, felt.mirrors))
        rate = complex(-4 * g[one] * np.conj(g[other]) / lines.linewidths[i] * mirror)
        for turned, part in (("", rate.real), ("turned ", rate.imag)):
            yield f"{turned}joint fall{at}", part * (1 + n)
            yield f"{turned}joint rise{at}", part * n
