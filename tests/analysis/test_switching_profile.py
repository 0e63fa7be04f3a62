"""The profile of chi-square along n_p."""

from dataclasses import replace

import pytest

from valvelab.analysis import fit_switching
from valvelab.analysis.switching_profile import temperature_interval


def interval(fit):
    return temperature_interval(fit.problem, fit.result)


def test_where_the_error_is_small_the_interval_is_symmetric_and_as_wide_as_the_error(make_switching_dataset):
    fit = fit_switching(make_switching_dataset(noise=0.2e-18, seed=1))
    low, high = interval(fit)
    error = fit.result.params["T_p"].stderr
    assert fit.rates.T_p - low == pytest.approx(error, rel=0.05, abs=0)
    assert high - fit.rates.T_p == pytest.approx(error, rel=0.05, abs=0)
    assert fit.parasitic_temperature_interval is None


def test_a_hot_parasitic_bath_has_an_interval_with_a_longer_upper_arm(make_switching_dataset, truth):
    fit = fit_switching(make_switching_dataset(replace(truth, T_p=10.0), noise=1e-18, seed=3))
    low, high = fit.parasitic_temperature_interval
    assert low < fit.rates.T_p < high
    assert high - fit.rates.T_p > 1.2 * (fit.rates.T_p - low)
