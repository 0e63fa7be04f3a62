"""Residuals that are noise pass, a trend does not."""

import numpy as np
import pytest
from scipy.stats import kstest

from valvelab.analysis import fit_switching, summarise
from valvelab.analysis.allan import allan_deviation, equivalent_freedom
from valvelab.analysis.diagnostics import diagnose, residual_allan


def test_noise_gives_even_probabilities_and_runs_about_their_expectation(make_switching_dataset):
    found = [diagnose(fit_switching(make_switching_dataset(seed=seed))) for seed in range(40)]
    assert kstest([one.probability for one in found], "uniform").pvalue > 1e-3
    assert abs(np.mean([one.runs_score for one in found])) < 0.5
    assert max(abs(one.worst) for one in found) < 4.5
    for name in ("both", "only_1", "only_2"):
        assert np.mean([one.by_configuration[name] for one in found]) == pytest.approx(0.92, abs=0.15)


def test_a_trend_over_the_temperatures_is_told(make_switching_dataset):
    dataset = make_switching_dataset(seed=1)
    trend = 6e-18 * np.sin(2 * np.pi * (dataset["temperature_source"].values - 0.12) / 0.33)
    fit = fit_switching(dataset.assign(heat_power_drain=dataset["heat_power_drain"] + trend))
    assert diagnose(fit).probability < 1e-6
    assert any("does not describe the data" in text for text in summarise(fit)["warnings"])


def test_the_worst_point_is_named(make_switching_dataset):
    dataset = make_switching_dataset(seed=1)
    power = dataset["heat_power_drain"].values.copy()
    power[7] += 30e-18
    found = diagnose(fit_switching(dataset.assign(heat_power_drain=("point", power))))
    assert found.worst_point == 7 and found.worst > 8


@pytest.mark.parametrize("size, number", [(7, 1), (12, 4), (30, 8), (31, 15)])
def test_the_freedom_of_an_allan_variance_is_that_of_its_quadratic_form(size, number):
    rows = np.array(
        [
            np.repeat([0, -1, 1, 0], [k, number, number, size - k - 2 * number])
            for k in range(size - 2 * number + 1)
        ]
    )
    covariance = rows @ rows.T
    expected = np.trace(covariance) ** 2 / np.trace(covariance @ covariance)
    assert equivalent_freedom(size, number) == pytest.approx(expected, rel=1e-12, abs=0)


def test_an_allan_variance_of_noise_spreads_as_its_freedom_says():
    random = np.random.default_rng(3)
    cell, time = np.zeros(48, np.int64), np.arange(48.0)
    draws = np.array([allan_deviation(random.standard_normal(48), time, cell)[2] ** 2 for _ in range(4000)])
    for place, number in enumerate([1, 2, 4, 8, 16]):
        freedom = equivalent_freedom(48, number)
        assert np.mean(draws[:, place]) == pytest.approx(1 / number, rel=0.05, abs=0)
        assert 2 / np.var(draws[:, place] * number) == pytest.approx(freedom, rel=0.12, abs=0)


@pytest.mark.parametrize("size", [6, 30, 84])
def test_noise_is_rarely_taken_for_drift(size):
    random = np.random.default_rng(size)
    found = np.array([residual_allan(random.standard_normal(size)).probability for _ in range(3000)])
    assert np.mean(found < 0.01) < 0.015
    # Where there are errors that are too small, too, it is not a drift that is told.
    scattered = [residual_allan(3 * random.standard_normal(size)).probability for _ in range(300)]
    assert np.mean(np.array(scattered) < 1e-4) < 0.01


def test_a_drift_from_cell_to_cell_is_told_that_no_order_of_temperatures_shows(make_switching_dataset):
    # Cells are measured at temperatures in any order, and something walks on meanwhile.
    random = np.random.default_rng(4)
    quiet = make_switching_dataset(seed=5).isel(point=random.permutation(51))
    assert not any("Allan" in text for text in summarise(fit_switching(quiet))["warnings"])
    walk = 3e-18 * np.sin(2 * np.pi * np.arange(51) / 51)
    summary = summarise(fit_switching(quiet.assign(heat_power_drain=quiet["heat_power_drain"] + walk)))
    told = [text for text in summary["warnings"] if "Allan" in text]
    assert len(told) == 1 and "drifted from cell to cell" in told[0]
    assert not any("keep their sign" in text for text in summary["warnings"])
    allan = summary["diagnostics"]["allan"]
    assert allan["points"] == [1, 2, 4, 8, 16]
    assert max(allan["deviation"][2:]) > 2 * allan["deviation"][0] / np.sqrt(8)
    assert allan["excess_points"] in (4, 8, 16) and allan["probability"] < 1e-4


@pytest.mark.parametrize("size", [1, 2, 5])
def test_few_residuals_have_no_averages_to_compare(size):
    found = residual_allan(np.linspace(-1.0, 1.0, size))
    assert found.probability is None and len(found.points) == (size > 2)
