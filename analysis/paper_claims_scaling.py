"""Claims of Sec. II C about Fig. 3: how the current grows with J."""

import numpy as np

from valvelab.sim import current_bound, fixed_spin_current, independent

from .paper_claim import Claim, above, below, near
from .paper_settings import FREQUENCY, Array, Values, reservoirs


def scalings() -> list[Claim]:
    """Return the claims of Sec. II C about Fig. 3."""
    # Eq. (15) at T* = T_0: (n_h + n_c) / (2 + n_h + n_c) = 1/e.
    n_h = 2 / np.expm1(1) - 1 / np.expm1(3)
    crossing = float(np.log1p(1 / n_h))
    return [
        Claim(
            "T_0 > 1.5 T_h corresponds to T_0 > T*",
            near(1.5, 0.1),
            "T_0 / T_h where T* = T_0",
            crossing,
            "Read T_h < 1.5 T_0: the ratio is upside down, T* = T_0 is at T_h = 1.56 T_0.",
        ),
        Claim(
            "the same, read as T_h < 1.5 T_0",
            near(1.5, 0.1),
            "T_h / T_0 where T* = T_0",
            1 / crossing,
        ),
        Claim(
            "for T_0 > 1.5 T_h, Q_h / J does not depend on J",
            near(1, 0.05),
            "Q_h / J at J = 1/2 over that at J = 8, T_0 / T_h = 1.5",
            float(filling(1.5, 0.5) / filling(1.5, 8)),
            "Q_h / J of one qubit stays 9 % or more below that of many up to T_h = T_c, where T* is still T_0 / 3.",
        ),
        Claim(
            "Q_h saturates for T_0 / T_h >= 0.7",
            near(1, 0.1),
            "Q_h / Q_lim, J = 8, T_0 / T_h = 0.7",
            float(filling(0.7, 8)),
        ),
        Claim(
            "Q_h saturates for T_0 / T_h >= 0.7",
            near(1, 0.1),
            "Q_h / Q_lim, J = 1/2, T_0 / T_h = 0.7",
            float(filling(0.7, 0.5)),
            "At T_0 / T_h = 0.7 only the largest spins come near Q_lim; a single qubit has half of it.",
        ),
        Claim(
            "Q_h is superlinear for T_0 / T_h <= 0.3",
            above(1.1, "> 1"),
            "d ln Q_h / d ln J between J = 4 and 8, T_0 / T_h = 0.3",
            _exponent(0.3),
        ),
        Claim(
            "and far from saturation",
            below(0.5, "<< 1"),
            "Q_h / Q_lim, J = 8, T_0 / T_h = 0.3",
            float(filling(0.3, 8)),
            "At T_0 / T_h = 0.3, N = 16 qubits have 82 % of Q_lim; they are far from it only below 0.1.",
        ),
        Claim(
            "the independent current (dashed) over J",
            near(1, 1e-9),
            "Q_ind / J over Q_h / J at J = 1/2, T_0 / T_h = 1",
            float(
                independent(1, FREQUENCY, *reservoirs(1.0)).hot
                / fixed_spin_current(0.5, FREQUENCY, *reservoirs(1))
            ),
            "Q_ind stands for N = 2 J qubits, and Q / (J hbar omega_0^2) is a number because gamma is omega_0 / 10.",
        ),
    ]


def filling(inverse_source: Values, spin: Values) -> Array:
    """Return Q_h / Q_lim."""
    baths = reservoirs(inverse_source)
    return fixed_spin_current(spin, FREQUENCY, *baths) / current_bound(spin, FREQUENCY, *baths)


def _exponent(inverse_source: float) -> float:
    """Return d ln Q_h / d ln J between J = 4 and 8."""
    four, eight = (fixed_spin_current(spin, FREQUENCY, *reservoirs(inverse_source)) for spin in (4, 8))
    return float(np.log2(eight / four))
