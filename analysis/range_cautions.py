"""Where a fitted model ends: rates too large for it, levels that it lacks, simulated chips that it cannot describe."""

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from valvelab.errors import DataError
from valvelab.sim import MARKOV_BOUND, WEAK_BOUND, Validity
from valvelab.units import format_quantity
from valvelab.wording import counted

from .enhancement import OperatingPoint, switched_currents
from .entries import DIMENSIONS
from .level_models import ENOUGH, error_by_levels
from .models import MODES_MODELS, Rates, validity
from .table_registry import model_knowing, rung_of

if TYPE_CHECKING:
    from .switching_fit import SwitchingFit

_SEEN = {"asymmetry": "1", "exchange": "Hz", "phase": "rad"}
"""What a simulated chip may have beside rates, and a fit may not know of."""
_SLOW_RESONATORS = (
    "(N = 2 qubits; gamma_i and n_i are rate and occupation of source and drain at the resonators' frequency f_r, "
    "kappa = 2 pi f_r / Q is the resonators' linewidth.) The resonators are slower than the qubits there, and a "
    "Markovian master equation overestimates both power and enhancement. "
)
BEYOND = {
    False: f"{_SLOW_RESONATORS}On a real chip these rates are effective numbers, and the true enhancement is smaller: "
    "fit 'resonators'.",
    True: f"{_SLOW_RESONATORS}The simulated chip obeys such a master equation itself, so this does not part fit and "
    "truth here; a real one would not obey it: at Table I (gamma_h = gamma_c = 0.5e9 1/s, Q = 20) its enhancement is "
    "about 1.02 for qubits, and 0.95 for transmons with their levels.",
}
"""What it means where the bound is exceeded: on a real chip, and on a simulated one (True)."""


def fitted_validity(fit: "SwitchingFit", at: OperatingPoint) -> Validity:
    """Return how far each rung holds at the fitted rates."""
    energies = [energy for energy in fit.data.charging_energies if energy is not None]
    return validity(
        fit.rates,
        at.source_temperature,
        at.drain_temperature,
        fit.data.resonator,
        max(energies, default=None),
    )


def range_warnings(model: str, holds: Validity, *, simulated: bool) -> list[str]:
    """Return where rates are too large for a model."""
    found, width = [], float(np.max(holds.broadening))
    if not holds.markovian and rung_of(model) not in (*MODES_MODELS, "linear"):  # which hold there
        found.append(
            f"N sum gamma_i (2 n_i + 1) / kappa = {width:.2g}, above {MARKOV_BOUND}. {BEYOND[simulated]}"
        )
    if not holds.weak and rung_of(model) != "hierarchy":
        found.append(
            f"gamma / (2 pi f) = {float(np.max(holds.strength)):.2g}, above {WEAK_BOUND}: waves that do not rotate "
            "matter, which this model leaves out: fit 'hierarchy'."
        )
    return found


def levels_warnings(
    fit: "SwitchingFit", at: OperatingPoint, holds: Validity, *, simulated: bool
) -> list[str]:
    """Return what the levels of the transmons do to a fit with two of them, and to one with too few."""
    if fit.model == "levels":
        rates = fit.rates
        share = error_by_levels(rates, fit.data.points, fit.data.resonator)
        if rates.transmons is None or share < 2 * ENOUGH:
            return []
        return [
            f"With {counted(rates.transmons.levels)} levels the powers of the hottest points are right to about "
            f"{share * 100:.1g} % of the largest, and the rates to as much."
        ]
    if holds.two_level or rung_of(fit.model) == "linear":
        return []
    told = (
        f"Each transmon is above its first excited state with a probability of about {float(holds.beyond_qubit):.2g}, "
        f"and '{fit.model}' has no such levels. "
    )
    if simulated:
        return [
            f"{told}The simulated chip has none either, so this does not part fit and truth here; a real one has them."
        ]
    changed = _with_levels(fit, at)
    return [f"{told}{changed} Fit 'levels'." if changed else f"{told}Fit 'levels'."]


def _with_levels(fit: "SwitchingFit", at: OperatingPoint) -> str:
    """Return by how much levels change the drain's power and enhancement, empty where it is not known."""
    try:
        transmons = fit.data.transmons()
    except DataError:
        return ""
    rates = replace(fit.rates, transmons=transmons)
    (_, two), (_, many) = (
        switched_currents(rates, model, fit.data.resonator, at) for model in ("pair", "levels")
    )
    ratios = [drain[0] / (drain[1] + drain[2]) for drain in (two, many)]
    return (
        f"With them a master equation of these rates has {many[0] / two[0]:.2f} times the power into the drain, and an "
        f"enhancement there of {ratios[1]:.3f} instead of {ratios[0]:.3f}."
    )


def truth_warnings(fit: "SwitchingFit", truth: Rates) -> list[str]:
    """Return what a simulated chip has that the fit holds to be otherwise: its truth is none that can be found."""
    held = [name for name in _SEEN if name not in fit.problem.where.free]
    apart = [name for name in held if getattr(truth, name) != getattr(fit.rates, name)]
    told = [_chip_has(name, getattr(truth, name)) for name in apart]
    cures = [f"--free {name}" for name in apart if math.isfinite(getattr(truth, name))]
    if truth.parity != fit.rates.parity:
        told.append(f"a parity of {truth.parity}")
        cures.append(f"--parity {truth.parity}")
    if not told:
        return []
    knowing = model_knowing("asymmetry", fit.model) or "pair"
    model = [f"--model {knowing}"] if knowing != fit.model else []
    cure = f" Fit with {' '.join([*model, *cures])}." if cures else ""
    return [
        f"The simulated chip has {' and '.join(told)}, which this fit does not allow for: its truth is out of reach, "
        f"and pulls may be large for that.{cure}"
    ]


def _chip_has(name: str, value: float) -> str:
    """Return what a chip has, in words; couplings that no asymmetry describes are not a number."""
    if not math.isfinite(value):
        return "couplings that differ from reservoir to reservoir"
    dimension = DIMENSIONS.get(_SEEN[name])
    return f"{name} = {value:g}" if dimension is None else f"{name} = {format_quantity(value, dimension, 3)}"
