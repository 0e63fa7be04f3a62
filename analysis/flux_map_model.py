"""The heat map of two flux-tunable qubits as a pure function of its parameters, and its derivatives.

Each coil current shifts both fluxes, each flux sets a qubit's frequency, and the two frequencies set the heat that
reaches the drain. Baseline and slow offsets are not part of this file.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from valvelab import transmon

from .flux_map_excess import excess, pair_power
from .flux_map_heat import Array, Values, ridge
from .flux_map_slow import BESIDE, slow_excess

MODELS = ("independent", "pair", "levels", "linear", *BESIDE)
"""Qubits that do not know of each other (App. D), the master equation of both, and slower rungs."""

FLUX_NAMES = ("flux_{}_coil_1", "flux_{}_coil_2", "flux_offset_{}")
DISPERSION_NAMES = ("maximum_frequency_{}", "asymmetry_{}", "charging_energy_{}")
CURVATURE_NAMES = ("coil_1_curvature", "coil_2_curvature")
_STEP, _COARSE = 1e-6, 3e-3
"""Relative steps of the finite differences: far below every width, far above rounding, or the precision of a table."""
_LOWEST = 1e-3
"""Lowest frequency of a qubit, in units of the resonators'."""


def qubit_flux(qubit: int, values: Values, coil_current_1: Array, coil_current_2: Array) -> Array:
    """Return the flux through qubit 1 or 2 [flux quanta] at coil currents [A] that broadcast.

    A coil with curvature c acts like a straight one with the current I (1 + c I), for both qubits alike.
    """
    coil_1, coil_2, offset = (values[name.format(qubit)] for name in FLUX_NAMES)
    acting_1, acting_2 = (
        current * (1 + values[name] * current)
        for name, current in zip(CURVATURE_NAMES, (coil_current_1, coil_current_2), strict=True)
    )
    return np.asarray(coil_1 * acting_1 + coil_2 * acting_2 + offset)


def qubit_frequency(qubit: int, values: Values, coil_current_1: Array, coil_current_2: Array) -> Array:
    """Return the frequency of qubit 1 or 2 [Hz] at coil currents [A] that broadcast."""
    maximum, asymmetry, charging = (values[name.format(qubit)] for name in DISPERSION_NAMES)
    flux = qubit_flux(qubit, values, coil_current_1, coil_current_2)
    # At half a flux quantum a small asymmetry brings the formula below zero, where the filters pass nothing anyway.
    lowest = _LOWEST * values["resonator_frequency"]
    return np.maximum(transmon.frequency(flux, charging, maximum, asymmetry), lowest)


def drain_power(
    values: Values,
    frequency_1: npt.ArrayLike,
    frequency_2: npt.ArrayLike,
    model: str,
    *,
    rough: bool = False,
) -> Array:
    """Return the heat that both qubits bring to the drain [W] at frequencies [Hz] that broadcast.

    ``crossing_excess`` is what both on resonance bring beyond that, over the sum of both alone: less than nothing where
    the heat of one warms the drain for the other. ``rough`` is good enough for how that moves with a parameter.
    """
    more = values["crossing_excess"]
    beyond = more * crossing_product(values, frequency_1, frequency_2) if more else 0.0
    f_1, f_2 = np.asarray(frequency_1, float), np.asarray(frequency_2, float)
    if model == "pair":
        return np.asarray(beyond + pair_power(values, f_1, f_2))
    if model != "independent":
        beyond = beyond + (slow_excess if model in BESIDE else excess)(model, values, f_1, f_2, rough=rough)
    return np.asarray(ridge(1, values, f_1) + ridge(2, values, f_2) + beyond)


def crossing_product(values: Values, frequency_1: npt.ArrayLike, frequency_2: npt.ArrayLike) -> Array:
    """Return the product of both ridges [W], as large on resonance as their sum is there."""
    heights = [float(ridge(qubit, values, values["resonator_frequency"])) for qubit in (1, 2)]
    scale = sum(heights) / (heights[0] * heights[1])
    return np.asarray(ridge(1, values, frequency_1) * ridge(2, values, frequency_2) * scale)


def map_power(values: Values, coil_current_1: Array, coil_current_2: Array, model: str) -> Array:
    """Return the heat that both qubits bring to the drain [W] at coil currents [A] that broadcast."""
    f_1, f_2 = (qubit_frequency(qubit, values, coil_current_1, coil_current_2) for qubit in (1, 2))
    return drain_power(values, f_1, f_2, model)


def map_derivatives(
    values: Values, names: Sequence[str], coil_current_1: Array, coil_current_2: Array, model: str
) -> Array:
    """Return the derivatives of `map_power` with respect to named parameters, on the last axis.

    What acts through a qubit's frequency alone is differentiated by the chain rule, which saves most evaluations of
    the master equation.
    """
    f_1, f_2 = (qubit_frequency(qubit, values, coil_current_1, coil_current_2) for qubit in (1, 2))
    power = drain_power(values, f_1, f_2, model)
    slopes = (
        (drain_power(values, f_1 * (1 + _STEP), f_2, model) - power) / (f_1 * _STEP),
        (drain_power(values, f_1, f_2 * (1 + _STEP), model) - power) / (f_2 * _STEP),
    )
    quick = model in ("independent", "pair")
    columns, about = [], power if quick else drain_power(values, f_1, f_2, model, rough=True)
    for name in names:
        qubits = _acts_on(name)
        step = _step(name, values, coil_current_1, coil_current_2)
        if not quick and not qubits:
            step *= _COARSE / _STEP
        moved = {**values, name: values[name] + step}
        column = 0 if qubits else (drain_power(moved, f_1, f_2, model, rough=True) - about) / step
        for qubit in qubits:
            before = (f_1, f_2)[qubit - 1]
            shift = (qubit_frequency(qubit, moved, coil_current_1, coil_current_2) - before) / step
            column = column + slopes[qubit - 1] * shift
        columns.append(column)
    return np.stack(columns, axis=-1)


def _step(name: str, values: Values, coil_current_1: Array, coil_current_2: Array) -> float:
    # A cross-talk or a curvature of nearly zero still needs a step that moves the flux.
    for coil, current in (("coil_1", coil_current_1), ("coil_2", coil_current_2)):
        if name.endswith(f"_{coil}") or name == f"{coil}_curvature":
            return _STEP / float(np.max(np.abs(current)))
    return _STEP if name.startswith("flux_offset") else _STEP * (abs(values[name]) or 1.0)


def _acts_on(name: str) -> tuple[int, ...]:
    """Return the qubits whose frequencies are all that a parameter acts through; none if it acts otherwise."""
    if name in CURVATURE_NAMES:
        return 1, 2
    return tuple(
        qubit for qubit in (1, 2) for form in FLUX_NAMES + DISPERSION_NAMES if form.format(qubit) == name
    )
