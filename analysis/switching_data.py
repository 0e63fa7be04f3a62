"""The data of a switching fit as arrays, with their covariance and the reference that was subtracted."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt

from valvelab.errors import DataError
from valvelab.sim import Resonator

from .models import Model, Points, Rates

if TYPE_CHECKING:
    import xarray as xr

Array = npt.NDArray[np.float64]
_TEMPERATURE_ERRORS = (
    "temperature_source_std",
    "temperature_drain_std",
    "heat_power_temperature_covariance",
)
_TEMPERATURE_STEP = 1e-5
"""Relative step for the slope of the model in a temperature."""


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
    reading_covariance: Array
    """Covariance of the powers as read [W^2], (size, size)."""
    covariance: Array
    """Covariance used in the fit [W^2], with the errors of the temperatures carried in."""
    temperature_errors: tuple[Array, Array, Array]
    """Errors of source and drain temperature [K], covariance of drain power and temperature [W K]."""
    configuration: npt.NDArray[np.str_]
    operating_temperatures: tuple[float | None, float | None] = (None, None)
    """Source and drain temperature at which the dataset wants its enhancement stated [K], where it says."""

    @property
    def size(self) -> int:
        """Number of powers."""
        return len(self.covariance)

    @classmethod
    def from_dataset(cls, dataset: "xr.Dataset") -> Self:
        """Take the arrays out of a dataset that has been checked against `valvelab.dataset.REDUCED`."""
        has_source = "heat_power_source" in dataset
        covariance = _covariance(dataset, "drain")
        if has_source:
            source = _covariance(dataset, "source")
            zeros = np.zeros((len(covariance), len(source)))
            covariance = np.block([[covariance, zeros], [zeros.T, source]])
        zero = np.zeros(dataset.sizes["point"])
        errors = [dataset[name].values if name in dataset else zero for name in _TEMPERATURE_ERRORS]
        return cls(
            _points(dataset, ""),
            _points(dataset, "reference_") if "reference_frequency_1" in dataset else None,
            _resonator(dataset),
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
        )

    def drain(self, model: Model, rates: Rates) -> Array:
        """Return the model of the heat power into the drain [W], less the reference if there is one."""
        return self._powers(model, rates, self.points, source=False)[0]

    def whitened(self, model: Model, rates: Rates) -> Array:
        """Return the residuals in units of their errors, uncorrelated."""
        measured = [self.power_drain] + ([] if self.power_source is None else [self.power_source])
        modelled = self._powers(model, rates, self.points, source=self.power_source is not None)
        residual = np.concatenate(measured) - np.concatenate(modelled)
        return np.asarray(np.linalg.solve(self._root, residual))

    def with_temperature_errors(self, model: Model, rates: Rates) -> Self:
        """Return the same data with the errors of the temperatures carried into the covariance.

        With the residual r = P - M(T), a drain voltage that is off moves P and T together:
        Var r = Var P + M'^2 Var T - 2 M' Cov(P, T).
        """
        source_std, drain_std, covariance = self.temperature_errors
        if not (np.any(source_std) or np.any(drain_std)):
            return self
        extra = []
        for number, (hot, cold) in enumerate(
            zip(
                self._slopes(model, rates, "temperature_source"),
                self._slopes(model, rates, "temperature_drain"),
                strict=True,
            )
        ):
            shared = 2 * cold * covariance if number == 0 else 0.0
            extra.append((hot * source_std) ** 2 + (cold * drain_std) ** 2 - shared)
        return replace(self, covariance=self.reading_covariance + np.diag(np.concatenate(extra)))

    @cached_property
    def _root(self) -> Array:
        return np.asarray(np.linalg.cholesky(self.covariance))

    def _powers(self, model: Model, rates: Rates, points: Points, *, source: bool) -> list[Array]:
        currents = model(rates, points, self.resonator)
        powers = [np.asarray(-currents.cold)] + ([np.asarray(currents.hot)] if source else [])
        if self.reference is not None:
            off = model(rates, self.reference, self.resonator)
            powers = [power - part for power, part in zip(powers, (-off.cold, off.hot), strict=False)]
        return powers

    def _slopes(self, model: Model, rates: Rates, name: str) -> list[Array]:
        temperature = getattr(self.points, name)
        step = _TEMPERATURE_STEP * temperature
        moved = [
            self._powers(
                model,
                rates,
                replace(self.points, **{name: temperature + sign * step}),
                source=self.power_source is not None,
            )
            for sign in (1, -1)
        ]
        return [(up - down) / (2 * step) for up, down in zip(*moved, strict=True)]


def _points(dataset: "xr.Dataset", prefix: str) -> Points:
    names = ("frequency_1", "frequency_2", "temperature_source", "temperature_drain")
    return Points(*(np.asarray(dataset[prefix + name].values, float) for name in names))


def _resonator(dataset: "xr.Dataset") -> Resonator:
    missing = [name for name in ("resonator_frequency", "quality_factor") if name not in dataset.attrs]
    if missing:
        raise DataError(f"reduced dataset: attributes {', '.join(missing)} must be there; add them [Hz, 1]")
    attributes = dataset.attrs
    return Resonator(
        float(attributes["resonator_frequency"]),
        float(attributes["quality_factor"]),
        float(attributes.get("resonator_exponent", 0.0)),
    )


def _covariance(dataset: "xr.Dataset", reservoir: str) -> Array:
    name = f"heat_power_{reservoir}_covariance"
    if name in dataset:
        covariance = np.asarray(dataset[name].values, float)
    else:
        covariance = np.diag(np.asarray(dataset[f"heat_power_{reservoir}_std"].values, float) ** 2)
    size = dataset.sizes["point"]
    if covariance.shape != (size, size) or not np.allclose(covariance, covariance.T, rtol=1e-8, atol=0):
        raise DataError(
            f"reduced dataset: {name} must be a symmetric matrix of {size} x {size}, found {covariance.shape}"
        )
    try:
        np.linalg.cholesky(covariance)
    except np.linalg.LinAlgError:
        raise DataError(
            f"reduced dataset: heat_power_{reservoir}_std or its covariance must be above zero (positive "
            "definite); give every power an error"
        ) from None
    return covariance
