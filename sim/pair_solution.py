"""The stationary state of two qubits with their baths, assembled and solved."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from valvelab.arguments import Array, Values
from valvelab.constants import PLANCK

from .baths import Bath, Resonator, common_bath_shape
from .currents import HeatCurrents, SteadyState, cold_share
from .parts import Part
from .stationary import EXCITED, GROUND, SINGLET, TRIPLET, Map, add, apply, stationary_state
from .two_qubits import Amplitudes, Hamiltonian, Weights, dissipator

Filters: TypeAlias = tuple[Resonator | None, Resonator | None]

_VANISHING_RATE = 1e-30
"""Stands for gamma_p -> 0+, in units of the reservoirs' rates; only its own ratios matter."""
_QUBITS = ((np.array(1.0), np.array(0.0)), (np.array(0.0), np.array(1.0)))
"""The weights that couple one qubit alone."""


def coupled_shape(
    filters: Filters,
    weights: tuple[Weights, Weights],
    baths: tuple[Bath, Bath, Bath | None],
    others: dict[str, ArrayLike],
) -> tuple[int, ...]:
    """Return the shape that baths, their filters and weights and other named arguments broadcast to."""
    named = dict(others)
    for name, filtering, pair in zip(("hot", "cold"), filters, weights, strict=True):
        named |= {f"weights_{name}[{k}]": pair[k] for k in (0, 1)}
        if filtering is not None:
            named[f"resonator ({name})"] = filtering.filter(filtering.frequency)
    return common_bath_shape(dict(zip(("hot", "cold", "parasitic"), baths, strict=True)), **named)


def coupled_share(filters: Filters, weights: tuple[Weights, Weights], hot: Bath, cold: Bath) -> Array | None:
    """Return what Eq. (24) needs, None where hot and cold couple to different operators."""
    alike = filters[0] is filters[1] and all(map(np.array_equal, *weights))
    return cold_share(hot, cold) if alike else None


@dataclass(frozen=True)
class PairProblem:
    """Hold the checked arguments of `pair`; filters and weights are (hot, cold)."""

    hamiltonian: Hamiltonian
    hot: Bath
    cold: Bath
    parasitic: Bath | None
    filters: Filters
    weights: tuple[Weights, Weights]
    gkls: bool

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape that everything broadcasts to."""
        others: dict[str, ArrayLike] = {
            "frequencies": self.hamiltonian.mean,
            "exchange": self.hamiltonian.exchange,
        }
        return coupled_shape(self.filters, self.weights, (self.hot, self.cold, self.parasitic), others)

    @property
    def cold_share(self) -> Array | None:
        """What Eq. (24) needs, None where hot and cold couple to different operators."""
        return coupled_share(self.filters, self.weights, self.hot, self.cold)

    def part(self, part: Part) -> "PairProblem":
        """Restrict the problem to a part of its points."""
        h, (weights_hot, weights_cold) = self.hamiltonian, self.weights
        return PairProblem(
            hamiltonian=Hamiltonian(part.of(h.first), part.of(h.second), part.of(h.exchange)),
            hot=part.of_source(self.hot),
            cold=part.of_source(self.cold),
            parasitic=None if self.parasitic is None else part.of_source(self.parasitic),
            filters=(
                self.filters[0] and part.of_source(self.filters[0]),
                self.filters[1] and part.of_source(self.filters[1]),
            ),
            weights=(
                (part.of(weights_hot[0]), part.of(weights_hot[1])),
                (part.of(weights_cold[0]), part.of(weights_cold[1])),
            ),
            gkls=self.gkls,
        )


def solve(problem: PairProblem) -> SteadyState:
    """Return the stationary state at every point of a problem."""
    hamiltonian, parasitic, shape = problem.hamiltonian, problem.parasitic, problem.shape
    baths, others = maps(problem)
    state = stationary_state([*baths, *others], shape)

    energies = (PLANCK * hamiltonian.energy(apply(bath, state)) for bath in baths)
    flows = [np.broadcast_to(energy, shape).copy()[()] for energy in energies]
    currents = HeatCurrents(*flows, cold_share=problem.cold_share)
    triplet = state[GROUND] + state[TRIPLET] + state[EXCITED]
    spin_probability = np.stack([triplet, state[SINGLET]], axis=-1)
    return SteadyState(
        currents=currents,
        mean_inversion=state[EXCITED] - state[GROUND],
        n_qubits=2,
        baths=(problem.hot, problem.cold, parasitic),
        find_spin_probability=lambda: spin_probability,
    )


def maps(problem: PairProblem) -> tuple[list[Map], list[Map]]:
    """Return the maps of the three baths, and those of what exchanges no heat."""
    hamiltonian, parasitic = problem.hamiltonian, problem.parasitic
    reservoirs = zip((problem.hot, problem.cold), problem.filters, problem.weights, strict=True)
    baths = [_reservoir(hamiltonian, *reservoir, gkls=problem.gkls) for reservoir in reservoirs]
    baths.append({} if parasitic is None else _local(hamiltonian, parasitic, problem.hot, problem.cold))
    return baths, [hamiltonian.map(), _drain(problem) if parasitic is None else {}]


def _reservoir(
    hamiltonian: Hamiltonian, bath: Bath, filtering: Resonator | None, weights: Weights, *, gkls: bool
) -> Map:
    upper, lower = hamiltonian.bohr_frequencies
    n = bath.occupation(upper), bath.occupation(lower)
    rate = filtered_rate(hamiltonian, bath.rate, filtering)
    down = rate[0] * (1 + n[0]), rate[1] * (1 + n[1])
    up = rate[0] * n[0], rate[1] * n[1]
    return dissipator(hamiltonian, weights, down, up, gkls=gkls)


def filtered_rate(hamiltonian: Hamiltonian, rate: Values, filtering: Resonator | None) -> Amplitudes:
    """Return a rate [1/s] at the upper and lower Bohr frequency."""
    upper, lower = hamiltonian.bohr_frequencies
    if filtering is None:
        return np.asarray(rate), np.asarray(rate)
    return rate * filtering.filter(upper), rate * filtering.filter(lower)


def _local(hamiltonian: Hamiltonian, parasitic: Bath, hot: Bath, cold: Bath) -> Map:
    """Return the parasitic bath's map: jumps of each qubit alone, at its bare frequency."""
    reservoirs = np.maximum(hot.rate, cold.rate)
    floor = np.where(reservoirs > 0, _VANISHING_RATE * reservoirs, 1)
    rate = np.where(np.asarray(parasitic.rate) > 0, parasitic.rate, floor)
    n = [parasitic.occupation(frequency) for frequency in (hamiltonian.first, hamiltonian.second)]
    return local_map(hamiltonian, [rate * (1 + n_k) for n_k in n], [rate * n_k for n_k in n])


def local_map(hamiltonian: Hamiltonian, down: Sequence[Values], up: Sequence[Values]) -> Map:
    """Return the map of jumps of each qubit alone, with the rates [1/s] of each."""
    result: Map = {}
    for qubit, falls, rises in zip(_QUBITS, down, up, strict=True):
        both_down, both_up = (np.asarray(falls),) * 2, (np.asarray(rises),) * 2
        add(result, dissipator(hamiltonian, qubit, both_down, both_up, gkls=False))
    return result


def _drain(problem: PairProblem) -> Map:
    """Return a map that keeps a qubit in its ground state where it is coupled to nothing at all."""
    hamiltonian, hot, cold, weights = problem.hamiltonian, problem.hot, problem.cold, problem.weights
    felt = [(hot.rate * weights[0][k] != 0) | (cold.rate * weights[1][k] != 0) for k in (0, 1)]
    joined = hamiltonian.exchange != 0
    reservoirs = np.maximum(hot.rate, cold.rate)
    speed = np.where(reservoirs > 0, reservoirs, hamiltonian.mean)
    result: Map = {}
    for qubit, here, there in zip(_QUBITS, felt, reversed(felt), strict=True):
        rate = np.where(here | (there & joined), 0.0, speed)
        if rate.any():
            none = np.zeros(())
            add(result, dissipator(hamiltonian, qubit, (rate, rate), (none, none), gkls=False))
    return result
