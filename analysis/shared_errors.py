"""How the powers and temperatures of a run move together, and what that means for a fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import numpy as np

from valvelab.arguments import Array
from valvelab.errors import DataError

if TYPE_CHECKING:
    import xarray as xr

Slopes: TypeAlias = Sequence[tuple[Array, Array]]
_POWERS = ("heat_power_drain", "heat_power_source")
_ROUNDING = 1e-6


@dataclass(frozen=True)
class SharedErrors:
    """Moves for one standard error of each independent error, shape (point, error) each.

    What the points share, be it the background of a cell, slow noise or the calibration of a thermometer, is an error
    that moves many of them; a power and the temperature at which the model is evaluated move with the same errors, so
    nothing is counted twice.
    """

    powers: tuple[Array, ...]
    """Of the power into the drain and, where it was measured, that out of the source [W]."""
    temperatures: tuple[Array, Array]
    """Of source and drain temperature [K]."""
    references: tuple[Array, Array]
    """Of those of the reference that was subtracted [K]."""

    @classmethod
    def from_dataset(cls, dataset: "xr.Dataset") -> Self | None:
        """Take the moves out of a reduced dataset; None where it does not hold them.

        Raises
        ------
        DataError
            If they are not those of the powers' covariance.
        """
        if "heat_power_drain_shift" not in dataset:
            return None
        powers = [name for name in _POWERS if name in dataset]
        names = [
            f"{prefix}temperature_{role}" for prefix in ("", "reference_") for role in ("source", "drain")
        ]
        absent = [f"{name}_shift" for name in [*powers, *names] if f"{name}_shift" not in dataset]
        if absent:
            raise DataError(
                f"reduced dataset: {', '.join(absent)} must be there beside heat_power_drain_shift, found none; "
                "add it, or leave all shifts out"
            )
        moves = {name: np.asarray(dataset[f"{name}_shift"].values, float) for name in [*powers, *names]}
        for name in powers:
            _demand_agreement(name, moves[name], dataset)
        return cls(
            tuple(moves[name] for name in powers),
            (moves[names[0]], moves[names[1]]),
            (moves[names[2]], moves[names[3]]),
        )

    def covariance(self, slopes: Slopes, references: Slopes) -> Any:
        """Return the covariance of measured less modelled powers [W^2], drain first and then source, as a sparse array.

        Parameters
        ----------
        slopes, references
            For each power its slopes in source and drain temperature [W/K], at the points, and at the reference of what
            is subtracted there; the latter are empty where nothing is.
        """
        from scipy.sparse import csr_array

        moves = []
        for number, power in enumerate(self.powers):
            moved = power.copy()
            for slope, temperature in zip(slopes[number], self.temperatures, strict=True):
                moved -= slope[:, None] * temperature
            for slope, temperature in zip(
                references[number] if references else (), self.references, strict=False
            ):
                moved += slope[:, None] * temperature
            moves.append(moved)
        stacked = np.concatenate(moves)
        return csr_array(stacked @ stacked.T)


def _demand_agreement(name: str, moved: Array, dataset: "xr.Dataset") -> None:
    """Stop where a covariance was changed and the moves that it is made of were not."""
    stated = dataset[f"{name}_std"].values
    found = np.sqrt(np.sum(moved**2, axis=1))
    if not np.allclose(found, stated, rtol=_ROUNDING, atol=0):
        raise DataError(
            f"reduced dataset: {name}_shift must give the errors in {name}_std, found others; "
            f"leave all ..._shift out where {name}_std is changed"
        )
