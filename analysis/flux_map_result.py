"""A fitted heat map: its parameters, what it predicts and how well it describes the map."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from valvelab.device import Device

from .enhancement import Enhancement
from .flux_map_background import Background, half_cosines
from .flux_map_crossing import Crossing
from .flux_map_errors import Uncertainty
from .flux_map_estimates import Estimate, estimates, predicted_enhancement
from .flux_map_heat import Array
from .flux_map_model import map_power
from .flux_map_parameters import Dict
from .map_data import COILS, HeatMap

if TYPE_CHECKING:
    import xarray

    from .flux_map_interval import Profile
    from .flux_map_structure import RidgeStructure
    from .flux_map_validation import HeldOut


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
    background: Background = field(repr=False)
    """Noise and smooth baseline of the lines."""
    smooth: Array
    """Amplitudes of the half cosines of the smooth baseline along the fast axis [W]."""
    surprise: float
    """-2 ln L at the minimum, powers in units of `noise`."""
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
        constrains; the fit's rates only say how wide the collective line is, which is left out where the map does not
        resolve it (see `crossing`). `predicted_enhancement` is the model's own.
        """
        return self.crossing.enhancement

    @cached_property
    def predicted_enhancement(self) -> Enhancement:
        """The same ratio as the fitted model has it: exactly 1 for ``independent``, by construction."""
        return predicted_enhancement(self.values, self.model, self.uncertainty)

    @cached_property
    def estimates(self) -> list[Estimate]:
        """Every parameter and the numbers derived from them, with errors or the reason why there is none."""
        return estimates(self.values, self.uncertainty)

    @property
    def rms(self) -> float:
        """Root mean square of the residual [W]."""
        return float(np.sqrt(np.mean(self.residual**2)))

    @cached_property
    def residual(self) -> Array:
        """Measured minus fitted map [W]."""
        first, second = self.heat_map.coil_current_1, self.heat_map.coil_current_2
        return self.heat_map.heat_power - self.predict(first[:, None], second[None, :])

    @property
    def neighbour_correlation(self) -> tuple[float, float]:
        """Correlation of a residual with the next one along coil 1 and along coil 2, flicker taken out; 0 if white."""
        rest = self.background.whiten(self.residual)
        power = float(np.mean(rest**2))
        return float(np.mean(rest[1:] * rest[:-1])) / power, float(
            np.mean(rest[:, 1:] * rest[:, :-1])
        ) / power

    @property
    def chi_square(self) -> float:
        """Sum of squares of the residual in units of the fitted white noise's variance; flicker adds to it."""
        return float(np.sum((self.residual / self.background.noise.white) ** 2))

    @property
    def n_fitted(self) -> int:
        """Number of fitted parameters; baseline, offsets, white noise and flicker included."""
        return len(self.uncertainty.names) + self.offsets.size + self.smooth.size + 2

    @property
    def aic(self) -> float:
        """Akaike's information criterion, -2 ln L + 2 k, with flicker in the likelihood L."""
        return self.surprise + 2 * self.n_fitted

    @property
    def bic(self) -> float:
        """The Bayesian information criterion, -2 ln L + k ln n, with flicker in the likelihood L."""
        return self.surprise + self.n_fitted * float(np.log(self.heat_map.heat_power.size))

    def predict(
        self, coil_current_1: npt.ArrayLike, coil_current_2: npt.ArrayLike, *, offsets: bool = True
    ) -> Array:
        """Return the heat power into the drain [W] at coil currents [A] that broadcast.

        With `offsets` the slow offsets of the measured map are added, interpolated between its lines; without, what
        a drift-free measurement would give. The smooth baseline, the same in every line, is part of both.
        """
        first, second = np.asarray(coil_current_1, float), np.asarray(coil_current_2, float)
        slow = COILS.index(self.slow_axis)
        modes = half_cosines((first, second)[1 - slow], self.background.fast_current, self.smooth.size)
        power = map_power(self.values, first, second, self.model) + self.baseline + modes @ self.smooth
        if offsets:
            lines = (self.heat_map.coil_current_1, self.heat_map.coil_current_2)[slow]
            power = power + np.interp((first, second)[slow], lines, self.offsets)
        return np.asarray(power)

    def dataset(self) -> xarray.Dataset:
        """Return the measured map, what the model makes of it and the residual [W], with the slow offsets."""
        from .map_data import map_dataset

        made = map_dataset(
            self.heat_map.coil_current_1, self.heat_map.coil_current_2, self.heat_map.heat_power
        )
        residual = self.residual
        made["model"] = (
            COILS,
            self.heat_map.heat_power - residual,
            {"units": "W", "long_name": f"model '{self.model}'"},
        )
        made["residual"] = (COILS, residual, {"units": "W", "long_name": "measured minus model"})
        fast = COILS[1 - COILS.index(self.slow_axis)]
        made["smooth_baseline"] = (
            fast,
            self.background.modes @ self.smooth,
            {"units": "W", "long_name": "smooth baseline of every line"},
        )
        made["offset"] = (self.slow_axis, self.offsets, {"units": "W", "long_name": "slow offset"})
        made.attrs = {
            "model": self.model,
            "device": self.device.name,
            "baseline": self.baseline,
            "baseline_units": "W",
        }
        return made

    @cached_property
    def structure(self) -> tuple[RidgeStructure, RidgeStructure]:
        """What the residual holds along the ridges of qubits 1 and 2."""
        from .flux_map_structure import ridge_structure

        return ridge_structure(self)

    @cached_property
    def held_out(self) -> HeldOut:
        """What is left of every second line of the map if the other ones are fitted."""
        from .flux_map_validation import held_out

        return held_out(self)

    def profile(self, name: str) -> Profile:
        """Return the profile likelihood of a fitted parameter, whose interval holds near a degenerate direction too."""
        from .flux_map_interval import profile

        return profile(self, name)

    def report(self) -> str:
        """Return the parameters, errors, comparison and warnings as text."""
        from .flux_map_report import report

        return report(self)
