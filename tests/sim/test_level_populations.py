import numpy as np
import pytest

from valvelab.sim import Bath, LevelPopulations, stationary_populations
from valvelab.sim.dicke import levels
from valvelab.sim.level_populations import all_spins, pack, unpack

HOT, COLD = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096)


def test_an_index_picks_points_along_the_leading_axes():
    found = stationary_populations(3, 4e9, HOT, COLD, Bath([[0.0], [1e7]], [0.05, 0.1, 0.2]))
    alone = stationary_populations(3, 4e9, HOT, COLD, Bath(1e7, 0.2))
    assert found[1, 2].population == pytest.approx(alone.population, rel=1e-14, abs=0)
    assert found[:, -1].population.shape == (2, 2, 4)
    with pytest.raises(IndexError):
        found[0, 0, 0]


@pytest.mark.parametrize("n_qubits", [1, 2, 5])
def test_packed_populations_are_in_the_order_of_the_levels(n_qubits):
    held = all_spins(n_qubits)
    names = unpack(held, np.array([[level.spin, level.inversion] for level in levels(n_qubits)]).T)
    there = np.abs(np.arange(-held[0], held[0] + 1)) <= held[:, None]
    assert np.array_equal(names[0], np.where(there, held[:, None], 0))
    assert np.array_equal(names[1], np.where(there, np.arange(-held[0], held[0] + 1), 0))
    assert np.array_equal(unpack(held, pack(held, names)), names)


def test_every_spin_can_be_held_with_those_that_are_empty():
    whole = stationary_populations(4, 4e9, HOT, COLD, spin=1).of_every_spin()
    assert np.array_equal(whole.spin, [2, 1, 0])
    ladder = stationary_populations(4, 4e9, HOT, COLD, spin=1).population[0]
    assert np.array_equal(whole.population, [np.zeros(5), [0, *ladder, 0], np.zeros(5)])
    assert np.isnan(whole.conditional[0]).all() and whole.conditional[1].sum() == pytest.approx(
        1, rel=1e-6, abs=0
    )


@pytest.mark.parametrize(
    "population", [[[0.5, 0.5]], [[0.5, 0.5, 0.5]], [[1.5, -0.5, 0.0]], [[np.nan, 0.5, 0.5]]]
)
def test_populations_that_are_none_are_refused(population):
    with pytest.raises(ValueError, match="`population` must hold probabilities"):
        LevelPopulations(2, np.array([1.0]), np.array(population))
