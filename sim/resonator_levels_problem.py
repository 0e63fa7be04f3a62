"""The checked arguments of `resonator_levels`, as points of which equal ones are solved once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from valvelab.arguments import Array, Values, yes_or_no

from .baths import Bath, Resonator
from .ladder import Ladder
from .ladder_problem import LadderProblem, ladder_problem
from .pair import Two
from .resonator_levels_point import LevelsPoint
from .resonator_problem import Modes, demanded_modes


@dataclass(frozen=True, eq=False)
class LevelsProblem:
    """Hold the parameters of all points.

    Parameters
    ----------
    ladders
        What `levels` makes of the arguments; of a transmon alone both are the same.
    modes
        The resonators.
    levels
        Numbers of levels; where there is no second transmon, it has 1.
    corrected
        Whether the equation has corrections.
    """

    ladders: LadderProblem
    modes: Modes
    levels: tuple[int, int]
    corrected: bool

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape that everything broadcasts to."""
        return self.ladders.shape

    def each(self, answer: Callable[[LevelsPoint], Array], rows: int) -> Array:
        """Return the answers to all points, an array of `rows` numbers each, as (rows, *shape)."""
        known, found = dict[tuple[bytes, ...], Array](), np.empty((int(np.prod(self.shape)), rows))
        for number, point in enumerate(self._points()):
            if point.key not in known:
                known[point.key] = answer(point)
            found[number] = known[point.key]
        return found.T.reshape(rows, *self.shape)

    def _points(self) -> Iterator[LevelsPoint]:
        """Yield the points of the flat batch."""
        problem, modes = self.ladders, self.modes
        pair_of = (modes, modes) if isinstance(modes, Resonator) else modes
        baths = problem.hot, problem.cold, problem.parasitic or Bath(0.0, 0.0)
        columns: dict[str, Any] = {
            "rates": self._both(*(bath.rate for bath in baths)),
            "temperatures": self._both(*(bath.temperature for bath in baths)),
            "resonances": self._both(*(one.frequency for one in pair_of)),
            "qualities": self._both(*(one.quality_factor for one in pair_of)),
            "weights": np.stack([self._both(*pair) for pair in problem.weights], axis=1),
            "exchange": self._flat(problem.exchange),
        }
        transitions = [self._flat(one.frequencies, one.frequencies.shape[-1:]) for one in problem.ladders]
        elements = [self._flat(one.elements, one.elements.shape[-1:]) for one in problem.ladders]
        for number in range(len(columns["exchange"])):
            yield LevelsPoint(
                transitions=self._kept(transitions, number),
                elements=self._kept(elements, number),
                corrected=self.corrected,
                shifts=np.zeros(2),
                added=np.zeros(3),
                **{name: column[number] for name, column in columns.items()},
            )

    def _kept(self, both: list[Array], number: int) -> tuple[Array, ...]:
        """Return what one point has of both transmons' transitions."""
        return tuple(one[number, : count - 1] for one, count in zip(both, self.levels, strict=True))

    def _flat(self, value: object, last: tuple[int, ...] = ()) -> Array:
        return np.broadcast_to(np.asarray(value), self.shape + last).reshape(-1, *last)

    def _both(self, *values: object) -> Array:
        return np.stack([self._flat(value) for value in values], axis=-1)


def levels_problem(
    transmons: Sequence[Ladder],
    hot: Bath,
    cold: Bath,
    parasitic: Bath,
    resonator: Modes,
    weights: tuple[Two, Two],
    exchange: Values,
    corrected: bool,
) -> LevelsProblem:
    """Check the arguments of `resonator_levels`; its `weights` are (hot, cold).

    Raises
    ------
    ValueError
        If an argument is out of range, or if they do not broadcast.
    """
    modes, alone = demanded_modes(resonator), len(transmons) == 1
    problem = ladder_problem(
        (*transmons, *transmons) if alone else transmons,
        hot,
        cold,
        parasitic,
        modes,
        weights,
        exchange,
        equation="gkls",
    )
    if np.any(np.asarray(parasitic.rate) <= 0):
        raise ValueError(f"Argument `parasitic` must have a rate above 0 1/s, but has {parasitic.rate}.")
    levels = problem.ladders[0].levels, 1 if alone else problem.ladders[1].levels
    return LevelsProblem(problem, modes, levels, yes_or_no("corrected", corrected))
