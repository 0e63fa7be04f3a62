"""What a reader of fitted numbers must know before quoting them."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from valvelab.sim import MARKOV_BOUND

from .diagnostics import diagnose
from .enhancement import OperatingPoint
from .entries import with_error
from .models import points_between, validity
from .pair_models import PRECISION, resonators_error
from .table_fits import table_share
from .table_registry import TABLES, rung_of

if TYPE_CHECKING:
    from .switching_fit import SwitchingFit

_TREND, _CONTRADICTED = 4.0, 16.0
"""Standard deviations of the runs, and fall of chi-square, that noise brings about once in ten thousand fits."""
_TABLE_SHARE = 0.3
"""Error of a table, in errors of the powers, from which on it may show in a fit."""
_SLOW_RESONATORS = (
    "(N = 2 qubits; gamma_i and n_i are rate and occupation of source and drain at the resonators' frequency f_r, "
    "kappa = 2 pi f_r / Q is the resonators' linewidth.) The resonators are slower than the qubits there, and a "
    "Markovian master equation overestimates both power and enhancement. "
)
BEYOND = {
    False: f"{_SLOW_RESONATORS}On a real chip these rates are effective numbers, and the true enhancement is smaller: "
    "fit 'resonators'.",
    True: f"{_SLOW_RESONATORS}The simulated chip obeys this very master equation, so here fit and truth agree; a real "
    "one would not: at Table I (gamma_h = gamma_c = 0.5e9 1/s, Q = 20) its enhancement is about 1.02.",
}
"""What it means where the bound is exceeded: on a real chip, and on a simulated one (True)."""


def warnings(fit: "SwitchingFit", at: OperatingPoint, *, simulated: bool = False) -> list[str]:
    """Return what a reader of the numbers must know; of a simulated device the master equation is the truth."""
    found = []
    resonator = fit.data.resonator
    width = validity(
        fit.rates,
        float(resonator.frequency),
        at.source_temperature,
        at.drain_temperature,
        float(resonator.quality_factor),
    )
    if width > MARKOV_BOUND and rung_of(fit.model) not in ("resonators", "linear"):  # which hold there
        found.append(
            f"N sum gamma_i (2 n_i + 1) / kappa = {width:.2g}, above {MARKOV_BOUND}. {BEYOND[simulated]}"
        )
    if fit.model == "resonators":
        rough = resonators_error(fit.rates, fit.data.points, resonator)
        if rough > PRECISION:
            found.append(
                f"The powers of this model are exact to {rough:.1g} of the largest current only, as the rates are "
                "many linewidths of the resonators: take the last digits of its numbers for what they are."
            )
    if fit.model in TABLES:
        share = table_share(TABLES[fit.model], fit.data)
        if share > _TABLE_SHARE:
            found.append(
                f"The table is off by {share:.2g} of the errors of the powers (root mean square, where it is least "
                "good): tabulate again with a higher --degree, which computes only what that needs more."
            )
    if not fit.result.success:
        found.append("The search for the best values did not come to rest: quote nothing of this fit.")
    reduced = fit.chi_square / fit.degrees_of_freedom
    spread = math.sqrt(2 / fit.degrees_of_freedom)
    if reduced > 1 + 4 * spread:
        found.append(
            f"chi-square per degree of freedom is {reduced:.3g}, {(reduced - 1) / spread:.0f} standard deviations "
            "above 1: the model does not describe the data, or their errors are too small. Do not quote the errors."
        )
    score = diagnose(fit).runs_score
    if score < -_TREND:
        found.append(
            f"The residuals keep their sign longer than noise does ({-score:.1f} standard deviations): the model "
            "misses a trend over the points, or something drifts. Do not quote the errors."
        )
    missing = sorted({"both", "only_1", "only_2"} - set(fit.data.configuration.astype(str)))
    if missing:
        found.append(
            f"The powers hold no configuration {' and no '.join(repr(name) for name in missing)}: what is said of it, "
            "the enhancement included, is the model's alone."
        )
    between = points_between(fit.rates, fit.data.points)
    if rung_of(fit.model) == "collective" and between.any():
        found.append(
            f"{int(between.sum())} points have qubits neither at one frequency nor far apart, where "
            "the model 'collective' does not hold and its rates are wrong by several errors: fit 'pair', or leave "
            "them out."
        )
    limit = fit.parasitic_temperature_limit
    if limit is not None:
        quote = (
            ": quote the limit, not the value" if math.isfinite(limit) else ", and do not limit it from above"
        )
        found.append(
            f"The data do not tell T_p from zero{quote}. Colder reservoirs, and a bath that is swept to the source's "
            "temperature, would."
        )
    return found


def doubts(loosened: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return which assumptions the data contradict."""
    return [
        f"Chi-square falls by {one['chi_square_fall']:.0f} if it is not assumed that {one['meaning']}: "
        f"{one['name']} is then {with_error(one['found'])} and T_p {with_error(one['T_p'])}. Fit with "
        f"--free {one['name']}."
        for one in loosened
        if one["chi_square_fall"] is not None and one["chi_square_fall"] > _CONTRADICTED
    ]
