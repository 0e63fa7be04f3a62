"""The profile of chi-square along n_p."""

from dataclasses import replace

import numpy as np
import pytest

from valvelab.analysis import OperatingPoint, Rates, enhancements, fit_switching, sample_posterior
from valvelab.analysis.switching_parameters import COLD
from valvelab.analysis.switching_profile import profile, temperature_interval


def interval(fit):
    return temperature_interval(fit.problem, fit.result, profile(fit.problem, fit.result, "n_p"))


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


@pytest.fixture(params=[2, 5])
def cold_bath(request, make_switching_dataset, truth):
    """Return a fit of a pair that knows little of its exchange, with a parasitic bath that it finds without quanta."""
    dataset = make_switching_dataset(replace(truth, T_p=0.02), noise=1e-18, seed=request.param)
    fit = fit_switching(dataset, "pair", priors={"exchange": (0.0, 5e6)})
    assert fit.values[3] < COLD
    return fit


def test_a_search_is_not_caught_where_a_bath_has_no_quanta(cold_bath):
    where, rise = cold_bath.problem.where, profile(cold_bath.problem, cold_bath.result, "exchange")
    for exchange in (0.0, 2e6, 4e6, 5e6):
        known = rise(exchange)
        for occupation in (1e-3, 5e-3, 2e-2):
            begin = cold_bath.values.copy()
            begin[[3, where.names.index("exchange")]] = occupation, exchange
            other = cold_bath.problem.minimise(begin, ("exchange",)).chisqr - cold_bath.chi_square
            assert known < other + 1e-3


def test_errors_where_a_bath_has_no_quanta_are_those_of_the_posterior(cold_bath):
    # Qubits parked at half the frequency see its square root, which has no slope to go by at zero.
    samples = sample_posterior(cold_bath, steps=1200)
    # Bounds are left out of account, so that errors are rather too large.
    stated = cold_bath.result.params["gamma_p"].stderr
    assert 0.8 < stated / float(samples["gamma_p"].std()) < 1.6
    at = OperatingPoint(0.384, 0.096, 2e9)
    drawn = {name: column.values.ravel()[::120] for name, column in samples.items()}
    ratios = [
        enhancements(Rates(**dict(zip(drawn, row, strict=True))), "pair", cold_bath.data.resonator, at)[
            "drain"
        ]
        for row in zip(*drawn.values(), strict=True)
    ]
    _, error = cold_bath.propagate(
        lambda rates: enhancements(rates, "pair", cold_bath.data.resonator, at)["drain"]
    )
    assert 0.8 < error / np.std(ratios) < 2.5
