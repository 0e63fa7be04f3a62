"""The configurations of the valve: where both qubits are, by name."""

import math
from collections.abc import Mapping
from itertools import combinations
from typing import get_args

from valvelab.protocol import ConfigurationName

UNKNOWN = "unknown"
"""The name of every other place."""


class ValveConfigurations:
    """Pairs of qubit frequencies that have a name, and can be told apart.

    Parameters
    ----------
    configurations
        Frequencies of both qubits [Hz] by the names ``"off"``, ``"both"``, ``"only_1"`` and ``"only_2"``, or some of
        them.
    frequency_tolerance
        Largest distance of each qubit from its frequency [Hz] at which a configuration counts as set.

    Raises
    ------
    ValueError
        If the configurations cannot be told apart, or an argument is out of range.
    """

    def __init__(self, configurations: Mapping[str, tuple[float, float]], frequency_tolerance: float) -> None:
        names = get_args(ConfigurationName)
        if not configurations or not set(configurations) <= set(names):
            raise ValueError(
                f"Argument `configurations` must name some of {', '.join(names)}, but names {list(configurations)}."
            )
        if not (math.isfinite(frequency_tolerance) and frequency_tolerance > 0):
            raise ValueError(
                f"Argument `frequency_tolerance` must be finite and above 0 Hz, but is {frequency_tolerance!r}."
            )
        for name, pair in configurations.items():
            if len(pair) != 2 or not all(math.isfinite(frequency) and frequency > 0 for frequency in pair):
                raise ValueError(
                    "Argument `configurations` must hold two frequencies above 0 Hz each, but "
                    f"{name!r} holds {pair!r}."
                )
        for (one, first), (other, second) in combinations(configurations.items(), 2):
            if _distance(first, second) <= 2 * frequency_tolerance:
                raise ValueError(
                    f"Argument `configurations` must differ by more than twice the tolerance, {frequency_tolerance:g} "
                    f"Hz, in one frequency, but {one!r} and {other!r} do not."
                )
        self.frequencies = dict(configurations)
        self._tolerance = frequency_tolerance

    def name_of(self, found: tuple[float, float]) -> str:
        """Return the name of a pair of frequencies [Hz]; `UNKNOWN` if it is near none."""
        near = (
            name for name, wanted in self.frequencies.items() if _distance(found, wanted) <= self._tolerance
        )
        return next(near, UNKNOWN)


def _distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))
