"""Junctions of normal metal and superconductor: one at a voltage, and the SINIS pair, two in series, at a current.

Currents and powers are the full integrals over energy with a density of states that is broadened after Dynes
(`valvelab.junction_integrals`); without broadening it is that of BCS. The superconductor's quasiparticles have the
island's temperature, and the gap does not depend on it. See Giazotto et al., Rev. Mod. Phys. 78, 217 (2006).
"""

import numpy as np

from valvelab import junction_integrals
from valvelab.arguments import Array, Values, common_shape, fraction, numbers, positive
from valvelab.constants import BOLTZMANN, ELEMENTARY_CHARGE
from valvelab.junction_inverses import CRITICAL_RATIO, cold_ratio, flat, inverse_temperature, voltage_ratio

_LARGEST_CURRENT = 100.0
"""A larger one, in units of gap / (e resistance), is a mistake in the units."""


def nis_current(
    voltage: Values, temperature: Values, gap: Values, resistance: Values, broadening: Values = 0.0
) -> Array:
    r"""Return the current through one junction [A], an odd function of its voltage.

    .. math:: I = \frac{1}{2 e R_T} \int n_S(E) [f(E - eV) - f(E + eV)] \, dE, \qquad
        n_S = \left| \mathrm{Re} \frac{E + i \gamma \Delta}{\sqrt{(E + i \gamma \Delta)^2 - \Delta^2}} \right|

    Parameters
    ----------
    voltage
        Voltage across the junction [V].
    temperature
        Electron temperature of the normal metal [K], above 0.
    gap
        Superconducting gap [J].
    resistance
        Normal-state resistance of the junction [Ohm].
    broadening
        Dynes parameter gamma, from 0 to 1: far below the gap the junction is a resistor of ``resistance / gamma``.

    Raises
    ------
    ValueError
        If an argument is out of range, or if the shapes do not broadcast.

    Examples
    --------
    >>> gap = 205e-6 * 1.602176634e-19
    >>> print(f"{nis_current(150e-6, 0.1, gap, 25e3, 1e-4) * 1e12:.2f} pA")
    4.54 pA
    """
    voltage, a, gap, resistance, broadening = _at_voltage(voltage, temperature, gap, resistance, broadening)
    ratio = ELEMENTARY_CHARGE * np.abs(voltage) / gap
    shape = np.broadcast_shapes(ratio.shape, a.shape, broadening.shape)
    current, _ = junction_integrals.current_and_slope(*flat(shape, ratio, a, broadening))
    current = current.reshape(shape)
    return np.asarray(np.copysign(current, voltage) * gap / (ELEMENTARY_CHARGE * resistance))[()]


def nis_cooling_power(
    voltage: Values, temperature: Values, gap: Values, resistance: Values, broadening: Values = 0.0
) -> Array:
    r"""Return the heat that one junction takes out of the normal metal [W], an even function of its voltage.

    .. math:: \dot Q = \frac{1}{e^2 R_T} \int n_S(E) (E - eV) [f(E - eV) - f(E)] \, dE

    It is positive for voltages below about the gap and negative above, where the junction heats.

    Parameters
    ----------
    voltage, temperature, gap, resistance, broadening
        As in `nis_current`.

    Raises
    ------
    ValueError
        If an argument is out of range, or if the shapes do not broadcast.
    """
    voltage, a, gap, resistance, broadening = _at_voltage(voltage, temperature, gap, resistance, broadening)
    ratio = ELEMENTARY_CHARGE * np.abs(voltage) / gap
    shape = np.broadcast_shapes(ratio.shape, a.shape, broadening.shape)
    power = junction_integrals.cooling(*flat(shape, ratio, a, broadening)).reshape(shape)
    return np.asarray(power * gap**2 / (ELEMENTARY_CHARGE**2 * resistance))[()]


def sinis_voltage(
    current: Values, temperature: Values, gap: Values, resistance: Values, broadening: Values = 0.0
) -> Array:
    """Return the voltage across the pair [V].

    Parameters
    ----------
    current
        Bias current [A], above 0.
    temperature
        Electron temperature of the island [K], above 0.
    gap
        Superconducting gap [J].
    resistance
        Normal-state resistance of each junction [Ohm].
    broadening
        Dynes parameter, as in `nis_current`.

    Raises
    ------
    ValueError
        If an argument is out of range, or if the shapes do not broadcast.

    Examples
    --------
    >>> gap = 205e-6 * 1.602176634e-19
    >>> print(f"{sinis_voltage(5e-12, 0.1, gap, 25e3) * 1e6:.3f} uV")
    305.602 uV
    """
    current, a, gap, resistance, broadening = _at_current(current, temperature, gap, resistance, broadening)
    voltage: Array = (
        2 * gap / ELEMENTARY_CHARGE * voltage_ratio(_reduced_current(current, gap, resistance), a, broadening)
    )
    return voltage[()]


def sinis_temperature(
    voltage: Values, current: Values, gap: Values, resistance: Values, broadening: Values = 0.0
) -> Array:
    """Return the electron temperature [K] at which the pair shows a voltage, the inverse of `sinis_voltage`.

    Parameters
    ----------
    voltage
        Voltage across the pair [V], between its values at the critical temperature and at the gap; a broadened
        junction that leaks the bias current does not come up to the gap, but saturates below.
    current, gap, resistance, broadening
        As in `sinis_voltage`.

    Raises
    ------
    ValueError
        If no temperature gives this voltage, if an argument is out of range, or if the shapes do not broadcast.
    """
    voltage = positive("voltage", voltage, "V")
    common_shape(voltage=voltage, current=current, gap=gap, resistance=resistance, broadening=broadening)
    current, hottest, gap, resistance, broadening = _at_current(current, None, gap, resistance, broadening)
    target = _reduced_current(current, gap, resistance)
    lowest = 2 * gap / ELEMENTARY_CHARGE * voltage_ratio(target, hottest, broadening)
    saturated = cold_ratio(target, broadening)
    highest = 2 * gap / ELEMENTARY_CHARGE * np.minimum(saturated, 1)
    inside = (voltage >= lowest * (1 - 1e-13)) & (voltage < highest)
    if not inside.all():
        worst = np.unravel_index(np.argmin(inside), inside.shape)
        low, high, found = (
            float(np.broadcast_to(a, inside.shape)[worst]) for a in (lowest, highest, voltage)
        )
        end = "gap" if np.broadcast_to(saturated, inside.shape)[worst] > 1 else "lowest temperatures"
        raise ValueError(
            f"Argument `voltage` must be from {low:.6g} V (at the critical temperature) to below {high:.6g} V "
            f"(at the {end}) for this bias current, but is {found:.6g} V."
        )
    inverse = inverse_temperature(target, ELEMENTARY_CHARGE * voltage / (2 * gap), broadening)
    temperature: Array = gap / (BOLTZMANN * inverse)
    return temperature[()]


def sinis_cooling_power(
    current: Values, temperature: Values, gap: Values, resistance: Values, broadening: Values = 0.0
) -> Array:
    """Return the heat that both junctions take out of the island [W]; it is negative where they heat it.

    Parameters
    ----------
    current, temperature, gap, resistance, broadening
        As in `sinis_voltage`.

    Raises
    ------
    ValueError
        If an argument is out of range, or if the shapes do not broadcast.
    """
    current, a, gap, resistance, broadening = _at_current(current, temperature, gap, resistance, broadening)
    ratio = voltage_ratio(_reduced_current(current, gap, resistance), a, broadening)
    points = flat(ratio.shape, ratio, a, broadening)
    power = 2 * junction_integrals.cooling(*points).reshape(ratio.shape)
    return np.asarray(power * gap**2 / (ELEMENTARY_CHARGE**2 * resistance))[()]


def _at_voltage(
    voltage: Values, temperature: Values, gap: Values, resistance: Values, broadening: Values
) -> tuple[Array, Array, Array, Array, Array]:
    voltage = numbers("voltage", voltage)
    a, gap, resistance, broadening = _junction(temperature, gap, resistance, broadening)
    common_shape(
        voltage=voltage, temperature=temperature, gap=gap, resistance=resistance, broadening=broadening
    )
    return voltage, a, gap, resistance, broadening


def _at_current(
    current: Values, temperature: Values | None, gap: Values, resistance: Values, broadening: Values
) -> tuple[Array, Array, Array, Array, Array]:
    current = positive("current", current, "A")
    a, gap, resistance, broadening = _junction(temperature, gap, resistance, broadening)
    common_shape(
        current=current, temperature=temperature, gap=gap, resistance=resistance, broadening=broadening
    )
    largest = _LARGEST_CURRENT * gap / (ELEMENTARY_CHARGE * resistance)
    if (current > largest).any():
        raise ValueError(
            f"Argument `current` must be at most {_LARGEST_CURRENT:g} gap / (e resistance), "
            f"{float(np.min(largest)):.3g} A here, but is {float(np.max(current)):.3g} A; "
            "is the resistance in Ohm and the gap in J?"
        )
    return current, a, gap, resistance, broadening


def _junction(
    temperature: Values | None, gap: Values, resistance: Values, broadening: Values
) -> tuple[Array, Array, Array, Array]:
    """Return gap over temperature, that at the critical temperature if there is none, and the checked arguments."""
    known = None if temperature is None else positive("temperature", temperature, "K")
    gap = positive("gap", gap, "J")
    resistance = positive("resistance", resistance, "Ohm")
    broadening = fraction("broadening", broadening)
    a = np.asarray(CRITICAL_RATIO) if known is None else gap / (BOLTZMANN * known)
    return a, gap, resistance, broadening


def _reduced_current(current: Array, gap: Array, resistance: Array) -> Array:
    return ELEMENTARY_CHARGE * resistance * current / gap
