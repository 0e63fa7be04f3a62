"""Two transmons with all the levels that are warm, instead of two qubits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from valvelab.arguments import Array, Values

from .baths import Bath, Resonator
from .currents import HeatCurrents
from .ladder import Ladder
from .ladder_problem import ladder_problem, solve
from .pair import Two
from .pair_solution import Filters


@dataclass(frozen=True, eq=False)
class TransmonState:
    """Hold the stationary state of two transmons.

    Parameters
    ----------
    currents
        Heat currents out of the three baths [W].
    populations
        Probability that transmon 1 is in level n and transmon 2 in level m, on the last two axes.
    baths
        The baths, hot, cold and parasitic (or None).
    """

    currents: HeatCurrents
    populations: Array
    baths: tuple[Bath, Bath, Bath | None] = field(repr=False)

    @property
    def beyond_qubit(self) -> Array:
        """Probability that each transmon is above its level 1, on the last axis: what two levels do not know of."""
        first, second = self.populations.sum(axis=-1), self.populations.sum(axis=-2)
        return np.stack([first[..., 2:].sum(axis=-1), second[..., 2:].sum(axis=-1)], axis=-1)


def levels(
    transmons: Sequence[Ladder],
    hot: Bath,
    cold: Bath,
    parasitic: Bath | None = None,
    *,
    resonator: Resonator | Filters | None = None,
    weights_hot: Two = (1.0, 1.0),
    weights_cold: Two = (1.0, 1.0),
    exchange: Values = 0.0,
    equation: Literal["redfield", "gkls"] = "redfield",
    parasitic_jumps: Literal["together", "apart"] = "together",
) -> TransmonState:
    """Solve the master equation of two transmons, each with two to six levels.

    It is that of `pair`, with b = sum_n <n|b|n+1> |n><n+1| in the place of s-: reservoir i couples through
    A_i = sum_k weight_ik b_k, split into its parts at the Bohr frequencies of H, with the rate that its filter
    passes at each. With two levels it is `pair`.

    Parameters
    ----------
    transmons
        The two ladders; `Ladder.anharmonic` or `Ladder.exact`.
    hot, cold
        The reservoirs.
    parasitic
        The parasitic bath of each transmon, or None. A rate of 0 means the limit gamma_p -> 0+.
    resonator
        What filters both reservoirs, or a pair (hot, cold), or None for a flat spectrum.
    weights_hot, weights_cold
        Amplitude of each transmon's coupling to the reservoir, complex where lines give it a phase.
    exchange
        Exchange coupling [Hz], h exchange (b_1+ b_2 + h.c.). Where it makes transitions in which an excitation is taken
        up and energy given away, as between transmons an octave apart, these are left out while they have less than a
        hundredth of the largest rate.
    equation
        "redfield" (partial secular, no Lamb shift) or "gkls" (geometric mean), as in `pair`. They agree while
        `validity` allows a master equation. Beyond, "redfield" has poles, near which its populations leave 0 to 1: with
        Q = 20 and Table I its powers are off by 15 % about T_h = 0.23 K, with Q = 100 by everything. Take "gkls" there.
    parasitic_jumps
        Whether the transitions of one transmon emit into its parasitic bath with one operator ("together", right for
        a flat bath at any anharmonicity), or each with its own ("apart", right where coherences between them do not
        matter).

    Returns
    -------
    TransmonState
        Of the shape that all arguments broadcast to.

    Raises
    ------
    ValueError
        If an argument is out of range, or if no unique stationary state can be computed. Without a parasitic bath
        the state returned is the one that evolves from the ground state, as in `pair`.

    Examples
    --------
    At 384 mK a fifth of the population is above the first excited state, and most of the enhancement is gone:

    >>> hot, cold, parasitic = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Bath(0.01e9, 0.05)
    >>> transmon = Ladder.anharmonic(4e9, -240e6, 5)
    >>> both = levels((transmon, transmon), hot, cold, parasitic)
    >>> one = levels((transmon, transmon), hot, cold, parasitic, weights_hot=(1, 0), weights_cold=(1, 0))
    >>> print(f"{both.currents.cold / (2 * one.currents.cold):.3f}, {both.beyond_qubit[0]:.2f} above level 1")
    1.010, 0.20 above level 1
    """
    problem = ladder_problem(
        transmons,
        hot,
        cold,
        parasitic,
        resonator,
        (weights_hot, weights_cold),
        exchange,
        equation=equation,
        parasitic_jumps=parasitic_jumps,
    )
    currents, populations = solve(problem)
    return TransmonState(currents, populations, (hot, cold, parasitic))
