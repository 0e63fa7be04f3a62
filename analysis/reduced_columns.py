"""What a reduced dataset may hold: the columns that any file can carry, and the matrices that only some can."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from valvelab.dataset import REDUCED, Variable

REFERENCE = ("frequency_1", "frequency_2", "temperature_source", "temperature_drain")
"""What is known of the reference that was subtracted, each with ``reference_`` before its name."""
DIRECTION = {"drain": "into the drain", "source": "out of the source"}
_MORE: dict[str, Variable] = {
    "cell": Variable("1", "pair of bath and source temperature", "i"),
    "bath_temperature": Variable("K", "temperature of the mixing chamber"),
    "temperature_source_std": Variable("K", "standard error of the source temperature"),
    "temperature_drain_std": Variable("K", "standard error of the drain temperature"),
    "heat_power_temperature_covariance": Variable(
        "W*K", "covariance of heat power and drain temperature, which one voltage gives"
    ),
    **{
        f"heat_power_{name}_calibration_std": Variable(
            "W",
            f"part of the standard error of the heat power {direction} that all points share through calibration",
        )
        for name, direction in DIRECTION.items()
    },
    **{
        f"reference_{name}": Variable(REDUCED[name].units, f"{REDUCED[name].long_name} in the reference")
        for name in REFERENCE
    },
    **{
        f"{prefix}frequency_{qubit}_shift": Variable(
            "Hz", f"move of {prefix}frequency_{qubit} for one standard error of the flux of qubit {qubit}"
        )
        for prefix in ("", "reference_")
        for qubit in (1, 2)
    },
}
COLUMNS: Mapping[str, Variable] = {
    **REDUCED,
    **{name: replace(described, optional=True) for name, described in _MORE.items()},
}
"""Variables along ``point`` that a fit takes: those of the contract, errors of temperatures, and the reference."""


@dataclass(frozen=True)
class Matrix:
    """A variable of which each point has a row: where it lies, and its unit with other spellings of it."""

    dims: tuple[str, str]
    units: tuple[str, ...]


MATRICES: Mapping[str, Matrix] = {
    **{
        f"heat_power_{name}_covariance": Matrix(("point", "point_"), ("W**2", "W^2", "W2", "W*W"))
        for name in DIRECTION
    },
    **{f"heat_power_{name}_shift": Matrix(("point", f"{name}_error"), ("W",)) for name in DIRECTION},
    **{
        f"{prefix}temperature_{name}_shift": Matrix(("point", f"{name}_error"), ("K",))
        for name in DIRECTION
        for prefix in ("", "reference_")
    },
}
"""Covariances of powers, and how powers and temperatures move with each independent error."""
