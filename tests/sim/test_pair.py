import json
from pathlib import Path

import numpy as np
import pytest
import qutip
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sim.qutip_reference import UNIT, bose, jump, lowering, pair_answer, pair_hamiltonian
from valvelab.constants import BOLTZMANN, PLANCK
from valvelab.sim import Bath, Resonator, collective, detuned, independent, pair

HOT, COLD, PARASITIC = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Bath(0.01e9, 0.05)
RESONATOR = Resonator(4e9, 20)
TABLE = Path(__file__).parents[3] / "shared" / "reference" / "detuning_table.json"
FEMTO = 1e-15


def flows(state):
    return np.array([state.currents.hot, state.currents.cold, state.currents.parasitic])


def agree(state, exact, rel):
    # Small currents are differences of larger flows: the scale is that of the largest.
    assert flows(state) == pytest.approx(exact.currents, rel=rel, abs=rel * np.abs(exact.currents).max())
    assert state.spin_probability == pytest.approx(exact.p_spin, rel=rel, abs=0)
    assert state.mean_spin_squared == pytest.approx(exact.spin_squared, rel=rel, abs=0)
    assert state.mean_inversion == pytest.approx(exact.inversion, rel=rel, abs=0)


@pytest.mark.parametrize("equation", ["redfield", "gkls"])
@pytest.mark.parametrize("seed", range(12))
def test_the_contract_s_equation_agrees_with_brute_force(equation, seed):
    random = np.random.default_rng(seed)
    frequencies = tuple(random.uniform(2e9, 8e9, 2)) if seed % 3 else (4e9, 4e9 + random.uniform(-1, 1) * 1e8)
    pairs = list(zip(random.uniform(0.1, 1, 3) * 1e9, random.uniform(0.05, 0.6, 3), strict=True))
    weights = random.uniform(-1.5, 1.5, (2, 2)) if seed % 2 else np.ones((2, 2))
    if seed > 7:
        weights = weights * np.exp(1j * random.uniform(-np.pi, np.pi, (2, 2)))
    exchange = random.choice([0.0, random.uniform(-1, 1) * 1e8, random.uniform(-1, 1) * 1.5e9])
    resonators = (Resonator(random.uniform(3e9, 6e9), random.uniform(0, 5), 1), Resonator(4e9, 2))
    state = pair(
        frequencies,
        *(Bath(*one) for one in pairs),
        resonator=resonators,
        weights_hot=weights[0],
        weights_cold=weights[1],
        exchange=exchange,
        equation=equation,
    )
    exact = pair_answer(
        frequencies,
        *pairs,
        spectra=[lambda f, r=r: float(r.filter(abs(f))) for r in resonators],
        weights=weights,
        exchange=exchange,
        equation=equation,
    )
    agree(state, exact, 1e-10)


@pytest.mark.parametrize("equation", ["redfield", "gkls"])
@given(
    temperatures=st.tuples(*[st.floats(0.02, 1)] * 3),
    rate=st.sampled_from([0.0, 1e-6, 1.0, 1e4, 1e7, 1e9, 1e11]),
    q=st.floats(0, 100),
)
@settings(max_examples=25, deadline=None)
def test_resonant_qubits_are_collective(equation, temperatures, rate, q):
    hot, cold, parasitic = (Bath(g, t) for g, t in zip((0.5e9, 0.3e9, rate), temperatures, strict=True))
    one = pair((4e9, 4e9), hot, cold, parasitic, resonator=Resonator(4e9, q, 1), equation=equation)
    other = collective(2, 4e9, hot, cold, parasitic)
    occupation = max(float(bath.occupation(4e9)) for bath in (hot, cold, parasitic))
    size = (0.5e9 + rate) * PLANCK * 4e9 * (1 + 2 * occupation)
    assert flows(one) == pytest.approx(flows(other), rel=1e-12, abs=1e-14 * size)
    assert one.spin_probability == pytest.approx(other.spin_probability, rel=1e-12, abs=0)


@pytest.mark.parametrize("equation", ["redfield", "gkls"])
@pytest.mark.parametrize("signs", [(1, 1), (1, -1), (-2, -2)])
def test_without_a_parasitic_bath_resonant_qubits_stay_in_the_sector_of_the_ground_state(equation, signs):
    # Turning one qubit by pi makes (1, -1) of (1, 1): the same currents, with triplet and singlet exchanged.
    hot, cold = (Bath(bath.rate / abs(signs[0]) ** 2, bath.temperature) for bath in (HOT, COLD))
    state = pair((4e9, 4e9), hot, cold, weights_hot=signs, weights_cold=signs, equation=equation)
    ideal = collective(2, 4e9, HOT, COLD)
    assert flows(state) == pytest.approx(flows(ideal), rel=1e-13, abs=0)
    assert state.mean_inversion == pytest.approx(ideal.mean_inversion, rel=1e-13, abs=0)
    if signs[0] == signs[1]:
        assert np.array_equal(state.spin_probability, [1, 0])


@pytest.mark.parametrize("phase", [0.3, np.pi / 2, -3.0])
def test_a_common_phase_leaves_the_dark_state_dark(phase):
    weights = (1.0, np.exp(1j * phase))
    state = pair((4e9, 4e9), HOT, COLD, weights_hot=weights, weights_cold=weights)
    assert flows(state) == pytest.approx(flows(collective(2, 4e9, HOT, COLD)), rel=1e-13, abs=0)
    # Beside another point with a phase between the reservoirs.
    mixed = np.array([weights[1], 1j * weights[1]])
    both = pair((4e9, 4e9), HOT, COLD, weights_hot=(1.0, mixed), weights_cold=weights).currents
    assert float(both.hot[0]) == pytest.approx(float(state.currents.hot), rel=1e-13, abs=0)
    slow = pair((4e9, 4e9), HOT, COLD, Bath(1e-3, 0.05), weights_hot=weights, weights_cold=weights)
    expected = collective(2, 4e9, HOT, COLD, Bath(1e-3, 0.05))
    assert flows(slow)[:2] == pytest.approx(flows(expected)[:2], rel=1e-12, abs=0)


@pytest.mark.parametrize("detuning", [1e5, 1.0, 1e-3])
def test_without_a_parasitic_bath_a_small_detuning_ends_in_independent_qubits(detuning):
    state = pair((4e9, 4e9 + detuning), HOT, COLD)
    expected = float(independent(2, 4e9, HOT, COLD).hot)
    tolerance = 1e-9 + detuning / 1e8
    assert float(state.currents.hot) == pytest.approx(expected, rel=tolerance, abs=0)
    r = float(HOT.occupation(4e9) + COLD.occupation(4e9))
    r /= 2 + r
    assert state.spin_probability[1] == pytest.approx(r / (1 + r) ** 2, rel=10 * tolerance, abs=0)


@pytest.mark.parametrize("equation", ["redfield", "gkls"])
def test_a_map_through_resonance_has_no_seam(equation):
    detuning = np.concatenate([-np.geomspace(1e-3, 1e6, 10)[::-1], [0.0], np.geomspace(1e-3, 1e6, 10)])
    drain = -pair(
        (4e9, 4e9 + detuning), HOT, COLD, PARASITIC, resonator=RESONATOR, equation=equation
    ).currents.cold
    # Detuned by d the singlet fills at the rate d**2 / gamma, on top of gamma_p; the filter adds terms linear in d.
    mixing = (2 * np.pi * detuning) ** 2 / 0.5e9 / 0.01e9
    assert np.all(np.abs(drain / drain[10] - 1) <= mixing + 1e-9 * np.abs(detuning) + 1e-13)


@pytest.mark.parametrize("detuned_frequency", [2e9, 2.5e9, 7e9])
def test_far_detuned_qubits_are_those_of_appendix_d(detuned_frequency):
    for equation, tolerance in (("gkls", 2e-5), ("redfield", 6e-5)):
        state = pair((4e9, detuned_frequency), HOT, COLD, PARASITIC, resonator=RESONATOR, equation=equation)
        apart = detuned((4e9, detuned_frequency), HOT, COLD, PARASITIC, RESONATOR)
        assert float(state.currents.cold) == pytest.approx(float(apart.cold), rel=tolerance, abs=0)
        assert float(state.currents.hot) == pytest.approx(float(apart.hot), rel=tolerance, abs=0)


@pytest.mark.parametrize("equation", ["redfield", "gkls"])
@given(phases=st.tuples(*[st.floats(-4, 4)] * 3), detuning=st.floats(-1e8, 1e8))
@settings(max_examples=25, deadline=None)
def test_only_the_phase_of_the_round_through_all_couplings_matters(equation, phases, detuning):
    common, own, around = np.exp(1j * np.array(phases))
    first, second = (
        pair((4e9, 4e9 + detuning), HOT, COLD, PARASITIC, resonator=RESONATOR, equation=equation, **weights)
        for weights in (
            {"weights_hot": (1.0, around)},
            {"weights_hot": (common, common * own), "weights_cold": (1.0, own / around)},
        )
    )
    assert flows(first) == pytest.approx(flows(second), rel=1e-9, abs=0)
    half = pair((4e9, 4e9 + detuning), HOT, COLD, PARASITIC, weights_hot=(1, np.exp(1j * np.pi)))
    sign = pair((4e9, 4e9 + detuning), HOT, COLD, PARASITIC, weights_hot=(1, -1))
    assert flows(half) == pytest.approx(flows(sign), rel=1e-9, abs=0)


@pytest.mark.parametrize("exchange", [0.0, 3e8, -1e9])
@pytest.mark.parametrize("temperature", [0.0, 0.03, 0.2, 3.0])
def test_nothing_flows_between_equal_temperatures(exchange, temperature):
    # A local bath does not know of an exchange coupling: with one, only the reservoirs reach equilibrium.
    baths = [Bath(rate, temperature) for rate in (0.5e9, 0.3e9, 0.01e9)]
    parasitic = baths[2] if exchange == 0 else None
    second = np.array([3.0e9, 3.999e9, 4.5e9])
    state = pair(
        (4e9, second), *baths[:2], parasitic, resonator=RESONATOR, weights_cold=(1, 0.8), exchange=exchange
    )
    n = float(Bath(1.0, temperature).occupation(4e9))
    assert np.all(np.abs(flows(state)) <= 1e-13 * 0.5e9 * (1 + 2 * n) * PLANCK * 4e9)
    boltzmann = (
        np.zeros(3) if temperature == 0 else np.exp(-PLANCK * (4e9 + second) / BOLTZMANN / temperature)
    )
    excited = (state.mean_inversion + 1) / 2
    assert np.all(excited >= boltzmann / 4 - 1e-15)


@settings(max_examples=60, deadline=None)
@given(
    frequencies=st.tuples(st.floats(2e9, 8e9), st.floats(2e9, 8e9)),
    temperatures=st.tuples(*[st.floats(0.02, 1)] * 3),
    weights=st.tuples(*[st.floats(0.1, 2)] * 4),
    exchange=st.floats(-1e9, 1e9),
    equation=st.sampled_from(["redfield", "gkls"]),
)
def test_energy_is_conserved(frequencies, temperatures, weights, exchange, equation):
    baths = [Bath(rate, t) for rate, t in zip((0.5e9, 0.3e9, 0.01e9), temperatures, strict=True)]
    state = pair(
        frequencies,
        *baths,
        weights_hot=weights[:2],
        weights_cold=weights[2:],
        exchange=exchange,
        equation=equation,
    )
    found = flows(state)
    n = max(float(bath.occupation(min(frequencies))) for bath in baths)
    assert abs(found.sum()) <= 1e-13 * 4 * 0.5e9 * (1 + 2 * n) * PLANCK * 8e9
    assert state.spin_probability.sum() == pytest.approx(1, rel=1e-13, abs=0)


@settings(max_examples=60, deadline=None)
@given(
    frequencies=st.tuples(st.floats(2e9, 8e9), st.floats(2e9, 8e9)),
    t_hot=st.floats(0.05, 1),
    t_cold=st.floats(0.02, 1),
    equation=st.sampled_from(["redfield", "gkls"]),
)
def test_entropy_is_not_destroyed_beyond_the_error_of_the_equation(frequencies, t_hot, t_cold, equation):
    state = pair(frequencies, Bath(1e7, t_hot), Bath(1e7, t_cold), Bath(1e5, t_cold), equation=equation)
    # Both equations are exact to the order of gamma / frequency of the flows h f gamma n.
    n = 1 + float(Bath(1.0, max(t_hot, t_cold)).occupation(min(frequencies)))
    error = 1e7 / (2 * np.pi * 2e9) * 1e7 * n * PLANCK * 8e9 / (BOLTZMANN * min(t_hot, t_cold))
    assert state.entropy_production >= -error


def spectrum_of(rate, temperature):
    """Return a function of w alone: QuTiP calls one that has further arguments with w = 0 only."""

    def spectrum(w):
        f = abs(w) * UNIT / (2 * np.pi)
        if f == 0:
            return 0.0
        n = bose(f, temperature)
        return rate * float(RESONATOR.filter(f)) * (n + 1 if w > 0 else n)

    return spectrum


def bloch_redfield_drain(frequencies, rate_scale):
    """QuTiP's full Bloch-Redfield tensor, all non-secular terms kept, with sigma_x couplings."""
    hamiltonian = pair_hamiltonian(frequencies, 0.0) * 2 * np.pi
    ladder = lowering(2)
    couplings = []
    for bath in (HOT, COLD):
        spectrum = spectrum_of(float(bath.rate) * rate_scale / UNIT, float(bath.temperature))
        couplings.append([sum(s + s.dag() for s in ladder), spectrum])
    n = [bose(f, 0.05) for f in frequencies]
    local = [0.01e9 * rate_scale / UNIT * jump(s, 1 + k) for s, k in zip(ladder, n, strict=True)]
    local += [0.01e9 * rate_scale / UNIT * jump(s.dag(), k) for s, k in zip(ladder, n, strict=True)]
    tensors = [
        qutip.bloch_redfield_tensor(hamiltonian, [c], sec_cutoff=-1, fock_basis=True).full()
        for c in couplings
    ]
    free = qutip.liouvillian(hamiltonian).full()
    total = sum(tensors) - free + sum(local)
    total[0] = np.eye(4).reshape(-1)
    rho = np.linalg.solve(total, np.eye(16)[0])
    flow = ((tensors[1] - free) @ rho).reshape(4, 4, order="F")
    return -PLANCK * UNIT**2 * np.trace((hamiltonian / (2 * np.pi)).full() @ flow).real


@pytest.mark.parametrize("second", [4e9, 3.98e9, 3.8e9, 3e9])
def test_it_agrees_with_qutip_s_bloch_redfield_tensor_to_the_order_of_gamma_over_frequency(second):
    for scale, tolerance in ((1.0, 1e-4), (0.1, 1e-6)):
        baths = [Bath(bath.rate * scale, bath.temperature) for bath in (HOT, COLD, PARASITIC)]
        drain = -float(pair((4e9, second), *baths, resonator=RESONATOR).currents.cold)
        assert drain == pytest.approx(bloch_redfield_drain((4e9, second), scale), rel=tolerance, abs=0)


def test_a_qubit_coupled_to_nothing_stays_in_its_ground_state():
    state = pair((4e9, 3e9), HOT, COLD, weights_hot=(1, 0), weights_cold=(1, 0))
    alone = independent(1, 4e9, HOT, COLD)
    assert flows(state) == pytest.approx([alone.hot, alone.cold, 0], rel=1e-13, abs=0)
    silent = pair((4e9, 3e9), Bath(0.0, 1.0), Bath(0.0, 0.1), exchange=[0.0, 1e8])
    assert np.all(silent.mean_inversion == -1)
    assert np.all(flows(silent) == 0)


def test_an_ambiguous_state_is_refused_and_not_guessed():
    with pytest.raises(ValueError, match="not unique, or too nearly so"):
        pair((4e9, 3e9), HOT, COLD, weights_hot=(1, 1e-9), weights_cold=(1, 1e-9))


def test_a_qubit_far_off_any_resonance_does_not_spoil_its_partner():
    state = pair((4e9, 0.4e9), HOT, COLD, Bath(1.0, 0.05), resonator=Resonator(4e9, 200))
    alone = independent(1, 4e9, HOT, COLD)
    assert float(state.currents.hot) == pytest.approx(float(alone.hot), rel=1e-3, abs=0)


def test_eq_24_is_known_only_where_both_reservoirs_see_the_same_operator():
    state = pair((4e9, 4e9), HOT, Bath(0.3e9, 0.096), PARASITIC)
    other = collective(2, 4e9, HOT, Bath(0.3e9, 0.096), PARASITIC)
    assert state.currents.paper == pytest.approx(other.currents.paper, rel=1e-13, abs=0)
    with pytest.raises(ValueError, match="cold_share"):
        _ = pair((4e9, 4e9), HOT, COLD, PARASITIC, weights_cold=(1, 0.9)).currents.paper


def test_every_argument_broadcasts():
    state = pair(
        (np.full((4, 1, 1, 1), 4e9), np.linspace(3e9, 5e9, 3)[:, None, None]),
        Bath(np.array([0.4e9, 0.5e9])[:, None], 0.384),
        COLD,
        Bath(0.01e9, np.linspace(0, 0.4, 5)),
        resonator=Resonator(4e9, np.full(5, 20.0)),
        weights_hot=(1.0, np.linspace(0.9, 1.1, 5)),
        exchange=np.full((1, 1), 1e6),
    )
    assert state.spin_probability.shape == (4, 3, 2, 5, 2)
    for value in (*flows(state), state.mean_spin_squared, state.mean_inversion, state.entropy_production):
        assert value.shape == (4, 3, 2, 5)
    one = pair(
        (4e9, 4e9),
        Bath(0.5e9, 0.384),
        COLD,
        Bath(0.01e9, 0.4),
        resonator=RESONATOR,
        weights_hot=(1.0, 1.1),
        exchange=1e6,
    )
    assert one.currents.hot == pytest.approx(state.currents.hot[0, 1, 1, 4], rel=1e-13, abs=0)
    assert np.ndim(one.currents.hot) == 0


def test_a_batch_solved_in_parts_is_the_same_batch():
    second, t_parasitic = np.linspace(3e9, 5e9, 9001)[:, None], np.array([0.05, 0.2])
    resonator = Resonator(np.full(2, 4e9), 20)
    whole = pair((4e9, second), HOT, COLD, Bath(0.01e9, t_parasitic), resonator=resonator)
    few = slice(None, None, 1500)
    some = pair((4e9, second[few]), HOT, COLD, Bath(0.01e9, t_parasitic), resonator=resonator)
    assert whole.spin_probability.shape == (9001, 2, 2)
    assert flows(whole)[:, few] == pytest.approx(flows(some), rel=1e-12, abs=0)
    assert whole.spin_probability[few] == pytest.approx(some.spin_probability, rel=1e-12, abs=0)
    assert whole.currents.paper.shape == (9001, 2)


@pytest.mark.skipif(not TABLE.exists(), reason="the reference table is not beside the checkout")
@pytest.mark.parametrize(
    ("key", "rate_unit", "t_parasitic"),
    [
        ("SI_Tp50", 1, 0.05),
        ("SI_Tp450", 1, 0.45),
        ("2pi_Tp50", 2 * np.pi, 0.05),
        ("2pi_Tp450", 2 * np.pi, 0.45),
    ],
)
@pytest.mark.parametrize(("column", "equation"), [("gm", "gkls"), ("am", "redfield")])
def test_a_scan_of_the_detuning_is_the_reference_s(key, rate_unit, t_parasitic, column, equation):
    rows = json.loads(TABLE.read_text())[key]
    second = 4e9 - np.array([row["df_MHz"] for row in rows]) * 1e6
    baths = [Bath(rate_unit * g, t) for g, t in ((0.5e9, 0.384), (0.5e9, 0.096), (0.01e9, t_parasitic))]
    resonator = Resonator(4e9, 20, exponent=1)
    state = pair((4e9, second), *baths, resonator=resonator, equation=equation)
    apart = detuned((4e9, second), *baths, resonator)
    for name, value in (("Qh", state.currents.hot), ("mQc", -state.currents.cold)):
        assert value / FEMTO == pytest.approx([row[column][name] for row in rows], rel=1e-12, abs=0)
    assert state.mean_spin_squared == pytest.approx([row[column]["J2"] for row in rows], rel=1e-12, abs=0)
    assert apart.hot / FEMTO == pytest.approx([row["appD"]["Qh"] for row in rows], rel=1e-12, abs=0)


@pytest.mark.parametrize("exchange", [20e6, -300e6])
def test_an_exchange_coupling_of_two_equal_qubits_conserves_j_squared(exchange):
    # The paper's discussion says that it breaks the conservation; s+ s- + h.c. is J^2 - J_z^2 - N/2, which does not.
    state = pair((4e9, 4e9), HOT, COLD, resonator=RESONATOR, exchange=exchange)
    assert state.spin_probability == pytest.approx([1, 0], rel=0, abs=1e-14)


def test_the_effect_of_an_exchange_coupling_is_that_of_the_filter():
    # 20 MHz move the triplet's frequencies off the resonator; without a filter next to nothing is left of it.
    drains = [
        -float(pair((4e9, 4e9), HOT, COLD, PARASITIC, resonator=resonator, exchange=exchange).currents.cold)
        for resonator in (RESONATOR, None)
        for exchange in (20e6, 0.0)
    ]
    assert drains[0] / drains[1] == pytest.approx(1 - 0.036, rel=0, abs=2e-3)
    assert drains[2] / drains[3] == pytest.approx(1, rel=0, abs=4e-3)
