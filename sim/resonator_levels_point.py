"""One point of `resonator_levels`: what its equations are made of, and what is read off their solution."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from valvelab.arguments import Amplitude, Array
from valvelab.constants import PLANCK

from .baths import Bath
from .mode_moments import MODES, Moments
from .resonator_levels_equations import QUADRATURES, pairs_of, transitions_of

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
    far
        Whether couplings are those of transmons far beside the resonators.
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
    far: bool
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
    def occupations(self) -> Array:
        """Occupations n of both modes."""
        pairs = zip(self.temperatures[:2], self.resonances, strict=True)
        return np.array([float(Bath(0.0, warmth).occupation(f)) for warmth, f in pairs]) + self.added[:2]

    @property
    def scales(self) -> Array:
        """The c of each mode that the moments are in units of."""
        return np.sqrt(self.occupations + 0.5)

    @property
    def couplings(self) -> Amplitude:
        """2 pi g of the transitions 0-1 [1/s], (modes, transmons)."""
        along: Any = np.exp(1j * np.angle(self.weights)) if self.phases else 1.0
        found: Amplitude = self.weights + self.shifts * along
        if self.far:
            # With all waves one answers by 2 f / (f_i^2 - f^2) instead of 1 / (f_i - f).
            # What is no transmon has no transition to ask for, and couples to nothing.
            lowest = np.array([one[0] if one.size else 1.0 for one in self.transitions])
            found = found * np.sqrt(2 * lowest / (lowest + self.resonances[:, None]))
        strength = np.sqrt(self.rates[:2] * self.linewidths) / 2
        return strength[:, None] * found

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


def coefficients(point: LevelsPoint, of: Moments) -> Array:
    """Return the coefficients of all terms, in units of the wider resonator's linewidth; the trace has 1."""
    n, c, widths = point.occupations, point.scales, point.linewidths
    # All numbers of excitations are conserved: only differences of frequencies matter, and they are small.
    reference = float(point.transitions[0][0])
    found: dict[str, float] = {}
    for i, mode in enumerate(MODES):
        found[f"turn {mode}"] = point.resonances[i] - reference
        found[f"decay {mode}"] = widths[i]
        for name, _, coupling in _quadratures(point, i):
            found[f"deeper {mode} {name}"] = coupling * c[i]
            found[f"stirred {mode} {name}"] = coupling * n[i] / c[i]
            found[f"spontaneous {mode} {name}"] = coupling / c[i]
    for place, frequencies in enumerate(point.transitions):
        falls, rises = _jumps(point, place)
        for level, height in enumerate(np.cumsum(frequencies - reference)):
            found[f"level {place} {level + 1}"] = height
            found[f"fall {place} {level}"], found[f"rise {place} {level}"] = falls[level], rises[level]
    for name, strength in _exchanges(point):
        found[name] = strength
    rates: Array = np.array([found.get(name, 0.0) for name in of.names]) / widths.max()
    rates[-1] = 1.0
    return rates


def currents(point: LevelsPoint, read: Mapping[str, Any]) -> Array:
    """Return Tr[H D_i rho] of the hot, the cold and the parasitic bath [W].

    Parameters
    ----------
    read
        The readings by name; where they are rows instead of numbers, so is what is returned.
    """
    c, widths, levels = point.scales, point.linewidths, point.levels
    jumps = [_jumps(point, place) for place in (0, 1)]
    decays = [np.append(rises, 0.0) + np.append(0.0, falls) for falls, rises in jumps]
    out: list[Any] = []
    lost: Any = 0.0
    for i, mode in enumerate(MODES):
        # kappa (n - <a+a>) quanta h f_i, and half of kappa times what the coupling holds.
        flow = -widths[i] * point.resonances[i] * c[i] ** 2 * read[f"photons {mode}"]
        for name, (place, level), coupling in _quadratures(point, i):
            held = coupling / (2 * np.pi) * c[i] * read[f"coupling {mode} {name}"]
            flow = flow - widths[i] / 2 * held
            lost = lost - decays[place][level : level + 2].sum() / 2 * held
        out.append(flow)
    states = np.array([read[f"state {state}"] for state in range(levels[0] * levels[1])])
    states = states.reshape(*levels, *states.shape[1:])
    for place, frequencies in enumerate(point.transitions):
        (falls, rises), populations = jumps[place], states.sum(axis=1 - place)
        lost = lost + np.tensordot(frequencies * rises, populations[:-1], 1)
        lost = lost - np.tensordot(frequencies * falls, populations[1:], 1)
    for (one, other), (name, strength) in zip(pairs_of(levels), _exchanges(point), strict=True):
        width = decays[0][one : one + 2].sum() + decays[1][other : other + 2].sum()
        lost = lost - width / 2 * strength * read[name]
    return PLANCK * np.array([*out, lost])


def _quadratures(point: LevelsPoint, mode: int) -> list[tuple[str, tuple[int, int], float]]:
    """Return the parts of a mode's couplings: name, transition, and 2 pi g [1/s]."""
    couplings = point.couplings[mode]
    parts = (couplings.real, couplings.imag) if point.phases else (couplings,)
    return [
        (f"{turn}{place} {level}", (place, level), float(part[place] * point.elements[place][level]))
        for turn, part in zip(QUADRATURES, parts, strict=False)
        for place, level in transitions_of(point.levels)
    ]


def _exchanges(point: LevelsPoint) -> list[tuple[str, float]]:
    """Return the names of the exchanges, and how strong they are [Hz]."""
    return [
        (f"exchange {one} {other}", point.exchange * point.elements[0][one] * point.elements[1][other])
        for one, other in pairs_of(point.levels)
    ]


def _jumps(point: LevelsPoint, place: int) -> tuple[Array, Array]:
    """Return the rates at which the parasitic bath empties and fills the upper level of each transition [1/s]."""
    frequencies, rate = point.transitions[place], point.rates[2] * point.elements[place] ** 2
    n = np.zeros(0)
    if frequencies.size:
        n = np.asarray(Bath(0.0, float(point.temperatures[2])).occupation(frequencies)) + point.added[2]
    return np.asarray(rate * (1 + n)), np.asarray(rate * n)
