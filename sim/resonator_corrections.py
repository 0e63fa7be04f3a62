"""What the equation of `resonators` leaves out, in lowest order: for qubits near their resonators, and for far ones.

Near them a qubit is shifted by waves that do not rotate, by |g|^2 (2 n + 1) / (f_k + f_i) for each mode (Bloch and
Siegert, Phys. Rev. 57, 522), sees the tail of an RLC circuit, Resonator(f_i, Q, -1) as in `hierarchy`, where a mode has
a Lorentzian, and exchanges quanta of its own frequency. Far away from them all that is left are quanta of the
resonators that pass without stopping: with all waves a qubit answers them by 2 f / (f_i^2 - f^2) instead of
1 / (f_i - f).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, TypeAlias

import numpy as np

from valvelab.arguments import Array

from .baths import Bath
from .resonator_point import STEPS, ResonatorPoint

Correction: TypeAlias = Literal["none", "near", "far"]
_STEP = 1e-6


def corrected(point: ResonatorPoint, kind: Correction) -> ResonatorPoint:
    """Return the point whose plain equation says what is corrected."""
    if kind == "none":
        return point
    at, _ = quanta(point, kind)
    n = [float(Bath(0.0, warmth).occupation(f)) for warmth, f in zip(point.temperatures[:2], at, strict=True)]
    there = replace(point, occupations=np.array(n), tails=_tails(point, kind, point.frequencies))
    return replace(there, frequencies=point.frequencies + _turning(there, kind).sum(axis=0))


def quanta(point: ResonatorPoint, kind: Correction) -> tuple[Array, Array]:
    """Return the frequency [Hz] of the quanta of each mode's reservoir, and its derivatives by the qubits' frequencies.

    Near the resonators it is the mean of the qubits' frequencies, each weighted by what the resonators pass there; else
    it is the mode's own. The derivatives have the shape (modes, qubits).
    """
    own, f = point.resonator_frequencies, point.frequencies
    if kind != "near":
        return own, np.zeros((own.size, f.size))
    widths = point.linewidths[:, None] / (4 * np.pi)
    distances = (f - own[:, None]) / widths
    passed = 1 / (1 + distances**2)
    share, slope = passed.sum(axis=0), np.sum(-2 * distances * passed**2 / widths, axis=0)
    mean = float(share @ f / share.sum())
    return np.full(own.size, mean), np.tile((share + slope * (f - mean)) / share.sum(), (own.size, 1))


def chained(by: Mapping[str, Array], point: ResonatorPoint, kind: Correction) -> dict[str, Array]:
    """Return derivatives by what corrections depend on, from those at the point that is corrected.

    Parameters
    ----------
    by
        By all of `valvelab.sim.resonator_point.STEPS` that the point has.
    point, kind
        As of `corrected`.
    """
    if kind == "none":
        return dict(by)
    known, found = corrected(point, kind), dict(by)
    shift = _turning(replace(known, frequencies=point.frequencies), kind)
    sizes = np.abs(point.weights) if point.phases else point.weights
    steps = _STEP * point.frequencies
    high, low = (_tails(point, kind, point.frequencies + sign * steps) for sign in (1, -1))
    slopes = (high - low) / (2 * steps)
    for qubit, frequency in enumerate(point.frequencies):
        by_f, of_one, own, slope = (
            by[f"f_{qubit + 1}"],
            shift[:, qubit],
            sizes[:, qubit],
            slopes[:, qubit],
        )
        for name, mode in (("h", 0), ("c", 1)):
            by_gamma = of_one[mode] / point.amplitudes[mode] ** 2
            by_n = 2 * of_one[mode] / (2 * known.occupations[mode] + 1)
            found[f"gamma_{name}"] = found[f"gamma_{name}"] + by_f * by_gamma
            found[f"n_{name}"] = found[f"n_{name}"] + by_f * by_n
        coupled = own != 0
        moved = np.sum(2 * of_one[coupled] / own[coupled])
        found[f"weight_{qubit + 1}"] = by[f"weight_{qubit + 1}"] + by_f * moved
        # The shift moves on with the frequency, and with the tails of its couplings.
        relative = 2 * slope / known.tails[:, qubit] - 1 / (frequency + point.resonator_frequencies)
        total = by_f * (1 + np.sum(of_one * relative))
        for of_mode, rise in zip("hc", slope, strict=True):
            total = total + by[f"tail_{of_mode} of qubit {qubit + 1}"] * rise
        found[f"f_{qubit + 1}"] = total
    return found


def steps_of(point_qubits: int, kind: Correction) -> tuple[str, ...]:
    """Return what `chained` needs beside the parameters themselves."""
    if kind == "none":
        return ()
    return tuple(name for name in STEPS if name.startswith("tail") and int(name[-1]) <= point_qubits)


def far_tail(frequency: Array, resonance: Array) -> Array:
    """Return what the coupling of a far qubit to a mode is multiplied by, both at frequencies [Hz] that broadcast."""
    return np.asarray(np.sqrt(2 * frequency / (frequency + resonance)))


def _turning(point: ResonatorPoint, kind: Correction) -> Array:
    """Return by how much each qubit is shifted because of each mode [Hz], (modes, qubits)."""
    sums = point.frequencies[None, :] + point.resonator_frequencies[:, None]
    squares = np.abs(point.couplings / (2 * np.pi)) ** 2 * (kind == "near")
    return np.asarray(squares * (2 * point.occupations[:, None] + 1) / sums)


def _tails(point: ResonatorPoint, kind: Correction, frequencies: Array) -> Array:
    """Return what couplings are multiplied by, (modes, qubits), for qubits at some frequencies [Hz]."""
    f, own, widths = frequencies[None, :], point.resonator_frequencies[:, None], point.linewidths[:, None]
    if kind == "far":
        return far_tail(f, own)
    mode = 1 + (4 * np.pi * (f - own) / widths) ** 2
    circuit = 1 + (2 * np.pi * own / widths * (f / own - own / f)) ** 2
    return np.asarray(np.sqrt(own / f * mode / circuit))
