"""Where a fitted model does not hold: resonators that are slow, waves that do not rotate, levels that it has not."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from valvelab.errors import DataError
from valvelab.sim import MARKOV_BOUND, STRONGEST, WEAK_BOUND, Validity
from valvelab.wording import counted

from .enhancement import OperatingPoint, switched_currents
from .level_models import ENOUGH, error_by_levels
from .models import MODES_MODELS, validity
from .slow_transmons import error_by_a_level
from .table_registry import TABLES, rung_of
from .transmons import LEVELS, Transmons

if TYPE_CHECKING:
    from .switching_fit import SwitchingFit

_SLOW_RESONATORS = (
    "(N = 2 qubits; gamma_i and n_i are rate and occupation of source and drain at the resonators' frequency f_r, "
    "kappa = 2 pi f_r / Q is the resonators' linewidth.) The resonators are slower than the qubits there, and a "
    "Markovian master equation overestimates both power and enhancement. "
)
_BEYOND = {
    False: f"{_SLOW_RESONATORS}On a real chip these rates are effective numbers, and slow resonators take off some of "
    "the enhancement: fit ",
    True: f"{_SLOW_RESONATORS}The simulated chip obeys such a master equation itself, so this does not part fit and "
    "truth here; a real one would not obey it: at Table I (gamma_h = gamma_c = 0.5e9 1/s, Q = 20) the drain's "
    "enhancement is 1.02 for qubits, and 0.944 for transmons with three levels.",
}
"""What it means where the bound is exceeded: on a real chip, and on a simulated one (True)."""
_BOTH = "'transmons', which has slow resonators and levels"


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


def fitted_transmons(fit: "SwitchingFit") -> Transmons | None:
    """Return what the fitted model takes the qubits for, None where it knows of no levels."""
    if fit.model in TABLES:
        return TABLES[fit.model].transmons
    return fit.rates.transmons if fit.model in LEVELS else None


def range_warnings(model: str, holds: Validity, *, simulated: bool) -> list[str]:
    """Return where rates are too large for a model; of a simulated device the master equation is the truth."""
    found, width = [], float(np.max(holds.broadening))
    if not holds.markovian and rung_of(model) not in (*MODES_MODELS, "linear"):  # which hold there
        told = f"N sum gamma_i (2 n_i + 1) / kappa = {width:.2g}, above {MARKOV_BOUND}. {_BEYOND[simulated]}"
        if not simulated:
            told += "'resonators'." if holds.two_level else f"{_BOTH}."
        found.append(told)
    if not holds.possible:
        found.append(
            f"gamma / (2 pi f) = {float(np.max(holds.strength)):.3g}, not below {STRONGEST:g}: such a qubit forgets "
            "itself within a period, and no model holds. Look at the unit of the powers, and at what is held."
        )
    elif not holds.weak and rung_of(model) != "hierarchy":
        found.append(
            f"gamma / (2 pi f) = {float(np.max(holds.strength)):.3g}, above {WEAK_BOUND}: waves that do not rotate "
            "matter, which this model leaves out: fit 'hierarchy'."
        )
    return found


def levels_warnings(
    fit: "SwitchingFit", at: OperatingPoint, holds: Validity, *, simulated: bool
) -> list[str]:
    """Return what the levels of the transmons do to a fit with two of them, and to one with too few."""
    if rung_of(fit.model) in LEVELS:
        return _too_few(fit)
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
    slow = not holds.markovian and fit.data.resonator.exponent == 0
    changed = _with_levels(fit, at, slow=slow)
    advice = f"Fit {_BOTH}." if slow else "Fit 'levels'."
    return [f"{told}{changed} {advice}" if changed else f"{told}{advice}"]


def _too_few(fit: "SwitchingFit") -> list[str]:
    """Return what one more level would change."""
    transmons, of_transmons = fitted_transmons(fit), rung_of(fit.model)
    rates = replace(fit.rates, transmons=transmons)
    error = error_by_levels if of_transmons == "levels" else error_by_a_level
    share = 0.0 if transmons is None else error(rates, fit.data.points, fit.data.resonator)
    if transmons is None or share < 2 * ENOUGH:
        return []
    return [
        f"With {counted(transmons.followed(of_transmons))} levels the powers of the hottest points are right to about "
        f"{share * 100:.1g} % of the largest, and the rates to as much."
    ]


def _with_levels(fit: "SwitchingFit", at: OperatingPoint, *, slow: bool) -> str:
    """Return by how much levels change the drain's power and enhancement, empty where it is not known."""
    slow = (
        slow and rung_of(fit.model) in MODES_MODELS
    )  # the rates of a master equation are none of slow resonators
    without, with_them = ("resonators", "transmons") if slow else ("pair", "levels")
    try:
        transmons = fit.data.transmons(with_them)
    except DataError:
        return ""
    rates = replace(fit.rates, transmons=transmons)
    two, many = (
        -switched_currents(rates, model, fit.data.resonator, at).cold for model in (without, with_them)
    )
    ratios = [drain[0] / (drain[1] + drain[2]) for drain in (two, many)]
    what = "resonators as modes" if slow else "a master equation"
    told = [f"{ratio:.3f}" for ratio in ratios]
    enhanced = f"an enhancement there of {told[1]} instead of {told[0]}"
    return (
        f"With them {what} of these rates {'have' if slow else 'has'} {many[0] / two[0]:.2f} times the power into the "
        f"drain, and {enhanced if told[0] != told[1] else f'the same enhancement there, {told[0]}'}."
    )
