import numpy as np

from valvelab.sim import Bath, Resonator
from valvelab.sim.pair_solution import PairProblem, solve
from valvelab.sim.parts import Part
from valvelab.sim.two_qubits import Hamiltonian

ONE = np.array(1.0)


def problem(parasitic, filters=(None, None)):
    return PairProblem(
        hamiltonian=Hamiltonian(np.array(4e9), np.linspace(3e9, 5e9, 6), np.zeros((3, 1))),
        hot=Bath(np.full((3, 1), 1e9), 0.3),
        cold=Bath(1e9, 0.1),
        parasitic=parasitic,
        filters=filters,
        weights=((ONE, ONE), (ONE, np.linspace(1, 2, 6))),
        gkls=False,
    )


def test_the_shape_is_that_of_everything_together():
    assert problem(None).shape == (3, 6)
    assert problem(Bath(1.0, np.full((2, 1, 1), 0.1))).shape == (2, 3, 6)
    assert problem(None, (None, Resonator(np.full((5, 1, 1), 4e9), 3))).shape == (5, 3, 6)


def test_a_part_of_a_problem_has_the_same_answers():
    whole = problem(Bath(np.geomspace(1e5, 1e8, 6), 0.1), (Resonator(4e9, np.full(6, 20.0)), None))
    part = whole.part(Part(axis=-1, start=2, stop=5))
    assert part.shape == (3, 3)
    expected = solve(whole).currents.cold[:, 2:5]
    assert np.abs(solve(part).currents.cold / expected - 1).max() <= 1e-13


def test_eq_24_needs_one_operator_for_both_reservoirs():
    assert problem(None).cold_share is None
    one = Resonator(4e9, 20)
    alike = PairProblem(
        hamiltonian=Hamiltonian(np.array(4e9), np.array(4e9), np.array(0.0)),
        hot=Bath(1e9, 0.3),
        cold=Bath(3e9, 0.1),
        parasitic=None,
        filters=(one, one),
        weights=((ONE, ONE), (ONE, ONE)),
        gkls=False,
    )
    assert alike.cold_share == 0.75
