r"""The rates are held to the exact poles of the linear circuit.

A transmon whose junction is replaced by its inductance is a node with C_T and L, joined by C_c to the node of
each RLC. In flux variables the node equations are (s^2 C + s / R + 1 / L) phi = 0, with matrices; the mode that lives
on the transmon decays in energy at the rate -2 Re s, which is gamma of a two-level system as well: at T = 0 both
are Fermi's golden rule.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.constants import e, h, hbar

from valvelab.sim import (
    ReservoirCircuit,
    TransmonCircuit,
    circuit_baths,
    collective,
    coupled_reservoirs,
    detuned,
    pair,
    transmon_levels,
)

FREQUENCY = 4e9
C_T = 109e-15
TRANSMON = TransmonCircuit(C_T, 14e9)


def reservoir(coupling, capacitance=0.8e-12, quality_factor=20.0, frequency=FREQUENCY):
    impedance = 1 / (2 * np.pi * frequency * capacitance)
    inductance = impedance / (2 * np.pi * frequency)
    return ReservoirCircuit(capacitance, inductance, quality_factor * impedance, coupling)


def exact_mode(frequency, *reservoirs, capacitance=C_T, counted=True):
    """Frequency [Hz] and energy decay rate [1/s] of the transmon's mode; `counted`: C holds C_c already."""
    n = 1 + len(reservoirs)
    c, g, k = np.zeros((3, n, n))
    total = c[0, 0] = capacitance + sum(r.coupling_capacitance for r in reservoirs)
    k[0, 0] = (2 * np.pi * frequency) ** 2 * total
    for i, r in enumerate(reservoirs, 1):
        c[i, i] = r.capacitance + (0 if counted else r.coupling_capacitance)
        c[0, i] = c[i, 0] = -r.coupling_capacitance
        g[i, i], k[i, i] = 1 / r.resistance, 1 / r.inductance
    omega = 2 * np.pi * frequency
    inverse = np.linalg.inv(c / total)
    upper = np.hstack([np.zeros((n, n)), np.eye(n)])
    lower = np.hstack([-inverse @ k / (total * omega**2), -inverse @ g / (total * omega)])
    poles = omega * np.linalg.eigvals(np.vstack([upper, lower]))
    mode = max(poles[poles.imag > 0], key=lambda pole: pole.real)
    return mode.imag / (2 * np.pi), -2 * mode.real


def rates(transmon, *reservoirs, frequency, **options):
    return [
        float(bath.rate) for bath in circuit_baths(transmon, *reservoirs, 0.0, 0.0, **options).at(frequency)
    ]


@pytest.mark.parametrize("frequency", [4e9, 3.9e9, 2e9, 6e9])
@pytest.mark.parametrize("quality_factor", [2.0, 20.0])
def test_the_rate_is_the_decay_of_the_exact_circuit(frequency, quality_factor):
    errors = []
    for ratio in (1e-2, 1e-3):
        coupled = reservoir(ratio * C_T, quality_factor=quality_factor)
        found = sum(rates(TRANSMON, coupled, reservoir(0.0), frequency=frequency))
        errors.append(abs(found / exact_mode(frequency, coupled)[1] - 1))
    assert errors[0] < 6e-3 and errors[1] < 1e-4


def test_two_reservoirs_add_their_rates():
    sides = reservoir(2e-3 * C_T), reservoir(1e-3 * C_T, 0.5e-12, 10.0, 4.2e9)
    found = rates(TRANSMON, *sides, frequency=FREQUENCY)
    assert sum(found) == pytest.approx(exact_mode(FREQUENCY, *sides)[1], rel=5e-4, abs=0)
    alone = exact_mode(FREQUENCY, sides[0], capacitance=C_T + sides[1].coupling_capacitance)[1]
    assert found[0] == pytest.approx(alone, rel=5e-4, abs=0)


def test_the_printed_rates_are_thirty_two_times_the_decay():
    # A huge C_T makes E_C / hf small, beyond which the paper's own expansions do not go.
    capacitance, charging = 1e-11, e**2 / (2 * 1e-11) / h
    transmon = TransmonCircuit(capacitance, (FREQUENCY + charging) ** 2 / (8 * charging))
    sides = reservoir(2e-4 * capacitance, 1e-11), reservoir(1e-4 * capacitance, 1e-11)
    decay = exact_mode(FREQUENCY, *sides, capacitance=capacitance)[1]
    printed = rates(transmon, *sides, frequency=FREQUENCY, as_printed=True)
    assert sum(printed) / decay == pytest.approx(32, rel=2e-3, abs=0)
    assert sum(rates(transmon, *sides, frequency=FREQUENCY)) / decay == pytest.approx(1, rel=2e-3, abs=0)


def test_a_transmon_tuned_by_its_flux_loses_with_the_square_of_the_frequency():
    coupled = reservoir(1e-3 * C_T)
    lower = exact_mode(FREQUENCY / 2, coupled)[1] / exact_mode(FREQUENCY, coupled)[1]
    filters = [float(coupled.resonator(exponent).filter(FREQUENCY / 2)) for exponent in (0, 1, 2)]
    assert circuit_baths(TRANSMON, coupled, coupled, 0, 0).resonators[0].exponent == 2
    assert np.array(filters) / lower == pytest.approx([4, 2, 1], rel=2e-4, abs=0)


def test_counting_the_couplers_in_the_resonator_leaves_an_error_of_a_thousandth_at_strong_coupling():
    coupled = reservoir(0.1 * C_T)
    frequency, decay = exact_mode(FREQUENCY / 2, coupled)
    found = sum(rates(TRANSMON, coupled, reservoir(0.0), frequency=frequency))
    assert found == pytest.approx(decay, rel=2e-3, abs=0)
    _, decay = exact_mode(FREQUENCY / 2, coupled, counted=False)
    assert found != pytest.approx(decay, rel=7e-3, abs=0)


def test_a_loaded_transmon_has_the_sum_of_its_capacitances():
    coupled = reservoir(0.1 * C_T, capacitance=1e-9, frequency=40e9)
    junction = TRANSMON.josephson_energy * h / (hbar / (2 * e)) ** 2  # 1 / L_J

    def harmonic(capacitance):
        return np.sqrt(junction / capacitance) / (2 * np.pi)

    loaded = TRANSMON.loaded(coupled)
    found, _ = exact_mode(harmonic(loaded.capacitance), coupled)
    assert loaded.frequency + loaded.charging_energy == pytest.approx(found, rel=1e-6, abs=0)
    # Eq. 2, an expansion to the first order, is off by half the square of the ratio.
    assert harmonic(C_T / (1 - 0.1)) / found - 1 == pytest.approx(-0.005, rel=0.05, abs=0)


def test_resonance_shifts_the_decay_by_the_rate_over_the_linewidth():
    coupled, other = reservoir(1e-2 * C_T), reservoir(0.0)
    baths = circuit_baths(TRANSMON, coupled, other, 0.0, 0.0)
    excess = exact_mode(FREQUENCY, coupled)[1] / baths.hot.rate - 1
    assert excess == pytest.approx(baths.rate_over_linewidth(1), rel=0.03, abs=0)


def test_the_rate_is_the_golden_rule_with_the_exact_charge():
    sides = reservoir(1e-15), reservoir(2e-15)
    loaded = TRANSMON.loaded(*sides)
    exact = transmon_levels(loaded.josephson_energy, loaded.charging_energy)
    omega, charge = 2 * np.pi * exact.frequency, 2 * e * exact.charge[0, 1]
    for side, found in zip(sides, rates(TRANSMON, *sides, frequency=exact.frequency), strict=True):
        real_part = side.resistance * side.resonator(0).filter(exact.frequency)
        perturbation = side.coupling_capacitance / loaded.capacitance * charge
        assert found == pytest.approx(perturbation**2 * 2 * omega * real_part / hbar, rel=5e-4, abs=0)


def test_the_coupling_is_the_matrix_element_and_the_printed_one_twice_it():
    sides = reservoir(1e-15), reservoir(2e-15)
    baths = circuit_baths(TRANSMON, *sides, 0.1, 0.1)
    printed = circuit_baths(TRANSMON, *sides, 0.1, 0.1, as_printed=True)
    loaded = TRANSMON.loaded(*sides)
    charge = 2 * e * transmon_levels(loaded.josephson_energy, loaded.charging_energy).charge[0, 1]
    for side, coupling, doubled in zip(sides, baths.couplings, printed.couplings, strict=True):
        # <0|H|1> = hbar G / 2 per volt
        element = side.coupling_capacitance / loaded.capacitance * charge
        assert hbar * coupling / 2 / element == pytest.approx(1, rel=2e-3, abs=0)
        assert hbar * doubled / 2 / element == pytest.approx(2, rel=0.05, abs=0)


def test_the_rate_is_the_paper_s_own_product_without_its_misprints():
    side = reservoir(5e-15)
    baths = circuit_baths(TRANSMON, side, side, 0.1, 0.1)
    omega, loaded = 2 * np.pi * baths.frequency, TRANSMON.loaded(side, side)
    lorentz = side.resonator(0).filter(baths.frequency)
    rate = omega * side.resistance / loaded.impedance * (5e-15 / loaded.capacitance) ** 2 * lorentz
    assert baths.at()[0].rate == pytest.approx(rate, rel=1e-12, abs=0)
    assert baths.at()[0].rate == pytest.approx(
        hbar * omega * side.resistance * baths.couplings[0] ** 2 / 2 * lorentz,
        rel=1e-12,
        abs=0,
    )


def test_as_printed_follows_the_printed_formulas():
    side = reservoir(5e-15)
    baths = circuit_baths(TRANSMON, side, side, 0.1, 0.1, as_printed=True)
    impedance = np.sqrt((hbar / (2 * e)) ** 2 / (h * 14e9) / C_T)
    coupling = 2 * 5e-15 / C_T * np.sqrt(2 / (hbar * impedance))
    omega = 2 * np.pi * TRANSMON.loaded(side, side).frequency
    lorentz = 1 / (1 + 400 * (omega / (2 * np.pi * FREQUENCY) - 2 * np.pi * FREQUENCY / omega) ** 2)
    assert baths.couplings[0] == pytest.approx(coupling, rel=1e-9, abs=0)
    assert baths.at()[1].rate == pytest.approx(
        4 * hbar * omega * side.resistance * coupling**2 * lorentz,
        rel=1e-9,
        abs=0,
    )
    assert baths.resonators[0].exponent == 0


def test_baths_and_resonators_go_into_the_models():
    sides = reservoir(1e-15), reservoir(2e-15, quality_factor=15.0)
    baths = circuit_baths(TRANSMON, *sides, 0.384, 0.096)
    both = pair((FREQUENCY, FREQUENCY), baths.hot, baths.cold, resonator=baths.resonators)
    together = collective(2, FREQUENCY, *baths.at(FREQUENCY))
    assert both.currents.hot / together.currents.hot == pytest.approx(1, rel=1e-9, abs=0)
    alike = circuit_baths(TRANSMON, sides[0], sides[0], 0.384, 0.096)
    apart = detuned((3.6e9, 3.6e9), alike.hot, alike.cold, None, alike.resonators[0])
    alone = collective(1, 3.6e9, *alike.at(3.6e9))
    assert apart.hot / alone.currents.hot == pytest.approx(2, rel=1e-9, abs=0)


def test_the_rate_over_the_linewidth_sums_both_reservoirs_and_all_qubits():
    sides = reservoir(1e-15), reservoir(2e-15)
    baths = circuit_baths(TRANSMON, *sides, 0.384, 0.096)
    terms = [
        bath.rate / kappa / np.tanh(h * FREQUENCY / (2 * 1.380649e-23 * bath.temperature))
        for bath, kappa in zip((baths.hot, baths.cold), baths.linewidths, strict=True)
    ]
    assert baths.rate_over_linewidth(3) == pytest.approx(3 * sum(terms), rel=1e-9, abs=0)


@given(st.floats(0, 1e9), st.floats(1e3, 1e9), st.floats(1e-14, 1e-12))
def test_the_couplers_for_wanted_rates_give_these_rates(rate_hot, rate_cold, capacitance):
    transmon = TransmonCircuit(capacitance, 100e9)
    hot, cold = coupled_reservoirs(transmon, reservoir(0.0), reservoir(0.0, 0.5e-12), rate_hot, rate_cold)
    baths = circuit_baths(transmon, hot, cold, 0.1, 0.1)
    assert baths.hot.rate == pytest.approx(rate_hot, rel=1e-12, abs=1e-12)  # one decay in 30 000 years
    assert baths.cold.rate == pytest.approx(rate_cold, rel=1e-12, abs=0)


def test_arrays_broadcast():
    transmon = TransmonCircuit(C_T, 14e9, flux=np.linspace(0, 0.2, 4)[:, None])
    sides = coupled_reservoirs(transmon, reservoir(0.0), reservoir(0.0), np.array([1e6, 1e7, 1e8]), 1e7)
    for as_printed in (False, True):
        baths = circuit_baths(transmon, *sides, 0.384, 0.096, as_printed=as_printed)
        assert baths.frequency.shape == baths.at()[0].rate.shape == baths.couplings[1].shape == (4, 3)


@pytest.mark.parametrize("as_printed", [False, True])
def test_shapes_that_do_not_broadcast_are_listed(as_printed):
    side = reservoir(np.full(2, 1e-15))
    with pytest.raises(ValueError, match=r"`transmon.flux` \(3,\), `hot.coupling_capacitance` \(2,\)"):
        circuit_baths(
            TransmonCircuit(C_T, 14e9, flux=np.zeros(3)),
            side,
            reservoir(0.0),
            0.1,
            0.1,
            as_printed=as_printed,
        )


def test_bad_arguments_are_refused_by_name():
    side = reservoir(1e-15)
    with pytest.raises(ValueError, match="`temperature_hot` must be at least 0 K"):
        circuit_baths(TRANSMON, side, side, -0.1, 0.1)
    with pytest.raises(ValueError, match="`rate_cold` must be at least 0 1/s"):
        coupled_reservoirs(TRANSMON, side, side, 1e6, -1e6)
    with pytest.raises(ValueError, match="`n_qubits` must be an integer and at least 1"):
        circuit_baths(TRANSMON, side, side, 0.1, 0.1).rate_over_linewidth(0)
