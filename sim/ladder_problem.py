"""Two transmons with their baths, assembled point by point and solved."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from valvelab.arguments import Amplitude, Array, Values, numbers, two
from valvelab.constants import PLANCK

from .baths import Bath, Resonator
from .currents import HeatCurrents
from .ladder import Ladder
from .ladder_baths import Coupling, Part, local, reservoir
from .ladder_equation import Jump, Sector, hamiltonian, lowering
from .ladder_state import from_ground, stationary
from .pair import Two, filter_pair, weight_pair
from .pair_solution import Filters, coupled_shape, coupled_share
from .two_qubits import Weights

_NUMBERS_AT_ONCE = 300_000


@dataclass(frozen=True, eq=False)
class LadderProblem:
    """Hold the checked arguments of `levels`; filters and weights are (hot, cold)."""

    ladders: tuple[Ladder, Ladder]
    hot: Bath
    cold: Bath
    parasitic: Bath | None
    filters: Filters
    weights: tuple[Weights, Weights]
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
    def sector(self) -> Sector:
        """Which elements of the state are kept."""
        return _sector(self.ladders[0].levels, self.ladders[1].levels)

    @property
    def cold_share(self) -> Array | None:
        """As that of `PairProblem`."""
        return coupled_share(self.filters, self.weights, self.hot, self.cold)


@cache
def _sector(first: int, second: int) -> Sector:
    return Sector(first, second)


def ladder_problem(
    transmons: Sequence[Ladder],
    hot: Bath,
    cold: Bath,
    parasitic: Bath | None,
    resonator: Resonator | Filters | None,
    weights: tuple[Two, Two],
    exchange: Values,
    *,
    equation: str,
    parasitic_jumps: str = "together",
) -> LadderProblem:
    """Check the arguments of `levels`; its `weights` are (hot, cold)."""
    return LadderProblem(
        ladders=_ladders(transmons),
        hot=hot,
        cold=cold,
        parasitic=parasitic,
        filters=filter_pair(resonator),
        weights=(weight_pair("weights_hot", weights[0]), weight_pair("weights_cold", weights[1])),
        exchange=numbers("exchange", exchange),
        gkls=_one_of("equation", equation, ("redfield", "gkls")) == "gkls",
        together=_one_of("parasitic_jumps", parasitic_jumps, ("together", "apart")) == "together",
    )


def _ladders(transmons: Sequence[Any]) -> tuple[Ladder, Ladder]:
    first, second = two("transmons", transmons, "of two ladders")
    for found in (first, second):
        if not isinstance(found, Ladder):
            raise ValueError(f"Argument `transmons` must be a pair of `Ladder`, but holds {found!r}.")
    return first, second


def _one_of(name: str, value: str, allowed: tuple[str, str]) -> str:
    if value not in allowed:
        raise ValueError(f'Argument `{name}` must be "{allowed[0]}" or "{allowed[1]}", but is {value!r}.')
    return value


def solve(problem: LadderProblem) -> tuple[HeatCurrents, Array]:
    """Return the currents, and the populations of both transmons on the last two axes."""
    shape = problem.shape
    sector = problem.sector
    solved = [_solve(part, sector) for part in parts_of(problem, sector)]
    flows = (
        np.concatenate(flow).reshape(shape)[()] for flow in zip(*(one[0] for one in solved), strict=True)
    )
    populations = np.concatenate([one[1] for one in solved]).reshape(*shape, sector.first, sector.second)
    return HeatCurrents(*flows, cold_share=problem.cold_share), populations


def parts_of(problem: LadderProblem, sector: Sector) -> Iterator[Part]:
    """Yield stretches of the flat batch that fit into memory."""
    shape, step = problem.shape, max(1, _NUMBERS_AT_ONCE // sector.trace.size**2)
    for start in range(0, max(1, prod(shape)), step):
        yield _part(problem, shape, slice(start, start + step))


def _part(problem: LadderProblem, shape: tuple[int, ...], part: slice) -> Part:
    def flat(value: Values | Amplitude, last: tuple[int, ...] = ()) -> Any:
        return np.broadcast_to(value, shape + last).reshape(-1, *last)[part]

    def of_resonator(one: Resonator | None) -> Resonator | None:
        # One more axis, for the pairs of levels.
        return one and Resonator(
            *(flat(v)[:, None, None] for v in (one.frequency, one.quality_factor, one.exponent))
        )

    baths = problem.hot, problem.cold, problem.parasitic or Bath(0.0, 0.0)
    return Part(
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


def _solve(part: Part, sector: Sector) -> tuple[list[Array], Array]:
    """Return the three currents and the populations at every point of a part."""
    energy, couplings = coupled(part)
    jumps = [[jump for one in some for jump in one.jumps(gkls=part.gkls)] for some in couplings]
    own, hot, cold, slow = maps(energy, jumps, sector)
    fast = own + hot + cold
    elements = np.empty(fast.shape[:2])
    with_bath = np.ravel(part.baths[2].rate) > 0
    elements[with_bath] = stationary((fast + slow)[with_bath], sector.trace)
    decides = slow[~with_bath] if part.with_parasitic else None
    elements[~with_bath] = from_ground(fast[~with_bath], sector.trace, decides)
    state = sector.full(elements, phases=any(jump.has_phases for some in jumps for jump in some))
    nothing = np.zeros(len(energy))
    flows = [PLANCK * sum((jump.energy(energy, state) for jump in some), nothing) for some in jumps]
    flows[2] = np.where(with_bath, flows[2], 0.0)
    return flows, np.diagonal(state.real, axis1=1, axis2=2)


def coupled(part: Part) -> tuple[Array, list[list[Coupling]]]:
    """Return H / h [Hz], and the couplings of the hot, the cold and the parasitic bath."""
    b = [lowering(part.ladders, k, part.elements[k]) for k in (0, 1)]
    hop = np.swapaxes(b[0], 1, 2) @ b[1]
    energy = hamiltonian(part.transitions, part.exchange, hop + np.swapaxes(hop, 1, 2))
    return energy, [*([reservoir(part, energy, b, side)] for side in (0, 1)), local(part)]


def maps(energy: Array, jumps: list[list[Jump]], sector: Sector) -> list[Array]:
    """Return the maps of H, and of the hot, the cold and the parasitic bath."""
    nothing = np.zeros((len(energy), *[sector.trace.size] * 2))
    return [
        sector.commutator(energy),
        *(sum((sector.dissipator(jump) for jump in some), nothing) for some in jumps),
    ]
