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
_STEP = 1e-6
"""Relative step of the finite differences: far below every width, far above rounding."""


@dataclass(frozen=True)
class Rates:
    """The rates that parameters stand for, each of the first qubit [1/s]."""

    gamma: float
    """Rate of either reservoir on resonance, gamma_h = gamma_c."""
    gamma_p: float
    """Rate of the parasitic bath."""


def rates(values: Values) -> Rates:
    """Return the rates [1/s] that a ridge's height and shape stand for.

    With gamma_h = gamma_c = gamma, qubit 1 alone relaxes on resonance at gamma (2 n_h + 2 n_c + 2) + gamma_p
    (2 n_p + 1). ``parasitic_share`` is the share of the second term: it turns the Lorentzian of the filter (0)
    into its square (1).
    ``ridge_power`` is the heat from the hot to the cold reservoir, h f gamma^2 (n_h - n_c) over that total rate.
    """
    f = values["resonator_frequency"]
    temperatures = np.array([values[f"{bath}_temperature"] for bath in ("source", "drain", "parasitic")])
    n_h, n_c, n_p = map(float, Bath(1.0, temperatures).occupation(f))
    share = values["parasitic_share"]
    reservoirs = 2 * (n_h + n_c + 1)
    gamma = values["ridge_power"] * reservoirs / (PLANCK * f * (n_h - n_c) * (1 - share))
    return Rates(gamma, gamma * share / (1 - share) * reservoirs / (2 * n_p + 1))


def qubit_frequency(qubit: int, values: Values, coil_current_1: Array, coil_current_2: Array) -> Array:
    """Return the frequency of qubit 1 or 2 [Hz] at coil currents [A] that broadcast."""
    coil_1, coil_2, offset = (values[name.format(qubit)] for name in FLUX_NAMES)
    maximum, asymmetry, charging = (values[name.format(qubit)] for name in DISPERSION_NAMES)
    return transmon.frequency(
        coil_1 * coil_current_1 + coil_2 * coil_current_2 + offset, charging, maximum, asymmetry
    )


def ridge(qubit: int, values: Values, frequency: npt.ArrayLike) -> Array:
    """Return the heat into the drain [W] through one qubit alone at a frequency [Hz] (App. D)."""
    rate, weight = rates(values), values["weight_2"] if qubit == 2 else 1.0
    filtered = rate.gamma * weight**2 * _resonator(values).filter(np.asarray(frequency, float))
    hot, cold = Bath(filtered, values["source_temperature"]), Bath(filtered, values["drain_temperature"])
    parasitic = Bath(rate.gamma_p, values["parasitic_temperature"])
    return np.asarray(-independent(1, np.asarray(frequency, float), hot, cold, parasitic).cold)


def drain_power(values: Values, frequency_1: npt.ArrayLike, frequency_2: npt.ArrayLike, model: str) -> Array:
    """Return the heat that both qubits bring to the drain [W] at frequencies [Hz] that broadcast."""
    if model == "independent":
        return ridge(1, values, frequency_1) + ridge(2, values, frequency_2)
    rate, weights = rates(values), (1.0, values["weight_2"])
    state = pair(
        (np.asarray(frequency_1, float), np.asarray(frequency_2, float)),
        Bath(rate.gamma, values["source_temperature"]),
        Bath(rate.gamma, values["drain_temperature"]),
        Bath(rate.gamma_p, values["parasitic_temperature"]),
        resonator=_resonator(values),
        weights_hot=weights,
        weights_cold=weights,
    )
    return np.asarray(-state.currents.cold)


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
        qubit = _acts_on(name)
        if qubit:
            before = (f_1, f_2)[qubit - 1]
            shift = (qubit_frequency(qubit, moved, coil_current_1, coil_current_2) - before) / step
            columns.append(slopes[qubit - 1] * shift)
        else:
            columns.append((drain_power(moved, f_1, f_2, model) - power) / step)
    return np.stack(columns, axis=-1)


def _step(name: str, values: Values, coil_current_1: Array, coil_current_2: Array) -> float:
    # A cross-talk of nearly zero still needs a step that moves the flux.
    for coil, current in (("_coil_1", coil_current_1), ("_coil_2", coil_current_2)):
        if name.endswith(coil):
            return _STEP / float(np.max(np.abs(current)))
    return _STEP if name.startswith("flux_offset") else _STEP * (abs(values[name]) or 1.0)


def _acts_on(name: str) -> int:
    """Return the qubit whose frequency is all that a parameter acts through, or 0."""
    return next(
        (qubit for qubit in (1, 2) for form in FLUX_NAMES + DISPERSION_NAMES if form.format(qubit) == name), 0
    )


def _resonator(values: Values) -> Resonator:
    return Resonator(values["resonator_frequency"], values["quality_factor"], values["filter_exponent"])
