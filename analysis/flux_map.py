"""Fit a measured two-coil heat map with a model of two flux-tunable qubits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from valvelab.configuration import load_configuration
from valvelab.device import Device
from valvelab.errors import DataError
from valvelab.sim.presets import preset

from .enhancement import Enhancement
from .flux_map_crossing import Crossing, measure_crossing
from .flux_map_crossing import Problem as CrossingProblem
from .flux_map_errors import Uncertainty, covariance
from .flux_map_estimates import Estimate, estimates, predicted_enhancement
from .flux_map_model import MODELS, Array, map_derivatives, map_power
from .flux_map_parameters import (
    FREEABLE,
    Dict,
    at_bounds,
    free_names,
    plain_parameters,
    scaled_parameters,
    scales,
)
from .flux_map_ridges import white_noise
from .flux_map_start import starting_values, wrapped
from .map_data import COILS, HeatMap, checked_map, map_arrays

if TYPE_CHECKING:
    import lmfit
    import xarray

_GOOD_ENOUGH = 2.0
"""Reduced chi-square at which no other starting values are tried."""
_SHARES = (0.05, 0.15, 0.4)
"""Parasitic shares from which a fit of the pair may begin."""
_WEAKEST_RIDGE = 5.0
"""Height of a ridge, in units of its error, below which it is not a ridge."""


@dataclass(frozen=True)
class FluxMapFit:
    """A fitted heat map.

    Parameters
    ----------
    result
        lmfit's result. Its ``stderr`` hold the device's assumed values for exact and are None where the map does not
        determine a parameter; `estimates` says why.
    """

    result: Any
    model: str
    device: Device
    heat_map: HeatMap
    slow_axis: str
    noise: float
    """White noise of a point, from second differences of the map [W]."""
    baseline: float
    """Mean power beside what the qubits bring [W]."""
    offsets: Array
    """Slow offset of each line of the map along the fast axis, their mean being 0 [W]."""
    uncertainty: Uncertainty = field(repr=False)
    crossing: Crossing
    independent: FluxMapFit | None = field(default=None, repr=False)
    """The fit with the model ``independent`` from which a fit of the pair began."""

    @property
    def values(self) -> Dict:
        """All parameters [SI] by name, fitted and held."""
        return {name: float(parameter.value) for name, parameter in self.result.params.items()}

    @property
    def enhancement(self) -> Enhancement:
        """The crossing-over-sum ratio that the map shows, with ``.value`` and ``.error``.

        Heat into the drain, background taken out: both qubits on resonance with the filter, over the sum of each on
        resonance with the other far away. It is measured as a deviation from two additive ridges, which no model
        constrains; the fit's rates only say how wide the collective line is. `predicted_enhancement` is the model's own.
        """
        return self.crossing.enhancement

    @property
    def predicted_enhancement(self) -> Enhancement:
        """The same ratio as the fitted model has it: exactly 1 for ``independent``, by construction."""
        return predicted_enhancement(self.values, self.model, self.uncertainty)

    @property
    def estimates(self) -> list[Estimate]:
        """Every parameter and the numbers derived from them, with errors or the reason why there is none."""
        return estimates(self.values, self.uncertainty)

    @property
    def rms(self) -> float:
        """Root mean square of the residual [W]."""
        return float(np.sqrt(np.mean(self.residual**2)))

    @property
    def residual(self) -> Array:
        """Measured minus fitted map [W]."""
        first, second = self.heat_map.coil_current_1, self.heat_map.coil_current_2
        return self.heat_map.heat_power - self.predict(first[:, None], second[None, :])

    @property
    def chi_square(self) -> float:
        """Sum of squares of the residual in units of the white noise's variance."""
        return float(np.sum((self.residual / self.noise) ** 2))

    @property
    def n_fitted(self) -> int:
        """Number of fitted parameters, baseline and offsets included."""
        return len(self.uncertainty.names) + self.offsets.size

    @property
    def aic(self) -> float:
        """Akaike's information criterion for noise of unknown strength, n ln(sum of squares / n) + 2 k."""
        return self._information() + 2 * self.n_fitted

    @property
    def bic(self) -> float:
        """The Bayesian information criterion, n ln(sum of squares / n) + k ln n."""
        return self._information() + self.n_fitted * float(np.log(self.heat_map.heat_power.size))

    def predict(
        self, coil_current_1: npt.ArrayLike, coil_current_2: npt.ArrayLike, *, offsets: bool = True
    ) -> Array:
        """Return the heat power into the drain [W] at coil currents [A] that broadcast.

        With `offsets` the slow offsets of the measured map are added, interpolated between its lines; without, what
        a drift-free measurement would give.
        """
        first, second = np.asarray(coil_current_1, float), np.asarray(coil_current_2, float)
        power = map_power(self.values, first, second, self.model) + self.baseline
        if offsets:
            slow = COILS.index(self.slow_axis)
            lines = (self.heat_map.coil_current_1, self.heat_map.coil_current_2)[slow]
            power = power + np.interp((first, second)[slow], lines, self.offsets)
        return np.asarray(power)

    def report(self) -> str:
        """Return the parameters, errors, comparison and warnings as text."""
        from .flux_map_report import report

        return report(self)

    def _information(self) -> float:
        return float(self.residual.size * np.log(np.mean((self.residual / self.noise) ** 2)))


def fit_flux_map(
    dataset: xarray.Dataset,
    model: str = "pair",
    device: str | Path | Device = "aalto2026",
    *,
    free: Collection[str] = (),
    slow_axis: str = COILS[1],
) -> FluxMapFit:
    """Fit a heat map, from starting values found in the map.

    Fitted are both rows of the flux matrix, flux offsets, maximum frequencies (where the device has none), quality
    factor, the rates gamma (gamma_h = gamma_c is assumed) and gamma_p, the second qubit's weight, a baseline and a
    slow offset for each line of the map.

    Parameters
    ----------
    dataset
        ``heat_power`` on ``coil_current_1`` and ``coil_current_2``, from `read_map`.
    model
        ``"pair"``, the master equation of both qubits, or ``"independent"``.
    device
        What is known: a preset's name, a device file, or a `Device`. A flux bias in it is one more starting value.
    free
        What the device holds fixed and the fit may vary: names out of `FREEABLE`.
    slow_axis
        The current that was stepped slowly; each of its values has an offset of its own.

    Returns
    -------
    FluxMapFit

    Raises
    ------
    DataError
        If the dataset is no map, or does not show the ridges of both qubits.
    ValueError
        If an argument is not one of those allowed.

    Examples
    --------
    >>> fit = fit_flux_map(read_map("map.nc"), model="pair")  # doctest: +SKIP
    >>> print(fit.report())  # doctest: +SKIP
    """
    if model not in MODELS:
        raise ValueError(f"Argument `model` must be one of {', '.join(MODELS)}, but is {model!r}.")
    if slow_axis not in COILS:
        raise ValueError(f"Argument `slow_axis` must be one of {', '.join(COILS)}, but is {slow_axis!r}.")
    known = _device(device)
    names = free_names(known, free)
    heat_map, slow = map_arrays(checked_map(dataset)), COILS.index(slow_axis)
    noise = white_noise(heat_map.heat_power, 1 - slow)
    problem = _Problem(heat_map, slow, noise)
    starts = starting_values(heat_map, known, slow, noise)
    first = _finish(problem, problem.best_of(starts, names), "independent", known, slow_axis)
    if model == "independent":
        return first
    second = problem.minimise(problem.pair_start(first.values, names), names, model)
    return replace(_finish(problem, second, model, known, slow_axis), independent=first)


class _Problem:
    """The least-squares problem of one map, offsets eliminated exactly."""

    def __init__(self, heat_map: HeatMap, slow: int, noise: float) -> None:
        self.heat_map, self.slow, self.noise = heat_map, slow, noise
        self.axes = heat_map.coil_current_1, heat_map.coil_current_2
        self._grid = self.axes[0][:, None], self.axes[1][None, :]

    def without_offsets(self, values: Array) -> Array:
        return np.asarray(values - values.mean(axis=1 - self.slow, keepdims=True))

    def difference(self, values: Dict, model: str) -> Array:
        """Return measured minus fitted map, offsets still in it [W]."""
        return np.asarray(self.heat_map.heat_power - map_power(values, *self._grid, model))

    def derivatives(self, values: Dict, names: Collection[str], model: str) -> Array:
        return self.without_offsets(map_derivatives(values, list(names), *self._grid, model))

    def best_of(self, starts: list[Dict], names: Collection[str]) -> Any:
        """Return the best fit of independent qubits from several starts, or the first that is good enough."""
        results: list[Any] = []
        for start in starts:
            results.append(self.minimise(start, names, "independent"))
            if results[-1].redchi < _GOOD_ENOUGH:
                break
        return min(results, key=lambda result: float(result.chisqr))

    def pair_start(self, values: Dict, names: Collection[str]) -> Dict:
        """Return starting values for the pair, whose narrow collective line would trap a search that begins far away.

        How strong the collective line is depends on the parasitic share, which the ridges alone hardly determine.
        """
        others = [name for name in names if name != "parasitic_share"]
        fits = [
            self.minimise({**values, "parasitic_share": share}, others, "independent") for share in _SHARES
        ]
        starts: list[Dict] = [dict(fit.params.valuesdict()) for fit in fits]
        return min(
            starts, key=lambda start: float(np.var(self.without_offsets(self.difference(start, "pair"))))
        )

    def minimise(self, start: Dict, names: Collection[str], model: str) -> lmfit.minimizer.MinimizerResult:
        import lmfit

        size = scales(start)
        varied = [name for name in start if name in names]

        def values(trial: lmfit.Parameters) -> Dict:
            return {name: value * size[name] for name, value in trial.valuesdict().items()}

        def residual(trial: lmfit.Parameters) -> Array:
            return self.without_offsets(self.difference(values(trial), model)).ravel() / self.noise

        def jacobian(trial: lmfit.Parameters) -> Array:
            slopes = self.derivatives(values(trial), varied, model) * [size[name] for name in varied]
            return -slopes.reshape(-1, len(varied)) / self.noise

        fitter = lmfit.Minimizer(residual, scaled_parameters(start, names, size), calc_covar=False)
        result = fitter.least_squares(
            jac=jacobian, x_scale="jac", ftol=1e-5, xtol=1e-6, gtol=1e-12, max_nfev=100
        )
        result.at_bounds = at_bounds(result.params)
        result.params = plain_parameters(values(result.params), names)
        return result


def _finish(problem: _Problem, result: Any, model: str, device: Device, slow_axis: str) -> FluxMapFit:
    """Add offsets, errors and the crossing to what the minimiser found."""
    for qubit in (1, 2):
        offset = result.params[f"flux_offset_{qubit}"]
        offset.value = wrapped(float(offset.value))
    values: Dict = dict(result.params.valuesdict())
    uncertainty = _uncertainty(problem, result, values, model)
    difference = problem.difference(values, model)
    level = difference.mean(axis=1 - problem.slow)
    names = uncertainty.names
    crossing = measure_crossing(
        CrossingProblem(
            values,
            problem.without_offsets(problem.difference(values, "independent")),
            problem.derivatives(values, names, "independent"),
            problem.derivatives(values, names, "pair"),
            problem.axes,
            problem.slow,
        )
    )
    fit = FluxMapFit(
        result,
        model,
        device,
        problem.heat_map,
        slow_axis,
        problem.noise,
        float(level.mean()),
        level - level.mean(),
        uncertainty,
        crossing,
    )
    _demand_ridges(fit)
    for estimate in fit.estimates:
        if estimate.name in result.params:
            result.params[estimate.name].stderr = estimate.error
    result.covar, result.var_names, result.errorbars = uncertainty.covariance, list(names), True
    return fit


def _uncertainty(problem: _Problem, result: Any, values: Dict, model: str) -> Uncertainty:
    bounded = tuple(result.at_bounds)
    names = tuple(name for name, parameter in result.params.items() if parameter.vary and name not in bounded)
    loose = names + tuple(name for name in (*bounded, *FREEABLE["asymmetry"]) if name not in names)
    window = tuple(float(np.ptp(axis)) / 2 for axis in problem.axes)
    rest = problem.without_offsets(problem.difference(values, model))

    def told_by(kind: str, ridges: Uncertainty | None) -> Uncertainty:
        slopes = problem.derivatives(values, loose, kind)
        matrices = (covariance(slopes[..., :count], rest, problem.slow) for count in (len(names), len(loose)))
        return Uncertainty(
            names, next(matrices), loose, next(matrices), bounded, (window[0], window[1]), ridges
        )

    return told_by(model, None if model == "independent" else told_by("independent", None))


def _demand_ridges(fit: FluxMapFit) -> None:
    for estimate in fit.estimates:
        if not estimate.name.startswith("ridge_height"):
            continue
        error = estimate.error
        if error is not None and not estimate.value > _WEAKEST_RIDGE * error:
            raise DataError(
                f"heat_power: the map must show the ridges of both qubits, found {estimate.name} = "
                f"{estimate.value * 1e18:.3g} +- {error * 1e18:.2g} aW; sweep both coils over a wider range"
            )


def _device(device: str | Path | Device) -> Device:
    if isinstance(device, Device):
        return device
    name = str(device)
    return load_configuration(name, Device) if Path(name).suffix or Path(name).is_file() else preset(name)
