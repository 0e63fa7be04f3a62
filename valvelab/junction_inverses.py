"""A junction's voltage from its current and its temperature from both, in units of its gap, by Newton's method."""

import numpy as np

from valvelab import junction_integrals
from valvelab.arguments import Array

CRITICAL_RATIO = 1.764
"""Delta / (k_B T_c) of a BCS superconductor."""
_MOST_STEPS = 100
_SMALL_STEP = 1e-9
"""Newton's next step would be below rounding."""
_NUDGE = 1e-6


def flat(shape: tuple[int, ...], *arguments: Array) -> list[Array]:
    """Return the arguments of the integrals, which have one axis."""
    return [np.broadcast_to(argument, shape).reshape(-1) for argument in arguments]


def cold_ratio(current: Array, broadening: Array) -> Array:
    """Return the ratio of voltage to gap at zero temperature, where the current is Re sqrt((r + i gamma)^2 - 1)."""
    return np.asarray(current * np.sqrt((1 + current**2 + broadening**2) / (current**2 + broadening**2)))


def voltage_ratio(current: Array, a: Array, broadening: Array) -> Array:
    """Return the ratio of voltage to gap for a current in units of gap / (e R) and a = gap / k_B T."""
    shape = np.broadcast_shapes(current.shape, a.shape, broadening.shape)
    current, a, broadening = flat(shape, current, a, broadening)
    # A start near the answer: the thermal limit I = 2 sinh(v) K_1(a) or the junction at zero temperature.
    logarithm = np.log(current / 2) + a + np.log(2 * a / np.pi) / 2
    hot = np.where(logarithm > 20, logarithm + np.log(2), np.arcsinh(np.exp(np.minimum(logarithm, 20)))) / a
    cold = cold_ratio(current, broadening)
    ratio = np.where(hot < 1, np.minimum(hot, cold), cold)
    # The current is never smaller than that of a resistor at a voltage which is smaller by the gap.
    low, high = np.zeros_like(ratio), current + 1
    for _ in range(_MOST_STEPS):
        found, slope = junction_integrals.current_and_slope(ratio, a, broadening)
        step = np.log(current / found) * found / slope
        low, high = np.where(step > 0, ratio, low), np.where(step > 0, high, ratio)
        moved = ratio + step
        inside = (moved > low) & (moved < high) | (np.abs(step) <= _SMALL_STEP * ratio)
        ratio = np.where(inside, moved, (low + high) / 2)
        if (np.abs(step) <= _SMALL_STEP * ratio).all():
            break
    return np.asarray(ratio).reshape(shape)


def inverse_temperature(current: Array, ratio: Array, broadening: Array) -> Array:
    """Return a = gap / k_B T for a current in units of gap / (e R) and the ratio of voltage to gap."""
    shape = np.broadcast_shapes(current.shape, ratio.shape, broadening.shape)
    current, ratio, broadening = flat(shape, current, ratio, broadening)
    # At fixed voltage ln I falls with a and is convex: from the critical temperature Newton climbs.
    a = np.full(current.shape, CRITICAL_RATIO)
    for _ in range(_MOST_STEPS):
        found, moved = (
            junction_integrals.current_and_slope(ratio, inverse, broadening)[0]
            for inverse in (a, a * (1 + _NUDGE))
        )
        step = np.log(current / found) / np.log(moved / found) * _NUDGE * a
        a = np.maximum(a + step, CRITICAL_RATIO)
        if (np.abs(step) <= _SMALL_STEP * a).all():
            break
    return np.asarray(a).reshape(shape)
