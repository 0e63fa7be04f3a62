r"""The SINIS pair: two equal normal metal - insulator - superconductor junctions in series, at a bias current.

With the substitution :math:`E = \Delta \cosh u` the BCS density of states disappears, and

.. math::

    I(V) &= \frac{\Delta}{e R_T} \int_0^\infty \cosh u \, \frac{\sinh v}{\cosh x + \cosh v} \, du, \\
    \dot Q(V) &= \frac{k_B T \Delta}{e^2 R_T} \int_0^\infty \cosh u \,
        \frac{x \tanh(x/2) (\cosh v - 1) - v \sinh v}{\cosh x + \cosh v} \, du,

with :math:`x = E / k_B T` and :math:`v = eV / k_B T`, are integrals of analytic functions, on which the trapezoidal
rule converges exponentially. There is no Dynes broadening, and the superconductor's quasiparticles have the island's
temperature. See Giazotto et al., Rev. Mod. Phys. 78, 217 (2006), on NIS junctions.
"""

import numpy as np

from valvelab.arguments import Array, Values, common_shape, positive
from valvelab.constants import BOLTZMANN, ELEMENTARY_CHARGE

_CRITICAL_RATIO = 1.764
"""Delta / (k_B T_c) of a BCS superconductor."""
_CUTOFF = 42.0
"""Beyond this many k_B T above the larger of gap and voltage the integrands are below rounding."""
_STEPS_PER_WIDTH = 6.5
"""Steps per distance to the nearest pole: the error exp(-2 pi 6.5) is below rounding."""
_MOST_STEPS = 100
_SMALL_STEP = 1e-9
"""Newton's next step would be below rounding."""


def sinis_voltage(current: Values, temperature: Values, gap: Values, resistance: Values) -> Array:
    """Return the voltage across the pair [V].

    Parameters
    ----------
    current
        Bias current [A], above 0 and at most 2 gap / (e resistance): beyond it the pair is an ohmic resistor.
    temperature
        Electron temperature of the island [K], above 0.
    gap
        Superconducting gap [J].
    resistance
        Normal-state resistance of each junction [Ohm].

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
    current, temperature, gap, resistance = _arguments(current, temperature, gap, resistance)
    thermal = BOLTZMANN * temperature
    reduced = _reduced_voltage(_reduced_current(current, gap, resistance), gap / thermal)
    voltage: Array = 2 * thermal / ELEMENTARY_CHARGE * reduced
    return voltage[()]


def sinis_temperature(voltage: Values, current: Values, gap: Values, resistance: Values) -> Array:
    """Return the electron temperature [K] at which the pair shows a voltage, the inverse of `sinis_voltage`.

    Parameters
    ----------
    voltage
        Voltage across the pair [V], between its values at the critical temperature and at the gap.
    current, gap, resistance
        As in `sinis_voltage`.

    Raises
    ------
    ValueError
        If no temperature gives this voltage, if an argument is out of range, or if the shapes do not broadcast.
    """
    voltage = positive("voltage", voltage, "V")
    common_shape(voltage=voltage, current=current, gap=gap, resistance=resistance)
    current, _, gap, resistance = _arguments(current, 1.0, gap, resistance)
    critical = gap / _CRITICAL_RATIO
    target = _reduced_current(current, gap, resistance)
    lowest = (
        2
        * critical
        / ELEMENTARY_CHARGE
        * _reduced_voltage(target, np.full_like(target * gap, _CRITICAL_RATIO))
    )
    highest = 2 * gap / ELEMENTARY_CHARGE
    inside = (voltage >= lowest * (1 - 1e-13)) & (voltage < highest)
    if not inside.all():
        worst = np.unravel_index(np.argmin(inside), inside.shape)
        low, high, found = (
            float(np.broadcast_to(a, inside.shape)[worst]) for a in (lowest, highest, voltage)
        )
        raise ValueError(
            f"Argument `voltage` must be from {low:.6g} V (at the critical temperature) to below {high:.6g} V "
            f"(at the gap) for this bias current, but is {found:.6g} V."
        )
    ratio = _inverse_temperature(target, ELEMENTARY_CHARGE * voltage / (2 * gap))
    temperature: Array = gap / (BOLTZMANN * ratio)
    return temperature[()]


def sinis_cooling_power(current: Values, temperature: Values, gap: Values, resistance: Values) -> Array:
    """Return the heat that both junctions take out of the island [W]; it is negative where they heat it.

    Parameters
    ----------
    current, temperature, gap, resistance
        As in `sinis_voltage`.

    Raises
    ------
    ValueError
        If an argument is out of range, or if the shapes do not broadcast.
    """
    current, temperature, gap, resistance = _arguments(current, temperature, gap, resistance)
    thermal = BOLTZMANN * temperature
    a = gap / thermal
    v = _reduced_voltage(_reduced_current(current, gap, resistance), a)
    a, v, cosh_u, above_gap, weight = _grid(a, v)
    x = a + above_gap
    gained = x * np.tanh(x / 2) * np.expm1(-v) ** 2 + v * np.expm1(-2 * v)
    integral = (cosh_u * gained / _denominator(above_gap, a, v) * weight).sum(axis=-1)
    power: Array = 2 * thermal * gap / (ELEMENTARY_CHARGE**2 * resistance) * integral
    return power[()]


def _arguments(
    current: Values, temperature: Values, gap: Values, resistance: Values
) -> tuple[Array, Array, Array, Array]:
    current = positive("current", current, "A")
    temperature = positive("temperature", temperature, "K")
    gap = positive("gap", gap, "J")
    resistance = positive("resistance", resistance, "Ohm")
    common_shape(current=current, temperature=temperature, gap=gap, resistance=resistance)
    largest = 2 * gap / (ELEMENTARY_CHARGE * resistance)
    if (current > largest).any():
        raise ValueError(
            f"Argument `current` must be at most 2 gap / (e resistance), {float(np.min(largest)):.3g} A here, "
            f"but is {float(np.max(current)):.3g} A; is the resistance in Ohm and the gap in J?"
        )
    return current, temperature, gap, resistance


def _reduced_current(current: Array, gap: Array, resistance: Array) -> Array:
    return ELEMENTARY_CHARGE * resistance * current / gap


def _grid(a: Array, v: Array) -> tuple[Array, Array, Array, Array, Array]:
    """Return a and v with a last axis, and on it cosh u, x - a and the weights of the trapezoidal rule."""
    a, v = np.broadcast_arrays(a, v)
    excess = (np.maximum(v - a, 0) + _CUTOFF) / a
    width = 2 * np.arcsinh(np.sqrt(excess / 2))
    # The poles nearest to the real axis lie where x = v +- i pi.
    pole = np.arccosh((v + 1j * np.pi) / a).imag
    count = int(np.ceil(_STEPS_PER_WIDTH * np.max(width / pole, initial=0))) + 1
    step = width[..., None] / count
    u = step * np.arange(count + 1)
    weight = np.repeat(step, count + 1, axis=-1)
    weight[..., 0] /= 2
    a, v = a[..., None], v[..., None]
    sinh_half = np.sinh(u / 2) ** 2
    return a, v, 1 + 2 * sinh_half, 2 * a * sinh_half, weight


def _denominator(above_gap: Array, a: Array, v: Array) -> Array:
    """Return 2 exp(-v) (cosh x + cosh v), which does not overflow."""
    from_voltage = above_gap + (a - v)
    return np.asarray(np.exp(from_voltage) + np.exp(-from_voltage - 2 * v) + 1 + np.exp(-2 * v))


def _current_and_slopes(a: Array, v: Array) -> tuple[Array, Array, Array]:
    """Return the current in units of gap / (e R) and its derivatives to v and to a."""
    a, v, cosh_u, above_gap, weight = _grid(a, v)
    denominator = _denominator(above_gap, a, v)
    double = np.exp(-2 * v)
    # Numerators of f = sinh v / (cosh x + cosh v), df/dv and -df/dx, scaled like the denominator.
    sinh_v, twice_cosh_v = -np.expm1(-2 * v), 1 + double
    slope_v = 4 * double + (denominator - twice_cosh_v) * twice_cosh_v
    slope_x = sinh_v * (np.exp(above_gap + (a - v)) - np.exp(-above_gap - a - v))
    weight = weight * cosh_u / denominator
    current = (weight * sinh_v).sum(axis=-1)
    weight = weight / denominator
    return current, (weight * slope_v).sum(axis=-1), -(weight * cosh_u * slope_x).sum(axis=-1)


def _reduced_voltage(current: Array, a: Array) -> Array:
    """Return v = eV / k_B T of one junction for a current in units of gap / (e R) and a = gap / k_B T."""
    current, a = np.broadcast_arrays(current, a)
    # The thermal limit I = 2 sinh(v) K_1(a) is a start from the left: ln I is concave in v, and Newton climbs.
    logarithm = np.log(current / 2) + a + np.log(2 * a / np.pi) / 2
    v = np.where(logarithm > 20, logarithm + np.log(2), np.arcsinh(np.exp(np.minimum(logarithm, 20))))
    for _ in range(_MOST_STEPS):
        found, slope, _ = _current_and_slopes(a, v)
        step = np.log(current / found) * found / slope
        v = np.maximum(v + step, v / 4)
        if (np.abs(step) <= _SMALL_STEP * v).all():
            break
    return np.asarray(v)


def _inverse_temperature(current: Array, ratio: Array) -> Array:
    """Return a = gap / k_B T for a current in units of gap / (e R) and the ratio of voltage to gap."""
    current, ratio = np.broadcast_arrays(current, ratio)
    # At fixed voltage ln I falls with a and is convex: from the critical temperature Newton climbs.
    a = np.full(current.shape, _CRITICAL_RATIO)
    for _ in range(_MOST_STEPS):
        found, slope_v, slope_a = _current_and_slopes(a, ratio * a)
        step = np.log(current / found) * found / (slope_v * ratio + slope_a)
        a = np.maximum(a + step, _CRITICAL_RATIO)
        if (np.abs(step) <= _SMALL_STEP * a).all():
            break
    return np.asarray(a)
