"""Claims of Table I, Sec. V and App. B: the parameters, and what the master equation demands of them."""

import numpy as np

from valvelab.constants import BOLTZMANN, PLANCK
from valvelab.sim import Table1

from .paper_claim import Claim, below, near
from .paper_settings import OMEGA_0, reservoirs


def conversions() -> list[Claim]:
    """Return the frequencies nu_T = k_B T / h that Table I and the caption of Fig. 5 give for temperatures."""
    printed = [
        ("Table I", "T_c = 96 mK", 2.0, 0.096, 0.05, ""),
        ("Table I", "T_h = 384 mK", 8.0, 0.384, 0.05, ""),
        ("Table I", "T_p = 50 mK", 1.04, 0.05, 0.005, ""),
        ("Table I", "T_p = 500 mK", 10.4, 0.5, 0.05, ""),
        (
            "Fig. 5 caption",
            "T_c = 96 mK",
            1.0,
            0.096,
            0.05,
            "1.0 GHz is 48 mK; Table I has the 2.0 GHz of 96 mK. `--caption-temperature` computes with 48 mK.",
        ),
    ]
    return [
        Claim(
            f"{name}: {what}",
            near(giga, tolerance, "GHz"),
            "k_B T / h (GHz)",
            BOLTZMANN * kelvin / PLANCK / 1e9,
            reading,
        )
        for name, what, giga, kelvin, tolerance, reading in printed
    ]


def approximations(table: Table1) -> list[Claim]:
    """Return the claims of Sec. V and App. B about rates and linewidths."""
    omega = 2 * np.pi * table.frequency
    kappa = omega / table.quality_factor
    hot, cold = table.reservoirs
    rates = [bath.rate * (2 * bath.occupation(table.frequency) + 1) for bath in (hot, cold)]
    kilohm = 1e3
    reading = (
        "Figs. 3 and 4 have 10 %. The 0.5 GHz of Table I are 2.0 % of omega_0 as 0.5e9 1/s, and 12.5 % as 2 pi times "
        "that (`--two-pi`), which multiplies every power by 6.28."
    )
    return [
        Claim(
            "the rates are approximately 10 % of omega_0",
            near(10, 5, "%"),
            "gamma / omega_0 in Figs. 3 and 4 (%)",
            100 * float(np.asarray(reservoirs(1.0)[0].rate)) / OMEGA_0,
        ),
        Claim(
            "the rates are approximately 10 % of omega_0",
            near(10, 5, "%"),
            "gamma / omega_0 in Table I (%)",
            100 * table.rate / omega,
            reading,
        ),
        Claim(
            "kappa = R, so that Q = omega_LC / R",
            near(omega / kilohm, 0.01 * omega / kilohm),
            "Q of Table I's resonator with R = 1 kOhm",
            omega / kappa,
            "kappa = 1 / (R C), so that Q = omega_LC R C = R sqrt(C / L), as Eq. (B15) needs; R is no rate.",
        ),
        Claim(
            "Markov: omega_0 tau_RLC << 1, above Eq. (B5)",
            below(0.2, "<< 1"),
            "omega_0 tau_RLC = 2 Q",
            2 * table.quality_factor,
            "The resonator must forget faster than the qubits relax, not than they oscillate: "
            "N sum_i gamma_i (2 n_i + 1) << kappa.",
        ),
        Claim(
            "the same, read as N sum_i gamma_i (2 n_i + 1) << kappa",
            below(0.2, "<< 1"),
            "N sum_i gamma_i (2 n_i + 1) / kappa, N = 2",
            float(2 * sum(rates) / kappa),
            "Table I with Q = 20 is outside the range of the master equation, which then overestimates current and "
            "enhancement.",
        ),
    ]
