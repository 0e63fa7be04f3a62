"""The flux dispersion of an asymmetric transmon, forwards and backwards."""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def squid(flux: npt.ArrayLike, asymmetry: npt.ArrayLike) -> Array:
    """Return E_J at a flux [flux quanta] over its value at zero flux, for junctions of an asymmetry d."""
    angle = np.pi * np.asarray(flux, float)
    return np.asarray(np.sqrt(np.cos(angle) ** 2 + (np.asarray(asymmetry) * np.sin(angle)) ** 2))


def frequency(
    flux: npt.ArrayLike,
    charging_energy: npt.ArrayLike,
    maximum_frequency: npt.ArrayLike,
    asymmetry: npt.ArrayLike,
) -> Array:
    r"""Return the transition frequency of a transmon at a flux.

    .. math::

        f = \sqrt{8 E_J E_C} - E_C, \quad
        E_J = E_{J\Sigma} \sqrt{\cos^2 \pi\Phi + d^2 \sin^2 \pi\Phi}

    with energies over h. The total Josephson energy is given by the frequency at zero flux, the
    quantity that one measures.

    Parameters
    ----------
    flux
        Flux through the SQUID [flux quanta], any shape.
    charging_energy
        E_C / h [Hz].
    maximum_frequency
        Transition frequency at zero flux [Hz].
    asymmetry
        d = (E_J1 - E_J2) / (E_J1 + E_J2), between 0 and 1.

    Returns
    -------
    Frequency [Hz], in the broadcast shape. Source: Koch et al., PRA 76, 042319 (2007), Eqs. 2.11 and 2.18.

    Examples
    --------
    >>> float(frequency(0.0, 178e6, 6.5e9, 0.05))
    6500000000.0
    """
    charging = np.asarray(charging_energy, float)
    plasma = np.asarray(maximum_frequency, float) + charging
    return np.asarray(plasma * np.sqrt(squid(flux, asymmetry)) - charging)


def frequency_slope(
    flux: npt.ArrayLike,
    charging_energy: npt.ArrayLike,
    maximum_frequency: npt.ArrayLike,
    asymmetry: npt.ArrayLike,
) -> Array:
    r"""Return the derivative of `frequency` by the flux [Hz per flux quantum], in the broadcast shape.

    .. math::

        \frac{df}{d\Phi} = -\frac{\pi}{4} (1 - d^2) \sin(2 \pi \Phi) \frac{f_{max} + E_C}{s^{3/2}}, \quad
        s = \sqrt{\cos^2 \pi\Phi + d^2 \sin^2 \pi\Phi}

    Arguments are those of `frequency`.
    """
    plasma = np.asarray(maximum_frequency, float) + np.asarray(charging_energy, float)
    turned = np.sin(2 * np.pi * np.asarray(flux, float)) * (1 - np.asarray(asymmetry) ** 2)
    return np.asarray(-np.pi / 4 * plasma * turned / squid(flux, asymmetry) ** 1.5)


def minimum_frequency(charging_energy: float, maximum_frequency: float, asymmetry: float) -> float:
    """Return the transition frequency at half a flux quantum [Hz], the lowest that the transmon reaches."""
    return float(frequency(0.5, charging_energy, maximum_frequency, asymmetry))


def flux(
    frequency: npt.ArrayLike,  # the paper's word for it
    charging_energy: float,
    maximum_frequency: float,
    asymmetry: float,
) -> Array:
    """Return the flux between 0 and 1/2 at which a transmon has a transition frequency [flux quanta].

    Raises
    ------
    ValueError
        If a frequency is above the maximum or below the minimum of the transmon.
    """
    wanted = np.asarray(frequency, float)
    lowest = minimum_frequency(charging_energy, maximum_frequency, asymmetry)
    outside = ~((wanted <= maximum_frequency) & (wanted >= lowest))
    if np.any(outside):
        found = np.atleast_1d(wanted)[np.atleast_1d(outside)][0]
        raise ValueError(
            f"frequency must lie between {lowest / 1e9:.6g} GHz and {maximum_frequency / 1e9:.6g} GHz, "
            f"the range of this transmon, found {found / 1e9:.6g} GHz"
        )
    squid_squared = ((wanted + charging_energy) / (maximum_frequency + charging_energy)) ** 4
    cosine = np.sqrt(np.clip((squid_squared - asymmetry**2) / (1 - asymmetry**2), 0, 1))
    return np.asarray(np.arccos(cosine) / np.pi)
