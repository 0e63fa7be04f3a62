"""Claims of Sec. IV and App. D: two qubits on a chip, which Fig. 5 shows."""

from dataclasses import replace

import numpy as np

from valvelab.sim import (
    Bath,
    HeatCurrents,
    Table1,
    collective,
    detuned,
    effective_temperature,
    fixed_spin_current,
    independent,
    table_1,
)

from .paper_claim import Claim, above, below, near
from .paper_settings import Array, Values

_COLDEST = 0.05
"""T_p [K]."""


def enhancements(table: Table1, temperature: float, stated: float) -> list[Claim]:
    """Return the enhancement of two qubits for each current that the text may mean, over each reference.

    Parameters
    ----------
    table
        Temperatures, rates and quality factor.
    temperature
        T_p [K].
    stated
        What the text states [%].
    """
    both, half = _currents(table, temperature), _detuned(table, temperature)
    single = independent(2, table.frequency, *table.reservoirs).hot
    other = table_1(caption_temperature=table.cold > 0.05)
    elsewhere = _currents(other, temperature).paper / independent(2, other.frequency, *other.reservoirs).hot
    ratios = {
        "Eq. (24) / Q_ind": both.paper / single,
        f"Eq. (24) / Q_ind at T_c = {other.cold * 1e3:.0f} mK": elsewhere,
        "Q_h / Q_ind": both.hot / single,
        "-Q_c / Q_ind": -both.cold / single,
        "Q_h / 2 Q_det, source": both.hot / half.hot / 2,
        "-Q_c / 2 Q_det, drain": both.cold / half.cold / 2,
        "Q_h / Q_ind for gamma_p -> 0+": _currents(table, temperature, vanishing=True).hot / single,
        "Eq. (24) / Q_ind with P_J from numerics and P(m|J) at T*": _recipe(table, temperature) / single,
    }
    reading = (
        "Only the quantity of Eq. (24) rounds to both 13 % and -4 %, and it is no heat current while the parasitic "
        "bath exchanges heat. An enhancement needs its reservoir and its reference."
    )
    return [
        Claim(
            f"approximately {stated:g} %",
            near(stated, 0.5, "%"),
            f"{name} - 1 (%)",
            _percent(ratio),
            reading if name == "Q_h / Q_ind" else "",
        )
        for name, ratio in ratios.items()
    ]


def advantages(table: Table1) -> list[Claim]:
    """Return the other claims about Fig. 5(a) and of the abstract."""
    singles = {n: independent(n, table.frequency, *table.reservoirs).hot for n in (2, 10)}
    warm = {n: _percent(_currents(table, 0.15, n).hot / single) for n, single in singles.items()}
    effective = float(effective_temperature(table.frequency, *table.reservoirs))
    return [
        Claim(
            "two qubits: approximately 10 % (abstract)",
            near(10, 5, "%"),
            "-Q_c / 2 Q_det - 1 at T_p = 50 mK (%)",
            _percent(_currents(table, _COLDEST).cold / _detuned(table, _COLDEST).cold / 2),
        ),
        Claim(
            "pronounced while T_p is roughly below 150 mK",
            above(10, "> 10 %"),
            "Q_h / Q_ind - 1 at T_p = 150 mK, N = 10 (%)",
            warm[10],
        ),
        Claim(
            "pronounced while T_p is roughly below 150 mK",
            above(10, "> 10 %"),
            "Q_h / Q_ind - 1 at T_p = 150 mK, N = 2 (%)",
            warm[2],
            f"At 150 mK two qubits gain less than 5 %. The enhancement of any N ends at T_p = T* = "
            f"{effective * 1e3:.0f} mK.",
        ),
    ]


def detunings(table: Table1) -> list[Claim]:
    """Return the claims about the detuned reference, of Sec. IV and App. D."""
    temperatures = np.arange(10, 101) / 200
    single = independent(2, table.frequency, *table.reservoirs).hot
    double = replace(table, rate=2 * table.rate)
    half, doubled, other = (
        _detuned(*arguments)
        for arguments in ((table, temperatures), (double, temperatures), (table, temperatures, 1))
    )
    alone = independent(1, table.frequency, *table.reservoirs, table.parasitic(temperatures))
    passed = float(table.resonator().filter(table.frequency / 2))

    def farthest(flow: Array) -> float:
        ratio = 2 * flow / single
        return float(ratio[np.abs(ratio - 1).argmax()])

    gamma_1 = (
        "With gamma_1 = 1 GHz twice the detuned current is twice the independent one; Table I has 0.5 GHz."
    )
    return [
        Claim(
            "Q_det is Q_ind / 2",
            near(1, 0.03),
            "2 Q_det / Q_ind, source, farthest from 1 for T_p = 50 to 500 mK",
            farthest(half.hot),
        ),
        Claim(
            "Q_det is Q_ind / 2",
            near(1, 0.03),
            "2 Q_det / Q_ind, drain, farthest from 1 for T_p = 50 to 500 mK",
            farthest(-half.cold),
        ),
        Claim(
            "gamma_1 = 1 GHz, as per Table I",
            near(1, 0.05),
            "2 Q_det / Q_ind with twice the rate, source, T_p = 50 mK",
            float(2 * doubled.hot[0] / single),
            gamma_1,
        ),
        Claim(
            "the detuned qubit contributes negligibly",
            below(1, "<< 1 %"),
            "share of qubit 2 in Q_det, source, T_p = 50 mK (%)",
            float(100 * (1 - alone.hot[0] / half.hot[0])),
        ),
        Claim(
            "gamma_2 / gamma_1 of Eq. (D5) with omega_0",
            near(1, 0),
            "gamma_2 / gamma_1 at omega_LC / 2",
            passed,
            "omega_0 in Eq. (D5) is omega_0^(2), the frequency of qubit 2.",
        ),
        Claim(
            "Eq. (D5) follows from Eq. (B19)",
            near(1, 0.005),
            "Q_det with the factor omega_0 of (B19) over that without, source, T_p = 50 mK",
            float(other.hot[0] / half.hot[0]),
            "Eq. (D5) leaves out the factor omega_0 of Eq. (B19), which halves gamma_2 (and for a transmon tuned by "
            "flux halves it once more): immaterial here.",
        ),
    ]


def _percent(ratio: Array) -> float:
    return 100 * (float(ratio) - 1)


def _currents(table: Table1, temperature: float, number: int = 2, *, vanishing: bool = False) -> HeatCurrents:
    """Return the currents of qubits on resonance at one T_p."""
    parasitic = Bath(0.0, temperature) if vanishing else table.parasitic(temperature)
    return collective(number, table.frequency, *table.reservoirs, parasitic).currents


def _detuned(table: Table1, temperature: Values, exponent: int = 0) -> HeatCurrents:
    """Return the currents with qubit 2 at half the resonator's frequency."""
    frequencies = (table.frequency, table.frequency / 2)
    return detuned(frequencies, *table.reservoirs, table.parasitic(temperature), table.resonator(exponent))


def _recipe(table: Table1, temperature: float) -> Array:
    """Return the recipe of Sec. III: P_J from the full equation, each J thermal at T*, in Eq. (24)."""
    state = collective(2, table.frequency, *table.reservoirs, table.parasitic(temperature))
    spins = np.array([1.0, 0.0])
    each = fixed_spin_current(spins, table.frequency, *table.reservoirs)
    mixed: Array = (state.spin_probability * each).sum(axis=-1)
    return mixed
