"""Transmons with levels between two resonators that are modes: what neither `resonators` nor `levels` knows."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from valvelab.arguments import Array, Values

from .baths import Bath, Resonator
from .currents import HeatCurrents
from .ladder import Ladder
from .levels import TransmonState
from .pair import Two
from .resonator_levels_point import LevelsPoint
from .resonator_levels_problem import levels_problem
from .resonator_levels_solution import solve
from .truncation import checked_tolerance


@dataclass(frozen=True, eq=False)
class ResonatorLevelsState(TransmonState):
    """Hold the stationary state of transmons and resonators; what `TransmonState` tells is of the transmons.

    Parameters
    ----------
    depth
        Largest number of correlations that were followed, as in `resonators`.
    """

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
    corrected: bool = False,
    tolerance: float = 1e-3,
) -> ResonatorLevelsState:
    """Solve the master equation of one or two transmons between two resonators, each in its own reservoir.

    It is that of `resonators`, with b = sum_n <n|b|n+1> |n><n+1| of `levels` in the place of s-. Every transition of a
    transmon emits into its parasitic bath with an operator of its own, at its own frequency. With two levels it is
    `resonators`.

    Parameters
    ----------
    transmons
        The two ladders, or one of a transmon alone, with two to six levels each.
    hot, cold
        The reservoirs, with the rates gamma_i of the transition 0-1 on resonance where the resonator is fast.
    parasitic
        The parasitic bath of each transmon; its rate must be above 0.
    resonator
        The resonators of both reservoirs, or a pair (hot, cold), with Q above 0 and `exponent` 0.
    weights_hot, weights_cold
        Amplitude of each transmon's coupling to the reservoir, complex where lines give it a phase; of one transmon
        the first counts.
    exchange
        Exchange coupling [Hz].
    corrected
        Whether to add in first order of 1 / Q what this equation leaves out, as in `resonators`, of every transition.
    tolerance
        Largest relative error of the currents, from 1e-10 to 0.1; see `HeatCurrents.relative_error`.

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
    At Table I two transmons with three levels take 0.2 s a point, with four 1 s, and one of three levels 5 ms;
    identical points are solved once. Currents add up to 0 at every depth.

    Examples
    --------
    With the rates and resonators of Table I, transmons with levels carry less together than apart:

    >>> hot, cold, parasitic = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Bath(0.01e9, 0.05)
    >>> transmon, chip = Ladder.of_transmon(4e9, 178e6, 3), (hot, cold, parasitic, Resonator(4e9, 20))
    >>> both, one = resonator_levels((transmon, transmon), *chip), resonator_levels((transmon,), *chip)
    >>> round(float(both.currents.cold / one.currents.cold / 2), 2)
    0.95
    """
    problem = levels_problem(
        transmons, hot, cold, parasitic, resonator, (weights_hot, weights_cold), exchange, corrected
    )
    tolerance = checked_tolerance(tolerance)

    def numbers(point: LevelsPoint) -> Array:
        found = solve(point, tolerance)
        return np.concatenate([found.currents, [found.error, found.depth], found.populations])

    whole = problem.each(numbers, rows=5 + problem.levels[0] * problem.levels[1])
    return ResonatorLevelsState(
        HeatCurrents(whole[0], whole[1], whole[2], relative_error=whole[3]),
        np.moveaxis(whole[5:], 0, -1).reshape(*problem.shape, *problem.levels),
        (hot, cold, parasitic),
        whole[4],
    )
