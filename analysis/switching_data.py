"""The data of a switching fit as arrays, with their covariance and the reference that was subtracted."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from valvelab.sim import HeatCurrents, Resonator

from .model_slopes import Slopes, by_frequencies
from .models import Model, Points, Rates
from .reduced_arrays import covariance_of, diagonal, points_of, resonator_of
from .shared_errors import SharedErrors
from .transmons import Transmons, known_transmons
from .whitening import whitening

if TYPE_CHECKING:
    import xarray as xr

Array = npt.NDArray[np.float64]
RESERVOIRS = ("drain", "source")
"""Whose powers may be measured, in the order in which they stand."""
_TEMPERATURE_ERRORS = (
    "temperature_source_std",
    "temperature_drain_std",
    "heat_power_temperature_covariance",
)


@dataclass(frozen=True)
class SwitchingData:
    """Powers of one or both reservoirs along ``point``.

    ``reference`` is the point whose power was subtracted, or None where the powers are absolute.
    """

    points: Points
    reference: Points | None
    resonator: Resonator
    measured: Array
    """Powers of `reservoirs`, one after the other [W]: what enters the drain, what leaves the source."""
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
    reservoirs: tuple[str, ...] = ("drain",)
    """Whose powers were measured: "drain", "source", or both in this order."""
    charging_energies: tuple[float | None, float | None] = (None, None)
    """E_C / h of both transmons [Hz], where the dataset says."""

    @property
    def size(self) -> int:
        """Number of powers."""
        return int(self.covariance.shape[0])

    @property
    def count(self) -> int:
        """Number of points, each with a power of every reservoir."""
        return int(self.points.frequency_1.size)

    @classmethod
    def from_dataset(cls, dataset: "xr.Dataset", reservoirs: Collection[str] = RESERVOIRS) -> Self:
        """Take the arrays out of a dataset that has been checked against `valvelab.dataset.REDUCED`.

        Parameters
        ----------
        dataset
            The dataset.
        reservoirs
            Whose powers are taken, as far as they are there.
        """
        from scipy.sparse import block_diag

        held = tuple(name for name in RESERVOIRS if name in reservoirs and f"heat_power_{name}" in dataset)
        covariance = block_diag([covariance_of(dataset, name) for name in held], format="csr")
        zero = np.zeros(dataset.sizes["point"])
        errors = [dataset[name].values if name in dataset else zero for name in _TEMPERATURE_ERRORS]
        return cls(
            points_of(dataset, ""),
            points_of(dataset, "reference_") if "reference_frequency_1" in dataset else None,
            resonator_of(dataset),
            np.concatenate([dataset[f"heat_power_{name}"].values for name in held]),
            covariance,
            covariance,
            (errors[0], errors[1], errors[2]),
            dataset["configuration"].values.astype(str),
            (
                dataset.attrs.get("operating_source_temperature"),
                dataset.attrs.get("operating_drain_temperature"),
            ),
            SharedErrors.from_dataset(dataset),
            held,
            (dataset.attrs.get("charging_energy_1"), dataset.attrs.get("charging_energy_2")),
        )

    @property
    def exact_temperatures(self) -> list[str]:
        """Whose temperatures have no errors, and are taken as exact."""
        if self.shared_errors is not None:
            moves = {"source": self.shared_errors.source.variable, "drain": self.shared_errors.drain.variable}
        else:
            moves = dict(zip(("source", "drain"), self.temperature_errors, strict=False))
        return [name for name, moved in moves.items() if not np.any(moved)]

    def transmons(self, model: str) -> Transmons:
        """Return what the qubits are, with as many levels as a model follows; DataError where that is not known."""
        measured = [one for one in (self.points, self.reference) if one]
        return known_transmons(self.charging_energies, measured, model)

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

    def whitened(self, model: Model, rates: Rates) -> Array:
        """Return the residuals in units of their errors, uncorrelated."""
        return np.asarray(self.whitening @ (self.measured - self.powers(model, rates)))

    def with_errors_in_variables(self, model: Model, slopes: Slopes, rates: Rates) -> Self:
        """Return the same data with the errors of temperatures and frequencies carried into the covariance.

        Where the dataset says how everything moves with each independent error, the covariance of the residuals is made
        of that, errors that points share included. Else a residual r = P - M(T) of a point has the variance
        Var r = Var P + M'^2 Var T - 2 M' Cov(P, T), as a drain voltage that is off moves P and T together.
        """
        source_std, drain_std, covariance = self.temperature_errors
        if self.shared_errors is not None:
            at = self._slopes(model, slopes, rates, self.points)
            off = [] if self.reference is None else self._slopes(model, slopes, rates, self.reference)
            return replace(self, covariance=self.shared_errors.covariance(self.reservoirs, at, off))
        if not (np.any(source_std) or np.any(drain_std)):
            return self
        extra = [
            (hot * source_std) ** 2 + (cold * drain_std) ** 2 - 2 * cold * covariance * (name == "drain")
            for name, (hot, cold) in zip(
                self.reservoirs, self._slopes(model, slopes, rates, self.points), strict=True
            )
        ]
        return replace(self, covariance=(self.reading_covariance + diagonal(np.concatenate(extra))).tocsr())

    @cached_property
    def whitening(self) -> Any:
        """What makes residuals uncorrelated and of unit variance; see `valvelab.analysis.whitening`."""
        return whitening(self.covariance)

    def thinned(self, count: int) -> Self:
        """Return about so many of the points, evenly spread, as if they were uncorrelated: to begin a fit with."""
        size = self.count
        kept = np.unique(np.linspace(0, size - 1, min(count, size)).round().astype(int))
        rows = np.concatenate([kept + number * size for number in range(len(self.reservoirs))])
        variances = diagonal(self.covariance.diagonal()[rows])
        return replace(
            self,
            points=self.points.at(kept),
            reference=None if self.reference is None else self.reference.at(kept),
            measured=self.measured[rows],
            reading_covariance=variances,
            covariance=variances,
            temperature_errors=tuple(error[kept] for error in self.temperature_errors),
            configuration=self.configuration[kept],
            shared_errors=None,
        )

    def _slopes(self, model: Model, slopes: Slopes, rates: Rates, points: Points) -> list[tuple[Array, ...]]:
        """Return how each reservoir's power changes with source and drain temperature [W/K], nothing subtracted.

        And with both frequencies [W/Hz], where these have errors.
        """
        found = slopes(rates, points, self.resonator)
        by = [found.by("T_h"), found.by("T_c")]
        if self.shared_errors is not None and self.shared_errors.qubits:
            by += by_frequencies(found, model, rates, points, self.resonator)
        columns = [np.split(flows(one, self.reservoirs), len(self.reservoirs)) for one in by]
        return list(zip(*columns, strict=True))

    def _absolute(self, model: Model, rates: Rates, points: Points) -> Array:
        """Return powers with nothing subtracted, gain, leaks and drain scale included."""
        true = replace(points, temperature_drain=points.temperature_drain * rates.drain_scale)
        currents = model(rates, true, self.resonator)
        total = flows(currents, self.reservoirs)
        for amount, power in ((rates.leak_2, 2), (rates.leak_5, 5)):
            if np.any(amount):
                total = total + np.tile(amount * self.leak_shape(power, true), len(self.reservoirs))
        return np.asarray(rates.gain * total)

    def leak_shape(self, power: int, points: Points) -> Array:
        """Return T_h^power - T_c^power in units of what it is at the temperatures of the leaks."""
        hot, cold = self.leak_temperatures
        unit = hot**power - cold**power
        return np.asarray((points.temperature_source**power - points.temperature_drain**power) / unit)


def flows(currents: HeatCurrents, reservoirs: tuple[str, ...]) -> Array:
    """Return what of some currents, or of their derivatives, enters the drain and leaves the source, end to end."""
    by = {"drain": -currents.cold, "source": currents.hot}
    return np.concatenate([by[name] for name in reservoirs], axis=-1)
