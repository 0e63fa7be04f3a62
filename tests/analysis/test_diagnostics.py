"""Residuals that are noise pass, a trend does not."""

import numpy as np
import pytest
from scipy.stats import kstest

from valvelab.analysis import fit_switching, summarise
from valvelab.analysis.diagnostics import diagnose


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
