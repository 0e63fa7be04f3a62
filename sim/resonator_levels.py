"""Transmons with levels between two resonators that are modes: what neither `resonators` nor `levels` knows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from valvelab.arguments import Array, Values

from .baths import Bath, Resonator
from .currents import HeatCurrents
from .ladder import Ladder
from .ladder_problem import LadderProblem, ladder_problem
from .levels import TransmonState
from .pair import Two
from .resonator_levels_point import LevelsPoint, solve_at
from .resonator_problem import Modes, demanded_modes
from .truncation import TruncationError, checked_tolerance, deepen

_DEPTHS = (2, 4, 6, 8, 10, 12)


@dataclass(frozen=True, eq=False)
class ResonatorLevelsState(TransmonState):
    """Hold the stationary state of transmons and resonators; what `TransmonState` tells is of the transmons.

    Parameters
    ----------
    relative_error
        Estimated error of the currents by truncation, in units of the largest of the three.
    depth
        Largest number of correlations that were followed, as in `resonators`.
    """

    relative_error: Array = field(repr=False)
    depth: Array = field(repr=False)


def resonator_levels(
    transmons: Sequence[Ladder],
    hot: Bath,
    cold: Bath,
    parasitic: Bath,
    resonator: Resonator | tuple[Resonator, Resonator],
    *,
    weights_hot: Two = (1.0, 1.0),
    weights_cold: Two = (1.0, 1.0),
    exchange: Values = 0.0,
    tolerance: float = 1e-3,
) -> ResonatorLevelsState:
    """Solve the master equation of two transmons between two resonators, each in its own reservoir.

    It is that of `resonators`, with b = sum_n <n|b|n+1> |n><n+1| of `levels` in the place of s-. Every transition of a
    transmon emits into its parasitic bath with an operator of its own, at its own frequency. With two levels it is
    `resonators`.

    Parameters
    ----------
    transmons
        The two ladders, with two to six levels each.
    hot, cold
        The reservoirs, with the rates gamma_i of the transition 0-1 on resonance where the resonator is fast.
    parasitic
        The parasitic bath of each transmon; its rate must be above 0.
    resonator
        The resonators of both reservoirs, or a pair (hot, cold), with Q above 0 and `exponent` 0.
    weights_hot, weights_cold
        Amplitude of each transmon's coupling to the reservoir, complex where lines give it a phase.
    exchange
        Exchange coupling [Hz].
    tolerance
        Largest relative error of the currents, from 1e-10 to 0.1.

    Returns
    -------
    ResonatorLevelsState
        Of the shape that all arguments broadcast to.

    Raises
    ------
    TruncationError
        If the tolerance is not reached at the greatest depth; it is a ValueError.
    ValueError
        If an argument is out of range.

    Notes
    -----
    At Table I two transmons with three levels take 0.2 s a point, with four 4 s; identical points are solved once.
    Currents add up to 0 at every depth.

    Examples
    --------
    With the rates and resonators of Table I, transmons with levels carry less together than apart:

    >>> hot, cold, parasitic = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Bath(0.01e9, 0.05)
    >>> transmon, idle = Ladder.of_transmon(4e9, 178e6, 3), {"weights_hot": (1, 0), "weights_cold": (1, 0)}
    >>> chip = (transmon, transmon), hot, cold, parasitic, Resonator(4e9, 20)
    >>> both, one = resonator_levels(*chip), resonator_levels(*chip, **idle)
    >>> round(float(both.currents.cold / one.currents.cold / 2), 2)
    0.95
    """
    modes, tolerance = demanded_modes(resonator), checked_tolerance(tolerance)
    problem = ladder_problem(
        transmons, hot, cold, parasitic, modes, (weights_hot, weights_cold), exchange, equation="gkls"
    )
    if np.any(np.asarray(parasitic.rate) <= 0):
        raise ValueError(f"Argument `parasitic` must have a rate above 0 1/s, but has {parasitic.rate}.")
    shape, known = problem.shape, dict[tuple[bytes, ...], Array]()
    size = problem.ladders[0].levels * problem.ladders[1].levels
    found = np.empty((int(np.prod(shape)), size + 5))
    for number, point in enumerate(_points(problem, modes)):
        if point.key not in known:
            known[point.key] = _solved(point, tolerance)
        found[number] = known[point.key]
    whole = found.T.reshape(-1, *shape)
    populations = np.moveaxis(whole[5:], 0, -1)
    return ResonatorLevelsState(
        HeatCurrents(whole[0], whole[1], whole[2]),
        populations.reshape(*shape, problem.ladders[0].levels, problem.ladders[1].levels),
        (hot, cold, parasitic),
        whole[3],
        whole[4],
    )


def _solved(point: LevelsPoint, tolerance: float) -> Array:
    """Return currents, error, depth and populations of a point as one row."""
    found, error, stands = deepen(lambda depth: solve_at(point, depth), _DEPTHS, tolerance)
    if not stands:
        raise TruncationError(
            f"Argument `tolerance` must be within reach, but is {tolerance:g} where at depth {found.depth} the "
            f"currents still have an estimated error of {error:.1g}. Raise `tolerance`, or lower the rates or Q."
        )
    return np.concatenate([found.currents, [error, found.depth], found.populations])


def _points(problem: LadderProblem, modes: Modes) -> Iterator[LevelsPoint]:
    """Yield the points of the flat batch."""
    shape, pair_of = problem.shape, (modes, modes) if isinstance(modes, Resonator) else modes

    def flat(value: object, last: tuple[int, ...] = ()) -> Array:
        return np.broadcast_to(np.asarray(value), shape + last).reshape(-1, *last)

    def both(*values: object) -> Array:
        return np.stack([flat(value) for value in values], axis=-1)

    baths = problem.hot, problem.cold, problem.parasitic or Bath(0.0, 0.0)
    columns = {
        "rates": both(*(bath.rate for bath in baths)),
        "temperatures": both(*(bath.temperature for bath in baths)),
        "resonances": both(*(one.frequency for one in pair_of)),
        "qualities": both(*(one.quality_factor for one in pair_of)),
        "weights": np.stack([both(*pair) for pair in problem.weights], axis=1),
        "exchange": flat(problem.exchange),
    }
    transitions = [flat(one.frequencies, one.frequencies.shape[-1:]) for one in problem.ladders]
    elements = [flat(one.elements, one.elements.shape[-1:]) for one in problem.ladders]
    for number in range(len(columns["exchange"])):
        yield LevelsPoint(
            transitions=tuple(one[number] for one in transitions),
            elements=tuple(one[number] for one in elements),
            **{name: column[number] for name, column in columns.items()},
        )
