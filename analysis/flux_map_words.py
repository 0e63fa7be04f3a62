"""What a reader of a map fit must be told: the meaning of names, of errors, and of what the residual still holds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .flux_map_estimates import HARMLESS_FLUX, HELD, TOLERANCE, Estimate, number
from .flux_map_parameters import NEUTRAL

if TYPE_CHECKING:
    from .flux_map_result import FluxMapFit

_UNDESCRIBED, _NO_WHITE = 2.0, 0.2
"""Variance left over, in units of that of the noise from point to point, and white noise in units of this noise: beyond
both nothing is described. A measured map has 1.1 and 0.90 with its own device, 2.9 and 0.02 with another one."""

ERRORS = (
    "Errors are one standard deviation: white noise and flicker are fitted along the fast axis, and what scatter and "
    "correlation the residuals have beyond them is added. They take what is held for exact, gamma_h = gamma_c "
    "included. A number without error is where this fit ended, not a result."
)
CRITERION = (
    "A number is determined if its error from the curvature at the minimum, were the asymmetries free as well (a "
    f"device file can only assume them), is within {100 * TOLERANCE:g} % of its value, for flux_offset within "
    f"{TOLERANCE:g} Phi0, for parasitic_share within {2 * TOLERANCE:g}, for resonator_splitting within "
    f"{3 * TOLERANCE:g}, for crossing_excess within {TOLERANCE:g}, for a flux row or a curvature at least within "
    f"{HARMLESS_FLUX:g} Phi0 at the edge of the map, and if it did not end at the end of its range; any other has "
    "the error '-'."
)
LEGEND = (
    "flux_1_coil_2: flux through qubit 1 for a current in coil 2. ridge_height: heat through one qubit alone on "
    "resonance, in the middle between both resonators (of qubit 1 also ridge_power). gamma, gamma_p: rate of either "
    "reservoir at the frequency of its resonator, and of the parasitic bath, for qubit 1. weight_2: coupling of "
    "qubit 2 over that of qubit 1; its rates go with the square. parasitic_share: share of the parasitic bath in "
    "the relaxation of qubit 1 on resonance, 0 to 1. quality_factor, filter_exponent: the resonators pass "
    "(f/f_r)^exponent / (1 + Q^2 (f/f_r - f_r/f)^2). resonator_splitting: how far the resonators of source and "
    "drain lie apart, in units of f_r / Q; a map does not tell which is higher. coil_1_curvature: a current I in "
    "coil 1 acts as I (1 + curvature I). quality_ratio_2: quality factor that qubit 2 sees, over that of qubit 1; "
    "drain_quality_ratio: that of the drain's resonator over that of the source's. crossing_excess: what both on "
    "resonance bring beyond the sum of each alone, over that sum. parity: sign of the product of both qubits' "
    "couplings to the source, over that to the drain. phase: what a round through all four takes up beside that."
)
_SIGNIFICANT = 5.0
"""Correlation of neighbours, in units of what white noise scatters by, above which it is structure."""
_NOISE_ALONE = 0.01
"""Probability of a chi-square along ridges below which it is not noise alone."""


def explanations(fits: Sequence[FluxMapFit]) -> list[str]:
    """Return the paragraphs that explain a table of fits: what was held, names, errors and where there are none."""
    return [*_held(fits), LEGEND, ERRORS, CRITERION]


def shown(fit: FluxMapFit) -> list[Estimate]:
    """Return what a table of a fit lists: estimates that are not held, none twice.

    ``ridge_power`` is ``ridge_height_1`` unless the parasitic bath has another temperature than the drain.
    """
    known = {estimate.name: estimate for estimate in fit.estimates}
    twice = math.isclose(known["ridge_power"].value, known["ridge_height_1"].value, rel_tol=1e-9)
    return [
        estimate
        for estimate in fit.estimates
        if not _is_held(estimate) and not (twice and estimate.name == "ridge_power")
    ]


def undescribed_line(fits: Sequence[FluxMapFit]) -> str:
    """Return that no fit describes the map, empty where one does."""
    if not all(_is_undescribed(fit) for fit in fits):
        return ""
    left = min(_left_over(fit) for fit in fits)
    return (
        f"No model describes the map: what is left over has at least {left:.2g} times the variance of the noise from "
        "point to point, and passes for flicker without any white noise. Look whether the map is one of the device "
        f"'{fits[0].device.name}' (--device), its resonators and temperatures above all, whether single points are "
        "wrong, and which axis is the slow one (--slow-axis). Quote nothing of this."
    )


def _is_undescribed(fit: FluxMapFit) -> bool:
    """Tell whether the noise of a fit has to hide what is not described."""
    return _left_over(fit) > _UNDESCRIBED and fit.background.noise.white < _NO_WHITE * fit.noise


def _left_over(fit: FluxMapFit) -> float:
    """Return the residual's variance over that of the noise from point to point, in which no model has a say."""
    freedom = fit.heat_map.heat_power.size - fit.n_fitted
    return float(np.sum((fit.residual / fit.noise) ** 2)) / freedom


def structure_line(fit: FluxMapFit) -> str:
    """Return what the residual holds beside white noise, and what that means for the errors."""
    per_freedom = fit.chi_square / (fit.heat_map.heat_power.size - fit.n_fitted)
    along = fit.neighbour_correlation
    text = (
        f"Chi-square per degree of freedom, flicker counted as misfit, is {per_freedom:.2f}; neighbouring residuals, "
        f"flicker taken out, are correlated by {along[0]:.2f} along coil 1 and {along[1]:.2f} along coil 2"
    )
    slow = int(fit.slow_axis == "coil_current_2")
    limit = _SIGNIFICANT / math.sqrt(fit.heat_map.heat_power.size)
    if max(along) < limit:
        return f"{text}, as white noise is."
    beside = (
        f" Along coil {slow + 1} they take one line for independent of the next and are too small."
        if along[slow] > limit
        else ""
    )
    return (
        f"{text}: the map holds slow structure that the model '{fit.model}' does not describe. The errors are scaled "
        f"with the residual and contain its correlation along coil {2 - slow}.{beside}"
    )


def noise_line(fit: FluxMapFit) -> str:
    """Return what noise the map has along its lines, and what baseline beside their offsets."""
    noise = fit.background.noise
    waves = ", ".join(f"{amplitude * 1e18:.3g}" for amplitude in fit.smooth)
    baseline = (
        f"a smooth baseline of {fit.smooth.size} half cosines ({waves} aW)" if waves else "no smooth baseline"
    )
    return (
        f"White noise {noise.white * 1e18:.3g} aW a point and flicker ({noise.flicker * 1e18:.3g} aW)^2 / f, f in "
        f"cycles per point, along coil {1 + int(fit.slow_axis == 'coil_current_1')}; {baseline}."
    )


def ridge_line(fit: FluxMapFit) -> str:
    """Return whether the residual, averaged along each ridge, is noise, as far as points of the map lie there."""
    words, known = [], []
    for each in fit.structure:
        if each.probability is None:
            words.append(f"{each.reason}, those of qubit {each.qubit}")
            continue
        known.append(each.probability)
        words.append(
            f"chi-square {each.chi_square:.1f} / {each.freedom} along those of qubit {each.qubit} (probability "
            f"{each.probability:.2g})"
        )
    verdict = "not known" if not known else "none" if min(known) > _NOISE_ALONE else "some"
    return f"Structure left along the ridges: {verdict}; {', '.join(words)}."


def _held(fits: Sequence[FluxMapFit]) -> list[str]:
    held = [estimate for estimate in fits[0].estimates if _is_held(estimate)]
    if not held:
        return []
    idle, known = (
        [
            " ".join(filter(None, (each.name, *number(each)))) + _assumption(each)
            for each in held
            if (each.name in NEUTRAL) == neutral and each.name != "parity"
        ]
        for neutral in (True, False)
    )
    sign = [f" The parity is {number(each)[0]}: {each.reason}." for each in held if each.name == "parity"]
    return [
        f"Held, as the device '{fits[0].device.name}' has it: {', '.join(known)}. Not asked for by the map: "
        f"{', '.join(idle)}.{''.join(sign).replace(HELD, '')}"
    ]


def _is_held(estimate: Estimate) -> bool:
    return (estimate.reason or "").startswith(HELD)


def _assumption(estimate: Estimate) -> str:
    return " (as cold as the drain, an assumption)" if "assumption" in (estimate.reason or "") else ""
