"""Stationary states that have a formula: one qubit, two qubits, one conserved spin. Nothing cancels."""

from dataclasses import dataclass

import numpy as np

from ._checks import Array
from .baths import Bath, Mode, common_bath_shape


@dataclass(frozen=True)
class Rates:
    """Hold rates [1/s] and occupations of the three baths at one frequency, and what drives heat."""

    hot: Array
    cold: Array
    parasitic: Array
    n_parasitic: Array
    down: Array
    """D = gamma_h (1 + n_h) + gamma_c (1 + n_c)."""
    up: Array
    """U = gamma_h n_h + gamma_c n_c."""
    hot_to_cold: Array
    """gamma_h gamma_c (n_h - n_c)."""
    parasitic_to_both: Array
    """gamma_p [gamma_h (n_p - n_h) + gamma_c (n_p - n_c)]."""

    @classmethod
    def at(cls, frequency: Array, hot: Bath, cold: Bath, parasitic: Bath | None) -> "Rates":
        """Evaluate the baths at one frequency [Hz]."""
        local = Bath(0.0, 0.0) if parasitic is None else parasitic
        common_bath_shape({"hot": hot, "cold": cold, "parasitic": parasitic}, frequency=frequency)
        h, c, p = (Mode.of(bath, frequency) for bath in (hot, cold, local))
        return cls(
            hot=h.rate,
            cold=c.rate,
            parasitic=p.rate,
            n_parasitic=p.n,
            down=h.rate * (1 + h.n) + c.rate * (1 + c.n),
            up=h.rate * h.n + c.rate * c.n,
            hot_to_cold=h.rate * c.rate * h.excess(c),
            parasitic_to_both=p.rate * (h.rate * p.excess(h) + c.rate * p.excess(c)),
        )


@dataclass(frozen=True)
class Solution:
    """Hold P_J (highest J first, last axis), X = -2 <J_z>, and the parasitic current [h f / s]."""

    spin_probability: Array
    x: Array
    parasitic: Array


def one_spin(n_qubits: int, place: int, rates: Rates) -> Solution:
    """Return the state of the conserved spin J = N/2 - place, thermal at T* (Eqs. 16, 17)."""
    spin = n_qubits / 2 - place
    coupled = rates.down > 0
    down = np.where(coupled, rates.down, 1)
    ratio, shortfall = rates.up / down, np.where(coupled, (rates.hot + rates.cold) / down, 1)  # r and 1 - r
    with np.errstate(divide="ignore"):
        log_ratio = np.log1p(-shortfall)
    weighed, total, power = np.zeros(down.shape), np.zeros(down.shape), np.ones(down.shape)
    for step in range(int(2 * spin) + 1):
        total += power
        if step < spin:
            # The levels m and -m together, so that a hot state loses no digits.
            weighed += 2 * (spin - step) * power * -np.expm1(2 * (spin - step) * log_ratio)
        power = power * ratio
    probability = np.zeros((*down.shape, n_qubits // 2 + 1))
    probability[..., place] = 1
    return Solution(probability, weighed / total, np.zeros(down.shape))


def one_qubit(rates: Rates) -> Solution:
    """Return the state of a single qubit with three baths."""
    both = rates.hot + rates.cold + rates.parasitic
    relaxation = rates.down + rates.up + rates.parasitic * (1 + 2 * rates.n_parasitic)
    coupled = relaxation > 0
    relaxation = np.where(coupled, relaxation, 1)
    x = np.where(coupled, both / relaxation, 1 / (1 + 2 * rates.n_parasitic))
    return Solution(np.ones((*x.shape, 1)), x, rates.parasitic_to_both / relaxation)


def two_qubits(rates: Rates) -> Solution:
    """Return the state of two qubits with a parasitic bath.

    The levels T+, T0, T-, S form a cycle; their weights are sums over its spanning trees. They are divided by
    gamma_p, so that gamma_p = 0 is the limit gamma_p -> 0+ and needs no case of its own.
    """
    # Where the reservoirs are off the qubits are those of the parasitic bath alone, whatever its rate.
    local = np.where((rates.down == 0) & (rates.parasitic == 0), 1, rates.parasitic)
    n_up, n_down = rates.n_parasitic, 1 + rates.n_parasitic
    up, down = 2 * rates.up + local * n_up, 2 * rates.down + local * n_down
    spread, both = n_up + n_down, up + down
    lowest = local * n_down**2 * both + down**2 * spread
    highest = local * n_up**2 * both + up**2 * spread
    triplet = local * (n_up**2 * down + n_down**2 * up) + down * up * spread
    singlet = local * n_up * n_down * both + n_up * down**2 + n_down * up**2
    total = lowest + highest + triplet + singlet
    x = 4 * spread * both * (rates.hot + rates.cold + local) / total
    shared = local + n_up * (3 * down + up) + n_down * (down + 3 * up)
    probability = np.stack([(lowest + highest + triplet) / total, singlet / total], axis=-1)
    return Solution(probability, x, 2 * rates.parasitic_to_both * shared / total)
