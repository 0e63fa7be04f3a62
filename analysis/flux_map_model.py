"""The heat map of two flux-tunable qubits as a pure function of its parameters, and its derivatives.

Each coil current shifts both fluxes, each flux sets a qubit's frequency, and the two frequencies set the heat that
reaches the drain. Baseline and slow offsets are not part of this file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from valvelab import transmon
from valvelab.constants import PLANCK
from valvelab.sim import Bath, Resonator, independent, pair

Array = npt.NDArray[np.float64]
Values = Mapping[str, float]

MODELS = ("independent", "pair")
"""Qubits that do not know of each other (App. D), or the master equation of both."""

FLUX_NAMES = ("flux_{}_coil_1", "flux_{}_coil_2", "flux_offset_{}")
DISPERSION_NAMES = ("maximum_frequency_{}", "asymmetry_{}", "charging_energy_{}")
CURVATURE_NAMES = ("coil_1_curvature", "coil_2_curvature")
_STEP = 1e-6
"""Relative step of the finite differences: far below every width, far above rounding."""
_LOWEST = 1e-3
"""Lowest frequency of a qubit, in units of the resonators'."""


@dataclass(frozen=True)
class Rates:
    """The rates that parameters stand for, each of the first qubit [1/s]."""

    gamma: float
    """Rate of either reservoir at the frequency of its resonator, gamma_h = gamma_c."""
    gamma_p: float
    """Rate of the parasitic bath."""


def rates(values: Values) -> Rates:
    """Return the rates [1/s] that a ridge's height and shape stand for.

    With gamma_h = gamma_c = gamma, qubit 1 alone relaxes on resonance at gamma (2 n_h + 2 n_c + 2) + gamma_p
    (2 n_p + 1). ``parasitic_share`` is the share of the second term: it turns the Lorentzian of the filter (0)
    into its square (1).
    ``ridge_power`` is the heat from the hot to the cold reservoir, h f gamma^2 (n_h - n_c) over that total rate.
    Where both resonators differ, all this is meant in the middle between them, at what they let pass there.
    """
    f = values["resonator_frequency"]
    temperatures = np.array([values[f"{bath}_temperature"] for bath in ("source", "drain", "parasitic")])
    n_h, n_c, n_p = map(float, Bath(1.0, temperatures).occupation(f))
    share = values["parasitic_share"]
    reservoirs = 2 * (n_h + n_c + 1)
    passing = values["ridge_power"] * reservoirs / (PLANCK * f * (n_h - n_c) * (1 - share))
    filters = [float(resonator.filter(f)) for resonator in _resonators(values)]
    gamma = passing / float(np.sqrt(filters[0] * filters[1]))
    return Rates(gamma, passing * share / (1 - share) * reservoirs / (2 * n_p + 1))


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


def ridge(qubit: int, values: Values, frequency: npt.ArrayLike) -> Array:
    """Return the heat into the drain [W] through one qubit alone at a frequency [Hz] (App. D)."""
    f, rate = np.asarray(frequency, float), rates(values)
    strength = rate.gamma * (_weight_2(values, f) ** 2 if qubit == 2 else 1.0)
    hot, cold = (
        Bath(strength * resonator.filter(f), values[f"{role}_temperature"])
        for role, resonator in zip(("source", "drain"), _resonators(values), strict=True)
    )
    parasitic = Bath(rate.gamma_p, values["parasitic_temperature"])
    return np.asarray(-independent(1, f, hot, cold, parasitic).cold)


def drain_power(values: Values, frequency_1: npt.ArrayLike, frequency_2: npt.ArrayLike, model: str) -> Array:
    """Return the heat that both qubits bring to the drain [W] at frequencies [Hz] that broadcast.

    ``crossing_excess`` is what both on resonance bring beyond that, over the sum of both alone: less than nothing where
    the heat of one warms the drain for the other.
    """
    excess = values["crossing_excess"]
    beyond = excess * crossing_product(values, frequency_1, frequency_2) if excess else 0.0
    if model == "independent":
        return ridge(1, values, frequency_1) + ridge(2, values, frequency_2) + beyond
    rate, frequencies = rates(values), (np.asarray(frequency_1, float), np.asarray(frequency_2, float))
    weight_2 = _weight_2(values, frequencies[1])
    state = pair(
        frequencies,
        Bath(rate.gamma, values["source_temperature"]),
        Bath(rate.gamma, values["drain_temperature"]),
        Bath(rate.gamma_p, values["parasitic_temperature"]),
        resonator=_resonators(values),
        weights_hot=(1.0, weight_2),
        weights_cold=(1.0, values["parity"] * weight_2),
    )
    return np.asarray(beyond - state.currents.cold)


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
    columns = []
    for name in names:
        step = _step(name, values, coil_current_1, coil_current_2)
        moved = {**values, name: values[name] + step}
        qubits = _acts_on(name)
        column = 0 if qubits else (drain_power(moved, f_1, f_2, model) - power) / step
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


def _resonators(values: Values) -> tuple[Resonator, Resonator]:
    """Return the filters of source and drain, as qubit 1 sees them; they may lie some linewidths apart."""
    middle, quality, exponent = (
        values[name] for name in ("resonator_frequency", "quality_factor", "filter_exponent")
    )
    half = values["resonator_splitting"] * middle / quality / 2
    return (
        Resonator(middle + half, quality, exponent),
        Resonator(middle - half, quality * values["drain_quality_ratio"], exponent),
    )


def _weight_2(values: Values, frequency: Array) -> Array | float:
    """Return the amplitude of qubit 2's couplings in units of qubit 1's: it may see filters of another quality."""
    ratio = values["quality_ratio_2"]
    if ratio == 1:
        return values["weight_2"]
    f_r, quality = values["resonator_frequency"], values["quality_factor"]
    seen, common = (Resonator(f_r, q).filter(frequency) for q in (quality * ratio, quality))
    return np.asarray(values["weight_2"] * np.sqrt(seen / common))
