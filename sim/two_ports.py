"""Two-ports of a microwave circuit: chain (ABCD) matrices, and what they scatter between two resistors.

A chain matrix takes voltage and current at the right, outwards, to those at the left (Pozar, Microwave Engineering,
Sec. 4.4). The time dependence is exp(i 2 pi f t), that of engineers.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from valvelab.arguments import Array, Values, common_shape, non_negative, positive

Complex = npt.NDArray[np.complexfloating[Any, Any]]

_LEAST_TRANSFER = 1e-5
"""Least transfer impedance [Ohm], some 1e-8 of a resistor."""


@dataclass(frozen=True)
class Line:
    """Describe a coplanar line.

    Parameters
    ----------
    length
        Its length [m].
    impedance
        Characteristic impedance [Ohm].
    velocity
        Phase velocity [m/s]; by default that on silicon, c / sqrt(6.2).
    loss
        Attenuation of the amplitude [1/m]. Such a line takes up heat; what it emits itself is not counted.

    Raises
    ------
    ValueError
        If a value is out of range or not finite.

    Examples
    --------
    >>> quarter = Line(length=7.5e-3, velocity=1.2e8)
    >>> print(np.round(chain(quarter, np.array([4e9]))[0, 0], 6))  # 50 Ohm, turned by a quarter of a wavelength
    [0. +0.j 0.+50.j]
    """

    length: Values
    impedance: Values = 50.0
    velocity: Values = 1.204e8
    loss: Values = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "length", non_negative("length", self.length, "m"))
        object.__setattr__(self, "impedance", positive("impedance", self.impedance, "Ohm"))
        object.__setattr__(self, "velocity", positive("velocity", self.velocity, "m/s"))
        object.__setattr__(self, "loss", non_negative("loss", self.loss, "1/m"))
        common_shape(**vars(self))


def chain(line: Line | None, frequency: Array) -> Complex:
    """Return the chain matrix of a line at some frequencies [Hz], on the last two axes; without a line, unity."""
    if line is None:
        return np.broadcast_to(np.eye(2, dtype=complex), (*frequency.shape, 2, 2))
    turn = (line.loss + 2j * np.pi * frequency / line.velocity) * line.length
    across, along = np.cosh(turn), np.sinh(turn)
    return _matrix(across, line.impedance * along, along / line.impedance, across)


def series(impedance: Complex) -> Complex:
    """Return the chain matrix of an impedance [Ohm] in series."""
    one = np.ones_like(impedance)
    return _matrix(one, impedance, 0 * one, one)


def shunt(admittance: Complex) -> Complex:
    """Return the chain matrix of an admittance [S] to ground."""
    one = np.ones_like(admittance)
    return _matrix(one, 0 * one, admittance, one)


def admittance_matrix(chain_matrix: Complex) -> Complex:
    """Return the admittance matrix [S] of a reciprocal two-port, both currents inwards; those in parallel add."""
    a, b, d = chain_matrix[..., 0, 0], chain_matrix[..., 0, 1], chain_matrix[..., 1, 1]
    # A lossless resonance is a pole of Y but not of S: stop short of it, where rounding is as large as the step.
    b = np.where(np.abs(b) < _LEAST_TRANSFER, _LEAST_TRANSFER, b)
    return _matrix(d / b, -1 / b, -1 / b, a / b)


def scattering_matrix(admittances: Complex, first: float, second: float) -> Complex:
    """Return S of power waves between two resistors [Ohm], of which an admittance matrix [S] is the rest.

    S = 2 sqrt(G) (Y + G)^-1 sqrt(G) - 1: an element of S is never the small difference of large ones.
    """
    one, two = 1 / first, 1 / second
    own, other = admittances[..., 0, 0] + one, admittances[..., 1, 1] + two
    back, forth = admittances[..., 0, 1], admittances[..., 1, 0]
    determinant = own * other - back * forth
    across = -2 * np.sqrt(one * two) / determinant
    return _matrix(
        2 * one * other / determinant - 1, across * back, across * forth, 2 * two * own / determinant - 1
    )


def _matrix(a: npt.ArrayLike, b: npt.ArrayLike, c: npt.ArrayLike, d: npt.ArrayLike) -> Complex:
    parts = np.broadcast_arrays(a, b, c, d)
    return np.stack(parts, axis=-1).reshape(*parts[0].shape, 2, 2).astype(complex)
