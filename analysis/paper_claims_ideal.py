"""Claims of the abstract, Secs. II A and II B and App. C: definitions, bounds and limits."""

import numpy as np

from valvelab.sim import (
    Bath,
    collective,
    current_bound,
    fixed_spin_current,
    high_temperature_current,
    high_temperature_inversion,
    independent,
    large_spin_ratio,
    mean_inversion,
)

from .paper_claim import Claim, above, below, near
from .paper_claims_scaling import filling
from .paper_settings import FREQUENCY, OMEGA_0, T_0, inverse_effective_temperature, reservoirs


def definitions() -> list[Claim]:
    """Return the claims of Secs. II A and II B."""
    frozen = Bath(OMEGA_0, 0.0)
    three, two = (collective(n, FREQUENCY, frozen, frozen) for n in (3, 2))
    hot, cold = (Bath(OMEGA_0, T_0 / np.log1p(1 / n)) for n in (1.0, 0.9))
    mixed = collective(2, FREQUENCY, hot, cold, frozen).currents
    bound = float(current_bound(1, FREQUENCY, hot, cold))
    exact, example = "Eq. (25) is an exact upper bound", "N = 2, equal rates, n_h = 1, n_c = 0.9, T_p = 0"
    return [
        Claim(
            "J = N/2, (N-1)/2, (N-2)/2, ...",
            near(4, 0),
            "values of J for N = 3",
            float(three.spin_probability.shape[-1]),
            "J falls in steps of 1: N/2, N/2 - 1, ..., as in the text's own examples.",
        ),
        Claim(
            "J_z = sum_j sigma_z^(j), after Eq. (24)",
            near(2, 0),
            "<-J_z> of N = 2 qubits in their ground states",
            float(-two.mean_inversion),
            "J_z = sum_j sigma_z^(j) / 2, as in Eq. (5); [J_+, J_-] = 2 J_z and Eq. (25) need the half.",
        ),
        Claim(
            exact,
            below(1, "<= 1"),
            "largest Q_h / Q_max in Fig. 3, J = N/2",
            float(filling(np.arange(1, 60)[:, None] / 20, np.arange(1, 17) / 2).max()),
        ),
        Claim(
            exact,
            below(1, "<= 1"),
            f"Q_h / Q_max with a parasitic bath: {example}",
            float(mixed.hot / bound),
            "There Eq. (25) bounds the quantity of Eq. (24), but neither Q_h nor -Q_c.",
        ),
        Claim(
            exact,
            below(1, "<= 1"),
            f"Eq. (24) / Q_max with a parasitic bath: {example}",
            float(mixed.paper / bound),
        ),
    ]


def limits() -> list[Claim]:
    """Return the claims about Q_lim and high temperature, of the abstract and Sec. II C."""
    hottest = reservoirs(0.05)
    hot, cold = reservoirs(np.arange(1, 60) / 20)
    ratio = current_bound(1, FREQUENCY, hot, cold) / independent(2, FREQUENCY, hot, cold).hot
    half = inverse_effective_temperature(np.arange(1, 60) / 20) / 2
    off = ratio * np.tanh(half)
    high = [high_temperature_current(spin, FREQUENCY, *hottest) for spin in (4.5, 5.0, 5.5)]
    return [
        Claim(
            "the current scales quadratically with N",
            near(2, 0.1),
            "d ln Q_h / d ln N of Eq. (30) at N = 10",
            float(5 * (high[2] - high[0]) / high[1]),
            "Eq. (30) grows as J (J + 1), that is N (N + 2): quadratically only once N >> 2, while N T_0 << T* "
            "must still hold.",
        ),
        Claim(
            "Q_h reaches the bound (28) for J T_0 >> T*",
            near(1, 0.01),
            "Q_h / Q_lim, J = 8, T_0 / T_h = 2.5",
            float(filling(2.5, 8)),
        ),
        Claim(
            "Q_lim / Q_ind = coth(T_0 / 2 T*), Eq. (29)",
            near(1, 1e-9),
            "Q_lim / Q_ind over the coth, farthest from 1 in Fig. 3",
            float(off[np.abs(off - 1).argmax()]),
        ),
        Claim(
            "Q_lim / Q_ind is always greater than 1",
            above(1, "> 1"),
            "smallest Q_lim / Q_ind in Fig. 3",
            float(ratio.min()),
        ),
        Claim(
            "Q_lim / Q_ind is 2 T* / T_0 for T_0 << T*",
            near(1, 0.01),
            "Q_lim / Q_ind over 2 T* / T_0, T_0 / T_h = 0.05",
            float(ratio[0] * half[0]),
        ),
        Claim(
            "Q_h is that of Eq. (30) for J T_0 << T*",
            near(1, 0.01),
            "Q_h over Eq. (30), J = 1, T_0 / T_h = 0.05",
            float(
                fixed_spin_current(1, FREQUENCY, *hottest) / high_temperature_current(1, FREQUENCY, *hottest)
            ),
        ),
    ]


def appendix_c() -> list[Claim]:
    """Return the claims of App. C about <J_z>, which Fig. 6 shows."""
    ratio = mean_inversion(1e6, FREQUENCY, T_0) / 1e6
    return [
        Claim(
            "<J_z> is -J for J T_0 >> T, Eq. (C10)",
            near(-1, 0.01),
            "<J_z> / J, J = 8, T = T_0 / 3",
            float(mean_inversion(8, FREQUENCY, T_0 / 3) / 8),
        ),
        Claim(
            "<J_z> is -J (J + 1) T_0 / 3 T for J T_0 << T, Eq. (C11)",
            near(1, 0.01),
            "<J_z> over Eq. (C11), J = 1, T = 10 T_0",
            float(
                mean_inversion(1, FREQUENCY, 10 * T_0) / high_temperature_inversion(1, FREQUENCY, 10 * T_0)
            ),
        ),
        Claim(
            "(C12) is the ratio for J to infinity",
            near(1, 1e-4),
            "ratio over 2 coth(T_0 / 2 T), J = 1e6, T = T_0",
            float(ratio / mean_inversion(0.5, FREQUENCY, T_0) / large_spin_ratio(FREQUENCY, T_0)),
            "The appendix announces (C12) for Eq. (28); it is used for Eq. (29).",
        ),
    ]
