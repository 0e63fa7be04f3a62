"""One collective spin of a given J in thermal equilibrium (Eq. 18, App. C)."""

import numpy as np

from valvelab.arguments import Array, Values, common_shape, half_integers, non_negative, positive
from valvelab.constants import BOLTZMANN, PLANCK

_SMALLEST, _LARGEST = np.finfo(float).tiny, 1e300
"""Stand for h f / k_B T at infinite temperature and at 0 K where 0 times infinity would be met."""


def log_partition_function(spin: Values, frequency: Values, temperature: Values) -> Array:
    """Return the logarithm of Z = sum_m exp(-m h f / k_B T) (Eqs. C4, C6).

    It goes to log(2 J + 1) at high temperature, and is infinite at 0 K unless J is 0: the lowest level lies at
    -J h f.

    Parameters
    ----------
    spin
        J: 0, 1/2, 1, ...
    frequency
        Frequency of the qubits [Hz].
    temperature
        Temperature of the spin [K]; 0 is allowed.

    Raises
    ------
    ValueError
        If an argument is out of range or the shapes do not broadcast.

    Examples
    --------
    >>> float(log_partition_function(1, 4e9, 0.0))
    inf
    """
    spin, exponent = _spin_and_exponent(spin, frequency, temperature)
    finite = np.clip(exponent, _SMALLEST, _LARGEST)
    ground = np.where(spin > 0, exponent, 0) * spin
    with np.errstate(over="ignore"):
        excited: Array = np.log(np.expm1(-(2 * spin + 1) * finite) / np.expm1(-finite))
        return ground + excited


def mean_inversion(spin: Values, frequency: Values, temperature: Values) -> Array:
    """Return <J_z> of a spin J at a temperature (Eq. C9), from -J at 0 K (Eq. C10) to 0.

    Equation (C9) subtracts k_B T / h f from itself when it is hot. Here the poles of both hyperbolic cotangents
    are taken away: with x = h f / 2 k_B T and L(y) = coth(y) - 1/y, <J_z> is [L(x) - (2J + 1) L((2J + 1) x)] / 2.

    Parameters
    ----------
    spin
        J: 0, 1/2, 1, ...
    frequency
        Frequency of the qubits [Hz].
    temperature
        Temperature of the spin [K]; 0 is allowed.

    Raises
    ------
    ValueError
        If an argument is out of range or the shapes do not broadcast.

    Examples
    --------
    >>> round(float(mean_inversion(1, 4e9, 0.2467)), 4)
    -0.4725
    """
    spin, exponent = _spin_and_exponent(spin, frequency, temperature)
    return thermal_inversion(spin, exponent)


def thermal_inversion(spin: Values, exponent: Array) -> Array:
    """Return <J_z> of a spin J, h f / k_B T [1] given; see `mean_inversion`."""
    levels = 2 * spin + 1
    with np.errstate(over="ignore"):
        inversion: Array = (_langevin(exponent / 2) - levels * _langevin(levels * exponent / 2)) / 2
    return inversion


def high_temperature_inversion(spin: Values, frequency: Values, temperature: Values) -> Array:
    """Return <J_z> = -J (J + 1) h f / 3 k_B T, the limit of `mean_inversion` for J h f << k_B T (Eq. C11).

    Parameters
    ----------
    spin
        J: 0, 1/2, 1, ...
    frequency
        Frequency of the qubits [Hz].
    temperature
        Temperature of the spin [K], above 0.

    Raises
    ------
    ValueError
        If an argument is out of range or the shapes do not broadcast.

    Examples
    --------
    >>> hot = 100.0
    >>> round(float(mean_inversion(2, 4e9, hot) / high_temperature_inversion(2, 4e9, hot)), 6)
    0.999998
    """
    temperature = positive("temperature", temperature, "K")
    spin, exponent = _spin_and_exponent(spin, frequency, temperature)
    inversion: Array = -exponent / 3 * spin * (spin + 1)
    return inversion


def large_spin_ratio(frequency: Values, temperature: Values) -> Array:
    """Return 2 coth(h f / 2 k_B T), which <J_z>_J / (J <J_z>_{1/2}) goes to for large J (Eq. C12).

    The paper announces it for Eq. (28); it is what gives Eq. (29).

    Parameters
    ----------
    frequency
        Frequency of the qubits [Hz].
    temperature
        Temperature of the spin [K]; 0 is allowed.

    Raises
    ------
    ValueError
        If an argument is out of range or the shapes do not broadcast.

    Examples
    --------
    >>> float(large_spin_ratio(4e9, 0.0))
    2.0
    """
    _, exponent = _spin_and_exponent(0.0, frequency, temperature)
    return 2 / np.tanh(np.maximum(exponent, _SMALLEST) / 2)


def level_populations(spin: float, frequency: Values, temperature: Values) -> Array:
    """Return P(m|J), the populations of the levels m of one spin J (Eq. 18).

    Parameters
    ----------
    spin
        J: 0, 1/2, 1, ...; one number.
    frequency
        Frequency of the qubits [Hz].
    temperature
        Temperature of the spin [K]; 0 is allowed.

    Returns
    -------
    Array of the shape that frequency and temperature broadcast to, with m = -J, ..., J on one more axis, the last.

    Raises
    ------
    ValueError
        If an argument is out of range or the shapes do not broadcast.

    Examples
    --------
    >>> level_populations(1, 4e9, 0.2467).round(3).tolist()
    [0.599, 0.275, 0.126]
    """
    if np.ndim(spin) > 0:
        raise ValueError(f"Argument `spin` must be one number, but is {spin!r}.")
    checked, exponent = _spin_and_exponent(spin, frequency, temperature)
    with np.errstate(over="ignore"):
        weight = np.exp(-np.arange(int(2 * checked) + 1) * np.minimum(exponent, _LARGEST)[..., None])
    populations: Array = weight / weight.sum(axis=-1, keepdims=True)
    return populations


def _spin_and_exponent(spin: Values, frequency: Values, temperature: Values) -> tuple[Array, Array]:
    """Return J and h f / k_B T, checked; 0 K is infinite."""
    spin = half_integers("spin", spin)
    frequency = positive("frequency", frequency, "Hz")
    temperature = non_negative("temperature", temperature, "K")
    common_shape(spin=spin, frequency=frequency, temperature=temperature)
    with np.errstate(divide="ignore", over="ignore"):
        return spin, PLANCK / BOLTZMANN * frequency / temperature


def _langevin(y: Array) -> Array:
    """Return coth(y) - 1/y; for small y as a continued fraction, which subtracts nothing."""
    small, large = np.minimum(y, 2), np.maximum(y, 2)
    below = np.full(np.shape(y), 27.0)
    for odd in range(25, 1, -2):
        below = odd + small**2 / below
    return np.where(y < 2, small / below, 1 / np.tanh(large) - 1 / large)
