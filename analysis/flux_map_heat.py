"""The heat of one ridge of a map, and the rates that its height and width stand for."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from valvelab.constants import PLANCK
from valvelab.sim import Bath, Resonator, Validity, independent, validity

Array = npt.NDArray[np.float64]
Values = Mapping[str, float]


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
    filters = [float(resonator.filter(f)) for resonator in resonators_of(values)]
    gamma = passing / float(np.sqrt(filters[0] * filters[1]))
    return Rates(gamma, passing * share / (1 - share) * reservoirs / (2 * n_p + 1))


def ridge(qubit: int, values: Values, frequency: npt.ArrayLike) -> Array:
    """Return the heat into the drain [W] through one qubit alone at a frequency [Hz] (App. D)."""
    f, rate = np.asarray(frequency, float), rates(values)
    strength = rate.gamma * (weight_2(values, f) ** 2 if qubit == 2 else 1.0)
    hot, cold = (
        Bath(strength * resonator.filter(f), values[f"{role}_temperature"])
        for role, resonator in zip(("source", "drain"), resonators_of(values), strict=True)
    )
    parasitic = Bath(rate.gamma_p, values["parasitic_temperature"])
    return np.asarray(-independent(1, f, hot, cold, parasitic).cold)


def resonators_of(values: Values) -> tuple[Resonator, Resonator]:
    """Return the filters of source and drain, as qubit 1 sees them; they may lie some linewidths apart."""
    middle, quality, exponent = (
        values[name] for name in ("resonator_frequency", "quality_factor", "filter_exponent")
    )
    half = values["resonator_splitting"] * middle / quality / 2
    return (
        Resonator(middle + half, quality, exponent),
        Resonator(middle - half, quality * values["drain_quality_ratio"], exponent),
    )


def weight_2(values: Values, frequency: Array) -> Array | float:
    """Return the amplitude of qubit 2's couplings in units of qubit 1's: it may see filters of another quality."""
    ratio = values["quality_ratio_2"]
    if ratio == 1:
        return values["weight_2"]
    f_r, quality = values["resonator_frequency"], values["quality_factor"]
    seen, common = (Resonator(f_r, q).filter(frequency) for q in (quality * ratio, quality))
    return np.asarray(values["weight_2"] * np.sqrt(seen / common))


def validity_of(values: Values) -> Validity:
    """Return how far each rung holds with both qubits on resonance."""
    gamma = rates(values).gamma
    hot, cold = (Bath(gamma, values[f"{bath}_temperature"]) for bath in ("source", "drain"))
    return validity(hot, cold, Resonator(values["resonator_frequency"], values["quality_factor"]))
