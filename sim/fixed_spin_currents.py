"""The heat current through one conserved spin, its bounds and its limits (Secs. II B, II C)."""

import numpy as np

from valvelab.arguments import Array, Values, half_integers, positive
from valvelab.constants import PLANCK

from .baths import Bath, Mode, common_bath_shape
from .currents import cold_share
from .effective_temperature import effective_temperature
from .fixed_spin import high_temperature_inversion, large_spin_ratio, mean_inversion


def fixed_spin_current(spin: Values, frequency: Values, hot: Bath, cold: Bath) -> Array:
    """Return Q_h = -Q_c of a conserved spin J, Eq. (24) with Eq. (C9) at T* [W].

    It equals `collective(..., spin=J)`, at the cost of one formula for any J.

    Parameters
    ----------
    spin
        J: 0, 1/2, 1, ...
    frequency
        Frequency of the qubits [Hz].
    hot, cold
        The reservoirs.

    Raises
    ------
    ValueError
        If an argument is out of range, both rates are 0, or the shapes do not broadcast.

    Examples
    --------
    >>> baths = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096)
    >>> round(float(fixed_spin_current(1, 4e9, *baths)) * 1e15, 4)  # [fW]
    0.8674
    """
    spin, frequency = _checked(spin, frequency, hot, cold)
    temperature = effective_temperature(frequency, hot, cold)
    return -mean_inversion(spin, frequency, temperature) * _per_inversion(frequency, hot, cold)


def current_bound(spin: Values, frequency: Values, hot: Bath, cold: Bath) -> Array:
    """Return 2 gamma_h gamma_c / (gamma_h + gamma_c) h f J (n_h - n_c) [W]: Q_lim of Eq. (28), Eq. (25) at J = N/2.

    Without a parasitic bath it bounds the current through a conserved spin J (from below where T_h < T_c), which
    reaches it for J T_0 >> T*, at low temperature or for many qubits. With a parasitic bath Eq. (25), of J = N/2,
    still bounds the quantity of Eq. (24), `HeatCurrents.paper`; it then bounds neither Q_h nor -Q_c, because heat
    also flows between reservoirs and parasitic bath.

    Parameters
    ----------
    spin
        J: 0, 1/2, 1, ...
    frequency
        Frequency of the qubits [Hz].
    hot, cold
        The reservoirs.

    Raises
    ------
    ValueError
        If an argument is out of range or the shapes do not broadcast.

    Examples
    --------
    >>> baths = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096)
    >>> round(float(current_bound(1, 4e9, *baths)) * 1e15, 4)  # [fW]
    1.8357
    """
    spin, frequency = _checked(spin, frequency, hot, cold)
    return spin * _per_inversion(frequency, hot, cold)


def thermodynamic_enhancement(frequency: Values, hot: Bath, cold: Bath) -> Array:
    """Return Q_lim / Q_ind = coth(T_0 / 2 T*), the enhancement for many qubits with J = N/2 (Eq. 29).

    It is above 1, near 1 for T* << T_0 and near 2 T* / T_0 for T* >> T_0.

    Parameters
    ----------
    frequency
        Frequency of the qubits [Hz].
    hot, cold
        The reservoirs.

    Raises
    ------
    ValueError
        If an argument is out of range, both rates are 0, or the shapes do not broadcast.

    Examples
    --------
    >>> round(float(thermodynamic_enhancement(4e9, Bath(0.5e9, 0.384), Bath(0.5e9, 0.096))), 4)
    2.6984
    """
    return large_spin_ratio(frequency, effective_temperature(frequency, hot, cold)) / 2


def high_temperature_current(spin: Values, frequency: Values, hot: Bath, cold: Bath) -> Array:
    """Return the limit of `fixed_spin_current` for J T_0 << T*, which grows as J (J + 1) (Eq. 30) [W].

    Parameters
    ----------
    spin
        J: 0, 1/2, 1, ...
    frequency
        Frequency of the qubits [Hz].
    hot, cold
        The reservoirs.

    Raises
    ------
    ValueError
        If an argument is out of range, T* is 0 K, both rates are 0, or the shapes do not broadcast.

    Examples
    --------
    >>> baths = Bath(0.5e9, 50.0), Bath(0.5e9, 40.0)
    >>> round(float(fixed_spin_current(2, 4e9, *baths) / high_temperature_current(2, 4e9, *baths)), 5)
    0.99999
    """
    spin, frequency = _checked(spin, frequency, hot, cold)
    temperature = effective_temperature(frequency, hot, cold)
    if np.any(temperature == 0):
        raise ValueError("The effective temperature T* of `hot` and `cold` must be above 0 K, but is 0.0.")
    return -high_temperature_inversion(spin, frequency, temperature) * _per_inversion(frequency, hot, cold)


def _checked(spin: Values, frequency: Values, hot: Bath, cold: Bath) -> tuple[Array, Array]:
    spin, frequency = half_integers("spin", spin), positive("frequency", frequency, "Hz")
    common_bath_shape({"hot": hot, "cold": cold}, spin=spin, frequency=frequency)
    return spin, frequency


def _per_inversion(frequency: Array, hot: Bath, cold: Bath) -> Array:
    """Return what Eq. (24) multiplies <-J_z> with [W]."""
    excess = Mode.of(hot, frequency).excess(Mode.of(cold, frequency))
    power: Array = 2 * PLANCK * frequency * hot.rate * cold_share(hot, cold) * excess
    return power
