"""Two transmons with their baths, assembled point by point and solved."""

from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import ArrayLike

from valvelab.arguments import Array, Values
from valvelab.constants import PLANCK

from .baths import Bath, Resonator
from .currents import HeatCurrents
from .ladder import Ladder
from .ladder_equation import Jump, Sector, bohr, felt, hamiltonian, jumps_of, lowering, spectral
from .ladder_state import from_ground, stationary
from .pair_solution import Filters, coupled_shape, coupled_share
from .two_qubits import Amplitudes

_NUMBERS_AT_ONCE = 1_000_000
_ANY = 1e9
"""A frequency [Hz] for pairs of levels that nothing connects."""


@dataclass(frozen=True, eq=False)
class LadderProblem:
    """Hold the checked arguments of `levels`; filters and weights are (hot, cold)."""

    ladders: tuple[Ladder, Ladder]
    hot: Bath
    cold: Bath
    parasitic: Bath | None
    filters: Filters
    weights: tuple[Amplitudes, Amplitudes]
    exchange: Array
    gkls: bool
    together: bool

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape that everything broadcasts to."""
        others: dict[str, ArrayLike] = {"exchange": self.exchange}
        for k, ladder in enumerate(self.ladders):
            others[f"transmons[{k}]"] = np.empty(ladder.shape)
        return coupled_shape(self.filters, self.weights, (self.hot, self.cold, self.parasitic), others)

    @property
    def cold_share(self) -> Array | None:
        """As that of `PairProblem`."""
        return coupled_share(self.filters, self.weights, self.hot, self.cold)


@dataclass(frozen=True, eq=False)
class _Part:
    """Hold a stretch of the flat batch; arrays have the points on their first axis."""

    ladders: tuple[Ladder, Ladder]
    transitions: list[Array]
    elements: list[Array]
    baths: list[Bath]
    filters: list[Resonator | None]
    weights: list[list[Array]]
    exchange: Array
    with_parasitic: bool
    gkls: bool
    together: bool


def solve(problem: LadderProblem) -> tuple[HeatCurrents, Array]:
    """Return the currents, and the populations of both transmons on the last two axes."""
    shape = problem.shape
    sizes = problem.ladders[0].levels, problem.ladders[1].levels
    sector = Sector(*sizes)
    step = max(1, _NUMBERS_AT_ONCE // sector.trace.size**2)
    starts = range(0, max(1, prod(shape)), step)
    solved = [_solve(_part(problem, shape, slice(start, start + step)), sector) for start in starts]
    flows = (
        np.concatenate(flow).reshape(shape)[()] for flow in zip(*(one[0] for one in solved), strict=True)
    )
    populations = np.concatenate([one[1] for one in solved]).reshape(*shape, *sizes)
    return HeatCurrents(*flows, cold_share=problem.cold_share), populations


def _part(problem: LadderProblem, shape: tuple[int, ...], part: slice) -> _Part:
    def flat(value: Values, last: tuple[int, ...] = ()) -> Array:
        return np.broadcast_to(value, shape + last).reshape(-1, *last)[part]

    def of_resonator(one: Resonator | None) -> Resonator | None:
        # One more axis, for the pairs of levels.
        return one and Resonator(
            *(flat(v)[:, None, None] for v in (one.frequency, one.quality_factor, one.exponent))
        )

    baths = problem.hot, problem.cold, problem.parasitic or Bath(0.0, 0.0)
    return _Part(
        ladders=problem.ladders,
        transitions=[flat(one.frequencies, one.frequencies.shape[-1:]) for one in problem.ladders],
        elements=[flat(one.elements, one.elements.shape[-1:]) for one in problem.ladders],
        baths=[Bath(flat(bath.rate)[:, None, None], flat(bath.temperature)[:, None, None]) for bath in baths],
        filters=[of_resonator(one) for one in problem.filters],
        weights=[[flat(weight) for weight in pair] for pair in problem.weights],
        exchange=flat(problem.exchange),
        with_parasitic=problem.parasitic is not None,
        gkls=problem.gkls,
        together=problem.together,
    )


def _solve(part: _Part, sector: Sector) -> tuple[list[Array], Array]:
    """Return the three currents and the populations at every point of a part."""
    b = [lowering(part.ladders, k, part.elements[k]) for k in (0, 1)]
    hop = np.swapaxes(b[0], 1, 2) @ b[1]
    energy = hamiltonian(part.transitions, part.exchange, hop + np.swapaxes(hop, 1, 2))
    jumps = [*(_reservoir(part, energy, b, side) for side in (0, 1)), _local(part)]
    fast, slow = (
        sum((sector.dissipator(jump) for jump in some), np.zeros((len(energy), *[sector.trace.size] * 2)))
        for some in (jumps[0] + jumps[1], jumps[2])
    )
    fast += sector.commutator(energy)
    elements = np.empty(fast.shape[:2])
    with_bath = np.ravel(part.baths[2].rate) > 0
    elements[with_bath] = stationary((fast + slow)[with_bath], sector.trace)
    decides = slow[~with_bath] if part.with_parasitic else None
    elements[~with_bath] = from_ground(fast[~with_bath], sector.trace, decides)
    state = sector.full(elements)
    nothing = np.zeros(len(energy))
    flows = [PLANCK * sum((jump.energy(energy, state) for jump in some), nothing) for some in jumps]
    flows[2] = np.where(with_bath, flows[2], 0.0)
    return flows, np.diagonal(state, axis1=1, axis2=2)


def _reservoir(part: _Part, energy: Array, b: list[Array], side: int) -> list[Jump]:
    """Return the jumps of one reservoir, with its rates at the Bohr frequencies."""
    first, second = (weight[:, None, None] for weight in part.weights[side])
    coupling = first * b[0] + second * b[1]
    states, frequency = bohr(energy)
    there = felt(coupling, states)
    if np.any(frequency[there] <= 0):
        raise ValueError(
            "Argument `exchange` must be so small that a transmon that takes up an excitation gains energy, but "
            f"reaches {float(np.max(np.abs(part.exchange)))} Hz."
        )
    frequency = np.where(there, frequency, _ANY)
    bath, filtering = part.baths[side], part.filters[side]
    passed = np.where(there, 1.0 if filtering is None else filtering.filter(frequency), 0.0)
    return jumps_of(
        coupling,
        lambda spectrum: spectral(coupling, states, spectrum),
        bath.rate * passed,
        bath.occupation(frequency),
        gkls=part.gkls,
    )


def _local(part: _Part) -> list[Jump]:
    """Return the jumps of each transmon alone, at its bare transitions; a rate of 0 stands for that of a reservoir."""
    hot, cold, parasitic = (np.asarray(bath.rate)[:, 0] for bath in part.baths)
    rate = np.where(parasitic > 0, parasitic, np.where(hot + cold > 0, hot + cold, 1.0))
    temperature = np.asarray(part.baths[2].temperature)[:, 0]
    found = []
    for k in (0, 1):
        transitions, elements = part.transitions[k], part.elements[k]
        n = Bath(0.0, temperature).occupation(transitions)
        count = elements.shape[1]
        for chosen in [np.ones(count)] if part.together else np.eye(count):

            def only(spectrum: Array, k: int = k, elements: Array = elements * chosen) -> Array:
                return lowering(part.ladders, k, elements * spectrum)

            found += jumps_of(only(np.ones(count)), only, rate + 0 * n, n, gkls=part.gkls)
    return found
