"""The qubits of a point of `hierarchy`: their energy, what acts on them, and what the reservoirs couple to."""

from dataclasses import dataclass

import numpy as np

from valvelab.arguments import Array

from .dark_states import drains
from .moment_tower import lowering
from .resonator_point import ResonatorPoint


@dataclass(frozen=True, eq=False)
class Operators:
    """Hold operators on the qubits, energies in units of h f and rates of 2 pi f, f being `frequency_unit`.

    Parameters
    ----------
    ladder
        s- of each qubit; the ground state comes first.
    energy
        H_S.
    couplings
        sum_k weight_ik (s_k + s_k+) of both reservoirs, which commute.
    jumps
        Pairs (rate, operator) of what acts on the qubits alone.
    widths
        Rates at which these make the coherence of each qubit decay.
    weights
        Signed, (reservoirs, qubits).
    """

    ladder: list[Array]
    energy: Array
    couplings: list[Array]
    jumps: list[tuple[float, Array]]
    widths: Array
    weights: Array

    @property
    def lost(self) -> list[Array]:
        """-D+(coupling) of both reservoirs, D being the dissipator of all jumps."""
        return [np.tensordot(row * self.widths, [s + s.T for s in self.ladder], 1) for row in self.weights]


def frequency_unit(point: ResonatorPoint) -> float:
    """Return the frequency [Hz] in whose units the equations are written."""
    return float(point.resonator_frequencies.max())


def operators(point: ResonatorPoint) -> Operators:
    """Return the operators of a point."""
    unit = frequency_unit(point)
    ladder, rate_unit = lowering(len(point.frequencies)), 2 * np.pi * unit
    rate, dephasing = point.gamma_p / rate_unit, point.dephasing / rate_unit
    jumps: list[tuple[float, Array]] = []
    energy = np.zeros_like(ladder[0])
    for k, s in enumerate(ladder):
        n = point.parasitic_occupations[k]
        energy = energy + point.frequencies[k] / unit * (s.T @ s)
        jumps += [(rate * (1 + n), s), (rate * n, s.T), (2 * dephasing[k], s.T @ s)]
    if len(ladder) == 2:
        hop = ladder[0].T @ ladder[1]
        energy = energy + point.exchange / unit * (hop + hop.T)
    jumps += [(drain / rate_unit, _drain(name, ladder)) for name, drain in drains(point).items()]
    return Operators(
        ladder=ladder,
        energy=energy,
        couplings=[np.tensordot(row, [s + s.T for s in ladder], 1) for row in point.weights],
        jumps=jumps,
        widths=rate * (1 + 2 * point.parasitic_occupations) / 2 + dephasing,
        weights=point.weights.real,
    )


def dissipated(jumps: list[tuple[float, Array]], operator: Array) -> Array:
    """Return D+(operator), what the jumps make of an expectation value per time."""
    change = np.zeros_like(operator)
    for rate, jump in jumps:
        number = jump.T @ jump
        change = change + rate * (jump.T @ operator @ jump - (number @ operator + operator @ number) / 2)
    return change


def _drain(name: str, ladder: list[Array]) -> Array:
    """Return the operator that empties what `drains` names into the ground state."""
    kind, _, qubit = name.partition(" ")
    if kind == "fall":
        return ladder[int(qubit)]
    ground = np.zeros_like(ladder[0])
    ground[0, 0] = 1.0
    sign = {"singlet": -1, "triplet": 1}[kind]
    return np.asarray(ground @ (ladder[0] + sign * ladder[1]) / np.sqrt(2))
