"""Refits of drawn datasets are the fits of those datasets."""

from dataclasses import replace

import numpy as np
import pytest

from valvelab.analysis import fit_switching
from valvelab.analysis.bootstrap import bootstrap
from valvelab.analysis.models import MODELS
from valvelab.analysis.switching_parameters import values_of


def test_drawn_errors_scatter_as_the_covariance_says(make_switching_dataset):
    fit = fit_switching(make_switching_dataset(noise=0.5e-18, seed=1), priors={"gain": (1.0, 0.01)})
    values = bootstrap(fit, 600)
    errors = np.sqrt(np.diag(fit.covariance))
    assert values.shape == (600, 5)
    np.testing.assert_allclose(values.std(axis=0) / errors, 1, atol=0.12)
    np.testing.assert_allclose((values.mean(axis=0) - fit.values) / errors, 0, atol=0.16)
    drawn, wanted = np.corrcoef(values.T), fit.covariance / np.outer(errors, errors)
    np.testing.assert_allclose(drawn, wanted, atol=0.15)


@pytest.mark.parametrize("temperature", [0.05, 0.02])
def test_each_refit_is_where_a_search_of_its_own_ends(make_switching_dataset, truth, temperature):
    # At 20 mK many refits end at n_p = 0, where a step that knows no bounds would leave.
    fit = fit_switching(make_switching_dataset(replace(truth, T_p=temperature), noise=3e-18, seed=4))
    values = bootstrap(fit, 25, seed=5)
    noise = np.random.default_rng(5).standard_normal((25, fit.data.size))
    powers = fit.data.powers(MODELS[fit.model], fit.rates)
    root = np.linalg.inv(fit.data.whitening.toarray())
    errors = np.sqrt(np.diag(fit.covariance))
    at_bound = 0
    for found, drawn in zip(values, noise, strict=True):
        data = replace(fit.data, measured=powers + root @ drawn)
        problem = replace(fit.problem, data=data)
        wanted = values_of(problem.minimise(fit.values).params, problem.where)
        np.testing.assert_allclose(found / errors, wanted / errors, atol=0.02)
        at_bound += found[3] == 0
    assert at_bound >= 3 if temperature < 0.03 else at_bound == 0


@pytest.mark.desk
def test_what_is_wrong_in_whole_cells_widens_what_is_drawn_from_residuals(make_switching_dataset):
    dataset = make_switching_dataset(seed=2)
    cells = np.tile(np.arange(17), 3)
    shifts = np.random.default_rng(3).normal(0, 8e-18, 17)[cells]
    wrong = dataset.assign(heat_power_drain=dataset["heat_power_drain"] + shifts)
    fit = fit_switching(wrong)
    stated, seen = (bootstrap(fit, 400, kind, cells=cells).std(axis=0)[1] for kind in ("errors", "residuals"))
    assert seen > 2 * stated
    with pytest.raises(ValueError, match="cells must name the cell of each of the 51 powers, found 0"):
        bootstrap(fit, 10, "residuals")
    with pytest.raises(ValueError, match="equally many powers to be drawn, found 2 to 4"):
        bootstrap(fit, 10, "residuals", cells=np.where(np.arange(51) == 0, 1, cells))


@pytest.mark.parametrize("count", [-1, 0])
def test_at_least_one_dataset_is_drawn(make_switching_dataset, count):
    with pytest.raises(ValueError, match=f"count must be at least 1, found {count}"):
        bootstrap(fit_switching(make_switching_dataset(seed=1)), count)
