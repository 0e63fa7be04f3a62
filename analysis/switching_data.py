"""The data of a switching fit as arrays, with their covariance and the reference that was subtracted."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from valvelab.errors import DataError
from valvelab.sim import Resonator

from .model_slopes import Slopes
from .models import Model, Points, Rates
from .shared_errors import SharedErrors
from .whitening import whitening

if TYPE_CHECKING:
    import xarray as xr

Array = npt.NDArray[np.float64]
_TEMPERATURE_ERRORS = (
    "temperature_source_std",
    "temperature_drain_std",
    "heat_power_temperature_covariance",
)


@dataclass(frozen=True)
class SwitchingData:
    """Powers along ``point``, drain first and then, where measured, source.

    ``reference`` is the point whose power was subtracted, or None where the powers are absolute.
    """

    points: Points
    reference: Points | None
    resonator: Resonator
    power_drain: Array
    power_source: Array | None
    reading_covariance: Any
    """Covariance of the powers as read [W^2], a sparse array of (size, size)."""
    covariance: Any
    """Covariance used in the fit [W^2], with the errors of the temperatures carried in."""
    temperature_errors: tuple[Array, Array, Array]
    """Errors of source and drain temperature [K], covariance of drain power and temperature [W K]."""
    configuration: npt.NDArray[np.str_]
    operating_temperatures: tuple[float | None, float | None] = (None, None)
    """Source and drain temperature at which the dataset wants its enhancement stated [K], where it says."""
    shared_errors: SharedErrors | None = None
    """How powers and temperatures move together, where the dataset says; it then is all that is known of errors."""

    @property
    def size(self) -> int:
        """Number of powers."""
        return int(self.covariance.shape[0])

    @classmethod
    def from_dataset(cls, dataset: "xr.Dataset") -> Self:
        """Take the arrays out of a dataset that has been checked against `valvelab.dataset.REDUCED`."""
        from scipy.sparse import block_diag

        has_source = "heat_power_source" in dataset
        covariance = _covariance(dataset, "drain")
        if has_source:
            covariance = block_diag([covariance, _covariance(dataset, "source")], format="csr")
        zero = np.zeros(dataset.sizes["point"])
        errors = [dataset[name].values if name in dataset else zero for name in _TEMPERATURE_ERRORS]
        return cls(
            _points(dataset, ""),
            _points(dataset, "reference_") if "reference_frequency_1" in dataset else None,
            resonator_of(dataset),
            dataset["heat_power_drain"].values,
            dataset["heat_power_source"].values if has_source else None,
            covariance,
            covariance,
            (errors[0], errors[1], errors[2]),
            dataset["configuration"].values.astype(str),
            (
                dataset.attrs.get("operating_source_temperature"),
                dataset.attrs.get("operating_drain_temperature"),
            ),
            SharedErrors.from_dataset(dataset),
        )

    @property
    def measured(self) -> Array:
        """Powers of the drain and then, where measured, of the source [W]."""
        return np.concatenate([self.power_drain] + ([] if self.power_source is None else [self.power_source]))

    @property
    def leak_temperatures(self) -> tuple[float, float]:
        """Source and drain temperature at which the leaks are stated [K]."""
        middles = self.points.temperature_source.max(), self.points.temperature_drain.min()
        source, drain = (
            float(middle) if stated is None else stated
            for stated, middle in zip(self.operating_temperatures, middles, strict=True)
        )
        return source, drain

    def powers(self, model: Model, rates: Rates) -> Array:
        """Return what `measured` should be [W]; the points are on the last axis."""
        powers = self._absolute(model, rates, self.points)
        return powers if self.reference is None else powers - self._absolute(model, rates, self.reference)

    def drain(self, model: Model, rates: Rates) -> Array:
        """Return the model of the heat power into the drain [W], less the reference if there is one."""
        return self.powers(model, rates)[..., : self.power_drain.size]

    def whitened(self, model: Model, rates: Rates) -> Array:
        """Return the residuals in units of their errors, uncorrelated."""
        return np.asarray(self.whitening @ (self.measured - self.powers(model, rates)))

    def with_temperature_errors(self, model: Model, slopes: Slopes, rates: Rates) -> Self:
        """Return the same data with the errors of the temperatures carried into the covariance.

        Where the dataset says how everything moves with each independent error, the covariance of the residuals is made
        of that, errors that points share included. Else a residual r = P - M(T) of a point has the variance
        Var r = Var P + M'^2 Var T - 2 M' Cov(P, T), as a drain voltage that is off moves P and T together.
        """
        source_std, drain_std, covariance = self.temperature_errors
        if self.shared_errors is not None:
            off = [] if self.reference is None else self._slopes(slopes, rates, self.reference)
            return replace(
                self,
                covariance=self.shared_errors.covariance(self._slopes(slopes, rates, self.points), off),
            )
        if not (np.any(source_std) or np.any(drain_std)):
            return self
        extra = [
            (hot * source_std) ** 2 + (cold * drain_std) ** 2 - 2 * cold * covariance * is_drain
            for is_drain, (hot, cold) in zip(
                (True, False), self._slopes(slopes, rates, self.points), strict=False
            )
        ]
        return replace(self, covariance=(self.reading_covariance + _diagonal(np.concatenate(extra))).tocsr())

    @cached_property
    def whitening(self) -> Any:
        """What makes residuals uncorrelated and of unit variance; see `valvelab.analysis.whitening`."""
        return whitening(self.covariance)

    def thinned(self, count: int) -> Self:
        """Return about so many of the points, evenly spread, as if they were uncorrelated: to begin a fit with."""
        size = self.power_drain.size
        kept = np.unique(np.linspace(0, size - 1, min(count, size)).round().astype(int))
        rows = kept if self.power_source is None else np.concatenate([kept, kept + size])
        variances = _diagonal(self.covariance.diagonal()[rows])
        return replace(
            self,
            points=self.points.at(kept),
            reference=None if self.reference is None else self.reference.at(kept),
            power_drain=self.power_drain[kept],
            power_source=None if self.power_source is None else self.power_source[kept],
            reading_covariance=variances,
            covariance=variances,
            temperature_errors=tuple(error[kept] for error in self.temperature_errors),
            configuration=self.configuration[kept],
            shared_errors=None,
        )

    def _slopes(self, slopes: Slopes, rates: Rates, points: Points) -> list[tuple[Array, Array]]:
        """Return how each reservoir's power changes with source and drain temperature [W/K], nothing subtracted."""
        found = slopes(rates, points, self.resonator)
        hot, cold = found.by("T_h"), found.by("T_c")
        powers = [(-hot.cold, -cold.cold), (hot.hot, cold.hot)]
        return powers[: 1 if self.power_source is None else 2]

    def _absolute(self, model: Model, rates: Rates, points: Points) -> Array:
        """Return powers with nothing subtracted, gain, leaks and drain scale included."""
        true = replace(points, temperature_drain=points.temperature_drain * rates.drain_scale)
        currents = model(rates, true, self.resonator)
        leak = sum(
            amount * self.leak_shape(power, true) for amount, power in ((rates.leak_2, 2), (rates.leak_5, 5))
        )
        flows = [-currents.cold] + ([] if self.power_source is None else [currents.hot])
        return np.asarray(rates.gain * np.concatenate([flow + leak for flow in flows], axis=-1))

    def leak_shape(self, power: int, points: Points) -> Array:
        """Return T_h^power - T_c^power in units of what it is at the temperatures of the leaks."""
        hot, cold = self.leak_temperatures
        unit = hot**power - cold**power
        return np.asarray((points.temperature_source**power - points.temperature_drain**power) / unit)


def _points(dataset: "xr.Dataset", prefix: str) -> Points:
    names = ("frequency_1", "frequency_2", "temperature_source", "temperature_drain")
    return Points(*(np.asarray(dataset[prefix + name].values, float) for name in names))


def resonator_of(dataset: "xr.Dataset") -> Resonator:
    """Return the resonators that a reduced dataset knows.

    Raises
    ------
    DataError
        If it knows none.
    """
    missing = [name for name in ("resonator_frequency", "quality_factor") if name not in dataset.attrs]
    if missing:
        raise DataError(f"reduced dataset: attributes {', '.join(missing)} must be there; add them [Hz, 1]")
    attributes = dataset.attrs
    return Resonator(
        float(attributes["resonator_frequency"]),
        float(attributes["quality_factor"]),
        float(attributes.get("resonator_exponent", 0.0)),
    )


def _diagonal(variances: Array) -> Any:
    from scipy.sparse import diags_array

    return diags_array(variances, format="csr")


def _covariance(dataset: "xr.Dataset", reservoir: str) -> Any:
    from scipy.sparse import csr_array

    name, size = f"heat_power_{reservoir}_covariance", dataset.sizes["point"]
    if name in dataset:
        dense = np.asarray(dataset[name].values, float)
        if dense.shape != (size, size) or not np.allclose(dense, dense.T, rtol=1e-8, atol=0):
            raise DataError(
                f"reduced dataset: {name} must be a symmetric matrix of {size} x {size}, found {dense.shape}"
            )
        covariance = csr_array(dense)
    else:
        covariance = _diagonal(np.asarray(dataset[f"heat_power_{reservoir}_std"].values, float) ** 2)
    try:
        whitening(covariance)
    except np.linalg.LinAlgError:
        raise DataError(
            f"reduced dataset: heat_power_{reservoir}_std or its covariance must be above zero (positive "
            "definite); give every power an error"
        ) from None
    return covariance
