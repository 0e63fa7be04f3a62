"""The least-squares problem of one heat map: noise whitened, offsets and smooth baseline eliminated exactly."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .flux_map_background import Background, half_cosines
from .flux_map_crossing import Crossing, CrossingProblem, measure_crossing
from .flux_map_errors import Uncertainty, covariance
from .flux_map_heat import Array
from .flux_map_model import map_derivatives, map_power
from .flux_map_parameters import (
    EXCESS,
    FREEABLE,
    Dict,
    at_bounds,
    plain_parameters,
    scaled_parameters,
    scales,
)
from .flux_map_slow import BESIDE, anchored, is_anchored, quick_rung
from .flux_map_twins import twins
from .map_data import HeatMap
from .searches import tell_evaluation

_GOOD_ENOUGH = 2.0
"""Reduced chi-square at which no other starting values are tried."""
_HOPELESS = 100.0
"""Chi-square above that of the better sign of the couplings at which the other sign is not fitted."""
_MOST_ANCHORS, _STANDS = 4, 0.3
"""How often the anchor of a slow rung is moved, and the change of chi-square by which it need not be."""
_SHARES = (0.05, 0.15, 0.4)
"""Parasitic shares from which a fit of the pair may begin."""


@dataclass(frozen=True)
class Solution:
    """What the minimiser found."""

    result: Any
    """lmfit's result, its parameters in SI units."""
    at_bounds: tuple[str, ...]

    @property
    def values(self) -> Dict:
        """All parameters [SI] by name."""
        return dict(self.result.params.valuesdict())


def _best(solutions: Sequence[Solution]) -> Solution:
    return min(solutions, key=lambda solution: float(solution.result.chisqr))


class FluxMapProblem:
    """A heat map to be fitted.

    Parameters
    ----------
    heat_map
        The measured map.
    background
        Offsets, smooth baseline and noise, taken for known.
    """

    def __init__(self, heat_map: HeatMap, background: Background) -> None:
        self.heat_map, self.background, self.slow = heat_map, background, background.slow
        self.axes = heat_map.coil_current_1, heat_map.coil_current_2
        self._grid = self.axes[0][:, None], self.axes[1][None, :]

    def informed(self, values: Dict, model: str) -> FluxMapProblem:
        """Return the same problem with the noise that is most likely beside the ridges of some parameters."""
        return FluxMapProblem(self.heat_map, self.background.informed(self.difference(values, model)))

    def with_modes(self, number: int) -> FluxMapProblem:
        """Return the same problem with another number of half cosines in the baseline."""
        return FluxMapProblem(self.heat_map, replace(self.background, n_modes=number))

    def difference(self, values: Dict, model: str) -> Array:
        """Return measured minus modelled map, offsets still in it [W]."""
        return np.asarray(self.heat_map.heat_power - map_power(values, *self._grid, model))

    def minimise(self, start: Dict, names: Collection[str], model: str) -> Solution:
        """Fit the named parameters; without an anchor a slow rung begins where the quicker one beside it ends."""
        if model not in BESIDE or is_anchored(start):
            return self._minimise(start, names, model)
        found = self.minimise(start, names, BESIDE[model])
        for _ in range(_MOST_ANCHORS):
            found = self._minimise(anchored(found.values), names, model)
            moved = self.misfit(anchored(found.values), model) - found.result.chisqr
            if abs(moved) < _STANDS:
                break
        return found

    def _minimise(self, start: Dict, names: Collection[str], model: str) -> Solution:
        import lmfit

        size = scales(start)
        varied = [name for name in start if name in names]

        def values(trial: lmfit.Parameters) -> Dict:
            return {name: value * size[name] for name, value in trial.valuesdict().items()}

        def residual(trial: lmfit.Parameters) -> Array:
            return self.background.whiten(self.difference(values(trial), model)).ravel()

        def jacobian(trial: lmfit.Parameters) -> Array:
            slopes = self.derivatives(values(trial), varied, model) * [size[name] for name in varied]
            return -slopes.reshape(-1, len(varied))

        fitter = lmfit.Minimizer(
            residual,
            scaled_parameters(start, names, size),
            iter_cb=lambda trial, number, residual: tell_evaluation(model, residual),
            calc_covar=False,
        )
        result = fitter.least_squares(
            jac=jacobian, x_scale="jac", ftol=1e-5, xtol=1e-6, gtol=1e-12, max_nfev=100
        )
        bounded = at_bounds(result.params)
        result.params = plain_parameters(values(result.params), names)
        return Solution(result, bounded)

    def fit_ridges(self, starts: Sequence[Dict], names: Collection[str]) -> Solution:
        """Return the best fit of independent qubits from several starts, or the first that is good enough.

        The other readings of its ridges are tried as well: they may lie even better.
        """
        solutions: list[Solution] = []
        for start in starts:
            solutions.append(self.minimise(start, names, "independent"))
            if solutions[-1].result.redchi < _GOOD_ENOUGH:
                break
        best = _best(solutions)
        return _best(
            [best, *(self.minimise(twin, names, "independent") for twin in twins(best.values, names))]
        )

    def fit_pair(self, ridges: Solution, names: Collection[str], model: str) -> Solution:
        """Return the fit of a pair whose crossings are what its model has, from one of independent qubits.

        The collective line is narrow and would trap a search that begins far away; how strong it is depends on the
        parasitic share, which the ridges alone hardly determine. Both signs of the couplings' product are tried.
        """
        # A crossing that is not the sum may have stood for the collective line, so the pair is fitted without it first.
        plain = ridges.values | {EXCESS: 0.0}
        alone = [name for name in names if name != EXCESS]
        others = [name for name in alone if name != "parasitic_share"]
        starts = [
            self.minimise(plain | {"parasitic_share": share}, others, "independent").values
            for share in _SHARES
        ]
        quick, trials = quick_rung(model), []
        for parity in (1.0, -1.0):
            signed = [start | {"parity": parity} for start in starts]
            trials.append(
                min((self.misfit(start, quick), number, start) for number, start in enumerate(signed))
            )
        least = min(trials)[0]
        return _best(
            [self.minimise(start, alone, model) for misfit, _, start in trials if misfit < least + _HOPELESS]
        )

    def uncertainty(self, solution: Solution, model: str) -> Uncertainty:
        """Return the covariances of a solution."""
        values, bounded = solution.values, solution.at_bounds
        names = tuple(
            n for n, parameter in solution.result.params.items() if parameter.vary and n not in bounded
        )
        loose = names + tuple(name for name in (*bounded, *FREEABLE["asymmetry"]) if name not in names)
        half_1, half_2 = (float(np.ptp(axis)) / 2 for axis in self.axes)
        rest = self.background.whiten(self.difference(values, model))

        def told_by(kind: str, ridges: Uncertainty | None) -> Uncertainty:
            slopes = self.derivatives(values, loose, kind)
            tight, wide = (
                covariance(slopes[..., :count], rest, self.slow, self.background.n_modes)
                for count in (len(names), len(loose))
            )
            return Uncertainty(names, tight, loose, wide, bounded, (half_1, half_2), ridges)

        return told_by(model, None if model == "independent" else told_by("independent", None))

    def crossing(self, values: Dict, names: Sequence[str]) -> Crossing:
        """Measure the crossing-over-sum ratio at some parameters, of which those named are fitted."""
        values = values | {EXCESS: 0.0}
        names = [name for name in names if name != EXCESS]
        return measure_crossing(
            CrossingProblem(
                values,
                self.difference(values, "independent"),
                self.derivatives(values, names, "independent"),
                self.derivatives(values, names, "pair"),
                self.axes,
                self.background,
            )
        )

    def derivatives(self, values: Dict, names: Sequence[str], model: str) -> Array:
        """Return the whitened derivatives of the modelled map with respect to named parameters, on the last axis."""
        return self.background.whiten(map_derivatives(values, names, *self._grid, model))

    def smooth_directions(self, number: int) -> Array:
        """Return the whitened half cosines that a baseline of so many would have more, on the last axis."""
        fast = self.background.fast_current
        added = half_cosines(fast, fast, number)[:, self.background.n_modes :]
        shape = (*self.heat_map.heat_power.shape, added.shape[-1])
        everywhere = added[:, None] if self.slow else added[None, :]
        return self.background.whiten(np.broadcast_to(everywhere, shape))

    def misfit(self, values: Dict, model: str) -> float:
        """Return chi-square of a modelled map, noise whitened."""
        return float(np.sum(self.background.whiten(self.difference(values, model)) ** 2))
