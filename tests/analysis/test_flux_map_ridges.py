"""The directions of ridges, found without a model."""

import numpy as np
import pytest

from tests.analysis.map_simulator import random_device, simulated_map
from valvelab.analysis.flux_map_ridges import centred, find_families, white_noise
from valvelab.analysis.map_data import map_arrays


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_both_directions_are_found_within_a_degree(seed):
    values = random_device(seed)
    heat_map = map_arrays(simulated_map(values, seed=seed))
    axes = centred(heat_map.coil_current_1), centred(heat_map.coil_current_2)
    families = find_families(*axes, heat_map.heat_power, 1, 2e-18)
    found = sorted(np.degrees(family.angle) for family in families)
    expected = [
        np.degrees(np.arctan2(values[f"flux_{qubit}_coil_2"], values[f"flux_{qubit}_coil_1"]))
        for qubit in (1, 2)
    ]
    np.testing.assert_allclose(found, sorted(expected), atol=1)


def test_the_white_noise_is_told_apart_from_ridges_and_offsets():
    heat_map = map_arrays(simulated_map(random_device(1), shape=(401, 31), noise=2e-18, stripes=20e-18))
    assert white_noise(heat_map.heat_power, 0) == pytest.approx(2e-18, rel=0.05, abs=0)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ridges_of_a_point_or_two_make_the_noise_too_large_and_never_too_small(seed):
    heat_map = map_arrays(simulated_map(random_device(seed), noise=2e-18, stripes=20e-18, seed=seed))
    assert 1.9e-18 < white_noise(heat_map.heat_power, 0) < 6e-18


def test_noise_alone_explains_nothing():
    noise = 2e-18 * np.random.default_rng(5).standard_normal((60, 30))
    families = find_families(np.linspace(-1, 1, 60), np.linspace(-1, 1, 30), noise, 1, 2e-18)
    assert max(family.significance for family in families) < 100
