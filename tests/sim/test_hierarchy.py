import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sim.fock_reference import Valve
from tests.sim.heom_reference import by_heom_solver
from valvelab.constants import BOLTZMANN, PLANCK
from valvelab.sim import Bath, Resonator, TruncationError, hierarchy, independent, pair
from valvelab.sim.charge_blocks import StalledError
from valvelab.sim.hierarchy_equations import equations
from valvelab.sim.hierarchy_solution import solve_at
from valvelab.sim.resonator_problem import resonator_problem

HOT, COLD, PARASITIC = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Bath(0.01e9, 0.05)
FREQUENCY, QUALITY = 4e9, 20.0
TABLE_1 = HOT, COLD, PARASITIC, Resonator(FREQUENCY, QUALITY)
KAPPA = 2 * np.pi * FREQUENCY / QUALITY
TURNOVER = PLANCK * FREQUENCY * 0.5e9
# Unequal in everything that may be unequal.
ODD = {
    "modes": ((4e9, 20), (4.1e9, 4)),
    "weights": ((1.1, -0.8), (0.7, 1.2)),
    "dephasing": 3e6,
    "temperatures": (0.3, 0.06),
}
PHASED = ODD | {
    "weights": ((1.1 * np.exp(0.3j), 0.8 * np.exp(2.1j)), (0.7 * np.exp(-1j), 1.2 * np.exp(0.6j)))
}
TURNED = np.exp(0.7j)


def flows(state):
    return np.array([state.currents.hot, state.currents.cold, state.currents.parasitic])


def arguments(valve):
    hot, cold = (Bath(*one) for one in zip(valve.rates, valve.temperatures, strict=True))
    modes = tuple(Resonator(*mode) for mode in valve.modes)
    weights = [(*row, 0)[:2] for row in valve.weights]
    return (valve.frequencies, hot, cold, Bath(*valve.parasitic), modes), weights


def point(valve):
    (frequencies, *baths, modes), weights = arguments(valve)
    problem = resonator_problem(frequencies, *baths, modes, weights, valve.exchange, valve.dephasing)
    return problem.of_column(problem.table[:, 0])


@pytest.mark.parametrize(
    ("valve", "depth", "terms"),
    [
        (Valve((4.02e9,), **ODD), 7, 0),
        (Valve((4.02e9,), **ODD), 4, 3),
        (Valve((4.05e9, 3.98e9), exchange=7e6, **ODD), 4, 0),
        (Valve((4.05e9, 3.98e9), exchange=7e6, **ODD), 3, 1),
        (Valve((4.02e9,), **PHASED), 4, 3),
        (Valve((4.05e9, 3.98e9), exchange=7e6, **PHASED), 4, 0),
        (Valve((4.05e9, 3.98e9), exchange=7e6, **PHASED), 3, 1),
    ],
)
def test_the_equations_are_solved_as_by_qutip(valve, depth, terms):
    exact, state = by_heom_solver(valve, depth, terms)
    found = solve_at(point(valve), depth, terms)
    assert found.currents[:2] == pytest.approx(exact, rel=1e-9, abs=0)
    assert found.currents.sum() == pytest.approx(0, abs=1e-12 * np.abs(exact).max())
    excited = sum(found.read[name] for name in found.read if name.startswith("excited"))
    number = sum((state.ptrace(k).full()[0, 0]).real for k in range(len(valve.frequencies)))
    assert excited == pytest.approx(number, rel=1e-9, abs=0)


@pytest.mark.parametrize(("quality", "cold"), [(1.0, 0.05), (3.0, 0.02), (20.0, 0.02)])
def test_few_matsubara_frequencies_stand_for_many(quality, cold):
    modes, temperatures = ((FREQUENCY, quality),) * 2, (0.1, cold)
    valve = Valve((FREQUENCY,), modes=modes, temperatures=temperatures, weights=((1,), (1,)))
    many, _ = by_heom_solver(valve, 3, 4)
    without, _ = by_heom_solver(valve, 3, 0, rest=False)
    args, _ = arguments(valve)
    state = hierarchy(*args, tolerance=1e-3)
    found = solve_at(point(valve), 3, int(state.matsubara_terms)).currents[:2]
    error = np.abs(found - many).max() / np.abs(many).max()
    # Leaving them out altogether, as is often done, is another thing.
    assert error <= 1e-3 and error < 0.1 * np.abs(without - many).max() / np.abs(many).max()


@pytest.mark.parametrize("frequencies", [(4.1e9,), (3.9e9, 3.9e9), (4.1e9, 3.9e9)])
def test_weak_coupling_ends_in_the_pair_behind_an_rlc_filter(frequencies):
    # f_i / f times the filter of Eq. B15: exponent -1; occupations are those of the qubits' frequencies.
    ratios, filters = [], (Resonator(4e9, QUALITY, -1), Resonator(4.05e9, 10, -1))
    modes = tuple(Resonator(one.frequency, one.quality_factor) for one in filters)
    weights = {} if len(frequencies) == 2 else {"weights_hot": (1, 0), "weights_cold": (1, 0)}
    for share in (2e-4, 1e-4):
        hot, cold = Bath(share * 0.5e9, 0.384), Bath(share * 0.4e9, 0.096)
        parasitic = Bath(share * 0.01e9, 0.05)
        slow = hierarchy(frequencies, hot, cold, parasitic, modes, tolerance=1e-5, **weights)
        both = (*frequencies, 4e9)[:2]
        ratios.append(
            flows(slow)[:2] / flows(pair(both, hot, cold, parasitic, resonator=filters, **weights))[:2]
        )
    assert 2 * ratios[1] - ratios[0] == pytest.approx(np.ones(2), rel=0, abs=3e-5)


def test_weak_coupling_ends_in_the_pair_with_the_same_phases():
    # What is left is the static attraction of the qubits, in proportion to 1 / Q.
    both, left = (4e9, 4e9), []
    for quality in (20, 60):
        filters = Resonator(4e9, quality, -1), Resonator(4e9, quality / 2, -1)
        modes, ratios = tuple(Resonator(4e9, one.quality_factor) for one in filters), []
        weights = {"weights_hot": (1.1, 0.8 * np.exp(2j)), "weights_cold": (0.9, 1.2)}
        for share in (2e-4, 1e-4):
            baths = Bath(share * 0.5e9, 0.384), Bath(share * 0.4e9, 0.096), Bath(share * 0.01e9, 0.05)
            slow = hierarchy(both, *baths, modes, tolerance=1e-5, **weights)
            near = pair(both, *baths, resonator=filters, **weights)
            ratios.append(flows(slow)[:2] / flows(near)[:2])
        left.append(2 * ratios[1] - ratios[0] - 1)
        signed = pair(both, *baths, resonator=filters, **(weights | {"weights_hot": (1.1, 0.8)}))
        assert np.all(np.abs(flows(signed)[:2] / flows(near)[:2] - 1) > 0.02)
    assert left[0] == pytest.approx(np.zeros(2), rel=0, abs=1e-3)
    assert left[1] == pytest.approx(left[0] / 3, rel=0.05, abs=0)


@pytest.mark.parametrize(("share", "expected"), [(0.002, 0.9095), (0.0199, 0.6008), (0.1, 0.3295)])
def test_one_qubit_carries_less_than_the_markovian_power(share, expected):
    # Of an independent hierarchy, at k_B T = 2 h f and h f / 2, of gamma in units of 2 pi f.
    unit, gamma = PLANCK * FREQUENCY / BOLTZMANN, share * 2 * np.pi * FREQUENCY
    hot, cold = Bath(gamma, 2 * unit), Bath(gamma, unit / 2)
    found = hierarchy((FREQUENCY,), hot, cold, None, Resonator(FREQUENCY, QUALITY), tolerance=5e-4)
    markov = independent(1, FREQUENCY, hot, cold).hot
    assert found.currents.hot / markov == pytest.approx(expected, rel=1e-3, abs=0)


DRAIN = {
    0.05: {0.002: 1.1229, 0.02: 1.1161, 0.04: 1.1094, 0.1: 1.0912, 0.2: 1.0645, 0.4: 1.0193, 1: 0.923}
    | {2: 0.830, 2.5: 0.798},
    0.45: {0.002: 0.9706, 0.02: 0.9648, 0.04: 0.9589, 0.1: 0.9433, 0.2: 0.9206, 0.4: 0.8827, 2.5: 0.716},
}
"""-Q_c of two qubits over twice that of one, by T_p and gamma / kappa, of an independent hierarchy at Q = 20."""


def drain_enhancement(ratio, warmth, quality=QUALITY):
    gamma = ratio * 2 * np.pi * FREQUENCY / quality
    baths = Bath(gamma, 0.384), Bath(gamma, 0.096), Bath(0.02 * gamma, warmth)
    resonator, tolerance = Resonator(FREQUENCY, quality), 1e-4 if ratio < 1 else 1e-3
    two, one = (hierarchy((FREQUENCY,) * n, *baths, resonator, tolerance=tolerance) for n in (2, 1))
    return float(two.currents.cold / one.currents.cold / 2)


@pytest.mark.parametrize(("warmth", "ratio"), [(0.05, 0.04), (0.05, 0.4), (0.45, 0.2)])
def test_the_enhancement_falls_with_gamma_over_kappa(warmth, ratio):
    assert drain_enhancement(ratio, warmth) == pytest.approx(DRAIN[warmth][ratio], rel=3e-4, abs=0)


@pytest.mark.desk
@pytest.mark.parametrize(
    ("warmth", "ratio"), [(warmth, ratio) for warmth in DRAIN for ratio in DRAIN[warmth]]
)
def test_the_enhancement_at_every_gamma_over_kappa(warmth, ratio):
    # The values from 1 on were converged to a percent.
    expected, rel = DRAIN[warmth][ratio], 3e-4 if ratio <= 0.4 else 1e-2
    assert drain_enhancement(ratio, warmth) == pytest.approx(expected, rel=rel, abs=0)
    if ratio == 0.1:
        assert drain_enhancement(ratio, warmth, 5.0) == pytest.approx(expected, rel=3e-3, abs=0)


@given(
    temperatures=st.tuples(*[st.floats(0.0, 0.5)] * 3),
    rates=st.tuples(*[st.floats(0.0, 1e9)] * 2),
    quality=st.floats(5, 100),
    places=st.tuples(*[st.floats(3e9, 5e9)] * 3),
    weights=st.tuples(*[st.floats(-1.2, 1.2)] * 4),
    phase=st.sampled_from([0.0, 1.0, -2.5]),
    exchange=st.floats(-2e7, 2e7),
)
@settings(max_examples=6, deadline=None)
def test_energy_is_conserved(temperatures, rates, quality, places, weights, phase, exchange):
    first, second, other = places
    weights = (*weights[:3], weights[3] * np.exp(1j * phase)) if phase else weights
    hot, cold, parasitic = (Bath(rate, t) for rate, t in zip((*rates, 1e7), temperatures, strict=True))
    modes = Resonator(FREQUENCY, quality), Resonator(other, 10.0)
    options = {"weights_hot": weights[:2], "weights_cold": weights[2:], "exchange": exchange}
    state = hierarchy((first, second), hot, cold, parasitic, modes, dephasing=1e6, tolerance=3e-2, **options)
    assert flows(state).sum() == pytest.approx(0, abs=1e-11 * np.abs(flows(state)).max() + 1e-12 * TURNOVER)
    assert state.currents.relative_error <= 3e-2 and -1e-4 < state.mean_inversion + 1 < 2


@pytest.mark.parametrize(("temperature", "rest"), [(0.0, 1e-6), (0.384, 1e-10)])
@pytest.mark.parametrize("second", [-0.5, 0.5 * np.exp(1.1j)])
def test_nothing_flows_in_equilibrium(temperature, rest, second):
    hot, cold, none = Bath(0.5e9, temperature), Bath(0.2e9, temperature), None
    modes, weights = (Resonator(4e9, 20), Resonator(4.05e9, 8)), {"weights_cold": (1, second)}
    state = hierarchy((4.02e9, 3.97e9), hot, cold, none, modes, **weights)
    assert flows(state) == pytest.approx(np.zeros(3), rel=0, abs=rest * TURNOVER)
    # The local parasitic bath does not know of the couplings.
    state = hierarchy((4.02e9, 3.97e9), hot, cold, Bath(0.01e9, temperature), modes, **weights)
    assert flows(state) == pytest.approx(np.zeros(3), rel=0, abs=1e-4 * TURNOVER)


def test_cold_qubits_far_apart_keep_positive_populations():
    # White noise that is right between them drains more than there is: 1 + <J_z> was -2e-3.
    modes = Resonator(4e9, 40), Resonator(3.6e9, 10)
    baths = Bath(0.0, 0.4), Bath(0.75e9, 0.0), Bath(0.01e9, 0.0)
    state = hierarchy((5e9, 3.2e9), *baths, modes, weights_cold=(1, -0.98))
    # What is excited is what the couplings dress the ground state with.
    assert 0 < 1 + state.mean_inversion < 1e-3
    assert flows(state) == pytest.approx(np.zeros(3), rel=0, abs=1e-5 * TURNOVER)


@pytest.mark.parametrize("parasitic", [None, PARASITIC])
def test_a_qubit_without_weight_is_not_there(parasitic):
    resonator = Resonator(FREQUENCY, 7)
    one = hierarchy((FREQUENCY,), HOT, COLD, parasitic, resonator, tolerance=1e-3)
    for weights, frequencies in (((1, 0), (4e9, 4.5e9)), ((0, -1), (3.9e9, 4e9))):
        two = hierarchy(
            frequencies,
            HOT,
            COLD,
            parasitic,
            resonator,
            weights_hot=weights,
            weights_cold=weights,
            tolerance=1e-3,
        )
        assert flows(two) == pytest.approx(flows(one), rel=1e-7, abs=1e-25)


def test_turning_or_exchanging_the_qubits_changes_nothing():
    def at(frequencies, hot, cold, exchange):
        modes = Resonator(FREQUENCY, 10), Resonator(4.02e9, 5)
        options = {"weights_hot": hot, "weights_cold": cold, "exchange": exchange, "tolerance": 3e-3}
        return flows(hierarchy(frequencies, HOT, COLD, PARASITIC, modes, **options))

    base = at((4e9, 3.97e9), (1.1, 0.8), (0.9, -1.2), 2e7)
    assert at((4e9, 3.97e9), (1.1, -0.8), (0.9, 1.2), -2e7) == pytest.approx(base, rel=1e-9, abs=0)
    assert at((3.97e9, 4e9), (0.8, 1.1), (-1.2, 0.9), 2e7) == pytest.approx(base, rel=1e-9, abs=0)


def test_a_phase_of_a_qubit_may_stand_in_the_place_of_its_opposite_at_the_other_reservoir():
    def at(hot, cold, exchange=0.0):
        modes = Resonator(FREQUENCY, 10), Resonator(4.02e9, 5)
        options = {"weights_hot": hot, "weights_cold": cold, "exchange": exchange, "tolerance": 3e-3}
        return flows(hierarchy((4e9, 3.97e9), HOT, COLD, PARASITIC, modes, **options))

    base = at((1.1, 0.8 * TURNED), (0.9, 1.2))
    assert at((1.1, 0.8), (0.9, 1.2 / TURNED)) == pytest.approx(base, rel=1e-9, abs=0)
    assert at((1.1 * 1j, 0.8 * TURNED), (0.9 * 1j, 1.2)) == pytest.approx(base, rel=1e-9, abs=0)
    assert np.abs(at((1.1, 0.8), (0.9, 1.2)) / base - 1).max() > 0.01
    # Half a turn is the other sign, with an exchange coupling as well.
    signed, half = (at((1.1, 0.8), (0.9, minus * 1.2), 2e7) for minus in (-1, np.exp(1j * np.pi)))
    assert half == pytest.approx(signed, rel=1e-9, abs=0)


def test_a_dark_state_may_have_a_phase():
    resonator, rough = Resonator(FREQUENCY, 20), {"tolerance": 3e-3}
    alone = hierarchy((FREQUENCY,) * 2, HOT, COLD, None, resonator, **rough)
    weights = {"weights_hot": (1, TURNED), "weights_cold": (1, TURNED)}
    turned = hierarchy((FREQUENCY,) * 2, HOT, COLD, None, resonator, **weights, **rough)
    assert flows(turned) == pytest.approx(flows(alone), rel=1e-9, abs=1e-30)


def test_without_a_parasitic_bath_resonant_qubits_stay_in_the_sector_of_the_ground_state():
    resonator, rough = Resonator(FREQUENCY, 20), {"tolerance": 3e-3}
    alone = hierarchy((FREQUENCY,) * 2, HOT, COLD, None, resonator, **rough)
    assert alone.spin_probability == pytest.approx([1, 0], rel=0, abs=1e-12)
    weights = {"weights_hot": (1, -1), "weights_cold": (1, -1)}
    turned = hierarchy((FREQUENCY,) * 2, HOT, COLD, None, resonator, **weights, **rough)
    assert flows(turned) == pytest.approx(flows(alone), rel=1e-9, abs=1e-30)
    # The sector carries more than with the singlet, which a parasitic bath fills however slow it is.
    filled = hierarchy((FREQUENCY,) * 2, HOT, COLD, Bath(0.0, 0.05), resonator, **rough)
    slow = hierarchy((FREQUENCY,) * 2, HOT, COLD, Bath(1e3, 0.05), resonator, **rough)
    assert filled.currents.hot < 0.95 * alone.currents.hot
    assert filled.currents.hot == pytest.approx(float(slow.currents.hot), rel=1e-5, abs=0)


def test_the_stated_error_is_not_exceeded_and_equal_points_are_solved_together():
    gamma, quality = np.array([[1e7], [1e9]]), np.array([3.0, 20.0])
    hot, cold = Bath(gamma, 0.384), Bath(gamma, 0.096)
    rough, exact = (
        hierarchy((4e9,), hot, cold, PARASITIC, Resonator(FREQUENCY, quality), tolerance=tolerance)
        for tolerance in (3e-3, 3e-4)
    )
    error = np.abs(flows(rough) - flows(exact)).max(axis=0) / np.abs(flows(exact)).max(axis=0)
    assert rough.currents.relative_error.shape == (2, 2)
    assert np.all(error <= rough.currents.relative_error + exact.currents.relative_error)
    assert np.all(rough.currents.relative_error <= 3e-3) and np.all(exact.currents.relative_error <= 3e-4)


@pytest.mark.parametrize("weights", [((1, 1), (1, 1)), ((1, TURNED), (1, 1))])
def test_the_iteration_finds_what_elimination_finds(weights, monkeypatch):
    # Of two qubits with slow resonators, a slow parasitic bath and gamma of an eighth of the frequency.
    rate = 2 * np.pi * 4e9 / 8
    valve = Valve((4e9, 4e9), rates=(rate, rate), parasitic=(10.0, 0.05), weights=weights)
    iterated = solve_at(point(valve), 6, 0)
    monkeypatch.setattr("valvelab.sim.charge_blocks._WHOLE", 100_000)
    whole = solve_at(point(valve), 6, 0)
    # The singlet is filled at 10 / s beside 1e9 / s, so two digits are left of the ten lost.
    assert iterated.currents == pytest.approx(
        whole.currents, rel=1e-7, abs=1e-7 * np.abs(whole.currents).max()
    )


@pytest.mark.parametrize("odd", [ODD, PHASED])
def test_what_is_left_out_touches_no_population(odd):
    # Half of the elements have the wrong parity; charges of those that are kept are even.
    system = equations(point(Valve((4.05e9, 3.98e9), **odd)), 4, 0)
    assert system.matrix.shape == (70 * 16 // 2,) * 2
    assert not np.any(system.charges % 2)
    assert np.isrealobj(system.matrix.data)


def test_what_does_not_converge_is_told(monkeypatch):
    hot, cold = Bath(3e9, 0.384), Bath(3e9, 0.096)
    slow = Resonator(FREQUENCY, 100)
    monkeypatch.setattr("valvelab.sim.hierarchy_solution._DEEPEST", {1: 8})
    with pytest.raises(TruncationError, match=r"at depth 8 .* sum gamma_i \(2 n_i \+ 1\) / kappa_i is 64.4"):
        hierarchy((FREQUENCY,), hot, cold, None, slow)
    with pytest.raises(TruncationError, match=r"2 Matsubara frequencies .* Q is \[1.0, 1.0\]"):
        hierarchy((FREQUENCY,), HOT, Bath(0.5e9, 0.01), None, Resonator(FREQUENCY, 1), tolerance=1e-6)

    def stalled(*_):
        raise StalledError

    monkeypatch.setattr("valvelab.sim.hierarchy_solution.solve_by_charges", stalled)
    with pytest.raises(TruncationError, match=r"GMRES does not converge on their \d+ unknowns"):
        hierarchy((FREQUENCY,), hot, cold, None, slow)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"frequencies": (4e9,) * 3}, "`frequencies` must hold one or two values"),
        ({"frequencies": (4e9, -1.0)}, "`frequencies` must be above 0 Hz, but is -1"),
        ({"resonator": Resonator(4e9, 0)}, "`resonator.quality_factor` must be above 0"),
        ({"resonator": Resonator(4e9, 0.5)}, "`resonator.quality_factor` must be at least 0.501"),
        ({"resonator": Resonator(4e9, 20, 1)}, "`resonator` must have the exponent 0"),
        ({"dephasing": -1.0}, "`dephasing` must be at least 0 1/s"),
        ({"tolerance": 0.0}, "`tolerance` must be a number from 1e-10 to 0.1"),
        ({"weights_hot": (1.0,)}, "`weights_hot` must be a pair"),
        ({"weights_hot": (1.0, complex(0, np.inf))}, "`weights_hot` must be finite"),
        ({"parasitic": None, "frequencies": (4e9, 4e9 + 1e-3)}, "must have one stationary state"),
    ],
)
def test_a_wrong_argument_is_named(changed, message):
    usual = {"frequencies": (4e9, 4e9), "parasitic": PARASITIC, "resonator": Resonator(4e9, 3)}
    with pytest.raises(ValueError, match=message):
        hierarchy(hot=HOT, cold=COLD, **(usual | changed))
