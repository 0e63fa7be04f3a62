"""What a map asks for: what is in it, and nothing else."""

import numpy as np
import pytest

from tests.analysis.map_simulator import WINDOW, bent_device, random_device, simulated_map
from valvelab.analysis import fit_flux_map
from valvelab.analysis.flux_map_selection import EXTENSIONS


def asked_for(fit):
    return {name for name in EXTENSIONS if name in fit.uncertainty.names}


@pytest.mark.desk
@pytest.mark.parametrize("seed", [5, 6])
def test_two_plain_ridges_ask_for_nothing(seed):
    fit = fit_flux_map(simulated_map(random_device(seed), seed=seed), "independent")
    assert not asked_for(fit)
    assert fit.smooth.size == 0


def test_a_bent_coil_is_found_with_its_curvature():
    truth = random_device(2) | {"coil_2_curvature": 0.15 / WINDOW}
    fit = fit_flux_map(simulated_map(truth, seed=2), "independent")
    error = fit.uncertainty.error({"coil_2_curvature": 1.0})
    assert fit.values["coil_2_curvature"] == pytest.approx(truth["coil_2_curvature"], abs=4 * error)
    assert fit.rms == pytest.approx(2e-18, rel=0.1, abs=0)


def test_a_baseline_that_rises_and_falls_is_found_and_leaves_the_ridges_alone():
    truth = random_device(3)
    dataset = simulated_map(truth, seed=3, arch=5e-18)
    fit = fit_flux_map(dataset, "independent")
    expected = 5e-18 * np.sin(np.pi * np.arange(41) / 40) ** 2
    found = fit.background.modes @ fit.smooth
    np.testing.assert_allclose(found - found.mean(), expected - expected.mean(), atol=1e-18)
    heights = {e.name: e for e in fit.estimates if e.name.startswith("ridge_height")}
    height = heights["ridge_height_1"]
    assert height.value == pytest.approx(truth["ridge_power"], abs=4 * height.error)


def test_a_map_is_not_asked_where_that_is_not_wanted():
    truth = random_device(2) | {"coil_2_curvature": 0.15 / WINDOW}
    fit = fit_flux_map(simulated_map(truth, seed=2, arch=5e-18), "independent", extend=False)
    assert not asked_for(fit)
    assert fit.smooth.size == 0


@pytest.mark.desk
def test_what_is_freed_beside_does_not_hide_what_the_map_asks_for():
    truth = random_device(2) | {"coil_2_curvature": 0.15 / WINDOW}
    dataset = simulated_map(truth, seed=2)
    plain = fit_flux_map(dataset, "independent")
    fit = fit_flux_map(dataset, "independent", free=["source_temperature"])
    assert "coil_2_curvature" in fit.uncertainty.names
    assert fit.result.params["source_temperature"].vary
    assert fit.surprise < plain.surprise + 1


@pytest.mark.desk
def test_resonators_apart_are_found_whatever_is_freed():
    truth, window = bent_device()
    dataset = simulated_map(truth, shape=(81, 26), window=window, seed=4)
    for freed in ((), ("resonator_splitting",), ("drain_quality_ratio",)):
        fit = fit_flux_map(dataset, "independent", free=freed)
        assert 0.5 < fit.values["resonator_splitting"] < 1.6
        assert fit.values["coil_2_curvature"] == pytest.approx(-160, rel=0.5, abs=0)
