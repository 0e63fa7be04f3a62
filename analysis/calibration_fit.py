"""What a calibration finds: numbers with errors, each with its place in the device file, and what it could not tell."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from valvelab.dataset import RAW, check_dataset
from valvelab.errors import DataError
from valvelab.places import Place
from valvelab.units import format_quantity, format_with_error

if TYPE_CHECKING:
    import xarray as xr

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Determined:
    """One number that a calibration found."""

    name: str
    value: float
    """In SI units."""
    error: float
    """Its standard error."""
    dimension: str
    place: Place = ()
    """Where it stands in the device file; nowhere if it only describes the calibration."""

    @property
    def texts(self) -> tuple[str, str]:
        """Value and error in one unit, to two digits of the error."""
        return format_with_error(self.value, self.error, self.dimension or None)

    @property
    def text(self) -> str:
        """The value with more digits than it is known to, for a file."""
        return format_quantity(self.value, self.dimension, 9) if self.dimension else f"{self.value:.9g}"


@dataclass(frozen=True)
class Trace:
    """One curve of a calibration: what was measured, its error and the fit, for a figure and for diagnostics."""

    name: str
    across: tuple[str, Array]
    """Label with unit, and values."""
    measured: tuple[str, Array]
    error: Array
    model: Array


@dataclass(frozen=True)
class CalibrationFit:
    """The outcome of a calibration."""

    title: str
    determined: tuple[Determined, ...]
    chi_square: float
    degrees_of_freedom: int
    traces: tuple[Trace, ...]
    settings: tuple[tuple[Place, str], ...] = ()
    """What else goes into the device file: places and texts."""
    missing: tuple[str, ...] = ()
    """What the data do not tell, and what to measure."""
    results: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """lmfit's results."""


@dataclass(frozen=True)
class Averages:
    """Means over the readings at each set point, in their order."""

    values: Mapping[str, Array]
    errors: Mapping[str, Array]

    @classmethod
    def of(cls, raw: "xr.Dataset", *, scatter: bool = True) -> "Averages":
        """Average a raw dataset over the readings of each cell.

        Standard errors come from the scatter within the cells, pooled over all of them; without `scatter` there are
        none, and one reading in a cell is enough.

        Raises
        ------
        DataError
            If variables are missing, or no cell has two readings.
        """
        name = str(raw.encoding.get("source", "raw dataset"))
        check_dataset(raw, RAW, name)
        cell = raw["cell"].values
        _, inverse, counts = np.unique(cell, return_inverse=True, return_counts=True)
        freedom = int((counts - 1).sum())
        if scatter and freedom < 1:
            raise DataError(
                f"{name}: must hold at least two readings at a set point to know their scatter, found one each; "
                "raise readings_per_point"
            )
        values, errors = {}, {}
        for column in RAW:
            if RAW[column].kind != "f" or column not in raw:
                continue
            given = raw[column].values
            mean = np.bincount(inverse, given) / counts
            values[column] = mean
            if scatter:
                errors[column] = np.sqrt(((given - mean[inverse]) ** 2).sum() / freedom / counts)
        return cls(values, errors)

    def at(self, chosen: npt.NDArray[np.bool_]) -> "Averages":
        """Return those of some set points."""
        return Averages(
            {name: value[chosen] for name, value in self.values.items()},
            {name: error[chosen] for name, error in self.errors.items()},
        )
