"""A transmon as a ladder of levels, of which each has its own frequency and matrix element."""

from dataclasses import dataclass

import numpy as np

from valvelab.arguments import Array, Values, common_shape, numbers, positive, whole

from .charge_basis import TransmonLevels, transmon_levels

_MOST_LEVELS = 6
_LEAST_RATIO = 5.0
_TUNED = 1e-12
"""Relative distance from a frequency at which a transmon counts as tuned to it."""
_STEPS = 60


@dataclass(frozen=True, eq=False)
class Ladder:
    """Hold the transitions between neighbouring levels, those of a batch on the axes before the last.

    Parameters
    ----------
    frequencies
        f_n of the transitions n to n + 1 [Hz], on the last axis; 1 to 5 of them, for 2 to 6 levels.
    elements
        <n|b|n+1> of what couples, in units of <0|b|1>.

    Raises
    ------
    ValueError
        If a frequency is not above 0 or a number not finite, or if the shapes do not fit.
    """

    frequencies: Array
    elements: Array

    def __post_init__(self) -> None:
        object.__setattr__(self, "frequencies", np.asarray(positive("frequencies", self.frequencies, "Hz")))
        object.__setattr__(self, "elements", np.asarray(numbers("elements", self.elements)))
        lengths = [np.shape(value)[-1:] for value in (self.frequencies, self.elements)]
        if lengths[0] != lengths[1] or not lengths[0] or not 1 <= lengths[0][0] < _MOST_LEVELS:
            raise ValueError(
                f"Arguments `frequencies` and `elements` must both have 1 to {_MOST_LEVELS - 1} transitions on the "
                f"last axis, but have the shapes {np.shape(self.frequencies)} and {np.shape(self.elements)}."
            )
        common_shape(frequencies=self.frequencies, elements=self.elements)

    @classmethod
    def anharmonic(cls, frequency: Values, anharmonicity: Values, levels: int = 3) -> "Ladder":
        """Return a ladder with f_n = f + n alpha and the elements sqrt(n + 1) of an oscillator.

        Parameters
        ----------
        frequency
            f of the transition 0-1 [Hz].
        anharmonicity
            alpha [Hz], below 0 for a transmon; 0 is an oscillator that ends.
        levels
            How many, 2 to 6.

        Raises
        ------
        ValueError
            If an argument is out of range, as where the highest transition falls to 0 Hz.

        Examples
        --------
        >>> print(Ladder.anharmonic(4e9, -240e6, 4).frequencies / 1e9)
        [4.   3.76 3.52]
        """
        frequency = np.asarray(positive("frequency", frequency, "Hz"))
        anharmonicity = np.asarray(numbers("anharmonicity", anharmonicity))
        common_shape(frequency=frequency, anharmonicity=anharmonicity)
        n = np.arange(_count(levels) - 1)
        return cls(frequency[..., None] + n * anharmonicity[..., None], np.sqrt(n + 1.0))

    @classmethod
    def exact(cls, found: TransmonLevels, levels: int | None = None) -> "Ladder":
        """Return the ladder of `transmon_levels`, with the charge between neighbouring levels as its elements.

        What else the charge couples, levels three apart, is left out: it is below a per cent of the rates.

        Parameters
        ----------
        found
            Levels and charges.
        levels
            How many of them, 2 to 6; all by default.

        Raises
        ------
        ValueError
            If there are not so many.

        Examples
        --------
        >>> from valvelab.sim import transmon_levels
        >>> print(np.round(Ladder.exact(transmon_levels(12.5e9, 250e6)).elements, 3))
        [1.   1.37]
        """
        there = np.shape(found.energies)[-1]
        wanted = _count(there if levels is None else levels)
        if wanted > there:
            raise ValueError(f"Argument `found` must hold {wanted} levels, but holds {there}.")
        charge = np.diagonal(found.charge, 1, -2, -1)[..., : wanted - 1]
        return cls(np.diff(found.energies[..., :wanted], axis=-1), charge / charge[..., :1])

    @classmethod
    def of_transmon(cls, frequency: Values, charging_energy: Values, levels: int = 4) -> "Ladder":
        """Return the exact ladder of a transmon that is tuned to a frequency, at an offset charge of 0.

        Parameters
        ----------
        frequency
            f of the transition 0-1 [Hz], above 5 E_C / h: below that the circuit is no transmon any more.
        charging_energy
            E_C / h [Hz].
        levels
            How many, 2 to 6. Those near the top of the cosine move with the offset charge.

        Raises
        ------
        ValueError
            If an argument is out of range.

        Examples
        --------
        >>> print(np.round(Ladder.of_transmon(4e9, 178e6, 4).frequencies / 1e9, 3))
        [4.    3.801 3.582]
        """
        frequency = np.asarray(positive("frequency", frequency, "Hz"))
        charging_energy = np.asarray(positive("charging_energy", charging_energy, "Hz"))
        common_shape(frequency=frequency, charging_energy=charging_energy)
        if not np.all(frequency > _LEAST_RATIO * charging_energy):
            raise ValueError(
                f"Argument `frequency` must be above {_LEAST_RATIO:g} times `charging_energy`, or the circuit is no "
                f"transmon, but falls to {float(np.min(frequency / charging_energy)):.3g} times."
            )
        return cls.exact(_tuned(frequency, charging_energy, max(_count(levels), 3)), levels)

    @property
    def levels(self) -> int:
        """How many levels there are."""
        return int(self.frequencies.shape[-1]) + 1

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the batch."""
        return np.broadcast_shapes(self.frequencies.shape, self.elements.shape)[:-1]


def _count(levels: int) -> int:
    count = whole("levels", levels, 2)
    if count > _MOST_LEVELS:
        raise ValueError(f"Argument `levels` must be at most {_MOST_LEVELS}, but is {levels}.")
    return count


def _tuned(frequency: Array, charging_energy: Array, levels: int) -> TransmonLevels:
    """Return the levels of transmons whose exact transition 0-1 is at a frequency."""
    # The asymptotic formula is asked for the frequency that makes the exact one come out right.
    asked = frequency
    for _ in range(_STEPS):
        josephson = (asked + charging_energy) ** 2 / (8 * charging_energy)
        found = transmon_levels(josephson, charging_energy, levels=levels)
        miss = frequency - found.frequency
        if np.all(np.abs(miss) <= _TUNED * frequency):
            return found
        asked = asked + miss
    raise ValueError(
        f"Argument `frequency` must be one that a transmon reaches, but none within {_STEPS} steps is at "
        f"{float(np.max(frequency))} Hz."
    )
