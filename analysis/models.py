"""The models of a switching measurement: pure functions from rates and temperatures to heat powers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from valvelab import sim
from valvelab.arguments import Values
from valvelab.sim import Bath, HeatCurrents, Resonator, collective, detuned, independent

from .level_models import levels_model
from .linear_model import linear_model
from .pair_models import baths, hierarchy_model, pair_model, resonators_model
from .slow_transmons import transmons_model
from .transmons import Transmons

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Points:
    """Where a model is evaluated: arrays of one shape."""

    frequency_1: Array
    """Transition frequency of qubit 1 [Hz]."""
    frequency_2: Array
    """Transition frequency of qubit 2 [Hz]."""
    temperature_source: Array
    """Temperature of the hot reservoir [K]."""
    temperature_drain: Array
    """Temperature of the cold reservoir [K]."""

    def at(self, which: npt.NDArray[Any]) -> "Points":
        """Return some of the points, by their places or by a mask."""
        return Points(
            self.frequency_1[which],
            self.frequency_2[which],
            self.temperature_source[which],
            self.temperature_drain[which],
        )


@dataclass(frozen=True)
class Rates:
    """What a switching fit determines, and what it may have to know besides.

    Each of the numbers may be an array that broadcasts with the points.
    """

    gamma_h: Values
    """Rate of the hot reservoir [1/s]."""
    gamma_c: Values
    """Rate of the cold reservoir [1/s]."""
    gamma_p: Values
    """Rate of the parasitic bath [1/s]."""
    T_p: Values
    """Temperature of the parasitic bath [K]."""
    asymmetry: Values = 0.0
    """Amplitude of the coupling of qubit 1 to both reservoirs less that of qubit 2, whose mean is 1."""
    mismatch: Values = 0.0
    """Frequency of qubit 2 above the one that is stated [Hz], at the frequency of the resonators; elsewhere about in
    proportion to it, as with junctions of another energy."""
    exchange: Values = 0.0
    """Exchange coupling of the qubits [Hz]."""
    phase: Values = 0.0
    """Phase that a round through all four couplings takes up beside the sign of `parity` [rad], as lines give it."""
    leak_2: Values = 0.0
    """Heat past the qubits that goes as T_h^2 - T_c^2, at the operating point [W]: photons of every frequency."""
    leak_5: Values = 0.0
    """Heat past the qubits that goes as T_h^5 - T_c^5, at the operating point [W]: phonons."""
    gain: Values = 1.0
    """Heat power as measured over the true one."""
    drain_scale: Values = 1.0
    """True drain temperature over the measured one."""
    parity: int = 1
    """Sign of the product of all four couplings. Of -1, what the hot reservoir sees of both qubits together is what the
    cold one does not."""
    transmons: Transmons | None = None
    """What the qubits are, for "levels" and "transmons"."""


RATE_UNITS = {"gamma_h": "1/s", "gamma_c": "1/s", "gamma_p": "1/s", "T_p": "K"}
"""Units of the rates and T_p, by name."""
IMPERFECTIONS: Mapping[str, str] = {
    "asymmetry": "1",
    "mismatch": "Hz",
    "exchange": "Hz",
    "phase": "rad",
    "leak_2": "W",
    "leak_5": "W",
    "gain": "1",
    "drain_scale": "1",
}
"""Units of what `Rates` holds beside the rates and T_p, by name."""
PAIR_IMPERFECTIONS = ("asymmetry", "mismatch", "exchange", "phase")
"""Imperfections that only the models in `PAIR_MODELS` know."""
PAIR_MODELS = ("pair", "resonators", "hierarchy", "levels", "transmons")
"""Models of two qubits with any frequencies, couplings and exchange."""
COUPLED_MODELS = (*PAIR_MODELS, "linear")
"""Models that know the sign of each coupling."""

Model = Callable[[Rates, Points, Resonator], HeatCurrents]

RESONANT = 0.01
"""Two qubits count as resonant when their distance is below this share of the collective linewidth
(gamma_h + gamma_c) / (2 pi): there the collective current is exact to about the square of it."""

_FLAT = 1e-9
_FAR = 5.0
"""Beyond so many collective linewidths qubits count as independent."""


def points_between(rates: Rates, points: Points) -> npt.NDArray[np.bool_]:
    """Tell where the qubits are neither at one frequency nor far apart, so that "collective" does not hold."""
    distance = np.abs(points.frequency_1 - points.frequency_2)
    linewidth = (rates.gamma_h + rates.gamma_c) / (2 * np.pi)
    return np.asarray((distance > RESONANT * linewidth) & (distance < _FAR * linewidth))


def are_resonant(rates: Rates, points: Points) -> npt.NDArray[np.bool_]:
    """Tell where the qubits are at one frequency, as far as "collective" can tell."""
    linewidth = (rates.gamma_h + rates.gamma_c) / (2 * np.pi)
    return np.asarray(np.abs(points.frequency_1 - points.frequency_2) <= RESONANT * linewidth)


def collective_model(rates: Rates, points: Points, resonator: Resonator) -> HeatCurrents:
    """Return the currents of the paper's master equation.

    Qubits at one frequency are collective (Eqs. 9-24, 31-33); qubits at different frequencies are independent
    (App. D). In between, where the distance is of the order of the linewidth, neither holds: use "pair".
    """
    resonant = are_resonant(rates, points)
    if resonant.all():
        return _together(rates, points, resonator)
    if not resonant.any():
        return independent_model(rates, points, resonator)
    if resonant.shape != points.frequency_1.shape:  # many rates at once, for which it may differ
        return _choose(
            resonant, _together(rates, points, resonator), independent_model(rates, points, resonator)
        )
    together = _together(rates, points.at(resonant), resonator)
    apart = independent_model(rates, points.at(~resonant), resonator)
    return _joined(resonant, together, apart)


def _together(rates: Rates, points: Points, resonator: Resonator) -> HeatCurrents:
    hot, cold, parasitic = baths(rates, points)
    centre = (points.frequency_1 + points.frequency_2) / 2
    share = resonator.filter(centre)
    return collective(2, centre, hot.behind(share), cold.behind(share), parasitic).currents


def independent_model(rates: Rates, points: Points, resonator: Resonator) -> HeatCurrents:
    """Return the currents of two qubits that know nothing of each other: the null hypothesis."""
    hot, cold, parasitic = baths(rates, points)
    return detuned((points.frequency_1, points.frequency_2), hot, cold, parasitic, resonator)


MODELS: dict[str, Model] = {
    "collective": collective_model,
    "pair": pair_model,
    "independent": independent_model,
    "levels": levels_model,
    "resonators": resonators_model,
    "hierarchy": hierarchy_model,
    "transmons": transmons_model,
    "linear": linear_model,
}
"""Models by name; a table that is read adds itself."""
MODELS_REVISION = 2
"""Raised whenever a model says something else than before: tables of earlier ones are then others."""
MODES_MODELS = ("resonators", "hierarchy", "transmons")
"""Those in which the resonators are modes, and may be slow."""
QUICK_MODELS = ("collective", "pair", "independent")
"""Those of a microsecond a point, which may be fitted many times over without asking."""
SLOW_MODELS = ("hierarchy", "transmons")
"""Those of tenths of a second a point, of which a fit takes minutes."""


def reference_power(
    rates: Rates, frequency: float, source: float, drain: float, resonator: Resonator
) -> float:
    """Return the heat [W] that two independent qubits carry without parasitic bath, Eq. (26)."""
    share = float(resonator.filter(frequency))
    hot, cold = Bath(rates.gamma_h * share, source), Bath(rates.gamma_c * share, drain)
    return float(independent(2, frequency, hot, cold).hot)


def validity(
    rates: Rates, source: Values, drain: float, resonator: Resonator, charging_energy: float | None = None
) -> sim.Validity:
    """Return how far each rung holds for both qubits on resonance, see `valvelab.sim.validity`.

    The anharmonicity of a transmon is about its charging energy. A flat spectrum (Q = 0) is infinitely fast.
    """
    hot, cold = Bath(rates.gamma_h, source), Bath(rates.gamma_c, drain)
    fast = Resonator(resonator.frequency, np.maximum(resonator.quality_factor, _FLAT))
    return sim.validity(hot, cold, fast, anharmonicity=charging_energy)


def pair_model_of(model: str) -> str:
    """Return the model that knows the imperfections of a pair and otherwise agrees with a model where that holds."""
    return model if model in PAIR_MODELS else "pair"


def _joined(resonant: npt.NDArray[np.bool_], yes: HeatCurrents, no: HeatCurrents) -> HeatCurrents:
    """Return currents of which some points are of the one kind and the others of the other."""
    found = []
    for one, other in ((yes.hot, no.hot), (yes.cold, no.cold), (yes.parasitic, no.parasitic)):
        whole = np.empty(resonant.shape)
        whole[resonant], whole[~resonant] = one, other
        found.append(whole)
    return HeatCurrents(*found)


def _choose(condition: npt.NDArray[np.bool_], yes: HeatCurrents, no: HeatCurrents) -> HeatCurrents:
    return HeatCurrents(
        np.where(condition, yes.hot, no.hot),
        np.where(condition, yes.cold, no.cold),
        np.where(condition, yes.parasitic, no.parasitic),
    )
