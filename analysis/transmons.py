"""What makes qubits transmons, for the models that know their levels."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from valvelab.errors import DataError
from valvelab.sim import Bath, HeatCurrents, Ladder, Resonator

if TYPE_CHECKING:
    from .models import Points, Rates

Array = npt.NDArray[np.float64]

MOST_LEVELS = 6
LEVELS: Mapping[str, int] = {"levels": MOST_LEVELS, "transmons": 3}
"""How many levels a model follows unless it is told otherwise; others know of none. Beside slow resonators a fourth
takes ten times as long. It moves the ratio at Table I by 0.2 %; where resonators are fast three have 1.072 at these
temperatures, four 1.057 and six 1.051."""
LEAST_RATIO = 5.0
"""Frequency of a transmon over its charging energy that `valvelab.sim.Ladder.of_transmon` asks for."""
_VANISHING = 1e-7
"""Stands for gamma_p -> 0+, in units of the reservoirs' rates: the powers are right to about as much."""


@dataclass(frozen=True)
class Transmons:
    """What makes qubits transmons."""

    charging_energies: tuple[float, float]
    """E_C / h of both [Hz]."""
    levels: int | None = None
    """How many levels of each are followed, 2 to 6; None for those of `LEVELS`."""

    def followed(self, model: str) -> int:
        """Return how many levels a model follows."""
        return LEVELS[model] if self.levels is None else self.levels

    def of(self, model: str) -> "Transmons":
        """Return the same with the number of levels that a model follows."""
        return replace(self, levels=self.followed(model))


def known_transmons(
    energies: tuple[float | None, float | None], measured: Sequence["Points"], model: str
) -> Transmons:
    """Return the transmons of a reduced dataset, with as many levels as a model follows.

    Parameters
    ----------
    energies
        E_C / h of both [Hz], None where the dataset does not say it.
    measured
        All points at which they are.
    model
        One of `LEVELS`.

    Raises
    ------
    DataError
        If an energy is not known, or a frequency is none of such a transmon.
    """
    first, second = energies
    if first is None or second is None:
        raise DataError(
            f"reduced dataset: for the model '{model}' attributes charging_energy_1 and charging_energy_2 must be "
            "there [Hz], E_C / h of both transmons; say them in the file ('# charging_energy_1: 178 MHz' in a .csv), "
            "or give the device (--device)"
        )
    for name, energy in (("frequency_1", float(first)), ("frequency_2", float(second))):
        lowest = min(float(np.min(getattr(one, name))) for one in measured)
        if not 0 < LEAST_RATIO * energy < lowest:
            raise DataError(
                f"reduced dataset: for the model '{model}' {name} must be above {LEAST_RATIO:g} times its transmon's "
                f"charging energy of {energy:g} Hz, and that above 0, found {lowest:g} Hz"
            )
    return Transmons((float(first), float(second))).of(model)


@dataclass(frozen=True)
class OfTransmons:
    """A model of transmons that are known: it has the arguments of any model, and may be tabulated."""

    model: Callable[["Rates", "Points", Resonator], HeatCurrents]
    transmons: Transmons

    def __call__(self, rates: "Rates", points: "Points", resonator: Resonator) -> HeatCurrents:
        """Return the currents, whatever transmons the rates know."""
        return self.model(replace(rates, transmons=self.transmons), points, resonator)


def demanded_transmons(rates: "Rates") -> Transmons:
    """Return what the qubits are.

    Raises
    ------
    ValueError
        If the rates do not say it.
    """
    if rates.transmons is None:
        raise ValueError("rates.transmons must hold the charging energies of both transmons, found None")
    return rates.transmons


def with_levels(rates: "Rates", count: int) -> "Rates":
    """Return the rates with so many levels of each transmon, where they know of transmons."""
    transmons = rates.transmons
    return rates if transmons is None else replace(rates, transmons=replace(transmons, levels=count))


def warm_bath(rates: "Rates", parasitic: Bath) -> Bath:
    """Return the parasitic bath with a rate that decides between states, however small."""
    floor = _VANISHING * (np.asarray(rates.gamma_h) + rates.gamma_c)
    return Bath(np.maximum(parasitic.rate, floor), parasitic.temperature)


def ladder(frequency: Array, charging_energy: float, count: int) -> Ladder:
    """Return the ladders at many frequencies, of which equal ones are diagonalised once."""
    different, which = np.unique(frequency, return_inverse=True)
    found = Ladder.of_transmon(different, charging_energy, count)
    which = which.reshape(np.shape(frequency))
    return Ladder(found.frequencies[which], found.elements[which])
