"""What `resonators` adds to its plain equation, term by term: beside the same equation in the Fock basis."""

from dataclasses import replace

import numpy as np
import pytest
import qutip
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.constants import h as planck

from tests.sim.fock_reference import stationary
from tests.sim.qutip_reference import bose
from valvelab.sim import Bath, Resonator, resonators
from valvelab.sim.resonator_problem import resonator_problem
from valvelab.sim.resonator_solution import solve

HOT, COLD, PARASITIC = Bath(0.6e9, 0.085), Bath(0.4e9, 0.05), Bath(3e7, 0.08)
MODES = Resonator(4e9, 6), Resonator(4.3e9, 5)
UNIT = 1e9


def point_of(frequencies, weights, exchange=0.0, dephasing=0.0):
    given = frequencies, HOT, COLD, PARASITIC, MODES, weights, exchange, dephasing
    problem = resonator_problem(*given, corrected=True)
    return problem.of_column(problem.table[:, 0])


def in_fock_basis(point, photons, *, mirrors):
    """Return the three currents [W] with H and all dissipators as operators; nothing here knows of moments."""
    count = len(point.frequencies)
    sizes = [photons + 1, photons + 1, *[2] * count]

    def place(operator, at):
        return qutip.tensor([operator if k == at else qutip.qeye(size) for k, size in enumerate(sizes)])

    modes = [place(qutip.destroy(photons + 1), i) for i in (0, 1)]
    qubits = [place(qutip.sigmam(), 2 + k) for k in range(count)]
    felt = [sum(g * s for g, s in zip(row, qubits, strict=True)) for row in point.couplings / (2 * np.pi)]
    energy = sum(f * s.dag() * s for f, s in zip(point.frequencies, qubits, strict=True))
    energy = energy + sum(f * a.dag() * a for f, a in zip(point.resonator_frequencies, modes, strict=True))
    energy = energy + sum(a.dag() * x + x.dag() * a for a, x in zip(modes, felt, strict=True))
    if count == 2:
        hop = qubits[0].dag() * qubits[1]
        energy = energy + point.exchange * (hop + hop.dag())
    # a A + a+ A+ turns with f_k + f_i; all qubits have one frequency here.
    for i, (a, x) in enumerate(zip(modes, felt, strict=True)):
        for j, (b, y) in enumerate(zip(modes, felt, strict=True)):
            wave = (point.felt.waves[i, 0] + point.felt.waves[j, 0]) / 2
            up, down = a.dag() * x.dag(), b * y
            energy = energy + wave * (up * down - down * up)
    groups = []
    for i, (a, x) in enumerate(zip(modes, felt, strict=True)):
        n, kappa = bose(point.resonator_frequencies[i], point.temperatures[i]), point.linewidths[i]
        group = [(kappa * (1 + n), a), (kappa * n, a.dag())]
        if mirrors:
            n = bose(point.frequencies[0], point.temperatures[i])
            rate = -4 * (2 * np.pi) ** 2 / kappa * point.felt.mirrors[i, 0]
            group += [(rate * (1 + n), x), (rate * n, x.dag())]
        groups.append(group)
    rate, local = point.gamma_p, []
    for s, f in zip(qubits, point.frequencies, strict=True):
        n = bose(f, point.temperatures[2])
        local += [(rate * (1 + n), s), (rate * n, s.dag()), (2 * point.dephasing[0], s.dag() * s)]
    return stationary_heat(energy, [*groups, local], sum(x.dag() * x for x in (*qubits, *modes)))


def stationary_heat(energy, groups, number):
    """Return Tr[H D_i rho] [W], from elements between equal numbers of excitations."""
    scaled = [(rate / UNIT, jump) for group in groups for rate, jump in group]
    state = stationary(2 * np.pi * (energy - 4e9 * number) / UNIT, scaled, number)
    found = []
    for group in groups:
        change = sum(
            rate * (c * state * c.dag() - (c.dag() * c * state + state * c.dag() * c) / 2)
            for rate, c in group
        )
        found.append(planck * (energy * change).tr().real)
    return np.array(found)


@pytest.mark.parametrize("mirrors", [False, True], ids=["waves", "waves and mirrors"])
@pytest.mark.parametrize(
    ("frequencies", "weights", "more"),
    [
        ((3.9e9,), ((1.1, 0), (0.8, 0)), {}),
        ((3.9e9, 3.9e9), ((1.0, 0.7), (0.9, -1.2)), {"exchange": 2e7}),
        ((4.1e9, 4.1e9), ((1.0, 0.7 * np.exp(0.8j)), (0.9, 1.2 * np.exp(-1.9j))), {"dephasing": 4e6}),
    ],
    ids=["one", "two", "phases"],
)
def test_the_terms_are_those_of_the_fock_basis(frequencies, weights, more, mirrors):
    point = point_of(frequencies, weights, **more)
    none = np.zeros((2, len(frequencies)))
    felt = point.felt._replace(tilts=none, mirrors=point.felt.mirrors if mirrors else none)
    point = replace(point, felt=felt)
    found = solve(point, 1e-9).currents
    photons = 8 if len(frequencies) == 1 else 7
    exact, fewer = (in_fock_basis(point, count, mirrors=mirrors) for count in (photons, photons - 1))
    size = np.abs(exact).max()
    left = np.abs(exact - fewer).max() / size
    assert left < 1e-4
    assert found == pytest.approx(exact, rel=0, abs=(2 * left + 1e-7) * size)
    # Each of them is seen.
    plain = solve(replace(point, felt=None), 1e-9).currents
    assert np.abs(plain - exact).max() > 20 * left * size


@settings(max_examples=25, deadline=None)
@given(
    st.tuples(st.floats(1.5e9, 6e9), st.floats(1.5e9, 6e9)),
    st.lists(st.floats(-1.5, 1.5).filter(lambda x: abs(x) > 0.05), min_size=4, max_size=4),
    st.floats(-3, 3),
    st.floats(1e7, 4e9),
)
def test_currents_add_up_to_zero(frequencies, weights, turn, rate):
    hot, cold = Bath(rate, 0.384), Bath(0.7 * rate, 0.096)
    state = resonators(
        frequencies,
        hot,
        cold,
        PARASITIC,
        MODES,
        weights_hot=(weights[0], weights[1] * np.exp(1j * turn)),
        weights_cold=weights[2:],
        exchange=5e6,
        dephasing=1e6,
        corrected=True,
        tolerance=3e-2,
    )
    flows = np.array([state.currents.hot, state.currents.cold, state.currents.parasitic])
    assert abs(flows.sum()) < 1e-9 * np.abs(flows).max() + 1e-13 * planck * 4e9 * rate


def test_a_qubit_in_equilibrium_takes_up_nothing_however_far():
    baths = Bath(1e5, 0.2), Bath(2e5, 0.2), Bath(1e5, 0.2)
    for f in (2e9, 3.7e9, 5e9):
        state = resonators((f,), *baths, Resonator(4e9, 20), corrected=True, tolerance=1e-6)
        driven = resonators((f,), Bath(1e5, 0.3), *baths[1:], Resonator(4e9, 20), corrected=True)
        assert abs(float(state.currents.hot)) < 2e-3 * abs(float(driven.currents.hot))


def test_a_resonator_that_does_not_swing_is_an_error():
    with pytest.raises(
        ValueError, match=r"a Q above 0.5, so that it swings and can be corrected, but has 0.5"
    ):
        resonators((4e9,), HOT, COLD, PARASITIC, Resonator(4e9, 0.5), corrected=True)


@pytest.mark.parametrize("corrected", ["none", 1, None])
def test_a_correction_is_wanted_or_not(corrected):
    with pytest.raises(ValueError, match="`corrected` must be True or False, but is "):
        resonators((4e9,), HOT, COLD, PARASITIC, MODES, corrected=corrected)
