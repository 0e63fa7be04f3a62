"""Structure along the ridges: seen where it is, and not where noise alone is left."""

from dataclasses import replace

import numpy as np
import pytest

from tests.analysis.map_simulator import random_device, simulated_map
from valvelab.analysis import fit_flux_map
from valvelab.analysis.flux_map_structure import ridge_bins


@pytest.fixture(scope="module")
def fit():
    return fit_flux_map(simulated_map(random_device(4), seed=4, flicker=0.7e-18), "independent")


def test_noise_alone_leaves_a_chi_square_of_as_many_as_its_degrees_of_freedom(fit):
    drawn = []
    for seed in range(30):
        root = np.linalg.cholesky(fit.background.noise.covariance)
        noise = root @ np.random.default_rng(seed).standard_normal(fit.heat_map.heat_power.shape)
        drawn.append(with_residual(fit, noise).structure[0])
    assert np.mean([each.chi_square / each.freedom for each in drawn]) == pytest.approx(1, abs=0.15)
    assert all(each.probability > 0.01 for each in fit.structure)


def test_waves_across_the_ridges_of_one_qubit_are_seen_and_told_from_the_other(fit):
    bins = ridge_bins(2, fit.values, fit.heat_map.coil_current_1, fit.heat_map.coil_current_2)
    waves = bins[..., 1::2].sum(axis=-1) - bins[..., 2::2].sum(axis=-1)
    found = with_residual(fit, fit.residual + 1.5e-18 * waves).structure
    assert found[1].probability < 1e-6
    assert found[1].chi_square > 2 * found[0].chi_square


def test_the_means_of_a_qubit_stand_for_points_of_their_own(fit):
    for qubit in (1, 2):
        bins = ridge_bins(qubit, fit.values, fit.heat_map.coil_current_1, fit.heat_map.coil_current_2)
        assert bins.sum(axis=-1).max() == 1


def test_a_ridge_as_narrow_as_the_steps_of_its_shape_has_a_width(fit):
    first, second = fit.heat_map.coil_current_1, fit.heat_map.coil_current_2
    bins = ridge_bins(
        1, fit.values | {"quality_factor": 1000.0}, first, second
    )  # no warning, which is an error
    assert bins.shape[:2] == (first.size, second.size)


def with_residual(fit, rest):
    power = fit.heat_map.heat_power - fit.residual + rest
    return replace(fit, heat_map=replace(fit.heat_map, heat_power=power))
