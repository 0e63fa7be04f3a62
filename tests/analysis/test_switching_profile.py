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


def test_any_parameter_has_an_interval_and_a_straight_one_is_that_of_its_error(make_switching_dataset):
    fit = fit_switching(make_switching_dataset(noise=0.2e-18, seed=1))
    for name in ("gamma_h", "gamma_c", "gamma_p", "T_p"):
        low, high = fit.confidence_interval(name, 2)
        value, error = fit.result.params[name].value, fit.result.params[name].stderr
        assert value - low == pytest.approx(2 * error, rel=0.1, abs=0), name
        assert high - value == pytest.approx(2 * error, rel=0.1, abs=0), name
    with pytest.raises(ValueError, match="name must be one of gamma_h, gamma_c, gamma_p, T_p, found 'gain'"):
        fit.confidence_interval("gain")
    for sigma in (-1, 0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match=f"sigma must be above zero and finite, found {sigma}"):
            fit.confidence_interval("T_p", sigma)


def test_an_interval_ends_at_its_bound_where_nothing_speaks_against_it(make_switching_dataset, truth):
    fit = fit_switching(make_switching_dataset(replace(truth, T_p=0.012), noise=4e-18, seed=8))
    low, high = fit.confidence_interval("T_p", 2)
    assert low == 0 and 0.012 < high < 0.1
