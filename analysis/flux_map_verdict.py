"""What may happen at the crossing of a map's ridges, in words and in numbers for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from valvelab.units import format_quantity
from valvelab.wording import unsigned_zero

from .comparison import CLEARLY, TOLD
from .flux_map_decision import Decision, decide
from .flux_map_hypotheses import Judged

if TYPE_CHECKING:
    from .flux_map_result import FluxMapFit

_CURES = {
    "warming": "A heater that holds the drain at one temperature makes the deficit of 'warming' vanish.",
    "linear": "The ratio of 'linear' is the same at every temperature of the source where the bath is cold.",
}
HEAD = ["what may happen", "crossing / sum", "parameters", "chi-square", "AIC", "BIC", "unseen"]
"""Both criteria are counted from that of the first; what is left on lines not seen is in errors."""


def hypothesis_rows(judged: Sequence[Judged]) -> list[list[str]]:
    """Return a table of hypotheses under `HEAD`, the best first."""
    return [
        [
            f"{one.hypothesis.name}: {one.hypothesis.meaning}",
            f"{one.ratio:.3f}",
            str(one.parameters),
            f"{one.chi_square:.1f}",
            unsigned_zero(f"{one.akaike - judged[0].akaike:+.1f}"),
            unsigned_zero(f"{one.bayes - judged[0].bayes:+.1f}"),
            f"{one.predicted**0.5:.4f}",
        ]
        for one in judged
    ]


def decisions(fit: FluxMapFit, judged: Sequence[Judged]) -> list[Decision]:
    """Return what would tell the best hypothesis from each that is not excluded."""
    best = judged[0]
    return [decide(fit, best, one) for one in judged[1:] if one.akaike - best.akaike < CLEARLY]


def verdict_lines(judged: Sequence[Judged], open_questions: Sequence[Decision]) -> list[str]:
    """Return who is favoured over whom, and which measurement would decide, as paragraphs."""
    best = judged[0]
    apart = {one.hypothesis.name: one.akaike - best.akaike for one in judged[1:]}
    limits = {
        "Not told from it": (0.0, TOLD),
        "Somewhat worse": (TOLD, CLEARLY),
        "Without support": (CLEARLY, float("inf")),
    }
    lines = [
        f"The map's crossing is described best by '{best.hypothesis.name}': {best.hypothesis.meaning}, crossing over "
        f"sum {best.ratio:.3f}."
    ]
    for word, (low, high) in limits.items():
        names = [f"'{name}' by {gap:.1f}" for name, gap in apart.items() if low <= gap < high]
        if names:
            lines[0] += f" {word}, with a higher AIC: {', '.join(names)}."
    by_bayes = min(judged, key=lambda one: one.bayes)
    if by_bayes is not best:
        lines[0] += (
            f" BIC, to which a parameter counts for more, prefers '{by_bayes.hypothesis.name}' by "
            f"{best.bayes - by_bayes.bayes:.1f}."
        )
    lines += [_question(one) for one in open_questions]
    named = {best.hypothesis.name, *(one.other for one in open_questions)}
    return lines + [cure for name, cure in _CURES.items() if name in named and len(named) > 1]


def _question(one: Decision) -> str:
    coils = (format_quantity(current, "current", 4) for current in one.coil_currents)
    qubits = (format_quantity(frequency, "frequency", 4) for frequency in one.frequencies)
    if not one.readings:
        return f"'{one.name}' and '{one.other}' do not differ anywhere in the window of this map."
    return (
        f"'{one.name}' and '{one.other}' differ most with the coils at {' and '.join(coils)} (qubits at "
        f"{' and '.join(qubits)}), by {abs(one.difference) * 1e18:.2g} aW: {one.readings} reading"
        f"{'' if one.readings == 1 else 's'} there and as many beside the ridges, taken in turn, tell them apart by "
        "three standard errors of the white noise."
    )


def hypotheses_as_json(judged: Sequence[Judged], open_questions: Sequence[Decision]) -> dict[str, Any]:
    """Return hypotheses and what would decide as plain values, SI units."""
    return {
        "hypotheses": [
            {
                "name": one.hypothesis.name,
                "meaning": one.hypothesis.meaning,
                "model": one.hypothesis.model,
                "crossing_over_sum": one.ratio,
                "parameters": one.values,
                "n_fitted": one.parameters,
                "chi_square": one.chi_square,
                "aic": one.akaike,
                "bic": one.bayes,
                "rms_unseen_in_errors": one.predicted**0.5,
            }
            for one in judged
        ],
        "decisions": [asdict(one) for one in open_questions],
        "verdict": verdict_lines(judged, open_questions),
    }
