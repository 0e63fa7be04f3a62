import numpy as np
import pytest

from valvelab.sim import Bath, collective
from valvelab.sim.points import Points


def test_a_large_batch_is_its_points_one_by_one():
    random = np.random.default_rng(3)
    hot = Bath(0.5e9, random.uniform(0.2, 0.5, (30, 1, 1)))
    cold = Bath(random.uniform(0.1e9, 1e9, 700), 0.096)
    parasitic = Bath(0.01e9, random.uniform(0.03, 0.3, (2, 1)))
    whole = collective(2, 4e9, hot, cold, parasitic)
    assert whole.currents.hot.shape == (30, 2, 700)
    for i, j, k in random.integers((30, 2, 700), size=(20, 3)):
        one = collective(
            2,
            4e9,
            Bath(0.5e9, hot.temperature[i, 0, 0]),
            Bath(cold.rate[k], 0.096),
            Bath(0.01e9, parasitic.temperature[j, 0]),
        )
        assert whole.currents.hot[i, j, k] == one.currents.hot
        assert whole.currents.parasitic[i, j, k] == one.currents.parasitic
        assert np.array_equal(whole.spin_probability[i, j, k], one.spin_probability)


@pytest.mark.parametrize("shape", [(0,), (3, 0), (1,), (5, 1, 2)])
@pytest.mark.parametrize("n_qubits", [1, 2, 4, 12])
def test_every_shape_of_a_batch_comes_back(shape, n_qubits):
    for parasitic in (None, Bath(0.01e9, np.full(shape, 0.05))):
        state = collective(n_qubits, np.full(shape, 4e9), Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), parasitic)
        assert state.currents.cold.shape == state.mean_inversion.shape == shape
        assert state.spin_probability.shape == (*shape, n_qubits // 2 + 1)


def test_numbers_need_no_axis():
    points = Points(4e9, Bath(1.0, 0.1), Bath(1.0, 0.1), None)
    assert points.shape == ()
    assert points.evaluate(lambda values, drives, answer: answer.fill(values[0, 0]), 2).shape == (2,)
