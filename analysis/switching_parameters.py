"""The coordinates in which a switching fit moves."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from valvelab.constants import BOLTZMANN, PLANCK

from .models import Rates
from .switching_data import SwitchingData

Array = npt.NDArray[np.float64]

VARIED = ("ln_gamma_h", "ln_gamma_c", "gamma_p", "n_p")
"""What is always varied: logarithms where a rate cannot be zero, and what the powers follow linearly where it can."""
MAX_OCCUPATION = 100.0
"""Bound of n_p: a bath near 20 K at 4 GHz, hotter than any cryostat. Beyond it only gamma_p n_p would be seen."""
BOUNDS = {"ln_gamma_h": (-10.0, 40.0), "ln_gamma_c": (-10.0, 40.0), "gamma_p": (0.0, np.inf)} | {
    "n_p": (0.0, MAX_OCCUPATION),
    "asymmetry": (-1.0, 1.0),
    "mismatch": (-1e9, 1e9),
    "exchange": (-1e9, 1e9),
    "phase": (-np.pi, np.pi),
    "gain": (0.1, 10.0),
    "drain_scale": (0.5, 2.0),
}
"""Where a coordinate may go; everywhere if it is not here."""
SIZES = {"asymmetry": 0.05, "mismatch": 10e6, "exchange": 10e6, "phase": 0.1} | {
    "leak_2": 1e-17,
    "leak_5": 1e-17,
}
"""What a step of an imperfection is measured by, where it starts at zero."""
EVEN = ("mismatch", "exchange")
"""Imperfections that powers follow by their squares where these are small: there are valleys on both sides of zero."""
_TOLD = 0.05
"""Of their sizes, below which their slopes are taken here: at zero they have none, and an error would mean nothing."""
COLD = 1e-3
"""Occupation below which a bath is about as cold as one without quanta."""
_FLOOR, _WIDEST = 1e-6, 0.1
"""Occupation below which the slope of T_p is taken here, as it has none left at zero; and at most, for errors."""

_EVERYWHERE = (-np.inf, np.inf)
_AT_END = 1e-3
"""Share of a table's range within which a value counts as being at its end."""

NOMINAL = Rates(0.0, 0.0, 0.0, 0.0)
"""What imperfections are on an ideal chip."""


@dataclass(frozen=True)
class Coordinates:
    """What is varied, what is fixed, and what is known beforehand.

    Parameters
    ----------
    quantum
        h f / k_B at the resonator's frequency [K].
    free
        Imperfections that are varied beside `VARIED`, names of `valvelab.analysis.models.IMPERFECTIONS`.
    priors
        Value and standard deviation of what is known of coordinates beforehand.
    fixed
        Holds the imperfections that are not varied.
    limits
        Where a coordinate may go; a table is narrower than `BOUNDS`.
    """

    quantum: float
    free: tuple[str, ...] = ()
    priors: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    fixed: Rates = NOMINAL
    limits: Mapping[str, tuple[float, float]] = field(default_factory=lambda: BOUNDS)

    @property
    def names(self) -> tuple[str, ...]:
        """All coordinates in order."""
        return VARIED + self.free

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of `Rates` that they move, in the same order."""
        return ("gamma_h", "gamma_c", "gamma_p", "T_p", *self.free)

    def rates(self, values: npt.ArrayLike) -> Rates:
        """Return the rates at values of the coordinates, these along the last axis."""
        ln_gamma_h, ln_gamma_c, gamma_p, n_p, *others = np.moveaxis(np.asarray(values, float), -1, 0)
        moved = dict(zip(self.free, others, strict=True))
        temperature = temperature_of(n_p, self.quantum)
        return replace(
            self.fixed,
            gamma_h=np.exp(ln_gamma_h),
            gamma_c=np.exp(ln_gamma_c),
            gamma_p=gamma_p,
            T_p=temperature,
            **moved,
        )

    def factors(self, values: Array) -> Array:
        """Return the derivative of each of `fields` by its coordinate."""
        n_p = max(float(values[3]), _FLOOR)
        by_occupation = float(temperature_of(n_p, self.quantum)) ** 2 / (self.quantum * n_p * (1 + n_p))
        return np.array([np.exp(values[0]), np.exp(values[1]), 1.0, by_occupation, *np.ones(len(self.free))])

    def away_from_zero(self, values: Array, floor: float = _FLOOR) -> Array:
        """Return the values with an occupation at which T_p has a slope."""
        return np.array([*values[:3], max(float(values[3]), floor), *values[4:]])

    def beside_zero(self, values: Array) -> Array:
        """Return the values with `EVEN` so far from zero that powers depend on them."""
        found = values.copy()
        for name in (name for name in self.free if name in EVEN):
            place, least = self.names.index(name), _TOLD * SIZES[name]
            found[place] = np.copysign(max(abs(values[place]), least), values[place])
        return found

    def within_errors(self, values: Array, spread: Array) -> Array:
        """Return the values at which slopes are those over the errors that a covariance states, where n_p is about 0.

        Qubits that are parked at half the resonators' frequency see the square root of n_p, whose slope at 0 is
        infinite: over an error s of n_p it rises as it does at s / 4.
        """
        if not values[3] < COLD:
            return values
        return self.away_from_zero(values, min(max(float(np.sqrt(spread[3, 3])) / 4, _FLOOR), _WIDEST))

    def sides(self, values: Array, fixed: tuple[str, ...] = ()) -> Iterator[Array]:
        """Yield the values with every combination of signs of `EVEN`, none nearer to zero than half a size.

        Those that are `fixed` stay as they are.
        """
        places = [self.names.index(name) for name in self.free if name in EVEN and name not in fixed]
        least = np.array([SIZES[self.names[place]] / 2 for place in places])
        for signs in itertools.product((1, -1), repeat=len(places)) if places else ():
            other = values.copy()
            other[places] = np.array(signs) * np.maximum(np.abs(values[places]), least)
            other = np.clip(other, *self.bounds)
            if np.array_equal(np.sign(other[places]), signs):  # a table may end at zero
                yield other

    @property
    def bounds(self) -> tuple[Array, Array]:
        """Lowest and highest value of each coordinate."""
        low, high = np.array([self.limits.get(name, _EVERYWHERE) for name in self.names]).T
        return low, high

    def ends_of_table(self, values: Array) -> list[tuple[str, bool]]:
        """Return the fields whose coordinates are where a table ends and nothing else does, with True for its top."""
        found = []
        for name, field_, value in zip(self.names, self.fields, values, strict=True):
            span, natural = self.limits.get(name, _EVERYWHERE), BOUNDS.get(name, _EVERYWHERE)
            for top, (end, other) in enumerate(zip(span, natural, strict=True)):
                if end != other and abs(value - end) <= _AT_END * (span[1] - span[0]):
                    found.append((field_, bool(top)))
        return found


def temperature_quantum(data: SwitchingData) -> float:
    """Return h f / k_B at the resonator's frequency [K]."""
    return float(PLANCK * data.resonator.frequency / BOLTZMANN)


def temperature_of(occupation: npt.ArrayLike, quantum: float) -> Array:
    """Return the temperature [K] at which a mode with a temperature quantum [K] has an occupation."""
    n = np.asarray(occupation, float)
    return np.asarray(np.where(n > 0, quantum / np.log1p(1 / np.where(n > 0, n, 1.0)), 0.0))


def parameters_at(values: Array, where: Coordinates, sizes: Array) -> Any:
    """Return lmfit's parameters in units of some sizes, all of them free."""
    import lmfit

    parameters = lmfit.Parameters()
    for name, value, size in zip(where.names, values, sizes, strict=True):
        low, high = where.limits.get(name, _EVERYWHERE)
        parameters.add(name, value=float(value / size), min=low / size, max=high / size)
    return parameters


def values_of(parameters: Any, where: Coordinates) -> Array:
    """Return the values of the coordinates out of lmfit's parameters."""
    return np.array([parameters[name].value for name in where.names])
