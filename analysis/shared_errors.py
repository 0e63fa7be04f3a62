"""How the powers and temperatures of a run move together, and what that means for a fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import numpy as np

from valvelab.arguments import Array
from valvelab.errors import DataError

if TYPE_CHECKING:
    import xarray as xr

Slopes: TypeAlias = Sequence[Sequence[Array]]
_POWERS = ("heat_power_drain", "heat_power_source")
_ROLES = ("source", "drain")
_QUBITS = (1, 2)
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Moves:
    """Moves of one reservoir or qubit for one standard error of each of its errors, shape (point, error) each."""

    power: Array | None
    """Of the power into the drain, or out of the source [W]; None where none was measured."""
    variable: Array
    """Of the temperature [K], or of the frequency [Hz]."""
    reference: Array
    """Of the same in the reference that was subtracted."""


@dataclass(frozen=True)
class SharedErrors:
    """How everything moves with the errors of source, drain and both fluxes, which are independent of each other.

    What the points share, be it the background of a cell, slow noise or the calibration of a thermometer, is an error
    that moves many of them; a power and the temperature at which the model is evaluated move with the same errors, so
    nothing is counted twice.
    """

    source: Moves
    drain: Moves
    qubits: tuple[Moves, ...] = ()
    """Of the frequency of each, where the dataset knows how far the fluxes may be off."""

    @classmethod
    def from_dataset(cls, dataset: "xr.Dataset") -> Self | None:
        """Take the moves out of a reduced dataset; None where it does not hold them.

        Raises
        ------
        DataError
            If they are not those of the powers' covariance.
        """
        powers = [name for name in _POWERS if name in dataset]
        if not any(f"{name}_shift" in dataset for name in powers):
            return None
        others = [f"{prefix}temperature_{role}" for prefix in ("", "reference_") for role in _ROLES]
        absent = [f"{name}_shift" for name in [*powers, *others] if f"{name}_shift" not in dataset]
        if absent:
            raise DataError(
                f"reduced dataset: {', '.join(absent)} must be there beside the other shifts, found none; "
                "add it, or leave all shifts out"
            )
        moves = {name: np.asarray(dataset[f"{name}_shift"].values, float) for name in [*powers, *others]}
        for name in powers:
            _demand_agreement(name, moves[name], dataset)
        source, drain = (
            Moves(
                moves.get(f"heat_power_{role}"),
                moves[f"temperature_{role}"],
                moves[f"reference_temperature_{role}"],
            )
            for role in _ROLES
        )
        return cls(source, drain, _of_qubits(dataset))

    def covariance(self, reservoirs: Sequence[str], slopes: Slopes, references: Slopes) -> Any:
        """Return the covariance of measured less modelled powers [W^2], as a sparse array.

        Parameters
        ----------
        reservoirs
            Whose powers they are, one after the other.
        slopes, references
            For each power its slopes in source and drain temperature [W/K], and in both frequencies [W/Hz] where there
            are `qubits`, at the points, and at the reference of what is subtracted there; the latter are empty where
            nothing is.
        """
        from scipy.sparse import csr_array

        stacked = []
        for number, name in enumerate(reservoirs):
            measured = getattr(self, name).power
            by_errors = []
            for place, moves in enumerate((self.source, self.drain, *self.qubits)):
                moved = -slopes[number][place][:, None] * moves.variable
                if references:
                    moved += references[number][place][:, None] * moves.reference
                if measured is moves.power and measured is not None:
                    moved += measured
                by_errors.append(moved)
            stacked.append(np.hstack(by_errors))
        total = np.concatenate(stacked)
        return csr_array(total @ total.T)


def _of_qubits(dataset: "xr.Dataset") -> tuple[Moves, ...]:
    """Return the moves of the frequencies, none where the dataset does not hold them."""
    names = [f"{prefix}frequency_{qubit}_shift" for prefix in ("", "reference_") for qubit in _QUBITS]
    absent = [name for name in names if name not in dataset]
    if len(absent) == len(names):
        return ()
    if absent:
        raise DataError(
            f"reduced dataset: {', '.join(absent)} must be there beside the other shifts of frequencies, found none; "
            "add it, or leave all four out"
        )
    shifts = [np.asarray(dataset[name].values, float)[:, None] for name in names]
    return tuple(Moves(None, *pair) for pair in zip(shifts[:2], shifts[2:], strict=True))


def _demand_agreement(name: str, moved: Array, dataset: "xr.Dataset") -> None:
    """Stop where a covariance was changed and the moves that it is made of were not."""
    stated = dataset[f"{name}_std"].values
    found = np.sqrt(np.sum(moved**2, axis=1))
    if not np.allclose(found, stated, rtol=_ROUNDING, atol=0):
        raise DataError(
            f"reduced dataset: {name}_shift must give the errors in {name}_std, found others; "
            f"leave all ..._shift out where {name}_std is changed"
        )
