"""The enhancement on every rung: at one place, against the rates over the linewidth, against the source temperature."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from valvelab.sim import STRONGEST, Resonator, Validity

from .enhancement import OperatingPoint, switched_currents
from .models import PAIR_IMPERFECTIONS, RATE_UNITS, Rates, validity
from .rungs import RUNGS

if TYPE_CHECKING:
    import xarray as xr

Array = npt.NDArray[np.float64]
Progress = Callable[[int, int, str], None]

COUPLINGS = np.geomspace(0.002, 2.5, 17)
"""gamma / kappa."""
_TEMPERATURES = 13
_FAR_FROM_EQUILIBRIUM = 1.5
"""Source over drain temperature from which on the drain's heat flows from the source."""
_HOTTEST = 1.25
"""Over the source temperature of the operating point."""
QUANTITIES = {
    "enhancement_source": ("1", "heat out of the source, both on resonance / (only 1 + only 2)"),
    "enhancement_drain": ("1", "heat into the drain, both on resonance / (only 1 + only 2)"),
    "heat_power_source": ("W", "heat out of the source, both on resonance"),
    "heat_power_drain": ("W", "heat into the drain, both on resonance"),
    "truncation_error": (
        "1",
        "largest error of a current by truncation, estimated, over the largest current",
    ),
}
"""Units and meaning of what is computed at each place."""
_NOTHING = np.full(len(QUANTITIES), np.nan)
_ALONG = {"": "", "coupling": "_by_coupling", "temperature_source": "_by_temperature"}
"""What is appended to the name of a quantity, by what it is against."""


@dataclass(frozen=True)
class Place:
    """A chip as it is assumed to be, and where it is judged."""

    rates: Rates
    """Rates, T_p, imperfections and transmons."""
    resonator: Resonator
    at: OperatingPoint

    @property
    def linewidth(self) -> float:
        """Kappa = 2 pi f_r / Q [1/s]."""
        return float(2 * np.pi * self.resonator.frequency / self.resonator.quality_factor)

    @property
    def coupling(self) -> float:
        """(gamma_h + gamma_c) / (2 kappa)."""
        return float((self.rates.gamma_h + self.rates.gamma_c) / (2 * self.linewidth))

    def coupled(self, coupling: float) -> "Place":
        """Return the chip with all three rates scaled so that gamma / kappa is this."""
        scale = coupling / self.coupling
        names = ("gamma_h", "gamma_c", "gamma_p")
        return replace(
            self,
            rates=replace(self.rates, **{name: scale * getattr(self.rates, name) for name in names}),
        )

    def warmed(self, temperature: float) -> "Place":
        """Return it with the source at another temperature [K]."""
        return replace(self, at=replace(self.at, source_temperature=temperature))

    def holds(self) -> Validity:
        """Return which rungs hold."""
        transmons = self.rates.transmons
        energy = None if transmons is None else max(transmons.charging_energies)
        at = self.at
        return validity(self.rates, at.source_temperature, at.drain_temperature, self.resonator, energy)


def compare_rungs(
    place: Place,
    rungs: Sequence[str] = tuple(RUNGS),
    *,
    couplings: npt.ArrayLike = COUPLINGS,
    temperatures: npt.ArrayLike | None = None,
    progress: Progress | None = None,
) -> "xr.Dataset":
    """Compute enhancements and powers of source and drain on every rung.

    Parameters
    ----------
    place
        The chip. Its transmons must be known for "levels" and "transmons".
    rungs
        Names out of `valvelab.analysis.RUNGS`.
    couplings
        Values of (gamma_h + gamma_c) / (2 kappa) to which all three rates are scaled together.
    temperatures
        Of the source [K]; by default from 1.5 times the drain's to 1.25 times that of the operating point.
    progress
        Called after each place on each rung with its number, that of all, and the rung.

    Returns
    -------
    Dataset along ``rung``, and along ``coupling`` and ``temperature_source``, with the numbers of
    `valvelab.sim.validity` beside them. What does not converge is NaN; where that is the chip itself, so are all its
    temperatures, each of which would take minutes to say the same.

    Raises
    ------
    ValueError
        If a rung is not known, or if the chip is outside the range of every rung.
    """
    unknown = [name for name in rungs if name not in RUNGS]
    if unknown:
        raise ValueError(f"rungs must be names of {', '.join(RUNGS)}, found {', '.join(unknown)}")
    at, holds = place.at, place.holds()
    if not holds.possible:
        raise ValueError(
            f"gamma / (2 pi f) must be below {STRONGEST:g}, where the last rung ends, found "
            f"{float(holds.strength):.3g}: gamma_h = {place.rates.gamma_h:g} and gamma_c = {place.rates.gamma_c:g} 1/s "
            f"at resonators of {place.resonator.frequency / 1e9:g} GHz; check the rates and their units"
        )
    if temperatures is None:
        lowest = min(_FAR_FROM_EQUILIBRIUM * at.drain_temperature, at.source_temperature)
        temperatures = np.linspace(lowest, _HOTTEST * at.source_temperature, _TEMPERATURES)
    axes = {"coupling": np.asarray(couplings, float), "temperature_source": np.asarray(temperatures, float)}
    places = {
        "": [place],
        "coupling": [place.coupled(float(one)) for one in axes["coupling"]],
        "temperature_source": [place.warmed(float(one)) for one in axes["temperature_source"]],
    }
    total, done = len(rungs) * sum(map(len, places.values())), 0
    found: dict[str, list[list[Array]]] = {along: [] for along in places}
    for name in rungs:
        for along, some in places.items():
            found[along].append([])
            hopeless = along == "temperature_source" and np.isnan(found[""][-1][0]).all()
            for one in some:
                found[along][-1].append(_NOTHING if hopeless else _numbers(one, name))
                done += 1
                if progress:
                    progress(done, total, name)
    return _dataset(place, rungs, axes, places, {along: np.array(rows) for along, rows in found.items()})


def _numbers(place: Place, name: str) -> Array:
    """Return the `QUANTITIES` of one place on one rung, NaN where it does not converge."""
    from valvelab.sim import TruncationError

    try:
        found = switched_currents(place.rates, RUNGS[name].model, place.resonator, place.at)
    except TruncationError:
        return _NOTHING
    hot, cold = found.hot, -found.cold
    with np.errstate(divide="ignore", invalid="ignore"):  # a reservoir that is not coupled has no ratio
        ratios = [one[0] / (one[1] + one[2]) for one in (hot, cold)]
    return np.array([*ratios, hot[0], cold[0], np.max(found.relative_error)])


def _dataset(
    place: Place,
    rungs: Sequence[str],
    axes: dict[str, Array],
    places: dict[str, list[Place]],
    found: dict[str, Array],
) -> "xr.Dataset":
    import xarray as xr

    variables: dict[str, object] = {}
    for along, rows in found.items():
        dimensions = ("rung", along) if along else ("rung",)
        for column, (quantity, (units, words)) in enumerate(QUANTITIES.items()):
            values = rows[..., column] if along else rows[:, 0, column]
            variables[quantity + _ALONG[along]] = (dimensions, values, {"units": units, "long_name": words})
        holds = [one.holds() for one in places[along]]
        for name in ("broadening", "strength", "beyond_qubit"):
            values = np.array([float(getattr(one, name)) for one in holds])
            known = ((along,), values) if along else ((), values[0])
            variables[name + _ALONG[along]] = (*known, {"units": "1", "long_name": _VALIDITY[name]})
    at, rates = place.at, place.rates
    return xr.Dataset(
        variables,
        {
            "rung": list(rungs),
            "coupling": ("coupling", axes["coupling"], {"units": "1", "long_name": _COUPLING}),
            "temperature_source": (
                "temperature_source",
                axes["temperature_source"],
                {"units": "K", "long_name": "temperature of the source"},
            ),
        },
        {
            **{name: float(getattr(rates, name)) for name in (*RATE_UNITS, *PAIR_IMPERFECTIONS)},
            "parity": rates.parity,
            "resonator_frequency": float(place.resonator.frequency),
            "quality_factor": float(place.resonator.quality_factor),
            "own_coupling": place.coupling,
            "operating_source_temperature": at.source_temperature,
            "operating_drain_temperature": at.drain_temperature,
            "parked_frequency": at.parked_frequency,
        },
    )


_COUPLING = "(gamma_h + gamma_c) / (2 kappa), all three rates scaled together"
_VALIDITY = {
    "broadening": "N sum gamma_i (2 n_i + 1) / kappa",
    "strength": "largest gamma / (2 pi f)",
    "beyond_qubit": "estimated probability that a transmon is above its first excited state",
}
