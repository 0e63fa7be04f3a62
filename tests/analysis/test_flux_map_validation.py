"""Prediction of lines that were not fitted."""

import pytest

from tests.analysis.map_simulator import WINDOW, random_device, simulated_map
from valvelab.analysis import fit_flux_map, map_dataset
from valvelab.analysis.flux_map_validation import held_out


def test_the_true_model_predicts_unseen_lines_as_well_as_the_noise_lets_it():
    fit = fit_flux_map(simulated_map(random_device(1), seed=1), "independent")
    for folds in (2, 4):
        found = held_out(fit, folds)
        assert found.seen == pytest.approx(2e-18, rel=0.07, abs=0)
        assert found.seen < found.unseen < 1.06 * found.seen


@pytest.mark.desk
def test_a_model_that_lacks_something_is_worse_on_unseen_lines_too():
    truth = random_device(2) | {"coil_2_curvature": 0.2 / WINDOW}
    dataset = simulated_map(truth, seed=2)
    whole, lacking = (fit_flux_map(dataset, "independent", extend=extend) for extend in (True, False))
    assert held_out(whole).unseen < held_out(lacking).unseen
    assert held_out(whole).surprise < held_out(lacking).surprise - 50


@pytest.mark.desk
def test_either_axis_may_be_the_slow_one():
    dataset = simulated_map(random_device(1), seed=1)
    one = held_out(fit_flux_map(dataset, "independent"))
    turned = map_dataset(dataset["coil_current_2"], dataset["coil_current_1"], dataset["heat_power"].values.T)
    other = held_out(fit_flux_map(turned, "independent", slow_axis="coil_current_1"))
    assert other.unseen == pytest.approx(one.unseen, rel=1e-2, abs=0)
