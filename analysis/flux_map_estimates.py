"""Tell what a fitted map determines: each parameter with its error, or with the reason why it has none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from valvelab.wording import unsigned_zero

from .enhancement import Enhancement
from .flux_map_crossing import MEANING
from .flux_map_errors import Uncertainty, gradient
from .flux_map_heat import Values, rates, ridge
from .flux_map_model import drain_power
from .flux_map_parameters import EXCESS, NEUTRAL, bounds, qubit_names, readable_unit, unit
from .flux_map_slow import ANCHOR

NOT_DETERMINED = "not determined: "
"""How the reason begins where the map leaves a fitted number open."""
HELD = "held: "
"""How the reason begins where a number was not fitted."""
TOLERANCE = 0.1
"""Error at which a value stops being one, relative to it; for offsets absolute."""
HARMLESS_FLUX = 0.01
"""Error of a flux at the edge of the map that no one would notice [flux quanta]."""

Function = Callable[[Values], float]


@dataclass(frozen=True)
class Estimate:
    """A parameter, or a number derived from parameters, with what is known of its error."""

    name: str
    value: float
    unit: str
    error: float | None
    """One standard deviation, the assumed values of the device taken as exact; None if held or not determined."""
    reason: str | None = None
    """Why there is no error."""


def number(estimate: Estimate) -> tuple[str, str, str]:
    """Return value, error and unit of an estimate as text, the value with the digits that its error leaves."""
    unit, scale = readable_unit(estimate.unit)
    value = estimate.value / scale
    if estimate.error is None or estimate.error == 0:
        return unsigned_zero(f"{value:.4g}"), "", unit
    error = estimate.error / scale
    if 1e-4 < abs(value) < 1e5:
        digits = max(0, 1 - int(np.floor(np.log10(error))))
        return unsigned_zero(f"{value:.{digits}f}"), f"{error:.{digits}f}", unit
    digits = max(0, int(np.floor(np.log10(abs(value) / error))) + 1) if value else 1
    return unsigned_zero(f"{value:.{digits}e}"), f"{error:.1e}", unit


def estimates(values: Values, uncertainty: Uncertainty) -> list[Estimate]:
    """Return every parameter and what follows from them, each with its error or the reason why it has none.

    What follows are the rates [1/s], the heat through one qubit on resonance [W] and, for each row of the flux
    matrix, the ratio of its elements: the direction of the ridges.
    """
    told = [_parameter(name, values, uncertainty) for name in values if not name.startswith(ANCHOR)]
    for name, (function, its_unit) in _derived(values, uncertainty.window).items():
        slopes = gradient(function, values, uncertainty.loose_names)
        told.append(_judged(name, function(values), its_unit, slopes, values, uncertainty))
    return told


def predicted_enhancement(values: Values, model: str, uncertainty: Uncertainty) -> Enhancement:
    """Return the model's crossing-over-sum ratio with both qubits exactly on resonance."""
    meaning = MEANING.replace("as measured", f"as the model '{model}' has it")
    if model == "independent" and EXCESS not in uncertainty.names:
        return Enhancement("drain", meaning, 1.0, 0.0)

    def ratio(trial: Values) -> float:
        on = trial["resonator_frequency"]
        return float(drain_power(trial, on, on, model)) / (_height(1)(trial) + _height(2)(trial))

    error = uncertainty.error(gradient(ratio, values, uncertainty.names))
    return Enhancement("drain", meaning, ratio(values), error)


def _height(qubit: int) -> Function:
    return lambda values: float(ridge(qubit, values, values["resonator_frequency"]))


def _derived(values: Values, window: tuple[float, float]) -> dict[str, tuple[Function, str]]:
    derived: dict[str, tuple[Function, str]] = {
        "gamma": (lambda trial: rates(trial).gamma, "1/s"),
        "gamma_p": (lambda trial: rates(trial).gamma_p, "1/s"),
        "ridge_height_1": (_height(1), "W"),
        "ridge_height_2": (_height(2), "W"),
    }
    for qubit in (1, 2):
        coil = f"flux_{qubit}_coil_1", f"flux_{qubit}_coil_2"
        # The coil that moves the qubit more is the denominator, which must not pass through zero.
        more = int(abs(values[coil[1]]) * window[1] > abs(values[coil[0]]) * window[0])
        derived[f"{coil[1 - more]}/{coil[more]}"] = (_ratio(coil[1 - more], coil[more]), "")
    return derived


def _ratio(numerator: str, denominator: str) -> Function:
    return lambda values: values[numerator] / values[denominator]


def _parameter(name: str, values: Values, uncertainty: Uncertainty) -> Estimate:
    value = values[name]
    if name in uncertainty.names:
        return _judged(name, value, unit(name), {name: 1.0}, values, uncertainty)
    if name in uncertainty.at_bounds:
        low, high = bounds(name, values)
        return Estimate(
            name,
            value,
            unit(name),
            None,
            f"{NOT_DETERMINED}ended at the end of its range {low:g} to {high:g}",
        )
    return Estimate(name, value, unit(name), None, f"{HELD}{_source(name)}")


def _source(name: str) -> str:
    """Return where a value that is not fitted comes from."""
    if name == "parasitic_temperature":
        return "as cold as the drain, an assumption"
    if name == "parity":
        return "the sign with which a pair fits better"
    return "without effect, the map does not ask for it" if name in NEUTRAL else "from the device"


def _judged(
    name: str,
    value: float,
    its_unit: str,
    slopes: Mapping[str, float],
    values: Values,
    uncertainty: Uncertainty,
) -> Estimate:
    """Return an estimate whose error is withheld where it would vanish behind what had to be assumed."""
    moving = {moved for moved, slope in slopes.items() if slope}
    judge = uncertainty
    if uncertainty.ridges is not None and (
        not uncertainty.resolved or moving <= {*qubit_names(1), *qubit_names(2)}
    ):
        judge = uncertainty.ridges
    loose, allowed = judge.error(slopes, loose=True), _tolerance(name, value, values, uncertainty.window)
    if loose <= allowed:
        return Estimate(name, value, its_unit, judge.error(slopes))
    tied = [partner for partner in judge.partners(slopes) if partner not in moving]
    together = f"moves together with {', '.join(tied)}" if tied else "the map depends on it too little"
    shown, scale = readable_unit(its_unit)
    would_be = f"{loose / scale:.2g} {shown}".rstrip()
    return Estimate(name, value, its_unit, None, f"{NOT_DETERMINED}{together}; its error would be {would_be}")


def _tolerance(name: str, value: float, values: Values, window: tuple[float, float]) -> float:
    if name.startswith("flux_offset"):
        return TOLERANCE
    if name == EXCESS:
        return TOLERANCE
    if name in ("parasitic_share", "resonator_splitting"):
        return 3 * TOLERANCE if name == "resonator_splitting" else 2 * TOLERANCE
    flux = 0.0
    for coil_number in (1, 2):
        if name == f"coil_{coil_number}_curvature":
            strongest = max(abs(values[f"flux_{qubit}_coil_{coil_number}"]) for qubit in (1, 2))
            flux = HARMLESS_FLUX / (strongest * window[coil_number - 1] ** 2)
    for qubit in (1, 2):
        coil = f"flux_{qubit}_coil_1", f"flux_{qubit}_coil_2"
        for k in (0, 1):
            # A cross-talk of zero is a finding: what counts is its effect inside the window.
            if name == coil[k]:
                flux = HARMLESS_FLUX / window[k]
            elif name == f"{coil[k]}/{coil[1 - k]}":
                flux = HARMLESS_FLUX / window[k] / abs(values[coil[1 - k]])
    return max(TOLERANCE * abs(value), flux)
