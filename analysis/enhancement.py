"""The collective enhancement, always with its reservoir and its reference."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from valvelab.sim import HeatCurrents, Resonator

from .models import MODELS, Model, Points, Rates, reference_power

if TYPE_CHECKING:
    from .switching_data import SwitchingData
    from .switching_fit import SwitchingFit

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class OperatingPoint:
    """Where an enhancement is stated."""

    source_temperature: float
    """Temperature of the hot reservoir [K]."""
    drain_temperature: float
    """Temperature of the cold reservoir [K], the same in every configuration."""
    parked_frequency: float
    """Frequency of a qubit that is switched off [Hz]."""


@dataclass(frozen=True)
class Enhancement:
    """One ratio that is called enhancement."""

    name: str
    """Key in files."""
    meaning: str
    """Which reservoir, over which reference."""
    value: float
    error: float | None = None


MEANINGS = {
    "source": "heat out of the source, both on resonance / (only 1 + only 2)",
    "drain": "heat into the drain, both on resonance / (only 1 + only 2)",
    "source_over_independent": "heat out of the source, both on resonance / two independent qubits (Eq. 26)",
    "drain_over_independent": "heat into the drain, both on resonance / two independent qubits (Eq. 26)",
    "paper": "weighted mean of both (Eq. 24; no current beside a parasitic bath) / two independent qubits (Eq. 26)",
}
"""The ratios of physics that go by the name of enhancement, by key."""


def switched_currents(
    rates: Rates, model: str | Model, resonator: Resonator, at: OperatingPoint
) -> HeatCurrents:
    """Return the currents with both on resonance, only 1, and only 2."""
    function = MODELS[model] if isinstance(model, str) else model
    on, parked = float(resonator.frequency), at.parked_frequency
    points = Points(
        np.array([on, on, parked]),
        np.array([on, parked, on]),
        np.full(3, at.source_temperature),
        np.full(3, at.drain_temperature),
    )
    return function(rates, points, resonator)


def enhancements(rates: Rates, model: str, resonator: Resonator, at: OperatingPoint) -> dict[str, float]:
    """Compute every ratio of `MEANINGS` for given rates at common reservoir temperatures.

    The measured drain warms between configurations; these ratios are at one temperature, and what heat the
    parked qubits carry is in them, as it is on the chip.
    """
    found = switched_currents(rates, model, resonator, at)
    hot, cold = found.hot, -found.cold
    on = float(resonator.frequency)
    eq26 = reference_power(rates, on, at.source_temperature, at.drain_temperature, resonator)
    paper = (rates.gamma_c * hot[0] + rates.gamma_h * cold[0]) / (rates.gamma_h + rates.gamma_c)
    with np.errstate(divide="ignore", invalid="ignore"):  # a reservoir that is not coupled has no ratio
        return {
            "source": float(hot[0] / (hot[1] + hot[2])),
            "drain": float(cold[0] / (cold[1] + cold[2])),
            "source_over_independent": float(hot[0] / np.float64(eq26)),
            "drain_over_independent": float(cold[0] / np.float64(eq26)),
            "paper": float(paper / np.float64(eq26)),
        }


def fitted_enhancements(fit: "SwitchingFit", at: OperatingPoint) -> list[Enhancement]:
    """Return the ratios at the fitted rates, with errors propagated from the covariance of the fit."""

    def ratio(name: str) -> tuple[float, float]:
        return fit.propagate(lambda rates: enhancements(rates, fit.model, fit.data.resonator, at)[name])

    return [Enhancement(name, meaning, *ratio(name)) for name, meaning in MEANINGS.items()]


def operating_point(fit: "SwitchingFit", source: float | None, drain: float | None) -> OperatingPoint:
    """Return the operating point of a fit: what is asked for, or the middle of what was measured."""
    return operating_point_of(fit.data, source, drain)


def operating_point_of(data: "SwitchingData", source: float | None, drain: float | None) -> OperatingPoint:
    """Return the same for data that need not be fitted yet."""
    points, resonator = data.points, data.resonator
    frequencies = np.concatenate([points.frequency_1, points.frequency_2])
    off = frequencies[np.abs(frequencies - resonator.frequency) > 0.1 * resonator.frequency]
    return OperatingPoint(
        _first(source, data.operating_temperatures[0], points.temperature_source),
        _first(drain, data.operating_temperatures[1], points.temperature_drain),
        float(np.median(off)) if off.size else float(resonator.frequency) / 2,
    )


def _first(asked: float | None, stated: float | None, measured: Array) -> float:
    """Return what is asked for, else what the dataset states, else the middle of what was measured."""
    for temperature in (asked, stated):
        if temperature is not None:
            return temperature
    return float(np.median(measured))
