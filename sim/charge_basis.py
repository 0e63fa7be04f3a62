r"""The transmon without approximation: its levels and charges in the basis of Cooper pairs.

.. math::

    H = 4 E_C (n - n_g)^2 - \frac{E_J(\Phi)}{2} \sum_n (|n\rangle\langle n+1| + h.c.), \quad
    E_J(\Phi) = E_{J\Sigma} \sqrt{\cos^2 \pi\Phi + d^2 \sin^2 \pi\Phi}

See Koch et al., PRA 76, 042319 (2007), Eqs. 2.1 and 2.18. Eq. A13 of the paper is its limit for a large E_J / E_C.
"""

from dataclasses import dataclass

import numpy as np

from valvelab import transmon
from valvelab.arguments import Array, Values, common_shape, fraction, non_negative, numbers, positive, whole

_LARGEST_RATIO = 1e6
_LARGEST_EDGE = 1e-12
"""Amplitude that a state may have at the last charge that is kept; the energy's error goes with its square."""
_NUMBERS_AT_ONCE = 4_000_000


@dataclass(frozen=True)
class TransmonLevels:
    """Hold the lowest levels of a transmon.

    Parameters
    ----------
    energies
        E_k / h of the Hamiltonian as it stands above [Hz], lowest first, on the last axis.
    charge
        <i|n|j> in Cooper pairs, on the last two axes; the signs of the states make <k|n|k+1> positive.
    asymptotic_frequency
        sqrt(8 E_J E_C) - E_C [Hz], Eq. A13.
    """

    energies: Array
    charge: Array
    asymptotic_frequency: Array

    @property
    def frequency(self) -> Array:
        """Frequency of the transition 0-1 [Hz]."""
        return np.asarray(self.energies[..., 1] - self.energies[..., 0])[()]

    @property
    def anharmonicity(self) -> Array:
        """Frequency of the transition 1-2 less that of 0-1 [Hz]; -E_C in the limit of a large E_J / E_C."""
        return np.asarray(self.energies[..., 2] - self.energies[..., 1] - self.frequency)[()]

    @property
    def asymptotic_error(self) -> Array:
        """By how much Eq. A13 is too high [Hz]."""
        return np.asarray(self.asymptotic_frequency - self.frequency)[()]


def transmon_levels(
    josephson_energy: Values,
    charging_energy: Values,
    offset_charge: Values = 0.0,
    *,
    asymmetry: Values = 0.0,
    flux: Values = 0.0,
    levels: int = 3,
    cutoff: int | None = None,
) -> TransmonLevels:
    """Diagonalise a transmon in the charge basis.

    Parameters
    ----------
    josephson_energy
        E_J / h of both junctions together, at zero flux [Hz]; at most a million times the charging energy.
    charging_energy
        E_C / h [Hz], E_C = e^2 / 2C.
    offset_charge
        n_g [Cooper pairs].
    asymmetry
        d = (E_J1 - E_J2) / (E_J1 + E_J2), between 0 and 1.
    flux
        Flux through the SQUID [flux quanta].
    levels
        How many levels, at least 3.
    cutoff
        How many charges to keep on either side of n_g; chosen by default. Either way it is checked that no
        state reaches the last charge.

    Raises
    ------
    ValueError
        If an argument is out of range, if the cutoff is too small, or if the shapes do not broadcast.

    Examples
    --------
    >>> found = transmon_levels(12.5e9, 250e6)
    >>> print(f"{found.frequency / 1e9:.4f} GHz, {found.anharmonicity / 1e6:.1f} MHz")
    4.7355 GHz, -287.3 MHz
    >>> print(f"{found.asymptotic_error / 1e6:.1f} MHz")
    14.5 MHz
    """
    josephson_energy = non_negative("josephson_energy", josephson_energy, "Hz")
    charging_energy = positive("charging_energy", charging_energy, "Hz")
    offset_charge = numbers("offset_charge", offset_charge)
    asymmetry = fraction("asymmetry", asymmetry)
    flux = numbers("flux", flux)
    levels = whole("levels", levels, 3)
    shape = common_shape(
        josephson_energy=josephson_energy,
        charging_energy=charging_energy,
        offset_charge=offset_charge,
        asymmetry=asymmetry,
        flux=flux,
    )
    ratio = josephson_energy * transmon.squid(flux, asymmetry) / charging_energy
    if (ratio > _LARGEST_RATIO).any():
        raise ValueError(
            f"Argument `josephson_energy` must be at most {_LARGEST_RATIO:g} times the charging energy, "
            f"but is {float(np.max(ratio)):.3g} times; are both in Hz?"
        )
    cutoff = _enough(ratio, levels) if cutoff is None else whole("cutoff", cutoff, levels)
    energies, charge = _in_parts(
        np.broadcast_to(ratio, shape).ravel(), np.broadcast_to(offset_charge, shape).ravel(), levels, cutoff
    )
    maximum = np.sqrt(8 * josephson_energy * charging_energy) - charging_energy
    asymptotic = transmon.frequency(flux, charging_energy, maximum, asymmetry)
    return TransmonLevels(
        energies=energies.reshape(*shape, levels) * charging_energy[..., None],
        charge=charge.reshape(*shape, levels, levels),
        asymptotic_frequency=np.broadcast_to(asymptotic, shape)[()],
    )


def charge_dispersion(
    josephson_energy: Values,
    charging_energy: Values,
    *,
    asymmetry: Values = 0.0,
    flux: Values = 0.0,
    levels: int = 3,
) -> Array:
    """Return how far each level moves with the offset charge, E_k(n_g = 1/2) - E_k(n_g = 0) over h [Hz].

    The levels are on the last axis. What is smaller than about 1e-12 E_C is rounding.

    Parameters
    ----------
    josephson_energy, charging_energy, asymmetry, flux, levels
        As in `transmon_levels`.

    Raises
    ------
    ValueError
        If an argument is out of range, or if the shapes do not broadcast.

    Notes
    -----
    Koch et al., PRA 76, 042319 (2007), Eq. 2.5, is its limit for a large E_J / E_C.

    Examples
    --------
    >>> ground, first, second = charge_dispersion(12.5e9, 250e6)
    >>> print(f"{(first - ground) / 1e3:.1f} kHz")
    -9.9 kHz
    """
    half, zero = (
        transmon_levels(josephson_energy, charging_energy, n_g, asymmetry=asymmetry, flux=flux, levels=levels)
        for n_g in (0.5, 0.0)
    )
    return half.energies - zero.energies


def _enough(ratio: Array, levels: int) -> int:
    """Return a number of charges beyond which every level has died out."""
    # In the harmonic limit the ground state is a Gaussian of this width in n; the rest covers the free rotor.
    width = (np.max(ratio, initial=0.0) / 8) ** 0.25
    return int(np.ceil(width * (np.sqrt(2 * levels - 1) + 6) + levels / 2)) + 4


def _in_parts(ratio: Array, offset_charge: Array, levels: int, cutoff: int) -> tuple[Array, Array]:
    """Diagonalise a flat batch in parts, so that memory does not grow with the batch."""
    step = max(1, _NUMBERS_AT_ONCE // (2 * cutoff + 1) ** 2)
    starts = range(0, max(1, len(ratio)), step)
    solved = [_diagonalise(ratio[k : k + step], offset_charge[k : k + step], levels, cutoff) for k in starts]
    return np.concatenate([part[0] for part in solved]), np.concatenate([part[1] for part in solved])


def _diagonalise(ratio: Array, offset_charge: Array, levels: int, cutoff: int) -> tuple[Array, Array]:
    """Return energies in units of E_C, and <i|n|j>."""
    nearest = np.rint(offset_charge)
    n = np.arange(-cutoff, cutoff + 1)
    hamiltonian = np.zeros((len(ratio), len(n), len(n)))
    hamiltonian[:, n + cutoff, n + cutoff] = 4 * (n - (offset_charge - nearest)[:, None]) ** 2
    hamiltonian[:, n[:-1] + cutoff + 1, n[:-1] + cutoff] = -ratio[:, None] / 2  # eigh reads the lower half
    energies, states = np.linalg.eigh(hamiltonian)
    states = states[:, :, :levels]
    edge = float(np.max(np.abs(states[:, [0, -1]]), initial=0.0))
    if edge > _LARGEST_EDGE:
        raise ValueError(
            f"Argument `cutoff` must let every state die out to {_LARGEST_EDGE:g}, but at {cutoff} charges from n_g "
            f"an amplitude of {edge:.2g} is left; make it larger, or leave it away."
        )
    charge = np.swapaxes(states, 1, 2) @ (n[:, None] * states)
    step_signs = np.where(np.diagonal(charge, 1, 1, 2) < 0, -1.0, 1.0)
    signs = np.cumprod(np.insert(step_signs, 0, 1.0, axis=1), axis=1)
    charge *= signs[:, :, None] * signs[:, None, :]
    return energies[:, :levels], charge + nearest[:, None, None] * np.eye(levels)
