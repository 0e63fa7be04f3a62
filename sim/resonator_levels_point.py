"""One point of `resonator_levels`: its parameters, and what follows from them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np

from valvelab.arguments import Amplitude, Array

from .baths import Bath
from .resonator_corrections import Felt, felt, swinging

Moved = Mapping[str, tuple[str, int]]
MOVES: Moved = {
    **{f"gamma_{name}": ("rates", place) for place, name in enumerate("hcp")},
    **{f"n_{name}": ("added", place) for place, name in enumerate("hcp")},
    **{f"T_{name}": ("temperatures", place) for place, name in enumerate("hcp")},
    **{f"f_{place + 1}": ("transitions", place) for place in (0, 1)},
    **{f"weight_{place + 1}": ("shifts", place) for place in (0, 1)},
    "exchange": ("exchange", 0),
}
"""What `LevelsPoint.moved` moves, by name: a field and a place in it."""


@dataclass(frozen=True, eq=False)
class LevelsPoint:
    """Hold the parameters of one point; transmons, baths (hot, cold, parasitic) and modes (hot, cold) on the axes.

    Parameters
    ----------
    transitions, elements
        f_n of the transitions [Hz] and <n|b|n+1>, of each transmon; a transmon without transitions is none.
    rates, temperatures
        Of the baths [1/s], [K].
    resonances, qualities
        f_i [Hz] and Q_i.
    weights
        (modes, transmons).
    exchange
        [Hz].
    corrected
        Whether the equation has the corrections of `valvelab.sim.resonator_corrections`.
    shifts, added
        Added to both weights of each transmon, where one has a phase to the magnitudes of all, and to the occupations
        of the three baths; not 0 only while the currents are differentiated.
    """

    transitions: tuple[Array, ...]
    elements: tuple[Array, ...]
    rates: Array
    temperatures: Array
    resonances: Array
    qualities: Array
    weights: Amplitude
    exchange: float
    corrected: bool
    shifts: Array
    added: Array

    @property
    def key(self) -> tuple[bytes, ...]:
        """What equal points, and only these, have in common."""
        values = [getattr(self, one.name) for one in fields(self)]
        return tuple(
            np.asarray(part).tobytes()
            for value in values
            for part in (value if isinstance(value, tuple) else (value,))
        )

    @property
    def levels(self) -> tuple[int, int]:
        """Numbers of levels."""
        return len(self.transitions[0]) + 1, len(self.transitions[1]) + 1

    @property
    def phases(self) -> bool:
        """Whether a weight has a phase."""
        return np.iscomplexobj(self.weights)

    @property
    def linewidths(self) -> Array:
        """Rates kappa of both modes [1/s]."""
        return np.asarray(2 * np.pi * self.resonances / self.qualities)

    @property
    def unit(self) -> float:
        """What coefficients are divided by [1/s], so that they are of order one."""
        return float(self.linewidths.max())

    @property
    def swings(self) -> Array:
        """Frequencies of the modes [Hz]."""
        return swinging(self.resonances, self.linewidths) if self.corrected else self.resonances

    @cached_property
    def felt(self) -> Felt:
        """What all transitions feel where they are corrected, (modes, transitions)."""
        return felt(self.transition_frequencies, self.swings, self.linewidths, self.temperatures[:2])

    @property
    def transition_frequencies(self) -> Array:
        """Frequencies of all transitions, those of the first transmon first [Hz]."""
        return np.concatenate(self.transitions)

    @cached_property
    def occupations(self) -> Array:
        """Occupations n of both modes."""
        pairs = zip(self.temperatures[:2], self.swings, strict=True)
        return np.array([float(Bath(0.0, warmth).occupation(f)) for warmth, f in pairs]) + self.added[:2]

    @property
    def scales(self) -> Array:
        """The c of each mode that the moments are in units of."""
        return np.sqrt(self.occupations + 0.5)

    @cached_property
    def strengths(self) -> Amplitude:
        """2 pi g of all transitions [1/s], (modes, transitions)."""
        along: Any = np.exp(1j * np.angle(self.weights)) if self.phases else 1.0
        found: Amplitude = self.weights + self.shifts * along
        own = np.sqrt(self.rates[:2] * self.linewidths * self.resonances / self.swings) / 2
        elements = [found[:, [place]] * one for place, one in enumerate(self.elements)]
        return np.asarray(own[:, None] * np.concatenate(elements, axis=1))

    def moved(self, name: str, step: float) -> tuple["LevelsPoint", float]:
        """Return the point with one of `MOVES` moved, and how far; rates and temperatures end at 0."""
        field, place = MOVES[name]
        value = getattr(self, field)
        changed: Any
        if field == "exchange":
            changed = value + step
        elif field == "transitions":  # all of one transmon alike
            changed = tuple(one + step * (number == place) for number, one in enumerate(value))
        else:
            changed = value.copy()
            changed[place] += step
            if field in ("rates", "temperatures"):
                changed[place] = max(changed[place], 0.0)
            step = changed[place] - value[place]
        return replace(self, **{field: changed}), step
