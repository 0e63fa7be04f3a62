import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valvelab.constants import BOLTZMANN, PLANCK
from valvelab.sim import Bath, collective
from valvelab.sim.baths import Mode
from valvelab.sim.dicke import populations
from valvelab.sim.few_qubits import DRIVE_ROWS, drive

FREQUENCY = 4e9
TEMPERATURES = st.one_of(st.just(0.0), st.floats(0.005, 50))


def driven(frequency, gammas, temperatures):
    points = np.array(
        [frequency, *(value for pair in zip(gammas, temperatures, strict=True) for value in pair)]
    )
    drives = np.empty((DRIVE_ROWS, 1))
    drive(points[:, None].copy(), drives)
    return drives[:, 0]


@settings(max_examples=300, deadline=None)
@given(temperature=st.floats(1e-4, 1e6), frequency=st.floats(1e6, 1e12))
def test_the_occupation_keeps_its_digits(temperature, frequency):
    found = float(driven(frequency, (1.0, 1.0, 1.0), (0.1, 0.1, temperature))[1])
    with mpmath.workdps(60):
        x = mpmath.mpf(PLANCK) * frequency / (mpmath.mpf(BOLTZMANN) * temperature)
        exact = 1 / mpmath.expm1(x)
        assert abs(found - exact) <= exact * (4 + 2 * x) * mpmath.mpf(2) ** -52 + mpmath.mpf(1e-307)


@settings(max_examples=200, deadline=None)
@given(
    gammas=st.tuples(*[st.one_of(st.just(0.0), st.floats(1e-3, 1e10))] * 3),
    here=TEMPERATURES,
    relative=st.tuples(*[st.sampled_from([0.0, 1e-12, -1e-6, 3e-3, 0.1, -0.5])] * 2),
)
def test_what_drives_heat_is_what_numpy_says(gammas, here, relative):
    temperatures = here, here * (1 + relative[0]), here * (1 + relative[1])
    h, c, p = (Mode.of(Bath(*bath), FREQUENCY) for bath in zip(gammas, temperatures, strict=True))
    up, n_p, through, leak = driven(FREQUENCY, gammas, temperatures)
    assert up == pytest.approx(float(h.rate * h.n + c.rate * c.n), rel=1e-12, abs=0)
    assert n_p == pytest.approx(float(p.n), rel=1e-12, abs=0)
    assert through == pytest.approx(float(h.rate * c.rate * h.excess(c)), rel=1e-11, abs=0)
    parts = p.rate * np.array([h.rate * p.excess(h), c.rate * p.excess(c)])
    assert abs(leak - parts.sum()) <= 1e-11 * np.abs(parts).sum()


def test_baths_at_zero_are_empty_and_equal():
    assert np.all(driven(FREQUENCY, (1e9, 1e9, 1e7), (0.0, 0.0, 0.0)) == 0)
    up, n_p, through, leak = driven(FREQUENCY, (1e9, 1e9, 1e7), (0.3, 0.0, 0.0))
    assert up > 0 and through == up * 1e9 and n_p == 0 and leak == -up * 1e7


@settings(max_examples=100, deadline=None)
@given(
    gammas=st.tuples(st.floats(1e-3, 1e10), st.floats(1e-3, 1e10), st.floats(1e-12, 1e12)),
    temperatures=st.tuples(*[TEMPERATURES] * 3),
)
def test_two_qubits_are_two_in_the_dicke_basis(gammas, temperatures):
    baths = [Bath(*bath) for bath in zip(gammas, temperatures, strict=True)]
    found = collective(2, FREQUENCY, *baths)
    n = [float(bath.occupation(FREQUENCY)) for bath in baths]
    up = gammas[0] * n[0] + gammas[1] * n[1]
    together = np.array(up + gammas[0] + gammas[1]), np.array(up)
    alone = np.array(gammas[2] * (1 + n[2])), np.array(gammas[2] * n[2])
    # The levels are T-, then T0 and S, then T+.
    lowest, triplet, singlet, highest = populations(2, together, alone)
    assert found.spin_probability == pytest.approx([lowest + triplet + highest, singlet], rel=1e-12, abs=0)
    assert found.mean_inversion == pytest.approx(highest - lowest, rel=1e-11, abs=1e-15)


@settings(max_examples=100, deadline=None)
@given(gammas=st.tuples(*[st.floats(0, 1e10)] * 3), temperatures=st.tuples(*[st.floats(0, 50)] * 3))
def test_one_qubit_balances_what_it_gives_and_takes(gammas, temperatures):
    baths = [Bath(*bath) for bath in zip(gammas, temperatures, strict=True)]
    excited = 0.5 + float(collective(1, FREQUENCY, *baths).mean_inversion)
    n = [float(bath.occupation(FREQUENCY)) for bath in baths]
    up = sum(gamma * n_i for gamma, n_i in zip(gammas, n, strict=True))
    down = up + sum(gammas)
    assert abs(up * (1 - excited) - down * excited) <= 1e-14 * (up + down)


def test_one_qubit_and_a_spin_one_half_are_the_same_without_a_parasitic_bath():
    baths = Bath(1e9, 0.4), Bath(2e9, 0.1)
    alone = collective(1, FREQUENCY, *baths, Bath(0.0, 0.0))
    assert collective(1, FREQUENCY, *baths).mean_inversion == pytest.approx(
        float(alone.mean_inversion),
        rel=1e-15,
        abs=0,
    )


def test_a_spin_coupled_to_nothing_is_in_its_ground_state():
    state = collective(5, FREQUENCY, Bath(0.0, 0.4), Bath(0.0, 0.1), spin=1.5)
    assert state.mean_inversion == -1.5
    assert state.currents.hot == state.currents.cold == 0
