"""What may happen where two ridges cross, each fitted to the same map, ranked, and what would tell them apart.

Baseline, noise and the shape of the ridges are those of a fit of independent qubits that has found what the map asks
for. Every hypothesis says what the crossing has beyond the sum of its ridges; that is taken off the map, the ridges are
fitted again, and so on until both agree. So all of them stand on the same ground and differ in the crossing alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from .flux_map_background import Background
from .flux_map_heat import Array
from .flux_map_model import drain_power
from .flux_map_parameters import EXCESS, Dict, scales
from .flux_map_problem import FluxMapProblem
from .flux_map_slow import BESIDE, quick_rung

if TYPE_CHECKING:
    from .flux_map_result import FluxMapFit

_SHARES = (0.05, 0.15, 0.4)
"""Parasitic shares that are tried, as the ridges alone hardly determine it and the collective line depends on it."""
_HOT = (0.3, 0.6, 1.0)
"""Temperatures of a hot parasitic bath that are tried, in units of the source's."""
_PHASES = (-2.0, -1.0, -0.3, 0.3, 1.0, 2.0)
"""Phases [rad] that are tried. At 0 itself a search does not move."""
_FOLDS = 5


@dataclass(frozen=True)
class Hypothesis:
    """What may happen where the ridges cross."""

    name: str
    meaning: str
    model: str
    """One of `valvelab.analysis.flux_map_model.MODELS`."""
    parity: float = 1.0
    hot: bool = False
    """Whether the temperature of the parasitic bath is fitted, too."""
    product: bool = False
    """Whether a term in the product of both ridges is fitted."""
    phase: bool = False
    """Whether the phase of the round through all couplings is fitted, which lines of unequal length give it."""


HYPOTHESES = (
    Hypothesis("sum", "the qubits do not know of each other", "independent"),
    Hypothesis("warming", "the heat of one warms the drain for the other", "independent", product=True),
    Hypothesis("pair", "master equation, couplings of equal sign", "pair"),
    Hypothesis("pair, opposite", "master equation, one coupling of opposite sign", "pair", -1.0),
    Hypothesis("pair, phase", "master equation, any phase between the couplings", "pair", phase=True),
    Hypothesis("pair, hot bath", "master equation, parasitic bath as warm as fits best", "pair", hot=True),
    Hypothesis("levels", "transmons with levels, couplings of equal sign", "levels"),
    Hypothesis("linear", "oscillators instead of qubits, couplings of equal sign", "linear"),
    Hypothesis("linear, opposite", "oscillators, one coupling of opposite sign", "linear", -1.0),
    Hypothesis("resonators", "resonators as modes, couplings of equal sign", "resonators"),
    Hypothesis(
        "resonators, opposite", "resonators as modes, one coupling of opposite sign", "resonators", -1.0
    ),
)
SLOW_HYPOTHESES = (
    Hypothesis("transmons", "transmons with levels between resonators that are modes", "transmons"),
    Hypothesis("hierarchy", "qubits between resonators, by a hierarchy of equations", "hierarchy"),
)
"""Those of rungs that take minutes each."""


@dataclass(frozen=True)
class Judged:
    """How well a hypothesis describes a map."""

    hypothesis: Hypothesis
    values: Dict
    """Best parameters [SI]."""
    chi_square: float
    """Squared residuals, noise whitened."""
    parameters: int
    """Number of parameters of ridges and crossing."""
    points: int
    """Number of points of the map."""
    predicted: float
    """Mean squared residual of lines left out, a fifth at a time, for which the parameters move in first order."""
    ratio: float
    """Heat of both on resonance with the filter over the sum of each alone there."""

    @property
    def akaike(self) -> float:
        """Akaike's criterion for a known noise, chi-square + 2 k."""
        return self.chi_square + 2 * self.parameters

    @property
    def bayes(self) -> float:
        """Schwarz's criterion, chi-square + k ln n."""
        return self.chi_square + self.parameters * float(np.log(self.points))


def judge_hypotheses(
    fit: FluxMapFit,
    hypotheses: Sequence[Hypothesis] = HYPOTHESES,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> list[Judged]:
    """Fit every hypothesis of the crossing to a map, the best first by Akaike's criterion.

    Parameters
    ----------
    fit
        A fit of independent qubits, whose baseline counts for all; noise is what the best quick hypothesis leaves.
    hypotheses
        What to fit. Those with levels, oscillators or modes take from ten seconds to two minutes each.
    progress
        Called after each with its number and that of all.

    Raises
    ------
    ValueError
        If the fit is not one of independent qubits.
    """
    if fit.model != "independent":
        raise ValueError(
            f"fit must be one of the model 'independent', found '{fit.model}'; take its `independent`"
        )
    flat = fit.values["filter_exponent"] == 0
    asked = [one for one in hypotheses if flat or one.model not in BESIDE]
    court = _Court(fit, fit.background)
    # Noise that independent qubits leave holds a crossing that they do not have; a quick hypothesis may have it.
    quick = [one for one in HYPOTHESES if one.model in ("independent", "pair") and not one.hot]
    court = _Court(fit, court.noise_beside(min(map(court.judge, quick), key=lambda each: each.akaike)))
    judged = []
    for number, one in enumerate(asked, start=1):
        judged.append(court.judge(one))
        if progress is not None:
            progress(number, len(asked))
    return sorted(judged, key=lambda each: each.akaike)


class _Court:
    """Judge one hypothesis after the other on the same map, with the same ridges to begin from."""

    def __init__(self, fit: FluxMapFit, background: Background) -> None:
        self._fit, self._problem = fit, FluxMapProblem(fit.heat_map, background)
        self._names = [name for name in fit.uncertainty.names if name != EXCESS]
        self._held = [name for name in self._names if name != "parasitic_share"]
        self._ridges = cache(self._fitted)

    def judge(self, hypothesis: Hypothesis) -> Judged:
        """Return the best of a hypothesis."""
        extra = ["parasitic_temperature"] * hypothesis.hot + [EXCESS] * hypothesis.product
        extra += ["phase"] * hypothesis.phase
        names = [*self._names, *extra]
        start = min(self._starts(hypothesis), key=lambda one: self._first_order(hypothesis.model, one))
        solution = self._problem.minimise(start, names, hypothesis.model)
        values = solution.values
        on = np.full(1, values["resonator_frequency"])
        both = float(drain_power(values, on, on, hypothesis.model)[0])
        alone = float(drain_power(values | {EXCESS: 0.0}, on, on, "independent")[0])
        rest = self._problem.background.whiten(self._problem.difference(values, hypothesis.model))
        slopes = getattr(solution.result, "jac", None)
        if slopes is None:  # of a search that was given up, which lmfit leaves without
            size = scales(values)
            slopes = -self._problem.derivatives(values, names, hypothesis.model) * [
                size[one] for one in names
            ]
        return Judged(
            hypothesis,
            values,
            float(solution.result.chisqr),
            len(names),
            rest.size,
            _predicted(rest, np.reshape(slopes, (rest.size, len(names))), self._problem.slow),
            both / alone,
        )

    def noise_beside(self, judged: Judged) -> Background:
        """Return baseline and noise that are most likely beside a hypothesis."""
        return self._problem.informed(judged.values, judged.hypothesis.model).background

    def _fitted(self, share: float, temperature: float) -> Dict:
        """Return ridges with a parasitic bath that is given, the crossing left to itself."""
        given = {EXCESS: 0.0, "parasitic_share": share, "parasitic_temperature": temperature}
        return self._problem.minimise(self._fit.values | given, self._held, "independent").values

    def _starts(self, hypothesis: Hypothesis) -> Iterator[Dict]:
        """Yield ridges with every parasitic bath that is tried."""
        own = self._fit.values["parasitic_share"]
        free = "parasitic_share" in self._names and hypothesis.model != "independent"
        shares = sorted({*_SHARES, own}) if free else [own]
        cold, source = (self._fit.values[f"{bath}_temperature"] for bath in ("parasitic", "source"))
        temperatures = [share * source for share in _HOT] if hypothesis.hot else [cold]
        phases = _PHASES if hypothesis.phase else (0.0,)
        for share, temperature, phase in itertools.product(shares, temperatures, phases):
            yield self._ridges(share, temperature) | {"parity": hypothesis.parity, "phase": phase}

    def _first_order(self, model: str, values: Dict) -> float:
        """Return chi-square after the ridges have given way to what a model has at their crossing, in first order."""
        rest = self._problem.background.whiten(self._problem.difference(values, quick_rung(model))).ravel()
        slopes = self._problem.derivatives(values, self._held, "independent").reshape(rest.size, -1)
        given_way = slopes @ np.linalg.lstsq(slopes, rest, rcond=1e-9)[0]
        return float(np.sum((rest - given_way) ** 2))


def _predicted(rest: Array, slopes: Array, slow: int) -> float:
    """Return the mean squared residual of lines that were left out of a fit, in first order about the whole fit."""
    line = np.broadcast_to(np.arange(rest.shape[slow]).reshape((-1, 1) if slow == 0 else (1, -1)), rest.shape)
    fold, flat, squares = line.ravel() % _FOLDS, rest.ravel(), 0.0
    for part in range(_FOLDS):
        seen = fold != part
        moved = np.linalg.lstsq(slopes[seen], -flat[seen], rcond=1e-9)[0]
        squares += float(np.sum((flat[~seen] + slopes[~seen] @ moved) ** 2))
    return squares / flat.size
