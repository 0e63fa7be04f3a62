"""The switching fit."""

from dataclasses import replace

import lmfit
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valvelab.analysis import Rates, fit_switching
from valvelab.analysis.cautions import warnings
from valvelab.analysis.enhancement import operating_point
from valvelab.errors import DataError

NAMES = ("gamma_h", "gamma_c", "gamma_p", "T_p")


def _values(rates):
    return np.array([getattr(rates, name) for name in NAMES])


@pytest.mark.parametrize("source", [False, True])
@pytest.mark.parametrize("model", ["collective", "pair"])
def test_without_noise_the_truth_comes_back(make_switching_dataset, truth, model, source):
    fit = fit_switching(make_switching_dataset(model=model, source=source), model=model)
    np.testing.assert_allclose(_values(fit.rates), _values(truth), rtol=1e-5)
    assert fit.chi_square < 1e-6


@pytest.mark.desk
def test_slow_resonators_are_fitted_where_a_master_equation_finds_a_warm_bath(make_switching_dataset, truth):
    dataset = make_switching_dataset(model="resonators").isel(point=slice(None, None, 2))
    fit, naive = (fit_switching(dataset, model) for model in ("resonators", "pair"))
    np.testing.assert_allclose(_values(fit.rates), _values(truth), rtol=1e-3)
    assert fit.chi_square < 1e-3
    assert naive.chi_square > 50 and naive.rates.T_p > 0.1
    at = operating_point(fit, None, None)
    assert not any("kappa" in text or "linewidths" in text for text in warnings(fit, at))
    assert any("fit 'transmons'" in text for text in warnings(naive, at))


def test_a_resonator_that_is_no_mode_is_refused(make_switching_dataset):
    with pytest.raises(DataError, match="for the model 'resonators' quality_factor must be above 0"):
        fit_switching(make_switching_dataset().assign_attrs(resonator_exponent=1.0), "resonators")


@settings(max_examples=6, deadline=None)
@given(
    gamma=st.floats(1e7, 5e9),
    ratio=st.floats(0.2, 5.0),
    share=st.floats(0.005, 0.1),
    temperature=st.floats(0.04, 0.4),
)
def test_the_truth_is_found_from_no_guess_over_decades(gamma, ratio, share, temperature):
    from .conftest import switching_dataset

    truth = Rates(gamma, ratio * gamma, share * gamma, temperature)
    fit = fit_switching(switching_dataset(truth, noise=2e-18 * gamma / 5e8))
    np.testing.assert_allclose(_values(fit.rates), _values(truth), rtol=1e-3)


@pytest.mark.parametrize("name", ["mismatch", "exchange"])
def test_what_acts_in_second_order_is_found_and_told_by_how_much_chi_square_falls(
    make_switching_dataset, name
):
    dataset = make_switching_dataset(model="pair", noise=4e-18, seed=4)
    plain, loose = fit_switching(dataset, "pair"), fit_switching(dataset, "pair", free=[name])
    fall = plain.chi_square - loose.chi_square
    assert loose.result.success and -1e-3 < fall < 9
    place = loose.problem.where.names.index(name)
    stated = abs(loose.values[place]) / loose.result.params[name].stderr
    said = [text for text in warnings(loose, operating_point(loose, None, None)) if f"{name} is told" in text]
    assert bool(said) == (stated > 1 + 1.5 * np.sqrt(max(fall, 0)))
    if said:
        assert f"{np.sqrt(fall):.1f} standard deviations" in said[0] and f"not by the {stated:.1f}" in said[0]


def test_powers_of_the_source_alone_are_enough(make_switching_dataset, truth):
    both = make_switching_dataset(source=True)
    alone = both.drop_vars(["heat_power_drain", "heat_power_drain_std"])
    for fit in (fit_switching(alone), fit_switching(both, reservoirs=["source"])):
        np.testing.assert_allclose(_values(fit.rates), _values(truth), rtol=1e-5)
        assert fit.data.size == both.sizes["point"]
        np.testing.assert_allclose(fit.predict(), both["heat_power_source"], rtol=1e-6)
    with pytest.raises(DataError, match="that are fitted, drain, found those of source"):
        fit_switching(alone, reservoirs=["drain"])
    with pytest.raises(DataError, match="heat_power_source_std must be there beside heat_power_source"):
        fit_switching(alone.drop_vars("heat_power_source_std"))
    with pytest.raises(DataError, match="heat_power_drain: is missing"):
        fit_switching(alone.drop_vars(["heat_power_source", "heat_power_source_std"]))


def test_errors_are_the_scatter_of_repeated_experiments(make_switching_dataset, truth):
    fits = [fit_switching(make_switching_dataset(seed=seed)) for seed in range(24)]
    for name in NAMES:
        values = np.array([getattr(fit.rates, name) for fit in fits])
        errors = np.array([fit.propagate(lambda rates, name=name: getattr(rates, name))[1] for fit in fits])
        pulls = (values - getattr(truth, name)) / errors
        # 24 experiments know the mean pull to 0.20 and its scatter to 0.14.
        assert abs(pulls.mean()) < 0.7, name
        assert 0.6 < pulls.std() < 1.5, name
    chi_squares = np.array([fit.chi_square for fit in fits])
    freedom = fits[0].degrees_of_freedom
    assert chi_squares.mean() == pytest.approx(freedom, abs=4 * np.sqrt(2 * freedom / 24))


def test_the_result_is_lmfits_with_the_four_parameters(make_switching_dataset):
    result = fit_switching(make_switching_dataset(seed=1)).result
    assert isinstance(result, lmfit.minimizer.MinimizerResult)
    for name in NAMES:
        assert result.params[name].stderr > 0


def test_a_shared_background_counts_through_its_covariance(make_switching_dataset, truth):
    dataset = make_switching_dataset(seed=3)
    size = dataset.sizes["point"]
    common = 50e-18
    shifted = dataset.assign(heat_power_drain=dataset["heat_power_drain"] + common)
    covariance = np.diag(np.full(size, (2e-18) ** 2)) + common**2
    known = shifted.assign(heat_power_drain_covariance=(("point", "point_"), covariance))
    blind = fit_switching(shifted)
    aware = fit_switching(known)
    assert blind.chi_square > 20 * aware.chi_square
    assert abs(aware.rates.gamma_c / truth.gamma_c - 1) < 0.02


def test_a_subtracted_reference_is_subtracted_from_the_model(make_switching_dataset, truth):
    absolute = make_switching_dataset()
    off = {"frequency_1": 3.9e9, "frequency_2": 2e9, "temperature_source": 0.3, "temperature_drain": 0.1}
    from valvelab.analysis import MODELS, Points
    from valvelab.sim import Resonator

    reference = Points(*(np.full(absolute.sizes["point"], value) for value in off.values()))
    power = -MODELS["collective"](truth, reference, Resonator(4e9, 20.0)).cold
    relative = absolute.assign(
        heat_power_drain=absolute["heat_power_drain"] - power,
        **{f"reference_{name}": ("point", getattr(reference, name)) for name in off},
    )
    np.testing.assert_allclose(_values(fit_switching(relative).rates), _values(truth), rtol=1e-5)


def test_errors_of_the_temperatures_widen_the_errors_of_the_fit(make_switching_dataset):
    dataset = make_switching_dataset(seed=2)
    zero = np.zeros(dataset.sizes["point"])
    uncertain = dataset.assign(
        temperature_drain_std=("point", zero + 0.5e-3), temperature_source_std=("point", zero)
    )
    errors = [fit_switching(d).result.params["gamma_c"].stderr for d in (dataset, uncertain)]
    assert errors[1] > 1.05 * errors[0]


def test_a_cold_parasitic_bath_gives_a_limit_instead_of_a_value(make_switching_dataset, truth):
    cold = replace(truth, T_p=0.015)
    limits = [
        fit_switching(make_switching_dataset(cold, noise=6e-18, seed=seed)).parasitic_temperature_limit
        for seed in range(12)
    ]
    told = [limit for limit in limits if limit is not None]
    assert len(told) >= 9
    assert all(0.015 < limit < 0.08 for limit in told)


@pytest.mark.desk
def test_a_parasitic_bath_that_couples_to_nothing_has_no_limit(make_switching_dataset, truth):
    fits = []
    for seed in range(8):
        dataset = make_switching_dataset(replace(truth, gamma_p=0.0), seed=seed)
        single = np.flatnonzero(dataset["configuration"].values != "both")
        fits.append(fit_switching(dataset.isel(point=single), "independent"))
    unlimited = [fit for fit in fits if fit.parasitic_temperature_limit == float("inf")]
    assert unlimited
    for fit in unlimited:
        assert "do not limit it from above" in fit.report()
        assert "T_p      not determined\n" in fit.report()


def test_a_hot_parasitic_bath_is_found_and_not_mistaken_for_a_cold_one(make_switching_dataset, truth):
    fit = fit_switching(make_switching_dataset(replace(truth, T_p=10.0), seed=2))
    assert fit.chi_square < 2 * fit.degrees_of_freedom
    assert fit.rates.T_p > 5


def test_a_warm_parasitic_bath_gives_no_limit(make_switching_dataset):
    assert fit_switching(make_switching_dataset(seed=1)).parasitic_temperature_limit is None


def test_the_independent_model_cannot_describe_collective_data(make_switching_dataset):
    dataset = make_switching_dataset(seed=1)
    collective, independent = (fit_switching(dataset, model) for model in ("collective", "independent"))
    assert independent.chi_square > 20 * collective.chi_square
    assert "the model does not describe the data" in independent.report()
    assert "the model does not describe the data" not in collective.report()


def test_the_report_names_reservoir_reference_and_range_of_validity(make_switching_dataset):
    text = fit_switching(make_switching_dataset(seed=1)).report()
    for words in (
        "gamma_h",
        "T_p",
        "heat into the drain, both on resonance / (only 1 + only 2)",
        "Eq. 26",
        "kappa",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d.drop_vars("frequency_2"), ["frequency_2", "is missing", "Hz"]),
        (lambda d: d.assign(heat_power_drain=d["heat_power_drain"] * np.nan), ["heat_power_drain", "finite"]),
        (
            lambda d: d.assign(heat_power_drain_std=d["heat_power_drain_std"] * 0),
            ["heat_power_drain_std", "above zero"],
        ),
        (lambda d: d.isel(point=slice(3)), ["at least 4 points", "found 3"]),
        (lambda d: d.drop_attrs(), ["resonator_frequency", "quality_factor"]),
        (
            lambda d: d.assign(frequency_1=d["frequency_1"].assign_attrs(units="GHz")),
            ["frequency_1", "must be in Hz, found GHz"],
        ),
        (
            lambda d: d.assign(heat_power_drain_covariance=(("a", "b"), np.eye(2))),
            ["symmetric matrix", "found (2, 2)"],
        ),
    ],
)
def test_a_dataset_that_is_wrong_is_refused_with_what_is_wrong(make_switching_dataset, change, words):
    with pytest.raises(DataError) as caught:
        fit_switching(change(make_switching_dataset()))
    for word in words:
        assert word in str(caught.value)


def test_an_unknown_model_is_refused_with_the_known_ones(make_switching_dataset):
    with pytest.raises(
        ValueError,
        match="model must be one of collective, pair, independent, levels, resonators, hierarchy, transmons, linear, "
        "found 'best'",
    ):
        fit_switching(make_switching_dataset(), model="best")
