import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import solve_continuous_lyapunov

from tests.sim.fock_reference import Valve, in_blocks, in_full
from valvelab.constants import BOLTZMANN, PLANCK
from valvelab.sim import Bath, Resonator, TruncationError, independent, pair, resonators

HOT, COLD, PARASITIC = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Bath(0.01e9, 0.05)
FREQUENCY = 4e9
FEMTO = 1e-15


def flows(state):
    return np.array([state.currents.hot, state.currents.cold, state.currents.parasitic])


def of(valve, tolerance=1e-9):
    hot, cold = (Bath(*pair_) for pair_ in zip(valve.rates, valve.temperatures, strict=True))
    return resonators(
        valve.frequencies,
        hot,
        cold,
        Bath(*valve.parasitic),
        tuple(Resonator(*mode) for mode in valve.modes),
        weights_hot=(*valve.weights[0], 0)[:2],
        weights_cold=(*valve.weights[1], 0)[:2],
        exchange=valve.exchange,
        dephasing=valve.dephasing,
        tolerance=tolerance,
    )


# Unequal in everything that may be unequal.
ODD = {"modes": ((4e9, 20), (4.01e9, 8)), "weights": ((1.1, -0.8), (0.7, 1.2)), "dephasing": 3e6}
COLD_ODD = ODD | {"parasitic": (0.01e9, 0.018)}
PHASED = ODD | {
    "weights": ((1.1 * np.exp(0.3j), 0.8 * np.exp(2.1j)), (0.7 * np.exp(-1j), 1.2 * np.exp(0.6j)))
}


@pytest.mark.parametrize(
    ("solver", "valve", "photons", "rel"),
    [
        (in_full, Valve((4.02e9,), temperatures=(0.05, 0.04), **ODD), (5, 5), 1e-9),
        (in_full, Valve((4e9, 3.98e9), temperatures=(0.02, 0.015), exchange=7e6, **COLD_ODD), (3, 3), 1e-8),
        (in_blocks, Valve((4e9, 3.98e9), temperatures=(0.04, 0.03), exchange=7e6, **ODD), (4, 3), 1e-6),
        (in_blocks, Valve((4e9, 3.98e9), temperatures=(0.04, 0.03), exchange=7e6, **PHASED), (4, 3), 1e-6),
        (in_blocks, Valve((4e9,), temperatures=(0.2, 0.06)), (16, 8), 1e-5),
    ],
)
def test_currents_agree_with_brute_force(solver, valve, photons, rel):
    exact, _ = solver(valve, photons)
    # The rest is what so few photons leave out of the reference.
    assert flows(of(valve)) == pytest.approx(exact, rel=0, abs=rel * np.abs(exact).max())


def test_the_state_agrees_with_brute_force():
    valve = Valve((4e9, 3.98e9), temperatures=(0.05, 0.04), exchange=7e6, **ODD)
    _, exact = in_blocks(valve, (4, 3))
    found, qubits = of(valve), exact.ptrace([2, 3]).full()
    # QuTiP's first qubit state is the excited one.
    singlet = (qubits[1, 1] + qubits[2, 2] - qubits[1, 2] - qubits[2, 1]).real / 2
    assert found.spin_probability == pytest.approx([1 - singlet, singlet], rel=1e-4, abs=0)
    inversion = (qubits[0, 0] - qubits[3, 3]).real
    assert found.mean_inversion == pytest.approx(inversion, rel=1e-5, abs=0)
    for mode, photons in enumerate(found.photons):
        populations = exact.ptrace(mode).diag().real
        assert photons == pytest.approx(populations @ np.arange(len(populations)), rel=1e-4, abs=0)


@pytest.mark.parametrize(("share", "expected"), [(0.002, 0.9097), (0.0199, 0.6018), (0.1, 0.3313)])
def test_one_qubit_carries_as_much_as_the_hierarchy_of_equations_says(share, expected):
    # Against values of two methods that agree (hierarchy and modes), of gamma in units of the frequency, Q = 20.
    unit, gamma = PLANCK * FREQUENCY / BOLTZMANN, share * 2 * np.pi * FREQUENCY
    hot, cold = Bath(gamma, 2 * unit), Bath(gamma, unit / 2)
    found = resonators((FREQUENCY,), hot, cold, None, Resonator(FREQUENCY, 20))
    markov = independent(1, FREQUENCY, hot, cold).hot
    assert found.currents.hot / markov == pytest.approx(expected, rel=0, abs=1e-4)


@pytest.mark.parametrize(
    ("gamma", "quality", "hot_ratio", "cold_ratio", "power"),
    [
        (0.5e9, 20, 1.016, 1.020, 0.427),
        # From here on the table was made of too few photons: its powers are up to 1.5 % and ratios 0.002 off.
        (0.5e9, 7.18, 1.076, 1.081, 0.571),
        (0.5e9, 3, 1.100, 1.105, 0.657),
        (0.5e9, 1, 1.112, 1.117, 0.729),
        (0.5e9, 0.3, 1.117, 1.122, 0.757),
        (np.pi * 1e9, 5, 0.975, 0.978, 2.24),
    ],
)
def test_table_1_with_slow_resonators(gamma, quality, hot_ratio, cold_ratio, power):
    resonator = Resonator(FREQUENCY, quality)
    hot, cold, parasitic = Bath(gamma, 0.384), Bath(gamma, 0.096), Bath(0.02 * gamma, 0.05)
    two = resonators((FREQUENCY,) * 2, hot, cold, parasitic, resonator)
    one = resonators((FREQUENCY,), hot, cold, parasitic, resonator)
    assert two.currents.hot / one.currents.hot / 2 == pytest.approx(hot_ratio, rel=0, abs=2.2e-3)
    assert two.currents.cold / one.currents.cold / 2 == pytest.approx(cold_ratio, rel=0, abs=2.2e-3)
    assert two.currents.hot / FEMTO == pytest.approx(power, rel=0.015, abs=0)


@pytest.mark.parametrize("frequencies", [(FREQUENCY, FREQUENCY), (FREQUENCY, FREQUENCY + 1e5)])
@pytest.mark.parametrize(
    ("weights", "exchange"), [((1, 1), 0.0), ((np.exp(0.7j), 0.8), 0.0), ((np.exp(0.7j), 0.8), 2e5)]
)
def test_fast_resonators_end_in_the_pair(frequencies, weights, exchange):
    resonator, ratios = Resonator(FREQUENCY, 20), []
    for share in (2e-3, 1e-3):
        hot, cold = Bath(HOT.rate * share, HOT.temperature), Bath(COLD.rate * share, COLD.temperature)
        parasitic = Bath(PARASITIC.rate * share, PARASITIC.temperature)
        near = (FREQUENCY, FREQUENCY + (frequencies[1] - FREQUENCY) * share / 1e-3)
        options = {"weights_hot": weights, "exchange": exchange * share / 1e-3}
        slow = resonators(near, hot, cold, parasitic, resonator, tolerance=1e-8, **options)
        ratios.append(flows(slow) / flows(pair(near, hot, cold, parasitic, resonator=resonator, **options)))
    assert np.all(np.abs(ratios[0] - 1) < 0.02)
    assert 2 * ratios[1] - ratios[0] == pytest.approx(np.ones(3), rel=0, abs=1e-4)


def test_cold_qubits_are_oscillators_whose_currents_are_known():
    # With hardly an excitation a qubit is linear: a chain of damped oscillators, solved by a Lyapunov equation.
    temperatures, resonator = (0.016, 0.013, 0.014), Resonator(FREQUENCY, 20)
    qubit, kappa = FREQUENCY + 3e7, 2 * np.pi * FREQUENCY / 20
    baths = [Bath(rate, t) for rate, t in zip((0.5e9, 0.3e9, 0.05e9), temperatures, strict=True)]
    found = resonators((qubit,), *baths, resonator, tolerance=1e-8)
    coupling = [np.sqrt(bath.rate * kappa) / 2 for bath in baths[:2]]
    decay = np.array([kappa, kappa, baths[2].rate])
    n = np.array([baths[0].occupation(FREQUENCY), baths[1].occupation(FREQUENCY), baths[2].occupation(qubit)])
    energy = 2 * np.pi * np.diag([FREQUENCY, FREQUENCY, qubit]).astype(complex)
    energy[:2, 2], energy[2, :2] = coupling, coupling
    rotating = energy - 2 * np.pi * FREQUENCY * np.eye(3)
    correlation = solve_continuous_lyapunov(-1j * rotating - np.diag(decay) / 2, -np.diag(decay * n))
    gained = np.diag(decay * n) - (np.diag(decay) @ correlation + correlation @ np.diag(decay)) / 2
    expected = []
    for bath in range(3):
        share = np.diag(np.eye(3)[bath] * decay)
        part = share * n[bath] - (share @ correlation + correlation @ share) / 2
        expected.append(PLANCK / (2 * np.pi) * np.trace(energy @ part).real)
    assert np.trace(energy @ gained).real == pytest.approx(0, abs=1e-6 * abs(expected[0]) / PLANCK)
    assert flows(found) == pytest.approx(expected, rel=1e-4, abs=0)


@given(
    temperatures=st.tuples(*[st.floats(0.02, 0.5)] * 3),
    rates=st.tuples(*[st.floats(1e6, 1e9)] * 2),
    quality=st.floats(0.5, 15),
    places=st.tuples(*[st.floats(3.9e9, 4.1e9)] * 3),
    weights=st.tuples(*[st.floats(-1.2, 1.2)] * 4),
    phase=st.sampled_from([0.0, 0.0, 1.0, -2.5]),
    exchange=st.floats(-2e7, 2e7),
)
@settings(max_examples=15, deadline=None)
def test_energy_is_conserved(temperatures, rates, quality, places, weights, phase, exchange):
    first, second, other = places
    weights = (*weights[:3], weights[3] * np.exp(1j * phase)) if phase else weights
    hot, cold, parasitic = (Bath(rate, t) for rate, t in zip((*rates, 1e7), temperatures, strict=True))
    modes = Resonator(FREQUENCY, quality), Resonator(other, 5.0)
    options = {"weights_hot": weights[:2], "weights_cold": weights[2:], "exchange": exchange}
    state = resonators((first, second), hot, cold, parasitic, modes, dephasing=1e6, tolerance=1e-2, **options)
    total = np.abs(flows(state)).max()
    turnover = PLANCK * FREQUENCY * 1e9
    assert flows(state).sum() == pytest.approx(0, abs=1e-11 * total + 1e-13 * turnover)


@pytest.mark.parametrize("weights", [(1, -0.5), (1, 0.5 * np.exp(1.1j))])
@pytest.mark.parametrize("temperature", [0.05, 0.384])
def test_nothing_flows_in_equilibrium(temperature, weights):
    hot, cold, parasitic = (Bath(rate, temperature) for rate in (0.5e9, 0.2e9, 0.01e9))
    state = resonators((FREQUENCY,) * 2, hot, cold, parasitic, Resonator(FREQUENCY, 20), weights_hot=weights)
    assert flows(state) == pytest.approx(np.zeros(3), rel=0, abs=1e-13 * PLANCK * FREQUENCY * 0.5e9)
    assert state.photons[0] == pytest.approx(float(hot.occupation(FREQUENCY)), rel=1e-12, abs=0)


@pytest.mark.parametrize("parasitic", [None, PARASITIC, Bath(0.0, 0.05)])
def test_a_qubit_without_weight_is_not_there(parasitic):
    resonator = Resonator(FREQUENCY, 7)
    one = resonators((FREQUENCY,), HOT, COLD, parasitic, resonator)
    for weights, frequencies in (((1, 0), (4e9, 5e9)), ((0, -1), (3.9e9, 4e9))):
        two = resonators(
            frequencies, HOT, COLD, parasitic, resonator, weights_hot=weights, weights_cold=weights
        )
        assert flows(two) == pytest.approx(flows(one), rel=1e-9, abs=1e-25)


def test_turning_or_exchanging_the_qubits_changes_nothing():
    def at(frequencies, hot, cold, exchange):
        modes = Resonator(FREQUENCY, 10), Resonator(4.02e9, 5)
        options = {"weights_hot": hot, "weights_cold": cold, "exchange": exchange}
        return flows(resonators(frequencies, HOT, COLD, PARASITIC, modes, **options))

    base = at((4e9, 3.97e9), (1.1, 0.8), (0.9, -1.2), 2e7)
    assert at((4e9, 3.97e9), (1.1, -0.8), (0.9, 1.2), -2e7) == pytest.approx(base, rel=1e-9, abs=0)
    assert at((3.97e9, 4e9), (0.8, 1.1), (-1.2, 0.9), 2e7) == pytest.approx(base, rel=1e-9, abs=0)


def at_phases(hot, cold, exchange=0.0, parasitic=PARASITIC, frequencies=(4e9, 3.99e9)):
    modes, one = (Resonator(FREQUENCY, 10), Resonator(4.02e9, 5)), np.exp(1j * np.array(hot))
    options = {"weights_hot": one * (1.1, 0.8), "weights_cold": np.exp(1j * np.array(cold)) * (0.9, 1.2)}
    return flows(resonators(frequencies, HOT, COLD, parasitic, modes, exchange=exchange, **options))


def test_only_the_phase_between_the_reservoirs_counts():
    base = at_phases((0, 0.7), (0, 0))
    for hot, cold in (
        ((0, 0), (0, -0.7)),
        ((2.0, 2.7), (-1, -1)),
        ((0.5, 0), (0.5, -0.7)),
        ((0, 2.7), (0, 2)),
    ):
        assert at_phases(hot, cold) == pytest.approx(base, rel=1e-9, abs=0)
    assert np.abs(at_phases((0, 0), (0, 0)) / base - 1).max() > 0.01
    # Not only its magnitude, as the qubits are detuned.
    assert np.abs(at_phases((0, -0.7), (0, 0)) / base - 1).max() > 5e-3
    # An exchange coupling knows the phases of a single reservoir.
    assert np.abs(at_phases((0, 0), (0, -0.7), 2e7) / at_phases((0, 0.7), (0, 0), 2e7) - 1).max() > 0.02


def test_half_a_turn_is_the_other_sign():
    modes = Resonator(FREQUENCY, 10)
    for parasitic, frequencies in ((PARASITIC, (4e9, 3.99e9)), (None, (4e9, 4e9))):
        signed, turned = (
            flows(
                resonators(
                    frequencies,
                    HOT,
                    COLD,
                    parasitic,
                    modes,
                    weights_hot=(1, minus),
                    weights_cold=(1, minus),
                    exchange=1e7,
                )
            )
            for minus in (-1, np.exp(1j * np.pi))
        )
        assert turned == pytest.approx(signed, rel=1e-9, abs=0)


def test_points_with_and_without_phases_are_solved_together():
    phases = np.array([0.0, 0.7, np.pi, 0.7])
    modes = Resonator(FREQUENCY, 10)
    found = resonators((4e9, 3.99e9), HOT, COLD, PARASITIC, modes, weights_hot=(1, np.exp(1j * phases)))
    for place, weight in enumerate((1, np.exp(0.7j), -1)):
        alone = resonators((4e9, 3.99e9), HOT, COLD, PARASITIC, modes, weights_hot=(1, weight))
        assert flows(found)[:, place] == pytest.approx(flows(alone), rel=1e-9, abs=0)


@pytest.mark.parametrize("phase", [0.7, 2.5, -1.2])
def test_a_dark_state_may_have_a_phase(phase):
    def at(turn, **options):
        hot, cold = np.array([1.1, 1.1 * turn]) * np.exp(0.3j), np.array([0.7, 0.7 * turn])
        given = {"parasitic": None, "resonator": Resonator(FREQUENCY, 20), "exchange": 0.0} | options
        return flows(resonators((FREQUENCY,) * 2, HOT, COLD, weights_hot=hot, weights_cold=cold, **given))

    turn = np.exp(1j * phase)
    assert at(turn) == pytest.approx(at(1), rel=1e-9, abs=1e-12 * np.abs(at(1)).max())
    # An exchange coupling, which prefers singlet and triplet, fills it.
    filled = at(turn, exchange=1e7)
    slow = at(turn, exchange=1e7, parasitic=Bath(1.0, 0.05))
    assert filled == pytest.approx(slow, rel=0, abs=1e-6 * np.abs(slow).max())
    assert abs(filled[0]) < 0.95 * abs(at(1)[0])


def test_without_a_parasitic_bath_resonant_qubits_stay_in_the_sector_of_the_ground_state():
    resonator = Resonator(FREQUENCY, 20)
    alone = resonators((FREQUENCY,) * 2, HOT, COLD, None, resonator)
    assert alone.spin_probability == pytest.approx([1, 0], rel=0, abs=1e-12)
    turned = resonators(
        (FREQUENCY,) * 2, HOT, COLD, None, resonator, weights_hot=(1, -1), weights_cold=(1, -1)
    )
    assert flows(turned) == pytest.approx(flows(alone), rel=1e-9, abs=0)
    # The sector carries more than with the singlet, which a parasitic bath fills however slow it is.
    filled = resonators((FREQUENCY,) * 2, HOT, COLD, Bath(0.0, 0.05), resonator)
    slow = resonators((FREQUENCY,) * 2, HOT, COLD, Bath(1e3, 0.05), resonator)
    assert filled.currents.hot < 0.95 * alone.currents.hot
    assert filled.currents.hot == pytest.approx(float(slow.currents.hot), rel=1e-5, abs=0)


def test_the_stated_error_is_not_exceeded():
    gamma, quality = np.array([[1e7], [0.5e9], [2e9]]), np.array([3.0, 20.0])
    hot, cold = Bath(gamma, 0.384), Bath(gamma, 0.096)
    rough, exact = (
        resonators((4e9, 3.95e9), hot, cold, PARASITIC, Resonator(FREQUENCY, quality), tolerance=tolerance)
        for tolerance in (1e-3, 1e-5)
    )
    error = np.abs(flows(rough) - flows(exact)).max(axis=0) / np.abs(flows(exact)).max(axis=0)
    assert rough.currents.relative_error.shape == (3, 2)
    assert np.all(error <= rough.currents.relative_error + exact.currents.relative_error)
    assert np.all(rough.currents.relative_error <= 1e-3) and np.all(exact.currents.relative_error <= 1e-5)


def test_what_does_not_converge_is_told():
    hot, cold = Bath(3e9, 0.384), Bath(3e9, 0.096)
    with pytest.raises(
        TruncationError, match=r"`tolerance` must be within reach, .* sum gamma_i \(2 n_i \+ 1\)"
    ):
        resonators((FREQUENCY,), hot, cold, None, Resonator(FREQUENCY, 1000), tolerance=1e-8)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"frequencies": (4e9,) * 3}, "`frequencies` must hold one or two values"),
        ({"frequencies": (4e9, -1.0)}, "`frequencies` must be above 0 Hz, but is -1"),
        ({"resonator": Resonator(4e9, 0)}, "`resonator.quality_factor` must be above 0"),
        ({"resonator": Resonator(4e9, 20, 1)}, "`resonator` must have the exponent 0"),
        ({"dephasing": -1.0}, "`dephasing` must be at least 0 1/s"),
        ({"tolerance": 0.0}, "`tolerance` must be a number from 1e-10 to 0.1"),
        ({"weights_hot": (1.0,)}, "`weights_hot` must be a pair"),
        ({"weights_hot": (1.0, complex(0, np.nan))}, "`weights_hot` must be finite"),
        ({"parasitic": None, "frequencies": (4e9, 4e9 + 1e-3)}, "must have one stationary state"),
    ],
)
def test_a_wrong_argument_is_named(changed, message):
    usual = {"frequencies": (4e9, 4e9), "parasitic": PARASITIC, "resonator": Resonator(4e9, 3)}
    with pytest.raises(ValueError, match=message):
        resonators(hot=HOT, cold=COLD, **(usual | changed))
