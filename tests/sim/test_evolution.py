from math import comb

import numpy as np
import pytest
import qutip
from scipy.integrate import quad
from scipy.optimize import minimize_scalar

from tests.sim.qutip_reference import UNIT, collapse_operators, lowering
from valvelab.constants import PLANCK
from valvelab.sim import Bath, collective, evolve, level_projector, stationary_populations

HOT, COLD, PARASITIC = Bath(0.5e9, 0.384), Bath(0.4e9, 0.096), Bath(0.1e9, 0.2)
OFF = Bath(0.0, 0.0)
QUANTUM = PLANCK * 4e9


def flows(evolution):
    return np.array([evolution.currents.hot, evolution.currents.cold, evolution.currents.parasitic])


def test_one_qubit_relaxes_exponentially():
    times = np.linspace(0, 4e-9, 9)
    found = evolve(1, 4e9, HOT, COLD, PARASITIC, times=times, initial=(0.5, 0.5))
    baths = [(bath.rate, float(bath.occupation(4e9))) for bath in (HOT, COLD, PARASITIC)]
    relaxation = sum(rate * (1 + 2 * n) for rate, n in baths)
    final = sum(rate * n for rate, n in baths) / relaxation
    excited = final + (1 - final) * np.exp(-relaxation * times)
    assert found.mean_inversion == pytest.approx(excited - 0.5, abs=1e-11)
    exact = [QUANTUM * rate * (n * (1 - excited) - (1 + n) * excited) for rate, n in baths]
    assert flows(found) == pytest.approx(np.array(exact), abs=1e-10 * QUANTUM * 1e9)


def test_two_excited_qubits_emit_a_burst_that_has_a_formula():
    # |1, 1> -> |1, 0> -> |1, -1>, each at the rate 2 gamma.
    times = np.linspace(0, 5e-9, 11)
    found = evolve(2, 4e9, OFF, Bath(1e9, 0.0), times=times, initial=(1, 1))
    decay, steps = np.exp(-2e9 * times), 2e9 * times
    exact = np.stack([1 - decay * (1 + steps), steps * decay, decay], axis=-1)
    assert found.populations.population[:, 0] == pytest.approx(exact, abs=1e-11)
    assert found.currents.cold == pytest.approx(-QUANTUM * 2e9 * decay * (1 + steps), rel=1e-9, abs=0)
    assert not found.currents.hot.any() and not found.currents.parasitic.any()


def test_the_burst_of_many_qubits_has_the_delay_and_height_of_its_limit():
    # N -> infinity: the first photons make a Yule process, W exp(N gamma t) with W exponentially distributed, and
    # then m follows the classical logistic curve: I = gamma N^2 < a / (1 + a)^2 > with a = W exp(N gamma t) / N.
    def height(s):
        return quad(lambda w: np.exp(-w) * w * s / (1 + w * s) ** 2, 0, np.inf)[0]

    limit = minimize_scalar(lambda log_s: -height(np.exp(log_s)), bounds=(-2, 4), method="bounded")
    n_qubits = 1000
    delays = np.linspace(-2, 3, 101) + limit.x
    times = (np.log(n_qubits) + delays) / n_qubits / 1e6
    found = evolve(n_qubits, 4e9, OFF, Bath(1e6, 0.0), times=times, initial=(n_qubits / 2, n_qubits / 2))
    intensity = -found.currents.cold / QUANTUM / 1e6 / n_qubits**2
    assert intensity.max() == pytest.approx(-limit.fun, rel=10 / n_qubits, abs=0)
    assert delays[intensity.argmax()] == pytest.approx(limit.x, abs=0.1)
    assert intensity == pytest.approx(np.array([height(np.exp(delay)) for delay in delays]), rel=0.02, abs=0)
    assert -limit.fun < 1 / 4  # the classical height, which the spread of the delays lowers


@pytest.mark.parametrize(
    ("n_qubits", "initial"), [(1, (0.5, -0.5)), (2, (0, 0)), (3, (1.5, 0.5)), (3, (0.5, 0.5))]
)
@pytest.mark.parametrize("parasitic", [None, (0.1e9, 0.2)])
def test_every_population_agrees_with_mesolve_in_the_product_space(n_qubits, initial, parasitic):
    times = np.linspace(0, 3e-9, 5)
    baths = [(0.5e9, 0.384), (0.4e9, 0.096), parasitic]
    found = evolve(
        n_qubits, 4e9, *(None if one is None else Bath(*one) for one in baths), times=times, initial=initial
    )
    projector = level_projector(n_qubits, *initial)
    exact = qutip.mesolve(
        4 * 2 * np.pi * sum(s.dag() * s for s in lowering(n_qubits)),
        projector / projector.tr(),
        times * UNIT,
        collapse_operators(n_qubits, 4e9, *baths),
        options={"method": "vern9", "rtol": 1e-11, "atol": 1e-13, "nsteps": 100000},
    )
    for row, spin in enumerate(found.populations.spin):
        for column, m in enumerate(found.populations.inversion):
            if abs(m) <= spin:
                expected = qutip.expect(level_projector(n_qubits, spin, m), exact.states)
                assert found.populations.population[:, row, column] == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize("n_qubits", [2, 5, 30])
def test_qubits_with_a_local_bath_only_stay_a_product(n_qubits):
    times = np.linspace(0, 3e-8, 7)
    found = evolve(n_qubits, 4e9, OFF, OFF, PARASITIC, times=times)
    n = float(PARASITIC.occupation(4e9))
    p = n / (1 + 2 * n) * -np.expm1(-0.1e9 * (1 + 2 * n) * times)
    for row, spin in enumerate(found.populations.spin):
        low = round(n_qubits / 2 - spin)
        copies = comb(n_qubits, low) - (comb(n_qubits, low - 1) if low else 0)
        for column, m in enumerate(found.populations.inversion):
            excited = n_qubits / 2 + m
            exact = copies * p**excited * (1 - p) ** (n_qubits - excited) if abs(m) <= spin else 0 * p
            assert found.populations.population[:, row, column] == pytest.approx(exact, abs=1e-10)
    assert found.currents.hot == pytest.approx(np.zeros(7), rel=1e-6, abs=0)


@pytest.mark.parametrize(("n_qubits", "parasitic"), [(3, PARASITIC), (20, PARASITIC), (20, None)])
def test_the_heat_that_came_in_is_the_energy_that_is_there(n_qubits, parasitic):
    nodes, weights = np.polynomial.legendre.leggauss(24)
    duration = 1e-8 / n_qubits
    times = np.array([0, *(duration * (1 + nodes) / 2), duration])
    found = evolve(n_qubits, 4e9, HOT, COLD, parasitic, times=times, initial=(n_qubits / 2, n_qubits / 2 - 1))
    heat = duration / 2 * (flows(found)[:, 1:-1] @ weights)
    gained = QUANTUM * (found.mean_inversion[-1] - found.mean_inversion[0])
    assert heat.sum() == pytest.approx(gained, rel=1e-8, abs=0)


@pytest.mark.parametrize("n_qubits", [1, 3, 10])
def test_in_the_end_it_is_the_stationary_state(n_qubits):
    times = np.array([0.0, 3600.0])  # some 1e13 times the fastest decay
    found = evolve(n_qubits, 4e9, HOT, COLD, PARASITIC, times=times, initial=(n_qubits / 2, n_qubits / 2))
    state = collective(n_qubits, 4e9, HOT, COLD, PARASITIC)
    assert found.spin_probability[-1] == pytest.approx(state.spin_probability, rel=1e-12, abs=0)
    assert found.mean_spin_squared[-1] == pytest.approx(state.mean_spin_squared, rel=1e-12, abs=0)
    assert found.mean_inversion[-1] == pytest.approx(state.mean_inversion, rel=1e-12, abs=0)
    exact = [state.currents.hot, state.currents.cold, state.currents.parasitic]
    assert flows(found)[:, -1] == pytest.approx(exact, rel=1e-11, abs=0)


def test_without_a_parasitic_bath_every_spin_keeps_its_probability():
    mixed = stationary_populations(6, 4e9, HOT, COLD, PARASITIC)
    found = evolve(6, 4e9, Bath(1e9, 0.8), OFF, times=[0, 1e-10, 1e-6], initial=mixed)
    for probability in found.spin_probability:
        assert probability == pytest.approx(mixed.spin_probability, abs=1e-12)
    thermal = stationary_populations(6, 4e9, Bath(1e9, 0.8), OFF)
    assert found.populations[-1].conditional[0] == pytest.approx(thermal.population[0], abs=1e-10)
    alone = evolve(6, 4e9, HOT, COLD, Bath(0.0, 0.1), times=[0, 1e-6], initial=(2, 2))
    assert np.array_equal(alone.populations.spin, [2])
    assert alone.spin_probability == pytest.approx(np.array([[0, 1, 0, 0]] * 2), rel=1e-14, abs=0)


def test_a_long_ladder_stays_positive_and_ends_at_t_star():
    found = evolve(1000, 4e9, HOT, COLD, times=[1e-13, 1e-12, 1e-6], initial=(500, 500))
    assert np.all(found.populations.population >= 0)
    state = collective(1000, 4e9, HOT, COLD)
    assert found.mean_inversion[-1] == pytest.approx(state.mean_inversion, rel=1e-12, abs=0)
    assert found.currents.hot[-1] == pytest.approx(state.currents.hot, rel=1e-10, abs=0)


def test_a_protocol_is_a_chain_of_evolutions():
    whole = evolve(4, 4e9, HOT, COLD, PARASITIC, times=[1e-9, 2e-9, 3e-9])
    first = evolve(4, 4e9, HOT, COLD, PARASITIC, times=[1e-9])
    second = evolve(4, 4e9, HOT, COLD, PARASITIC, times=[1e-9, 2e-9], initial=first.populations[-1])
    assert second.populations.population == pytest.approx(whole.populations.population[1:], abs=1e-11)
    off = evolve(4, 4e9, OFF, OFF, times=[5e-9], initial=second.populations[-1])
    assert off.populations[-1].population == pytest.approx(second.populations[-1].population, abs=1e-14)


def test_qubits_start_in_their_ground_state():
    found = evolve(3, 4e9, HOT, COLD, times=[0])
    assert found.mean_inversion == [-1.5] and found.mean_spin_squared == [3.75]
    assert found.currents.hot == pytest.approx(QUANTUM * 0.5e9 * HOT.occupation(4e9) * 3, rel=1e-14, abs=0)


@pytest.mark.parametrize("times", [[], [-1e-9, 0], [1e-9, 1e-9], [2e-9, 1e-9], 1e-9, [[0, 1e-9]], [np.nan]])
def test_times_that_do_not_rise_from_zero_on_are_refused(times):
    with pytest.raises(ValueError, match="`times`"):
        evolve(2, 4e9, HOT, COLD, times=times)


@pytest.mark.parametrize(
    ("initial", "name"),
    [((0.5, 0.5), r"initial\[0\]"), ((1, 2), r"initial\[1\]"), ((1, 0.5), r"initial\[1\]"), (1, "initial")],
)
def test_a_level_that_is_not_there_is_refused(initial, name):
    with pytest.raises(ValueError, match=f"`{name}` must be"):
        evolve(2, 4e9, HOT, COLD, times=[1e-9], initial=initial)


def test_an_initial_state_is_one_point_of_the_same_qubits():
    for other in (
        stationary_populations(3, 4e9, HOT, COLD),
        stationary_populations(2, [4e9, 5e9], HOT, COLD),
    ):
        with pytest.raises(ValueError, match="`initial` must hold one point of 2 qubits"):
            evolve(2, 4e9, HOT, COLD, times=[1e-9], initial=other)


def test_baths_of_many_points_are_refused():
    with pytest.raises(ValueError, match=r"single numbers, but broadcast to the shape \(2,\)"):
        evolve(2, 4e9, HOT, Bath(1e9, [0.1, 0.2]), times=[1e-9])
