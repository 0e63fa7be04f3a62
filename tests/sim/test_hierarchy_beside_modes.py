"""How far `resonators` is from the hierarchy, on devices that are drawn at random."""

import numpy as np
import pytest

from valvelab.sim import Bath, Resonator, hierarchy, pair, resonators

TABLE_1 = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Bath(0.01e9, 0.05), Resonator(4e9, 20.0)
TURNED = np.exp(0.7j)


def flows(state):
    return np.array([state.currents.hot, state.currents.cold, state.currents.parasitic])


def device(random, detuning):
    """Draw a device around 4 GHz at random, its qubits up to `detuning` linewidths from the resonators."""
    quality = np.exp(random.uniform(np.log(15), np.log(60)))
    gamma_h, gamma_c = 2 * np.pi * 4e9 / quality * np.exp(random.uniform(np.log(0.01), np.log(0.5), 2))
    count = random.integers(1, 3)
    frequencies = 4e9 * (1 + detuning * random.uniform(-1, 1, count) / quality)
    hot, cold = Bath(gamma_h, random.uniform(0.2, 0.5)), Bath(gamma_c, random.uniform(0.05, 0.15))
    parasitic = Bath(0.02 * gamma_h, random.uniform(0.02, 0.45))
    weights = {
        "weights_hot": random.uniform(0.6, 1.3, 2),
        "weights_cold": random.uniform(0.6, 1.3, 2) * random.choice([-1, 1], 2),
    }
    return (frequencies, hot, cold, parasitic, Resonator(4e9, quality)), weights


def apart(given, weights, *, corrected=False):
    """Return how far `resonators` is from the hierarchy, in units of the largest current."""
    exact = hierarchy(*given, tolerance=1e-3, **weights)
    near = resonators(*given, tolerance=1e-3, corrected=corrected, **weights)
    return np.abs(flows(near) - flows(exact)).max() / np.abs(flows(exact)).max()


def test_resonators_agree_where_the_qubits_are_resonant():
    random = np.random.default_rng(0)
    assert max(apart(*device(random, 0.0)) for _ in range(10)) < 5e-3


@pytest.mark.parametrize("detuning", [0.0, 0.5, 8.0])
def test_corrected_resonators_agree_wherever_the_qubits_are(detuning):
    random = np.random.default_rng(1)
    off = [apart(*device(random, detuning), corrected=True) for _ in range(8)]
    assert max(off) < 2e-3 and np.median(off) < 5e-4
    # With phases and an exchange, too: what waves that do not rotate bring has a phase of its own.
    given, weights = device(random, detuning / 2)
    turned = {name: row * np.exp(1j * random.uniform(-3, 3, 2)) for name, row in weights.items()}
    assert apart(given, turned | {"exchange": 2e7}, corrected=True) < 2e-3


def test_a_weakly_coupled_qubit_has_the_line_of_a_circuit_and_its_own_occupations():
    baths = Bath(1e4, 0.384), Bath(2e4, 0.06), Bath(1e3, 0.05)
    for f in (4.08e9, 2e9, 5.2e9):
        given = (f,), *baths, Resonator(4e9, 20)
        exact = pair(
            (f, f), *baths, resonator=Resonator(4e9, 20, -1), weights_hot=(1, 0), weights_cold=(1, 0)
        )
        exact = flows(exact)
        found = flows(resonators(*given, corrected=True, tolerance=1e-7))
        assert found == pytest.approx(exact, rel=2e-5, abs=2e-5 * np.abs(exact).max())


@pytest.mark.parametrize("ratio", [1.0, 2.5])
def test_corrections_hold_for_resonators_that_are_slower_than_the_qubits(ratio):
    gamma = ratio * 2 * np.pi * 4e9 / 20
    given = (4e9, 3.9e9), Bath(gamma, 0.384), Bath(gamma, 0.096), Bath(0.02 * gamma, 0.05), Resonator(4e9, 20)
    assert apart(given, {}, corrected=True) < 0.01


def test_resonators_agree_with_phases():
    random = np.random.default_rng(2)
    for _ in range(6):
        given, weights = device(random, 0.0)
        turned = {name: row * np.exp(1j * random.uniform(-3, 3, 2)) for name, row in weights.items()}
        assert apart(given, turned | {"exchange": random.uniform(-2e7, 2e7)}) < 5e-3
    # An exchange coupling knows the sign of a phase.
    given = (4e9, 3.97e9), *TABLE_1
    one, other = (
        flows(hierarchy(*given, weights_hot=(1, turn), exchange=2e7, tolerance=1e-3))
        for turn in (TURNED, np.conj(TURNED))
    )
    assert np.abs(other / one - 1).max() > 0.05
    assert apart(given, {"weights_hot": (1, TURNED), "exchange": 2e7}) < 0.02


def test_resonators_off_resonance_are_as_far_off_as_is_said():
    # There the Lorentzian is no RLC filter, and the occupation not that of the resonator.
    random = np.random.default_rng(1)
    for _ in range(5):
        given, weights = device(random, 0.5)
        bound = 1.5 / given[4].quality_factor ** 2 + 2 * np.abs(given[0] / 4e9 - 1).max()
        assert apart(given, weights) < bound
