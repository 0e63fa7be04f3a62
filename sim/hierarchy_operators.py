"""The qubits of a point of `hierarchy`: their energy, what acts on them, and what the reservoirs couple to."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from valvelab.arguments import Amplitude, Array

from .dark_states import drains
from .mode_moments import DRAINS, TURNED_DRAIN
from .moment_tower import lowering
from .resonator_point import ResonatorPoint

Operator: TypeAlias = npt.NDArray[Any]
"""Real, or complex where a coupling has a phase."""


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
        Q_i = sum_k weight_ik s_k + h.c. of both reservoirs, which commute unless a weight has a phase.
    jumps
        Pairs (rate, operator) of what acts on the qubits alone.
    widths
        Rates at which these make the coherence of each qubit decay.
    weights
        Signed, or complex where one has a phase, (reservoirs, qubits).
    """

    ladder: list[Array]
    energy: Array
    couplings: list[Operator]
    jumps: list[tuple[float, Operator]]
    widths: Array
    weights: Amplitude

    @property
    def lost(self) -> list[Operator]:
        """-D+(coupling) of both reservoirs, D being the dissipator of all jumps."""
        return [coupled(self.ladder, row * self.widths) for row in self.weights]


def coupled(ladder: list[Array], weights: Amplitude) -> Operator:
    """Return sum_k weight_k s_k + h.c."""
    return np.asarray(sum(w * s + np.conj(w) * s.T for w, s in zip(weights, ladder, strict=True)))


def frequency_unit(point: ResonatorPoint) -> float:
    """Return the frequency [Hz] in whose units the equations are written."""
    return float(point.resonator_frequencies.max())


def operators(point: ResonatorPoint) -> Operators:
    """Return the operators of a point."""
    unit = frequency_unit(point)
    ladder, rate_unit = lowering(len(point.frequencies)), 2 * np.pi * unit
    rate, dephasing = point.gamma_p / rate_unit, point.dephasing / rate_unit
    jumps: list[tuple[float, Operator]] = []
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
        couplings=[coupled(ladder, row) for row in point.weights],
        jumps=jumps,
        widths=rate * (1 + 2 * point.parasitic_occupations) / 2 + dephasing,
        weights=point.weights,
    )


def dissipated(jumps: list[tuple[float, Operator]], operator: Array) -> Operator:
    """Return D+(operator), what the jumps make of an expectation value per time."""
    change: Operator = np.zeros_like(operator)
    for rate, jump in jumps:
        adjoint = jump.conj().T
        number = adjoint @ jump
        change = change + rate * (adjoint @ operator @ jump - (number @ operator + operator @ number) / 2)
    return change


def _drain(name: str, ladder: list[Array]) -> Operator:
    """Return the operator that empties what `drains` names into the ground state."""
    if name.startswith("fall"):
        return ladder[int(name[-1])]
    ground = np.zeros_like(ladder[0])
    ground[0, 0] = 1.0
    return np.asarray(ground @ (ladder[0] - (DRAINS | TURNED_DRAIN)[name] * ladder[1]) / np.sqrt(2))
