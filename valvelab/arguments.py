"""What every physics function demands of its arguments, said in one grammar."""

import math
from collections.abc import Sequence
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array: TypeAlias = NDArray[np.float64]
Amplitude: TypeAlias = Array | NDArray[np.complex128]
"""Floats, or complex numbers where they have a phase."""
Item = TypeVar("Item")
Values: TypeAlias = float | Array
"""What a caller may give where one number or an array of them is meant."""


def numbers(name: str, value: ArrayLike) -> Array:
    """Convert an argument to finite floats.

    Raises
    ------
    ValueError
        If it is not made of real numbers, or not all of them are finite.
    """
    found: object = value
    if isinstance(found, float) and math.isfinite(found):
        return np.float64(found)  # type: ignore[return-value]  # the usual case, in a tenth of the time
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ValueError(
            f"Argument `{name}` must be a number or a rectangular array, but is {value!r}."
        ) from error
    if array.dtype.kind not in "iuf":
        raise ValueError(f"Argument `{name}` must be made of real numbers, but is {value!r}.")
    array = array.astype(np.float64)[()]
    return _hold(name, array, np.isfinite(array), "finite")


def amplitudes(name: str, value: ArrayLike) -> Amplitude:
    """Convert an argument to finite amplitudes: complex where one has a phase other than 0 or pi, else floats.

    Raises
    ------
    ValueError
        If it is not made of numbers, or not all of them are finite.
    """
    try:
        array = np.asarray(value)
    except ValueError:
        return numbers(name, value)  # which says what is wrong
    if array.dtype.kind != "c":
        return numbers(name, value)
    real, imaginary = numbers(name, array.real), numbers(name, array.imag)
    return np.asarray(real + 1j * imaginary)[()] if np.any(imaginary) else real


def non_negative(name: str, value: ArrayLike, unit: str) -> Array:
    """Convert an argument to finite floats that are at least zero."""
    found: object = value
    if isinstance(found, float) and 0 <= found < math.inf:
        return np.float64(found)  # type: ignore[return-value]  # as in `numbers`
    array = numbers(name, value)
    return array if array.ndim == 0 and array >= 0 else _hold(name, array, array >= 0, f"at least 0 {unit}")


def positive(name: str, value: ArrayLike, unit: str) -> Array:
    """Convert an argument to finite floats above zero."""
    array = numbers(name, value)
    return array if array.ndim == 0 and array > 0 else _hold(name, array, array > 0, f"above 0 {unit}")


def fraction(name: str, value: ArrayLike) -> Array:
    """Convert an argument to finite floats from 0 to 1."""
    array = non_negative(name, value, "")
    return _hold(name, array, array <= 1, "at most 1")


def two(name: str, value: Sequence[Item] | Array, meaning: str) -> tuple[Item, Item]:
    """Unpack an argument that holds one value for each of the two qubits.

    Raises
    ------
    ValueError
        If it does not consist of exactly two.
    """
    try:
        first, second = value
    except (TypeError, ValueError) as error:
        raise ValueError(f"Argument `{name}` must be a pair {meaning}, but is {value!r}.") from error
    return first, second


def qubit_number(n_qubits: int) -> int:
    """Convert the number of qubits to an int."""
    return whole("n_qubits", n_qubits, 1)


def whole(name: str, value: int, lowest: int) -> int:
    """Convert a count to an int.

    Raises
    ------
    ValueError
        If it is not an integer, or below the lowest that is allowed.
    """
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | np.integer) or value < lowest:
        raise ValueError(f"Argument `{name}` must be an integer and at least {lowest}, but is {value!r}.")
    return int(value)


def yes_or_no(name: str, value: bool) -> bool:
    """Return a bool, or raise; what is merely true, such as the text "none", is none."""
    if not isinstance(value, bool):
        raise ValueError(f"Argument `{name}` must be True or False, but is {value!r}.")
    return value


def total_spin(name: str, spin: ArrayLike, n_qubits: int) -> float:
    """Convert an argument to a value that the collective spin J of N qubits can have."""
    place = n_qubits / 2 - numbers(name, spin)
    if place.ndim > 0 or not 0 <= place <= n_qubits // 2 or place != int(place):
        raise ValueError(
            f"Argument `{name}` must be one of N/2, N/2 - 1, ... down to {n_qubits % 2 / 2:g} "
            f"(here N/2 = {n_qubits / 2:g}), but is {spin!r}."
        )
    return n_qubits / 2 - float(place)


def projection(name: str, inversion: ArrayLike, spin: float) -> float:
    """Convert an argument to a value that J_z of a spin J can have."""
    place = spin + numbers(name, inversion)
    if place.ndim > 0 or not 0 <= place <= 2 * spin or place != int(place):
        raise ValueError(
            f"Argument `{name}` must be one of -J, -J + 1, ... J (here J = {spin:g}), but is {inversion!r}."
        )
    return float(place) - spin


def common_shape(**arguments: ArrayLike | None) -> tuple[int, ...]:
    """Return the shape that the named arguments broadcast to.

    Raises
    ------
    ValueError
        If they do not broadcast; the message lists every shape.
    """
    if all(isinstance(value, float) for value in arguments.values()):
        return ()  # the usual case, in a tenth of the time
    shapes = {name: np.shape(value) for name, value in arguments.items() if value is not None}
    different = set(shapes.values()) - {()}
    if len(different) < 2:  # nearly always; NumPy's answer takes longer than a current
        return different.pop() if different else ()
    try:
        return np.broadcast_shapes(*shapes.values())
    except ValueError as error:
        listed = ", ".join(f"`{name}` {shape}" for name, shape in shapes.items() if shape)
        raise ValueError(
            f"The arguments must broadcast to one shape, but have the shapes {listed}."
        ) from error


def half_integers(name: str, value: ArrayLike) -> Array:
    """Convert an argument to spins: 0, 1/2, 1, 3/2 and so on."""
    array = non_negative(name, value, "")
    return _hold(name, array, array * 2 == np.floor(array * 2), "a multiple of 1/2")


def _hold(name: str, array: Array, holds: NDArray[np.bool_], demand: str) -> Array:
    if not holds.all():
        where = tuple(int(index) for index in np.argwhere(~holds)[0])
        place = f" at index {where}" if where else ""
        raise ValueError(f"Argument `{name}` must be {demand.strip()}, but is {float(array[where])}{place}.")
    return array
