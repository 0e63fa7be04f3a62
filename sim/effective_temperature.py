"""The temperature at which two baths together hold the qubits (Sec. II A)."""

import numpy as np

from valvelab.arguments import Array, Values, positive
from valvelab.constants import BOLTZMANN, PLANCK

from .baths import Bath, common_bath_shape


def effective_temperature(frequency: Values, hot: Bath, cold: Bath) -> Array:
    """Return T*, at which two baths together hold a spin of any J (Eq. 16) [K].

    T* lies between the temperatures of the baths, and is exactly theirs where both are equal. Figure 4 is made
    with T_0 / T* = 1.42 and 0.57, which Sec. III also prints as T* / T_0: the ratio with T_0 = h f / k_B above is
    the right one.

    Parameters
    ----------
    frequency
        Frequency of the qubits [Hz].
    hot, cold
        The reservoirs; which of them is warmer does not matter.

    Returns
    -------
    Array of the shape that frequency, rates and temperatures broadcast to.

    Raises
    ------
    ValueError
        If an argument is out of range, or both rates are 0.

    Examples
    --------
    >>> baths = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096)
    >>> round(float(effective_temperature(4e9, *baths)), 4)
    0.2467
    """
    frequency = positive("frequency", frequency, "Hz")
    common_bath_shape({"hot": hot, "cold": cold}, frequency=frequency)
    rate_hot, rate_cold = np.asarray(hot.rate), np.asarray(cold.rate)
    if np.any((rate_hot == 0) & (rate_cold == 0)):
        raise ValueError(
            "Argument `hot` must have a rate above 0 1/s where that of `cold` is 0, but has not."
        )
    # With logarithms, occupations such as exp(-1000) still decide; D / U = 1 + (gamma_h + gamma_c) / U.
    with np.errstate(divide="ignore"):
        log_up = np.logaddexp(*(np.log(bath.rate) + _log_occupation(frequency, bath) for bath in (hot, cold)))
        exponent = np.logaddexp(0, np.log(rate_hot + rate_cold) - log_up)
        temperature = PLANCK / BOLTZMANN * frequency / exponent
    low, high = np.minimum(hot.temperature, cold.temperature), np.maximum(hot.temperature, cold.temperature)
    clipped: Array = np.clip(temperature, low, high)
    return clipped


def _log_occupation(frequency: Array, bath: Bath) -> Array:
    with np.errstate(divide="ignore", over="ignore"):
        exponent = PLANCK / BOLTZMANN * frequency / np.asarray(bath.temperature)
        log_occupation: Array = -exponent - np.log(-np.expm1(-exponent))
    return log_occupation
