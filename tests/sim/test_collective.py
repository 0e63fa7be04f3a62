import json
from pathlib import Path

import mpmath
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.sim.qutip_reference import collective_answer
from valvelab.constants import BOLTZMANN, PLANCK
from valvelab.sim import Bath, Resonator, collective, detuned, independent

HOT, COLD = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096)
PAPER = Path(__file__).parents[3] / "shared" / "reference" / "paper_figures.json"
FEMTO = 1e-15


def flows(state):
    return np.array([state.currents.hot, state.currents.cold, state.currents.parasitic])


@settings(max_examples=25, deadline=None)
@given(
    n_qubits=st.sampled_from([1, 1, 2, 2, 2, 3, 3, 4]),
    rates=st.tuples(*[st.floats(0.02e9, 2e9)] * 3),
    temperatures=st.tuples(*[st.floats(0.04, 1.0)] * 3),
    frequency=st.floats(2e9, 8e9),
)
@example(5, (0.5e9, 0.4e9, 0.02e9), (0.384, 0.096, 0.05), 4e9)
@example(5, (0.2e9, 0.9e9, 0.5e9), (0.1, 0.3, 0.6), 5e9)
def test_every_answer_agrees_with_brute_force(n_qubits, rates, temperatures, frequency):
    pairs = list(zip(rates, temperatures, strict=True))
    state = collective(n_qubits, frequency, *(Bath(*one) for one in pairs))
    exact = collective_answer(n_qubits, frequency, *pairs)
    # Brute force subtracts what is emitted from what is absorbed, and rounds both.
    exchanged = max(rate * (1 + Bath(1.0, t).occupation(frequency)) for rate, t in pairs) * n_qubits**2
    rounding = 1e-13 * PLANCK * frequency * exchanged
    assert np.all(np.abs(flows(state) - exact.currents) <= 1e-10 * np.abs(exact.currents) + rounding)
    assert state.spin_probability == pytest.approx(exact.p_spin, rel=1e-10, abs=1e-13)
    assert state.mean_spin_squared == pytest.approx(exact.spin_squared, rel=1e-10, abs=1e-13)
    assert state.mean_inversion == pytest.approx(exact.inversion, rel=1e-10, abs=1e-13)


def exact_two_qubits(frequency, hot, cold, parasitic):
    """The four populations T+, T0, T-, S from a 60-digit solve, and the three currents."""
    with mpmath.workdps(60):
        g = [mpmath.mpf(float(bath.rate)) for bath in (hot, cold, parasitic)]
        x = mpmath.mpf(PLANCK) * mpmath.mpf(frequency) / mpmath.mpf(BOLTZMANN)
        n = [1 / mpmath.expm1(x / mpmath.mpf(float(bath.temperature))) for bath in (hot, cold, parasitic)]
        down = 2 * sum(g[i] * (1 + n[i]) for i in (0, 1))
        up = 2 * sum(g[i] * n[i] for i in (0, 1))
        low, high = g[2] * (1 + n[2]), g[2] * n[2]
        rates = [  # from, to, rate
            *[(0, 1, down + low), (0, 3, low), (1, 2, down + low), (3, 2, low)],
            *[(1, 0, up + high), (3, 0, high), (2, 1, up + high), (2, 3, high)],
        ]
        matrix = mpmath.zeros(4)
        for start, end, rate in rates:
            matrix[end, start] += rate
            matrix[start, start] -= rate
        for column in range(4):
            matrix[0, column] = 1
        p = mpmath.lu_solve(matrix, mpmath.matrix([1, 0, 0, 0]))
        emit, absorb = 2 * (p[0] + p[1]), 2 * (p[1] + p[2])
        single = p[1] + p[3]
        quantum = mpmath.mpf(PLANCK) * mpmath.mpf(frequency)
        currents = [quantum * g[i] * (n[i] * absorb - (1 + n[i]) * emit) for i in (0, 1)]
        currents.append(quantum * g[2] * (n[2] * (2 * p[2] + single) - (1 + n[2]) * (2 * p[0] + single)))
        return currents, p[3]


@pytest.mark.parametrize(
    ("hot", "cold", "parasitic"),
    [
        (Bath(0.5e9, 0.2 * (1 + 1e-6)), Bath(0.4e9, 0.2), Bath(0.01e9, 0.2)),
        (Bath(0.5e9, 0.384), Bath(0.4e9, 0.096), Bath(1e-3, 0.05)),
        (Bath(0.5e9, 0.00700), Bath(0.4e9, 0.00695), Bath(0.01e9, 0.00690)),  # n of about 1e-12
        (Bath(0.5e9, 5.0), Bath(0.4e9, 4.0), Bath(3e10, 0.05)),
    ],
)
def test_two_qubits_keep_their_digits_where_equations_cancel(hot, cold, parasitic):
    frequency = 4e9
    state = collective(2, frequency, hot, cold, parasitic)
    currents, singlet = exact_two_qubits(frequency, hot, cold, parasitic)
    # An occupation of exp(-x) turns a rounded exponent x into an error of x in the last digit.
    x = PLANCK * frequency / BOLTZMANN / 0.0069 if float(hot.temperature) < 0.01 else 1
    for found, exact in zip(flows(state), currents, strict=True):
        assert abs(found - exact) <= abs(exact) * 1e-14 * max(1, x / 5)
    assert abs(state.spin_probability[1] - singlet) <= singlet * 1e-14 * max(1, x / 5)


@pytest.mark.parametrize("n_qubits", [1, 2, 3, 6])
def test_a_parasitic_bath_at_t_star_leaves_independent_qubits(n_qubits):
    # Eq. (16); the state is then a product state, whatever gamma_p.
    down = HOT.rate * (1 + HOT.occupation(4e9)) + COLD.rate * (1 + COLD.occupation(4e9))
    up = HOT.rate * HOT.occupation(4e9) + COLD.rate * COLD.occupation(4e9)
    t_star = PLANCK * 4e9 / BOLTZMANN / np.log(down / up)
    state = collective(n_qubits, 4e9, HOT, COLD, Bath(np.array([0.0, 1.0, 1e7, 1e11]), t_star))
    expected = independent(n_qubits, 4e9, HOT, COLD)
    assert state.currents.hot == pytest.approx(np.full(4, expected.hot), rel=1e-13, abs=0)
    assert state.currents.cold == pytest.approx(np.full(4, expected.cold), rel=1e-13, abs=0)


@pytest.mark.parametrize("n_qubits", [1, 2, 3, 5])
def test_a_vanishing_parasitic_rate_is_the_limit_of_small_ones(n_qubits):
    rates = np.array([0.0, 1e-3, 1.0])
    state = collective(n_qubits, 4e9, HOT, COLD, Bath(rates, 0.05))
    assert state.currents.parasitic[0] == 0
    assert state.spin_probability[1] == pytest.approx(state.spin_probability[0], rel=1e-10, abs=0)
    assert state.spin_probability[2] == pytest.approx(state.spin_probability[0], rel=1e-7, abs=0)
    assert state.currents.hot[1] == pytest.approx(state.currents.hot[0], rel=1e-10, abs=0)


def test_the_limit_of_a_vanishing_rate_is_a_chain_over_spins():
    # gamma_p -> 0+: each spin thermal at T*, P_{J-1} / P_J = <rate J -> J-1> / <rate J-1 -> J>, here for N = 3.
    n = [float(bath.occupation(4e9)) for bath in (HOT, COLD, Bath(1.0, 0.05))]
    r = (n[0] + n[1]) / (2 + n[0] + n[1])
    weights = {1.5: r ** np.arange(4), 0.5: r ** np.arange(2)}
    m = {1.5: np.arange(4) - 1.5, 0.5: np.arange(2) - 0.5}
    j = 1.5
    down = (j + m[1.5] - 1) * (j + m[1.5]) * (j + 1 + 1.5) / (2 * j * (2 * j + 1))
    falling = weights[1.5] @ ((1 + n[2]) * down + n[2] * down[::-1]) / weights[1.5].sum()
    j = 0.5
    up = (j - m[0.5] + 1) * (j - m[0.5] + 2) * (1.5 - j) / (2 * (j + 1) * (2 * j + 1))
    rising = weights[0.5] @ ((1 + n[2]) * up + n[2] * up[::-1]) / weights[0.5].sum()
    p = collective(3, 4e9, HOT, COLD, Bath(0.0, 0.05)).spin_probability
    assert p[1] / p[0] == pytest.approx(falling / rising, rel=1e-13, abs=0)


@pytest.mark.parametrize(
    ("n_qubits", "spin"), [(1, None), (2, 1), (2, 0), (3, 0.5), (4, None), (5, 1.5), (40, 7)]
)
def test_a_conserved_spin_is_thermal_at_t_star(n_qubits, spin):
    state = collective(n_qubits, 4e9, HOT, COLD, spin=spin)
    j = n_qubits / 2 if spin is None else spin
    n_h, n_c = float(HOT.occupation(4e9)), float(COLD.occupation(4e9))
    r = (n_h + n_c) / (2 + n_h + n_c)
    m = np.arange(int(2 * j) + 1) - j
    weights = r ** (m + j) / (r ** (m + j)).sum()
    quantum = PLANCK * 4e9
    assert state.mean_inversion == pytest.approx(weights @ m, rel=1e-13, abs=0)
    assert state.mean_spin_squared == pytest.approx(j * (j + 1), rel=1e-15, abs=0)
    # Eq. (22): heat in is n <J- J+>, heat out (1 + n) <J+ J->.
    expected = quantum * 0.5e9 * weights @ (n_h * (j - m) * (j + m + 1) - (1 + n_h) * (j + m) * (j - m + 1))
    assert state.currents.hot == pytest.approx(expected, rel=1e-12, abs=1e-40)
    assert state.currents.hot + state.currents.cold == 0
    assert state.spin_probability.shape == (n_qubits // 2 + 1,)
    assert state.spin_probability[round(n_qubits / 2 - j)] == state.spin_probability.sum() == 1


def test_a_conserved_spin_keeps_its_digits_in_a_very_hot_bath():
    hot, cold = Bath(1.0, 3e6), Bath(1.0, 3e6 * (1 - 1e-9))
    n = float(hot.occupation(4e9))
    # High-temperature limit of a spin 2: -<J_z> = J(J+1)/3 log(1/r), with log(1/r) = 1/n to second order.
    assert -collective(4, 4e9, hot, cold).mean_inversion == pytest.approx(2 / n, rel=1e-6, abs=0)
    assert float(collective(4, 4e9, hot, cold).currents.hot) > 0


@settings(max_examples=40, deadline=None)
@given(
    temperature=st.floats(0, 3),
    n_qubits=st.sampled_from([1, 2, 3, 4]),
    rate=st.sampled_from([0.0, 1e7, 1e10]),
)
def test_equal_temperatures_carry_no_heat_at_all(temperature, n_qubits, rate):
    baths = (Bath(0.5e9, temperature), Bath(0.3e9, temperature))
    for parasitic in (None, Bath(rate, temperature)):
        state = collective(n_qubits, 4e9, *baths, parasitic)
        assert np.all(flows(state) == 0)
        assert state.entropy_production == 0


@settings(max_examples=60, deadline=None)
@given(
    temperatures=st.tuples(*[st.floats(0.005, 2)] * 3),
    rates=st.tuples(*[st.one_of(st.just(0.0), st.floats(1e3, 1e10))] * 3),
    n_qubits=st.sampled_from([1, 2, 3, 5]),
)
def test_energy_is_conserved_and_entropy_never_destroyed(temperatures, rates, n_qubits):
    baths = [Bath(rate, temperature) for rate, temperature in zip(rates, temperatures, strict=True)]
    state = collective(n_qubits, 4e9, *baths)
    found = flows(state)
    scale = np.abs(found).sum()
    assert np.all(np.isfinite(found))
    assert abs(found.sum()) <= 1e-14 * scale
    terms = found / (BOLTZMANN * np.array(temperatures))
    # Rounding of the leak alone is of the order of gamma_p h f; two qubits have it in closed form.
    rounding = (
        0 if n_qubits < 3 else 1e-14 * rates[2] * PLANCK * 4e9 * n_qubits / (BOLTZMANN * min(temperatures))
    )
    assert state.entropy_production >= -1e-14 * np.abs(terms).sum() - rounding
    assert np.all(state.spin_probability >= 0)
    assert state.spin_probability.sum() == pytest.approx(1, rel=1e-14, abs=0)


def test_heat_into_a_cold_world_needs_no_case_of_its_own():
    state = collective(2, 4e9, HOT, Bath(0.5e9, 0.0), Bath(0.01e9, 0.0))
    exact = collective_answer(2, 4e9, (0.5e9, 0.384), (0.5e9, 0.0), (0.01e9, 0.0))
    assert flows(state) == pytest.approx(exact.currents, rel=1e-11, abs=0)
    assert state.entropy_production == np.inf


def test_qubits_that_only_feel_the_parasitic_bath_are_thermal():
    n = float(Bath(1.0, 0.2).occupation(4e9))
    for n_qubits in (1, 2, 3):
        for rate in (0.0, 1e7):
            state = collective(n_qubits, 4e9, Bath(0.0, 0.4), Bath(0.0, 0.1), Bath(rate, 0.2))
            assert state.mean_inversion == pytest.approx(-n_qubits / 2 / (1 + 2 * n), rel=1e-13, abs=0)
            assert np.all(flows(state) == 0)


def test_results_have_the_broadcast_shape():
    hot, parasitic = Bath(np.full((4, 1, 1), 1e9), 0.384), Bath([0.0, 1e7], np.full((3, 1), 0.05))
    for n_qubits in (1, 2, 3):
        state = collective(n_qubits, 4e9, hot, COLD, parasitic)
        assert state.spin_probability.shape == (4, 3, 2, n_qubits // 2 + 1)
        for value in (*flows(state), state.mean_spin_squared, state.mean_inversion, state.entropy_production):
            assert value.shape == (4, 3, 2)
    assert collective(3, np.full(5, 4e9), HOT, COLD).currents.parasitic.shape == (5,)
    assert np.ndim(collective(2, 4e9, HOT, COLD).currents.hot) == 0


@pytest.mark.parametrize(
    ("n_qubits", "spin"), [(2, 0.5), (2, 2), (3, 1), (3, -0.5), (2, np.nan), (2, "1"), (4, [1, 2])]
)
def test_a_spin_that_n_qubits_cannot_have_is_refused(n_qubits, spin):
    with pytest.raises(ValueError, match="`spin`"):
        collective(n_qubits, 4e9, HOT, COLD, spin=spin)


def test_a_spin_is_not_conserved_by_a_parasitic_bath():
    with pytest.raises(ValueError, match="`spin` must be None"):
        collective(2, 4e9, HOT, COLD, Bath(0.0, 0.1), spin=1)


@pytest.mark.parametrize("n_qubits", [0, 2.0, True, -1])
def test_an_impossible_number_of_qubits_is_refused(n_qubits):
    with pytest.raises(ValueError, match="`n_qubits`"):
        collective(n_qubits, 4e9, HOT, COLD, Bath(1e7, 0.1))


@pytest.mark.parametrize("frequency", [0.0, -1.0, np.inf, "4 GHz", [4e9, np.nan]])
def test_an_impossible_frequency_is_refused(frequency):
    with pytest.raises(ValueError, match="`frequency`"):
        collective(2, frequency, HOT, COLD)


def test_shapes_that_do_not_broadcast_are_listed():
    with pytest.raises(ValueError, match=r"`frequency` \(2,\), `parasitic.rate` \(3,\)"):
        collective(2, [4e9, 5e9], HOT, COLD, Bath([1.0, 2.0, 3.0], 0.1))


@pytest.mark.parametrize(
    ("t_parasitic", "hot", "cold", "paper", "like_hot", "like_cold"),
    [(0.05, 1.1392, 1.1172, 1.1282, 1.1147, 1.1240), (0.45, 0.9509, 0.9782, 0.9646, 0.9725, 0.9705)],
)
def test_the_enhancement_depends_on_reservoir_and_reference(
    t_parasitic, hot, cold, paper, like_hot, like_cold
):
    parasitic = Bath(0.01e9, t_parasitic)
    currents = collective(2, 4e9, HOT, COLD, parasitic).currents
    alone = float(independent(2, 4e9, HOT, COLD).hot)
    one = detuned((4e9, 2e9), HOT, COLD, parasitic, Resonator(4e9, 20))
    assert float(currents.hot) / alone == pytest.approx(hot, abs=6e-5)
    assert -float(currents.cold) / alone == pytest.approx(cold, abs=6e-5)
    assert float(currents.paper) / alone == pytest.approx(paper, abs=6e-5)
    assert float(currents.hot / one.hot) / 2 == pytest.approx(like_hot, abs=6e-5)
    assert float(currents.cold / one.cold) / 2 == pytest.approx(like_cold, abs=6e-5)


def test_the_entropy_production_of_fig_5b_is_its_heat_over_temperature():
    state = collective(2, 4e9, HOT, COLD, Bath(0.01e9, 0.05))
    assert flows(state) / FEMTO == pytest.approx([0.774970, -0.760034, -0.0149359], rel=2e-6, abs=0)
    assert state.entropy_production == pytest.approx(4.4889e8, rel=1e-5, abs=0)


@pytest.mark.skipif(not PAPER.exists(), reason="the reference figures are not beside the checkout")
class TestFiguresOfThePaper:
    figures = json.loads(PAPER.read_text()) if PAPER.exists() else {}

    @pytest.mark.parametrize(("name", "t_cold"), [("fig5b_Tc96", 0.096), ("fig5b_Tc48", 0.048)])
    def test_fig_5b(self, name, t_cold):
        figure = self.figures[name]
        cold, temperatures = Bath(0.5e9, t_cold), np.array(figure["Tp_mK"]) * 1e-3
        currents = collective(2, 4e9, HOT, cold, Bath(0.01e9, temperatures)).currents
        limit = collective(2, 4e9, HOT, cold, Bath(0.0, temperatures)).currents
        assert currents.hot / FEMTO == pytest.approx(figure["Qh_fW"], rel=1e-11, abs=0)
        assert -currents.cold / FEMTO == pytest.approx(figure["mQc_fW"], rel=1e-11, abs=0)
        assert currents.parasitic / FEMTO == pytest.approx(figure["Qp_fW"], rel=1e-10, abs=0)
        assert currents.paper / FEMTO == pytest.approx(figure["Q24_fW"], rel=1e-11, abs=0)
        assert limit.hot / FEMTO == pytest.approx(figure["limit_gp0_fW"], rel=1e-11, abs=0)
        one = detuned((4e9, 2e9), HOT, cold, Bath(0.01e9, temperatures), Resonator(4e9, 20))
        assert 2 * one.hot / FEMTO == pytest.approx(figure["twoQdet_power0_fW"]["Qh"], rel=1e-11, abs=0)
        assert -2 * one.cold / FEMTO == pytest.approx(figure["twoQdet_power0_fW"]["mQc"], rel=1e-11, abs=0)

    @pytest.mark.parametrize(("name", "t_hot"), [("fig4ab", 1.0), ("fig4cd", 3.0)])
    def test_fig_4(self, name, t_hot):
        figure = self.figures[name]
        omega = 2 * np.pi * 4e9
        unit, power = PLANCK * 4e9 / BOLTZMANN, PLANCK * 4e9 * omega
        hot, cold = Bath(0.1 * omega, t_hot * unit), Bath(0.1 * omega, unit / 3)
        parasitic = Bath(0.001 * omega, unit / np.array(figure["T0_over_Tp"]))
        for place, n_qubits in enumerate(figure["N"]):
            state = collective(n_qubits, 4e9, hot, cold, parasitic)
            scale = n_qubits / 2 * (n_qubits / 2 + 1)
            for key, value in (
                ("Qh", state.currents.hot / power / n_qubits),
                ("mQc", -state.currents.cold / power / n_qubits),
                ("Q24", state.currents.paper / power / n_qubits),
                ("J2", state.mean_spin_squared / scale),
            ):
                assert value == pytest.approx(np.array(figure[key])[:, place], rel=1e-10, abs=0)
            ideal = collective(n_qubits, 4e9, hot, cold).currents.hot / power / n_qubits
            assert ideal == pytest.approx(figure["ideal_J_N2_per_N"][place], rel=1e-10, abs=0)

    def test_fig_3(self):
        figure = self.figures["fig3"]
        omega = 2 * np.pi * 4e9
        unit, power = PLANCK * 4e9 / BOLTZMANN, PLANCK * 4e9 * omega
        hot = Bath(0.1 * omega, unit / np.array(figure["T0_over_Th"]))
        for place, spin in enumerate(figure["J"]):
            currents = collective(int(2 * spin), 4e9, hot, Bath(0.1 * omega, unit / 3)).currents
            assert currents.hot / power / spin == pytest.approx(
                np.array(figure["Q_over_J"])[:, place],
                rel=1e-10,
                abs=1e-17,  # at T_h = T_c the reference has its rounding
            )
