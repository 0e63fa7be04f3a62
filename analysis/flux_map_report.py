"""A fitted heat map in words, and in numbers for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from valvelab.sim import MARKOV_BOUND, STRONGEST

from .comparison import TOLD
from .flux_map_estimates import NOT_DETERMINED, Estimate, number
from .flux_map_heat import validity_of
from .flux_map_parameters import EXCESS
from .flux_map_words import (
    ERRORS,
    explanations,
    noise_line,
    ridge_line,
    shown,
    structure_line,
    undescribed_line,
)

if TYPE_CHECKING:
    from .flux_map_result import FluxMapFit


def table(fits: Sequence[FluxMapFit]) -> tuple[list[str], list[list[str]]]:
    """Return the head and the rows of a table: name with unit, and for each fit value and error.

    What is held is left out, and what is not determined has a dash for its error.
    """
    columns = [{estimate.name: estimate for estimate in shown(fit)} for fit in fits]
    rows = []
    for name in dict.fromkeys(name for column in columns for name in column):
        cells = [cell for column in columns for cell in _cells(column.get(name))]
        unit = next(number(column[name])[2] for column in columns if name in column)
        rows.append([f"{name} ({unit})" if unit else name, *cells])
    return ["parameter (unit)", *(text for fit in fits for text in (f"'{fit.model}'", "error"))], rows


def undetermined_lines(fit: FluxMapFit) -> list[str]:
    """Return what a fit does not determine, one line each with the reason, under a heading."""
    lost = [estimate for estimate in fit.estimates if (estimate.reason or "").startswith(NOT_DETERMINED)]
    heading = [f"Not determined by the model '{fit.model}':"] if lost else []
    return heading + [f"  {each.name}: {(each.reason or '').removeprefix(NOT_DETERMINED)}" for each in lost]


def _cells(estimate: Estimate | None) -> tuple[str, str]:
    if estimate is None:
        return "", ""
    value, error, _ = number(estimate)
    return value, error or "-"


def report(fit: FluxMapFit) -> str:
    """Return what a fit says: parameters, undetermined numbers, crossing and warnings."""
    undescribed = undescribed_line(_compared(fit))
    lines = [undescribed, ""] if undescribed else []
    lines += [f"Model '{fit.model}', device '{fit.device.name}', residual rms {fit.rms * 1e18:.4g} aW", ""]
    for estimate in shown(fit):
        value, error, unit = number(estimate)
        error = f"+- {error}" if error else f"   {estimate.reason}"
        lines.append(f"  {estimate.name:<28} {value:>12} {unit:<8} {error}")
    lines += [
        "",
        *explanations([fit]),
        "",
        *crossing_lines(fit),
        "",
        *comparison_lines(fit),
        *warning_lines(fit),
    ]
    return "\n".join(lines)


def crossing_lines(fit: FluxMapFit) -> list[str]:
    """Return the crossing-over-sum ratio, what it is, and what the model makes of it."""
    measured, product, predicted = fit.enhancement, fit.crossing.product, fit.predicted_enhancement
    lines = [
        f"Crossing over sum, with the ridges of the model '{fit.model}': {measured.value:.3f} +- "
        f"{measured.error:.3f} ({measured.meaning}).",
    ]
    if fit.crossing.collective_strength is None:
        lines.append(
            "This map does not resolve the collective line f_1 = f_2: the ratio is that of the ridges beside it."
        )
    else:
        strength, error = fit.crossing.collective_strength
        lines.append(f"Beside the line f_1 = f_2: {product.value:.3f} +- {product.error:.3f}.")
        lines.append(
            f"Collective current along f_1 = f_2, in units of the master equation's: {strength:.2f} +- {error:.2f}."
        )
    if fit.model == "independent" and EXCESS not in fit.uncertainty.names:
        lines.append(f"The model 'independent' has the ratio {predicted.value:.3f} by construction.")
        return lines
    return [*lines, extrapolation_line(fit)]


def extrapolation_line(fit: FluxMapFit) -> str:
    """Return what the rates of a model make of the crossing."""
    predicted = fit.predicted_enhancement
    doubt = ", which the map does not favour," if favoured(fit) is not fit else ""
    return (
        f"The model '{fit.model}'{doubt} extrapolates to {predicted.value:.3f} +- {predicted.error:.3f} exactly on "
        "resonance: what follows from its rates, not what was measured there."
    )


def favoured(fit: FluxMapFit) -> FluxMapFit:
    """Return the better of a fit and the independent qubits that it is compared with, by Akaike's criterion."""
    return min(_compared(fit), key=lambda known: known.aic)


def _compared(fit: FluxMapFit) -> list[FluxMapFit]:
    """Return the independent qubits that a fit is compared with, if there are any, and the fit."""
    return [known for known in (fit.independent, fit) if known is not None]


def favour_line(fits: Sequence[FluxMapFit], fit: FluxMapFit) -> str:
    """Return which of two fits a map favours, if it does."""
    by = abs(fits[0].aic - fits[1].aic)
    if undescribed_line(fits):
        return f"Neither '{fits[0].model}' nor '{fits[1].model}' describes the map; what follows is worth nothing."
    if by < TOLD:
        return (
            f"The map does not tell '{fits[0].model}' from '{fits[1].model}' (AIC differs by {by:.1f}, less than "
            f"{TOLD:g}); what follows is said with '{favoured(fit).model}'."
        )
    return f"The map favours '{favoured(fit).model}' (AIC by {by:.1f})."


def comparison_lines(fit: FluxMapFit, told: FluxMapFit | None = None) -> list[str]:
    """Return chi-square and information criteria of a fit and of the independent qubits it is compared with.

    Noise, baseline and what is left of the map are those of the fit itself, or of the one of both that is to be `told`.
    """
    fits, told = _compared(fit), told or fit
    lines = []
    for known in fits:
        freedom = known.heat_map.heat_power.size - known.n_fitted
        seen, unseen = known.held_out.seen, known.held_out.unseen
        lines.append(
            f"  {known.model:<12} chi-square {known.chi_square:.1f} / {freedom}  AIC {known.aic:.1f}  "
            f"BIC {known.bic:.1f}  rms {known.rms * 1e18:.4g} aW  fitted to every second line: "
            f"{seen * 1e18:.4g} aW there, {unseen * 1e18:.4g} aW on the others"
        )
    if len(fits) == 2:
        lines.append(favour_line(fits, fit))
    return [
        *lines,
        f"As the model '{told.model}' has it:",
        noise_line(told),
        structure_line(told),
        ridge_line(told),
    ]


def warning_lines(fit: FluxMapFit) -> list[str]:
    """Return what a user must know before believing the numbers."""
    lines = [f"Warning: {warning}" for warning in fit_warnings(fit)]
    return ["", *lines] if lines else []


def fit_warnings(fit: FluxMapFit) -> list[str]:
    """Return the warnings of a fit: undetermined fluxes and their cure, and the master equation's range."""
    warnings = []
    lost = {
        estimate.name: estimate
        for estimate in fit.estimates
        if (estimate.reason or "").startswith(NOT_DETERMINED)
    }
    window = fit.uncertainty.window
    for qubit in (1, 2):
        row = [f"flux_{qubit}_coil_{coil}" for coil in (1, 2)]
        if not lost.keys() & {*row, f"flux_offset_{qubit}"}:
            continue
        fitted = f"maximum_frequency_{qubit}" in fit.uncertainty.loose_names
        partner = "its maximum frequency" if fitted else "what is held of it"
        span = sum(2 * abs(fit.values[name]) * half for name, half in zip(row, window, strict=True))
        known = [
            (e.name, number(e))
            for e in fit.estimates
            if "/" in e.name and f"flux_{qubit}" in e.name and e.error
        ]
        only = "".join(
            f" Only {name} = {value} +- {error} is determined." for name, (value, error, _) in known
        )
        warnings.append(
            f"the flux row of qubit {qubit} is degenerate with {partner}: the map spans about {span:.2g} flux quanta "
            f"of it.{only} Sweep more than one, or tell the device file what is known of qubit {qubit}."
        )
    holds = validity_of(fit.values)
    if not holds.markovian:
        doubt = ", with a gamma that the map does not determine" if "gamma" in lost else ""
        warnings.append(
            f"2 sum gamma (2 n + 1) / kappa = {float(holds.broadening):.2g}{doubt} (the sum over source and drain with "
            f"their occupation n at f_r; kappa = 2 pi f_r / Q is the resonators' linewidth): above {MARKOV_BOUND} the "
            "master equation overestimates currents and enhancement; the rates are effective ones."
        )
    if not holds.possible:
        warnings.append(
            f"gamma / (2 pi f_r) = {float(holds.strength):.2g}, not below {STRONGEST:g}: such a qubit forgets itself "
            "within a period, and no model holds. Look at the unit of the powers, and at what is held."
        )
    return warnings


def as_json(fit: FluxMapFit) -> dict[str, Any]:
    """Return a fit as plain values; a number that the map does not determine has the error null and a reason."""
    measured, predicted = fit.enhancement, fit.predicted_enhancement
    return {
        "model": fit.model,
        "device": fit.device.name,
        "parameters": {
            e.name: {"value": e.value, "unit": e.unit, "error": e.error, "reason": e.reason}
            for e in fit.estimates
        },
        "errors": ERRORS,
        "enhancement": {"value": measured.value, "error": measured.error, "meaning": measured.meaning},
        "predicted_enhancement": {
            "value": predicted.value,
            "error": predicted.error,
            "meaning": predicted.meaning,
        },
        "collective_strength": fit.crossing.collective_strength,
        "residual_rms": fit.rms,
        "neighbour_correlation": list(fit.neighbour_correlation),
        "ridge_structure": [
            {
                "qubit": each.qubit,
                "chi_square": each.chi_square if each.freedom else None,
                "freedom": each.freedom,
                "reason": each.reason,
            }
            for each in fit.structure
        ],
        "every_second_line": {"rms_seen": fit.held_out.seen, "rms_unseen": fit.held_out.unseen},
        "white_noise": fit.background.noise.white,
        "flicker": fit.background.noise.flicker,
        "smooth_baseline": [float(amplitude) for amplitude in fit.smooth],
        "baseline": fit.baseline,
        "offsets": [float(offset) for offset in fit.offsets],
        "chi_square": fit.chi_square,
        "n_points": int(fit.heat_map.heat_power.size),
        "n_fitted": fit.n_fitted,
        "aic": fit.aic,
        "bic": fit.bic,
        "rate_over_linewidth": float(validity_of(fit.values).broadening),
        "warnings": fit_warnings(fit),
    }
