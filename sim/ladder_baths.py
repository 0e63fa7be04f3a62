"""What the three baths do to two ladders at some points: their couplings, and the jumps that come of them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from valvelab.arguments import Amplitude, Array

from .baths import Bath, Resonator
from .ladder import Ladder
from .ladder_equation import Jump, bohr, felt, jumps_of, lowering, spectral, spectral_parts

_LITTLE = 1e-2
_ANY = 1e9
"""A frequency [Hz] for pairs of levels that nothing connects."""


@dataclass(frozen=True, eq=False)
class Part:
    """Hold a stretch of the flat batch; arrays have the points on their first axis."""

    ladders: tuple[Ladder, Ladder]
    transitions: list[Array]
    elements: list[Array]
    baths: list[Bath]
    filters: list[Resonator | None]
    weights: list[list[Amplitude]]
    exchange: Array
    with_parasitic: bool
    gkls: bool
    together: bool


@dataclass(frozen=True, eq=False)
class Coupling:
    """Hold one coupling of a bath.

    Parameters
    ----------
    operator
        What lowers.
    weigh
        What returns it with its parts times the values of a spectrum.
    frequency
        Of its parts [Hz], as a spectrum.
    rate
        Of the bath at them [1/s]; where there is a filter, passed by it.
    passed
        The same for a bath of rate 1.
    bath
        The bath.
    """

    operator: Amplitude
    weigh: Callable[[Array], Amplitude]
    frequency: Array
    rate: Array
    passed: Array
    bath: Bath

    def jumps(self, *, gkls: bool) -> list[Jump]:
        """Return the jumps down and up."""
        n = self.bath.occupation(self.frequency)
        return jumps_of(self.operator, self.weigh, self.rate * (1 + n), self.rate * n, gkls=gkls)

    def changes(self, down: Array, up: Array, *, gkls: bool) -> list[Jump]:
        """Return how the jumps change with gamma (1 + n) and gamma n, of which these are derivatives."""
        if not gkls:  # Redfield's equation is linear in both
            return jumps_of(self.operator, self.weigh, down, up, gkls=False)
        n = self.bath.occupation(self.frequency)
        found = []
        for spectrum, slope, turned in (
            (self.rate * (1 + n), down, False),
            (self.rate * n, up, True),
        ):
            root = np.sqrt(spectrum)
            parts = self.weigh(root), self.weigh(np.divide(slope, 4 * root, out=0 * root, where=root > 0))
            for change in (Jump(*parts), Jump(*reversed(parts))):
                found.append(change.adjoint if turned else change)
        return found


def reservoir(part: Part, energy: Array, b: list[Array], side: int) -> Coupling:
    """Return the coupling of a reservoir, hot (0) or cold (1), with its rates at the Bohr frequencies of H."""
    first, second = (weight[:, None, None] for weight in part.weights[side])
    operator = first * b[0] + second * b[1]
    states, frequency = bohr(energy)
    there = felt(operator, states)
    # Two excitations of a transmon far below may be less than one of the other, and an exchange mixes them a little.
    turned = there & (frequency <= 0)
    there &= ~turned
    if np.any(turned) and not _negligible(operator, states, turned):
        raise ValueError(
            "Argument `exchange` must be so small that a transmon that takes up an excitation gains energy, but "
            f"reaches {float(np.max(np.abs(part.exchange)))} Hz."
        )
    frequency = np.where(there, frequency, _ANY)
    bath, filtering = part.baths[side], part.filters[side]
    passed = np.where(there, 1.0 if filtering is None else filtering.filter(frequency), 0.0)
    return Coupling(
        operator,
        lambda spectrum: spectral(operator, states, spectrum),
        frequency,
        bath.rate * passed,
        passed,
        bath,
    )


def _negligible(operator: Amplitude, states: Array, which: npt.NDArray[np.bool_]) -> bool:
    """Tell whether some parts of an operator have a hundredth of the rate of the largest at most."""
    sizes = np.abs(spectral_parts(operator, states)) ** 2
    return float(np.max(sizes[which])) <= _LITTLE * float(np.max(sizes))


def local(part: Part) -> list[Coupling]:
    """Return those of each transmon alone, at its bare transitions; a rate of 0 stands for that of a reservoir."""
    hot, cold, parasitic = (np.asarray(bath.rate)[:, 0] for bath in part.baths)
    rate = np.where(parasitic > 0, parasitic, np.where(hot + cold > 0, hot + cold, 1.0))
    bath = Bath(0.0, np.asarray(part.baths[2].temperature)[:, 0])
    found = []
    for k in (0, 1):
        transitions, elements = part.transitions[k], part.elements[k]
        count = elements.shape[1]
        for chosen in [np.ones(count)] if part.together else np.eye(count):

            def only(spectrum: Array, k: int = k, elements: Array = elements * chosen) -> Array:
                return lowering(part.ladders, k, elements * spectrum)

            passed = np.ones_like(transitions)
            found.append(Coupling(only(np.ones(count)), only, transitions, rate * passed, passed, bath))
    return found
