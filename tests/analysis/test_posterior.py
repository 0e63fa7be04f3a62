"""Samples of the posterior agree with the fit where it is Gaussian, and know its bounds."""

import re
from dataclasses import replace

import numpy as np
import pytest

from valvelab.analysis import fit_switching
from valvelab.analysis.posterior import corner_figure, sample_posterior
from valvelab.errors import DataError


def test_where_the_fit_is_gaussian_its_samples_are(make_switching_dataset):
    fit = fit_switching(make_switching_dataset(noise=0.5e-18, seed=1))
    samples = sample_posterior(fit, steps=1200)
    assert samples.attrs["long_enough"] == 1
    for name in ("gamma_h", "gamma_c", "gamma_p", "T_p"):
        value, error = fit.result.params[name].value, fit.result.params[name].stderr
        assert abs(float(samples[name].mean()) - value) < 0.2 * error
        assert float(samples[name].std()) == pytest.approx(error, rel=0.12, abs=0)
    assert samples["gamma_h"].attrs["units"] == "1/s" and samples["T_p"].attrs["units"] == "K"


@pytest.mark.desk
def test_a_cold_bath_stays_above_zero_and_its_quantile_is_the_limit(make_switching_dataset, truth):
    fit = fit_switching(make_switching_dataset(replace(truth, T_p=0.012), noise=4e-18, seed=8))
    assert fit.parasitic_temperature_limit is not None
    temperatures = sample_posterior(fit, steps=1500)["T_p"].values
    assert np.all(temperatures >= 0)
    assert float(np.quantile(temperatures, 0.95)) == pytest.approx(
        fit.parasitic_temperature_limit, rel=0.15, abs=0
    )


def test_what_is_known_beforehand_is_in_the_samples_and_what_is_undetermined_is_refused(
    make_switching_dataset,
):
    dataset = make_switching_dataset(noise=0.5e-18, seed=1)
    samples = sample_posterior(fit_switching(dataset, priors={"gain": (1.0, 0.02)}), steps=600)
    assert float(samples["gain"].std()) == pytest.approx(0.02, rel=0.15, abs=0)
    with pytest.raises(DataError, match="must be determined to be sampled"):
        sample_posterior(fit_switching(dataset, free=["gain"]))


def test_a_corner_plot_names_parameters_and_units(make_switching_dataset):
    samples = sample_posterior(fit_switching(make_switching_dataset(seed=1)), steps=60)
    truth = {"gamma_h": 0.5e9, "gamma_c": 0.5e9, "gamma_p": 0.01e9, "T_p": 0.05}
    figure = corner_figure(samples, truth)
    labels = {axis.get_xlabel() for axis in figure.axes}
    assert {r"$\gamma_h$ [1e8 1/s]", "$T_p$ [mK]"} <= labels
    low, middle, high = (float(one) for one in samples["gamma_c"].quantile([0.16, 0.5, 0.84]))
    name, value, below, above = re.fullmatch(
        r"(\S+) = \$([\d.]+)_\{-([\d.]+)\}\^\{\+([\d.]+)\}\$ 1e8 1/s", figure.axes[5].get_title()
    ).groups()
    assert name == r"$\gamma_c$" and len(value.partition(".")[2]) == len(below.partition(".")[2])
    for found, wanted in ((value, middle), (below, middle - low), (above, high - middle)):
        assert float(found) * 1e8 == pytest.approx(wanted, rel=0, abs=0.05 * (high - low))


@pytest.mark.parametrize("steps", [1, 2, 10])
def test_a_few_samples_are_said_to_be_too_few_and_nothing_else(make_switching_dataset, caplog, steps):
    samples = sample_posterior(fit_switching(make_switching_dataset(seed=1)), steps=steps)
    assert samples.attrs["long_enough"] == 0 and corner_figure(samples).axes
    assert not caplog.records
