"""How the currents of `resonator_levels` change with everything that a fit may vary."""

from collections.abc import Sequence

import numpy as np

from valvelab.arguments import Array, Values

from .baths import Bath, Resonator
from .ladder import Ladder
from .pair import Two
from .resonator_derivatives import ResonatorDerivatives
from .resonator_levels_point import LevelsPoint
from .resonator_levels_problem import levels_problem
from .resonator_levels_solution import slopes, solve
from .resonator_problem import demand_rates
from .truncation import checked_tolerance


def resonator_level_derivatives(
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
) -> ResonatorDerivatives:
    """Return the derivatives of the currents of `resonator_levels`.

    They are those of the truncated equations, to some 1e-7, and cost about as much as the point itself. f_k moves all
    transitions of transmon k alike, with the elements as they are. What a transmon that is not there would change is
    0.

    Parameters
    ----------
    transmons, hot, cold, parasitic, resonator, weights_hot, weights_cold, exchange, corrected, tolerance
        As for `resonator_levels`; the rates of the reservoirs must be above 0.

    Raises
    ------
    ValueError
        As for `resonator_levels`, or if a reservoir has a rate of 0.

    Examples
    --------
    >>> hot, cold, parasitic = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Bath(0.01e9, 0.05)
    >>> transmon = Ladder.of_transmon(4e9, 178e6, 3)
    >>> slope = resonator_level_derivatives((transmon,), hot, cold, parasitic, Resonator(4e9, 20)).by("T_h")
    >>> round(float(-slope.cold) * 1e15, 3)  # [fW/K]
    0.446
    """
    problem = levels_problem(
        transmons, hot, cold, parasitic, resonator, (weights_hot, weights_cold), exchange, corrected
    )
    tolerance = checked_tolerance(tolerance)
    demand_rates(hot, cold)
    names = ResonatorDerivatives.PARAMETERS

    def answer(point: LevelsPoint) -> Array:
        found = slopes(solve(point, tolerance))
        return np.array([found.get(name, np.zeros(3)) for name in names]).T.reshape(-1)

    found = problem.each(answer, rows=3 * len(names)).reshape(3, len(names), *problem.shape)
    return ResonatorDerivatives(*np.moveaxis(found, 1, -1))
