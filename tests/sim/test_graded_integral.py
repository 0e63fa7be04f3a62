import numpy as np
import pytest
from scipy.constants import h, hbar, k

from valvelab.sim.graded_integral import graded, graded_nodes, thermal_edges


@pytest.mark.parametrize("width", [1e9, 1e6, 1e3, 1.0])
@pytest.mark.parametrize("centre", [4e9, 2e8])
def test_a_resonance_of_any_width_is_integrated(width, centre):
    frequency, weights = graded_nodes(
        np.array([centre - 1j * width, -centre - 1j * width]), np.array([0.3, 0.1])
    )
    found = np.sum(weights * width / ((frequency - centre) ** 2 + width**2))
    last = 64 * k * 0.3 / h
    expected = np.arctan((last - centre) / width) + np.arctan(centre / width)
    # Below a kilohertz rounding of the frequencies counts.
    assert found == pytest.approx(expected, rel=1e-9 + 1e-7 / width, abs=0)


@pytest.mark.parametrize("temperature", [0.003, 0.1, 5.0])
@pytest.mark.parametrize("others", [[0.0], [0.02, 0.4], [20.0]])
def test_thermal_photons_are_integrated_whatever_the_other_baths(temperature, others):
    frequency, weights = graded_nodes(np.array([4e9 - 1e8j]), np.array([temperature, *others]))
    x = np.minimum(h * frequency / (k * temperature), 500)
    found = np.sum(weights * h * frequency / np.expm1(x))
    assert found == pytest.approx(np.pi * k**2 * temperature**2 / (12 * hbar), rel=1e-9, abs=0)


def test_edges_reach_the_end_and_grow():
    edges = graded(4e9, 1e6, 1e11)
    assert edges[0] < edges.max() - 1e11 and np.max(edges) > 4e9 + 1e11
    assert thermal_edges(np.zeros(2))[-1] > 0 and np.all(np.diff(thermal_edges(np.array([0.1, 0.4]))) > 0)
