r"""The two integrals of a junction of a normal metal and a superconductor, in units of its gap.

With energies and voltages in units of the gap, :math:`a = \Delta / k_B T` and a density of states broadened after
Dynes, :math:`n(E) = \mathrm{Re}\, g(E + i\gamma)` with :math:`g(z) = z / \sqrt{z^2 - 1}`, current and cooling power are

.. math::

    i(r) = \frac12 \int n(E) [f(E - r) - f(E + r)] \, dE, \qquad
    q(r) = \int n(E) (E - r) [f(E - r) - f(E)] \, dE,

in units of :math:`\Delta / e R_T` and :math:`\Delta^2 / e^2 R_T` (Giazotto et al., Rev. Mod. Phys. 78, 217).

Since :math:`g` is analytic in the upper half plane, closing the contour there turns both into sums over the poles of
the Fermi function, in which broadening is a mere shift of the argument:

.. math::

    i = r + \frac{2\pi}{a} \sum_n \mathrm{Im}\, g(r + i y_n), \qquad
    q = -\frac{r^2}{2} + \frac{2\pi}{a} \sum_n \omega_n \mathrm{Re} [g(r + i y_n) - g(i y_n)],

with :math:`\omega_n = (2n + 1) \pi / a` and :math:`y_n = \omega_n + \gamma`. The first terms are summed one by one; the
rest is an elementary integral, with a correction at its end that has the same weights at every temperature and voltage.

Below the gap the result is exponentially small against the terms. There the junction without broadening is integrated
over energy, where nothing cancels, and the sums are taken for the difference that the broadening makes, term by term
in a form in which nothing cancels either.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from valvelab.arguments import Array
from valvelab.fermi_sums import Step, density_root, density_slope, terms_and_weights

_CUTOFF = 42.0
"""Beyond this many k_B T above the gap the integrands over energy are below rounding."""
_STEPS_PER_WIDTH = 6.5
"""Steps per distance to the nearest pole: the error exp(-2 pi 6.5) is below rounding."""

_BLOCK = 256
"""Points that are worked on at once."""


def current_and_slope(ratio: Array, a: Array, broadening: Array) -> tuple[Array, Array]:
    """Return the current and its derivative to the voltage.

    Parameters
    ----------
    ratio
        Voltage over gap, at least 0, shape (n,).
    a
        Gap over temperature, shape (n,).
    broadening
        Dynes parameter, shape (n,).
    """
    current, slope = np.empty_like(ratio), np.empty_like(ratio)
    for part, below in _parts(ratio):
        r, inverse, gamma = ratio[part], a[part], broadening[part]
        current[part], slope[part] = (_current_below if below else _current_above)(r, inverse, gamma)
    return current, slope


def cooling(ratio: Array, a: Array, broadening: Array) -> Array:
    """Return the heat that leaves the normal metal; arguments as in `current_and_slope`."""
    power = np.empty_like(ratio)
    for part, below in _parts(ratio):
        r, inverse, gamma = ratio[part], a[part], broadening[part]
        power[part] = (_cooling_below if below else _cooling_above)(r, inverse, gamma)
    return power


def _parts(ratio: Array) -> Iterator[tuple[slice | npt.NDArray[np.intp], bool]]:
    """Yield what lies below the gap and what does not, in blocks that fit into the processor's cache."""
    below = ratio < 1
    if 0 < len(ratio) <= _BLOCK and below.all():
        yield slice(None), True  # the usual case
        return
    for chosen, answer in ((below, True), (~below, False)):
        places = np.flatnonzero(chosen)
        for first in range(0, len(places), _BLOCK):
            yield places[first : first + _BLOCK], answer


def _current_above(ratio: Array, a: Array, broadening: Array) -> tuple[Array, Array]:
    frequency, weight = terms_and_weights(a)
    z = ratio[:, None] + 1j * (frequency + broadening[:, None])
    root = density_root(z)
    density = z / root
    current = -(weight * density[:, :-1].real).sum(axis=-1) - root[:, -1].imag
    return current, density[:, -1].imag - (weight * density_slope(root[:, :-1]).real).sum(axis=-1)


def _cooling_above(ratio: Array, a: Array, broadening: Array) -> Array:
    frequency, weight = terms_and_weights(a)
    return Step.of(1j * (frequency + broadening[:, None]), ratio[:, None]).of_heat(frequency, weight)


def _current_below(ratio: Array, a: Array, broadening: Array) -> tuple[Array, Array]:
    cosh_u, above_gap, weight = _grid(a, ratio * a)
    v = (ratio * a)[:, None]
    denominator, double = _denominator(above_gap, a[:, None], v), np.exp(-2 * v)
    # Numerators of f = sinh v / (cosh x + cosh v) and of df/dv, scaled like the denominator.
    sinh_v, twice_cosh_v = -np.expm1(-2 * v), 1 + double
    slope_v = 4 * double + (denominator - twice_cosh_v) * twice_cosh_v
    weight *= cosh_u / denominator
    current = (weight * sinh_v).sum(axis=-1)
    slope = a * (weight / denominator * slope_v).sum(axis=-1)
    if broadening.any():
        frequency, weight = terms_and_weights(a)
        step = Step.of(ratio[:, None] + 1j * frequency, 1j * broadening[:, None])
        density, slopes = step.of_density, density_slope(step.root_after) - density_slope(step.root)
        current -= (weight * density[:, :-1].real).sum(axis=-1) + step.of_root[:, -1].imag
        slope -= (weight * slopes[:, :-1].real).sum(axis=-1) - density[:, -1].imag
    return current, slope


def _cooling_below(ratio: Array, a: Array, broadening: Array) -> Array:
    cosh_u, above_gap, weight = _grid(a, ratio * a)
    v = (ratio * a)[:, None]
    x = a[:, None] + above_gap
    gained = x * np.tanh(x / 2) * np.expm1(-v) ** 2 + v * np.expm1(-2 * v)
    power = (cosh_u * gained / _denominator(above_gap, a[:, None], v) * weight).sum(axis=-1) / a
    if broadening.any():
        frequency, weight = terms_and_weights(a)
        voltages = np.stack([ratio, np.zeros_like(ratio)])[..., None]
        step = Step.of(voltages + 1j * frequency, 1j * broadening[:, None])
        at_voltage, at_zero = step.of_heat(frequency, weight)
        power += at_voltage - at_zero
    return np.asarray(power)


def _grid(a: Array, v: Array) -> tuple[Array, Array, Array]:
    """Return cosh u, (E - 1) a and the weights of the trapezoidal rule in u, where E = cosh u, along the last axis.

    The density of states disappears in this variable, the integrands are even and analytic, and the rule
    converges exponentially.
    """
    width = 2 * np.arcsinh(np.sqrt(_CUTOFF / (2 * a)))
    # The poles nearest to the real axis lie where E a = v +- i pi.
    pole = np.arccosh((v + 1j * np.pi) / a).imag
    count = int(np.ceil(_STEPS_PER_WIDTH * np.max(width / pole))) + 1
    step = (width / count)[:, None]
    sinh_half = np.sinh(step / 2 * np.arange(count + 1)) ** 2
    weight = np.repeat(step, count + 1, axis=-1)
    weight[:, 0] /= 2
    return 1 + 2 * sinh_half, 2 * a[:, None] * sinh_half, weight


def _denominator(above_gap: Array, a: Array, v: Array) -> Array:
    """Return 2 exp(-v) (cosh x + cosh v) at x = a + above_gap, as a number that does not overflow."""
    from_voltage = above_gap + (a - v)
    growing = np.exp(np.minimum(from_voltage, 700.0))
    return np.asarray(growing + np.exp(-from_voltage - 2 * v) + 1 + np.exp(-2 * v))
