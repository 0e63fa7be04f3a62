"""Transmons with levels between resonators that are modes."""

import sys

import numpy as np
import pytest
import qutip

from tests.sim.fock_reference import Valve
from tests.sim.heom_reference import by_heom_solver, of_transmons
from valvelab.constants import PLANCK
from valvelab.sim import (
    Bath,
    Ladder,
    Resonator,
    TruncationError,
    levels,
    linear,
    resonator_levels,
    resonators,
)

HOT, COLD, PARASITIC = Bath(0.5e9, 0.384), Bath(0.4e9, 0.096), Bath(0.01e9, 0.05)
RESONATOR = Resonator(4e9, 20)
MODULE = sys.modules["valvelab.sim.resonator_levels_solution"]


def flows(state):
    currents = getattr(state, "currents", state)
    return np.array([currents.hot, currents.cold, currents.parasitic])


def qubit(frequency):
    return Ladder(np.array([frequency]), np.array([1.0]))


@pytest.mark.parametrize("turn", [1.0, -0.8, 0.9 * np.exp(0.7j)])
def test_with_two_levels_they_are_qubits(turn):
    options = {"weights_hot": (1.0, turn), "weights_cold": (1.0, 0.9), "exchange": 2e7}
    modes = RESONATOR, Resonator(4.1e9, 15)
    found = resonator_levels(
        (qubit(4.02e9), qubit(3.96e9)), HOT, COLD, PARASITIC, modes, tolerance=1e-6, **options
    )
    exact = flows(resonators((4.02e9, 3.96e9), HOT, COLD, PARASITIC, modes, tolerance=1e-6, **options))
    assert flows(found) == pytest.approx(exact, rel=1e-5, abs=1e-6 * np.abs(exact).max())
    assert found.populations.sum() == pytest.approx(1, abs=1e-12)


def test_between_fast_resonators_they_obey_the_master_equation_of_transmons():
    baths = Bath(2e5, 0.384), Bath(3e5, 0.096), Bath(1e4, 0.05)
    transmons = [Ladder.anharmonic(4e9, -1e6, 3)] * 2
    found = resonator_levels(transmons, *baths, RESONATOR)
    exact = levels(transmons, *baths, resonator=RESONATOR, equation="gkls", parasitic_jumps="apart")
    assert flows(found) == pytest.approx(flows(exact), rel=3e-3, abs=0)
    assert found.populations == pytest.approx(exact.populations, abs=2e-3)


def test_cold_ladders_of_even_steps_are_oscillators():
    hot, cold, parasitic = Bath(2e8, 0.06), Bath(3e8, 0.04), Bath(1e7, 0.05)
    ladder = Ladder.anharmonic(4e9, 0.0, 3)
    found = resonator_levels((ladder, ladder), hot, cold, parasitic, RESONATOR, tolerance=1e-4)
    exact = flows(linear((4e9, 4e9), hot, cold, parasitic, resonator=RESONATOR))
    # Rotating waves and one occupation of a mode: half a per cent at Q = 20.
    assert flows(found)[:2] == pytest.approx(exact[:2], rel=1e-2, abs=0)


def brute_force(ladder, baths, resonator, weights, photons):
    """Return the currents of one transmon and one qubit that is not coupled, by QuTiP in photons."""
    sizes = [ladder.levels, photons, photons]
    eye = [qutip.qeye(size) for size in sizes]
    unit = 1e9

    def of(operator, place):
        return qutip.tensor([operator if place == other else eye[other] for other in range(3)])

    b = of(qutip.Qobj(np.diag(ladder.elements, 1)), 0)
    modes = [of(qutip.destroy(photons), place) for place in (1, 2)]
    kappa = 2 * np.pi * resonator.frequency / resonator.quality_factor
    energy = of(qutip.Qobj(np.diag(np.r_[0, np.cumsum(ladder.frequencies)])), 0)
    total = energy + sum(resonator.frequency * a.dag() * a for a in modes)
    jumps = []
    for a, bath, weight in zip(modes, baths[:2], weights, strict=True):
        g = weight * np.sqrt(bath.rate * kappa) / 2 / (2 * np.pi)
        total = total + g * (a.dag() * b + b.dag() * a)
        n = float(bath.occupation(resonator.frequency))
        jumps.append([(kappa * (1 + n), a), (kappa * n, a.dag())])
    jumps.append([])
    for level, (frequency, element) in enumerate(zip(ladder.frequencies, ladder.elements, strict=True)):
        step = np.zeros((ladder.levels,) * 2)
        step[level, level + 1] = element
        n, jump = float(baths[2].occupation(frequency)), of(qutip.Qobj(step), 0)
        jumps[2] += [(baths[2].rate * (1 + n), jump), (baths[2].rate * n, jump.dag())]
    every = [np.sqrt(rate / unit) * jump for some in jumps for rate, jump in some]
    frame = sum((a.dag() * a for a in modes), of(qutip.Qobj(np.diag(np.arange(ladder.levels))), 0))
    rho = qutip.steadystate(2 * np.pi / unit * (total - resonator.frequency * frame), every)
    return np.array(
        [
            PLANCK
            * sum(
                rate * (total * (j * rho * j.dag() - (j.dag() * j * rho + rho * j.dag() * j) / 2)).tr().real
                for rate, j in some
            )
            for some in jumps
        ]
    )


def test_one_transmon_agrees_with_brute_force():
    ladder, baths = Ladder.anharmonic(4.02e9, -150e6, 3), (Bath(3e8, 0.06), Bath(5e8, 0.03), Bath(2e7, 0.08))
    exact = brute_force(ladder, baths, RESONATOR, (1.0, 0.8), photons=5)
    found = resonator_levels(
        (ladder, qubit(4e9)),
        *baths,
        RESONATOR,
        weights_hot=(1.0, 0.0),
        weights_cold=(0.8, 0.0),
        tolerance=1e-5,
    )
    assert flows(found) == pytest.approx(exact, rel=1e-4, abs=1e-5 * np.abs(exact).max())


@pytest.mark.parametrize("corrected", [False, True])
def test_a_transmon_alone_is_one_beside_another_that_is_not_coupled(corrected):
    ladder, idle = Ladder.of_transmon(4e9, 178e6, 3), {"weights_hot": (0.9, 0.0), "weights_cold": (1.1, 0.0)}
    beside = resonator_levels((ladder, ladder), HOT, COLD, PARASITIC, RESONATOR, corrected=corrected, **idle)
    alone = resonator_levels(
        (ladder,),
        HOT,
        COLD,
        PARASITIC,
        RESONATOR,
        corrected=corrected,
        weights_hot=(0.9, 1.0),
        weights_cold=(1.1, 1.0),
    )
    assert flows(alone) == pytest.approx(flows(beside), rel=1e-9, abs=0)
    assert alone.populations.shape == (3, 1) and alone.beyond_qubit[1] == 0
    assert alone.populations[:, 0] == pytest.approx(beside.populations.sum(axis=1), rel=1e-9, abs=0)


@pytest.mark.parametrize("pair_of", [(3.9e9, 4.02e9), (4e9, 2.2e9)])
@pytest.mark.parametrize("turn", [-0.8, 0.9 * np.exp(0.7j)])
def test_corrected_ones_of_two_levels_are_corrected_qubits(pair_of, turn):
    modes = RESONATOR, Resonator(4.4e9, 15)
    options = {"weights_hot": (1.0, turn), "exchange": 1e7, "corrected": True, "tolerance": 1e-5}
    found = flows(resonator_levels([qubit(f) for f in pair_of], HOT, COLD, PARASITIC, modes, **options))
    exact = flows(resonators(pair_of, HOT, COLD, PARASITIC, modes, **options))
    assert found == pytest.approx(exact, rel=1e-8, abs=1e-8 * np.abs(exact).max())


def test_energy_is_conserved_and_nothing_flows_in_equilibrium():
    transmons = Ladder.of_transmon(4e9, 178e6, 3), Ladder.of_transmon(3.97e9, 178e6, 3)
    driven = flows(resonator_levels(transmons, HOT, COLD, PARASITIC, RESONATOR, tolerance=1e-2, exchange=1e7))
    assert abs(driven.sum()) < 1e-12 * np.abs(driven).max()
    same = [Bath(bath.rate, 0.15) for bath in (HOT, COLD, PARASITIC)]
    still = flows(resonator_levels(transmons, *same, RESONATOR, tolerance=1e-2))
    # A mode has one occupation, at f_r: transitions beside it take up a little.
    assert np.abs(still).max() < 0.02 * np.abs(driven).max()


def test_arrays_broadcast_and_equal_points_are_solved_once(monkeypatch):
    calls, solve = [], MODULE.solve_at
    monkeypatch.setattr(MODULE, "solve_at", lambda point, depth: calls.append(depth) or solve(point, depth))
    warm = Bath(0.5e9, np.array([[0.3, 0.384, 0.3]]))
    found = resonator_levels((qubit(4e9), qubit(4e9)), warm, COLD, PARASITIC, RESONATOR)
    assert found.currents.hot.shape == (1, 3) and found.populations.shape == (1, 3, 2, 2)
    assert found.currents.hot[0, 0] == found.currents.hot[0, 2] != found.currents.hot[0, 1]
    assert calls.count(2) == 2  # the first depth, of two points that differ


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"parasitic": Bath(0.0, 0.05)}, "`parasitic` must have a rate above 0"),
        ({"resonator": Resonator(4e9, 20, 1)}, "`resonator` must have the exponent 0"),
        ({"resonator": Resonator(4e9, 0)}, "`resonator.quality_factor`"),
        ({"tolerance": 2.0}, "`tolerance`"),
        ({"transmons": (qubit(4e9), 4e9)}, "`transmons` must be a pair of `Ladder`"),
    ],
)
def test_what_cannot_be_is_refused_by_name(change, words):
    given = {
        "transmons": (qubit(4e9), qubit(4e9)),
        "hot": HOT,
        "cold": COLD,
        "parasitic": PARASITIC,
        "resonator": RESONATOR,
    }
    with pytest.raises(ValueError, match=words):
        resonator_levels(**given | change)


def test_rates_of_many_linewidths_are_told(monkeypatch):
    monkeypatch.setattr(MODULE, "_DEPTHS", (4, 6, 8))
    with pytest.raises(TruncationError, match="at depth 8"):
        resonator_levels((qubit(4e9), qubit(4e9)), Bath(5e9, 0.5), Bath(5e9, 0.3), PARASITIC, RESONATOR)


@pytest.mark.parametrize(
    ("frequencies", "share", "depth"),
    [
        ((4e9,), 0.4, 6),
        ((4.15e9,), 0.4, 6),
        ((2.4e9,), 0.4, 6),
        ((3.9e9, 4.05e9), 0.1, 4),
        ((4e9, 2.2e9), 0.1, 4),
    ],
)
def test_corrected_transmons_are_those_of_the_hierarchy(frequencies, share, depth):
    ladders, count = [Ladder.of_transmon(f, 178e6, 3) for f in frequencies], len(frequencies)
    gamma, weights = share * 2 * np.pi * 4e9 / 20, ((1, 1), (1, -0.9))
    baths = Bath(gamma, 0.25), Bath(0.8 * gamma, 0.096), Bath(0.02 * gamma, 0.05)
    rates, local = (gamma, 0.8 * gamma), (0.02 * gamma, 0.05)
    valve = Valve(frequencies, rates, (0.25, 0.096), local, weights=[row[:count] for row in weights])
    exact, _ = by_heom_solver(valve, depth, 1 if count == 1 else 0, made=of_transmons(ladders))
    plain, found = (
        flows(resonator_levels(ladders, *baths, RESONATOR, weights_cold=weights[1], corrected=kind))
        for kind in (False, True)
    )
    plain, found = plain.reshape(3)[:2], found.reshape(3)[:2]
    size = np.abs(exact).max()
    assert found == pytest.approx(exact, rel=0, abs=3e-3 * size)
    assert np.abs(plain - exact).max() > 3 * np.abs(found - exact).max()


def test_corrections_keep_what_is_alike_in_two_equal_transmons():
    # No reservoir changes it, and next to nothing else: the slightest bath of a transmon's own would empty the rest.
    ladder, few = Ladder.of_transmon(4e9, 178e6, 3), Bath(1e2, 0.2)
    plain, found = (
        flows(resonator_levels((ladder, ladder), HOT, COLD, few, RESONATOR, corrected=kind)).reshape(3)
        for kind in (False, True)
    )
    assert found == pytest.approx(plain, rel=0, abs=1e-2 * np.abs(plain).max())
