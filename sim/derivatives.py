"""How the currents of one and two resonant qubits change with rates, occupations and temperatures."""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from valvelab.arguments import Array, Values, positive, qubit_number
from valvelab.constants import PLANCK

from .baths import Bath, Mode, common_bath_shape, occupation_slope
from .currents import HeatCurrents


@dataclass(frozen=True)
class CurrentDerivatives:
    """Hold the derivatives of the three heat currents, the parameters on the last axis in the order of `PARAMETERS`.

    In W s for the rates gamma, W for the occupations n, W/K for the temperatures T.
    """

    PARAMETERS: ClassVar[tuple[str, ...]] = (
        "gamma_h",
        "gamma_c",
        "gamma_p",
        "n_h",
        "n_c",
        "n_p",
        "T_h",
        "T_c",
        "T_p",
    )

    hot: Array
    cold: Array
    parasitic: Array

    def by(self, parameter: str) -> HeatCurrents:
        """Return the derivatives by one parameter.

        Raises
        ------
        ValueError
            If there is no parameter of that name.
        """
        if parameter not in self.PARAMETERS:
            known = ", ".join(self.PARAMETERS)
            raise ValueError(f"Argument `parameter` must be one of {known}, but is {parameter!r}.")
        place = self.PARAMETERS.index(parameter)
        return HeatCurrents(self.hot[..., place], self.cold[..., place], self.parasitic[..., place])


class _Variables(NamedTuple):
    """Hold what the stationary state depends on, U, gamma_h + gamma_c, gamma_p and n_p, or derivatives by them."""

    up: Values
    both: Values
    local: Values
    n: Values


def collective_derivatives(
    n_qubits: int, frequency: Values, hot: Bath, cold: Bath, parasitic: Bath
) -> CurrentDerivatives:
    """Return the derivatives of the currents of `collective` for one or two qubits.

    Parameters
    ----------
    n_qubits
        1 or 2.
    frequency
        Frequency of the qubits [Hz].
    hot, cold, parasitic
        The baths; at least one reservoir must have a rate above 0 everywhere.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> hot, cold, parasitic = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Bath(0.01e9, 0.05)
    >>> slope = collective_derivatives(2, 4e9, hot, cold, parasitic).by("T_p")
    >>> round(float(-slope.cold) * 1e15, 4)  # [fW/K]
    -0.4982
    """
    if qubit_number(n_qubits) > 2:
        raise ValueError(f"Argument `n_qubits` must be 1 or 2, but is {n_qubits}.")
    frequency = positive("frequency", frequency, "Hz")
    shape = common_bath_shape({"hot": hot, "cold": cold, "parasitic": parasitic}, frequency=frequency)
    if np.any(hot.rate + cold.rate == 0):
        raise ValueError(
            "Arguments `hot` and `cold` must have rates whose sum is above 0 1/s, but both are 0."
        )
    h, c, p = (Mode.of(bath, frequency) for bath in (hot, cold, parasitic))
    warmer, hot_over, cold_over = h.excess(c), p.excess(h), p.excess(c)
    zero, one = np.zeros(()), np.ones(())
    both, driven = h.rate + c.rate, h.rate * hot_over + c.rate * cold_over
    at = _Variables(h.rate * h.n + c.rate * c.n, both, p.rate, p.n)
    x, share, slopes = (_one_qubit, _two_qubits)[n_qubits - 1](at)
    # By gamma_h, gamma_c, gamma_p, n_h, n_c, n_p in turn.
    moves: list[tuple[Values, ...]] = [
        (h.n, c.n, zero, h.rate, c.rate, zero),
        (one, one, zero, zero, zero, zero),
        (zero, zero, one, zero, zero, zero),
        (zero, zero, zero, zero, zero, one),
    ]
    through_by = (c.rate * warmer, h.rate * warmer, zero, h.rate * c.rate, -h.rate * c.rate, zero)
    driven_by = (
        p.rate * hot_over,
        p.rate * cold_over,
        driven,
        -p.rate * h.rate,
        -p.rate * c.rate,
        p.rate * both,
    )
    through, leak, energy = h.rate * c.rate * warmer * x, p.rate * driven * share, PLANCK * frequency
    flows = (through - h.rate * leak) / both, -(through + c.rate * leak) / both
    slopes_t = [occupation_slope(frequency, bath) for bath in (hot, cold, parasitic)]
    found = np.empty((3, *shape, 9))
    for k in range(6):
        x_by, share_by = (sum(s * m[k] for s, m in zip(slope, moves, strict=True)) for slope in slopes)
        through_k = through_by[k] * x + h.rate * c.rate * warmer * x_by
        leak_k = driven_by[k] * share + p.rate * driven * share_by
        hot_k, cold_k = h.rate * leak_k + (k == 0) * leak, c.rate * leak_k + (k == 1) * leak
        found[0, ..., k] = energy * (through_k - hot_k - moves[1][k] * flows[0]) / both
        found[1, ..., k] = energy * (-through_k - cold_k - moves[1][k] * flows[1]) / both
        found[2, ..., k] = energy * leak_k
    for k in range(3):
        found[..., 6 + k] = found[..., 3 + k] * slopes_t[k]
    return CurrentDerivatives(*found)


def _one_qubit(at: _Variables) -> tuple[Values, Values, tuple[_Variables, _Variables]]:
    """Return X = -2 <J_z>, the leak over what drives it, and the derivatives of both by the variables."""
    weight = 1 / (at.both + 2 * at.up + at.local * (1 + 2 * at.n))
    x = (at.both + at.local) * weight
    total_by = np.array(2.0), np.array(1.0), 1 + 2 * at.n, 2 * at.local
    share_by = _Variables(*(-weight * weight * by for by in total_by))
    x_by = [(at.both + at.local) * by for by in share_by]
    return x, weight, (_Variables(x_by[0], x_by[1] + weight, x_by[2] + weight, x_by[3]), share_by)


def _two_qubits(at: _Variables) -> tuple[Values, Values, tuple[_Variables, _Variables]]:
    """Return the same of two qubits; the weights are those of `few_qubits`."""
    local, a, e = at.local, at.n, 1 + at.n
    rise, fall = 2 * at.up + local * a, 2 * (at.up + at.both) + local * e
    total, spread, squares = rise + fall, a + e, a * a + a * e + e * e
    level = fall * fall + rise * rise + fall * rise
    weight = local * (squares * total + a * a * fall + e * e * rise)
    weight = weight + level * spread + a * fall * fall + e * rise * rise
    by_rise = local * (squares + e * e) + (2 * rise + fall) * spread + 2 * e * rise
    by_fall = local * (squares + a * a) + (2 * fall + rise) * spread + 2 * a * fall
    by_local = squares * total + a * a * fall + e * e * rise + by_rise * a + by_fall * e
    by_n = local * (3 * spread * total + 2 * (a * fall + e * rise)) + 2 * level + fall * fall + rise * rise
    by_n = by_n + (by_rise + by_fall) * local
    weight_by = 2 * (by_rise + by_fall), 2 * by_fall, by_local, by_n

    sum_, shared = at.both + local, local + a * (3 * fall + rise) + e * (fall + 3 * rise)
    x, share = 4 * spread * total * sum_ / weight, 2 * shared / weight
    total_by = 4.0, 2.0, spread, 2 * local
    x_top = (
        4 * spread * sum_ * total_by[0],
        4 * spread * (sum_ * total_by[1] + total),
        4 * spread * (sum_ * total_by[2] + total),
        4 * sum_ * (spread * total_by[3] + 2 * total),
    )
    shared_rise, shared_fall = a + 3 * e, 3 * a + e
    share_top = (
        4 * (shared_rise + shared_fall),
        4 * shared_fall,
        2 * (1 + shared_rise * a + shared_fall * e),
        2 * (4 * total + local * (shared_rise + shared_fall)),
    )
    x_by = _Variables(*((top - x * by) / weight for top, by in zip(x_top, weight_by, strict=True)))
    share_by = _Variables(
        *((top - share * by) / weight for top, by in zip(share_top, weight_by, strict=True))
    )
    return x, share, (x_by, share_by)
