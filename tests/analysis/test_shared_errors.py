"""Errors that points share, carried into a fit."""

import numpy as np
import pytest
import xarray as xr

from valvelab.analysis import MODELS, Rates, fit_switching
from valvelab.analysis.model_slopes import SLOPES
from valvelab.analysis.shared_errors import SharedErrors
from valvelab.analysis.switching_data import SwitchingData
from valvelab.errors import DataError

RATES = Rates(0.5e9, 0.5e9, 1e7, 0.05)


def _shared(dataset, drain=None, temperature=None):
    """Return a dataset whose points have their own errors, and one of the drain that moves all of them."""
    size = dataset.sizes["point"]
    nothing, own = np.zeros(size), np.diag(dataset["heat_power_drain_std"].values)
    power = np.column_stack([own, nothing if drain is None else drain])
    warmth = np.column_stack([0 * own, nothing if temperature is None else temperature])
    by_drain, by_source = ("point", "drain_error"), ("point", "source_error")
    return dataset.assign(
        heat_power_drain_shift=(by_drain, power),
        temperature_drain_shift=(by_drain, warmth),
        reference_temperature_drain_shift=(by_drain, 0 * warmth),
        temperature_source_shift=(by_source, np.zeros((size, 1))),
        reference_temperature_source_shift=(by_source, np.zeros((size, 1))),
        heat_power_drain_std=("point", np.sqrt(np.sum(power**2, axis=1))),
        heat_power_drain_covariance=(("point", "point_"), power @ power.T),
    )


def test_a_temperature_that_all_points_share_moves_the_modelled_powers_together(make_switching_dataset):
    dataset = make_switching_dataset(seed=1)
    temperature = 2e-4 * np.ones(dataset.sizes["point"])
    data = SwitchingData.from_dataset(_shared(dataset, temperature=temperature))
    found = data.with_errors_in_variables(MODELS["collective"], SLOPES["collective"], RATES)
    slope = -SLOPES["collective"](RATES, data.points, data.resonator).by("T_c").cold
    expected = np.diag(np.full(data.size, 2e-18**2)) + np.outer(slope, slope) * 2e-4**2
    np.testing.assert_allclose(found.covariance.toarray(), expected, rtol=1e-9)


def test_a_power_that_follows_its_temperature_as_the_model_does_costs_nothing(make_switching_dataset):
    # Then measured less modelled power does not move, whatever the error: nothing may be counted twice.
    dataset = make_switching_dataset(seed=1)
    plain = SwitchingData.from_dataset(dataset)
    slope = -SLOPES["collective"](RATES, plain.points, plain.resonator).by("T_c").cold
    temperature = 1e-3 * np.ones(plain.size)
    data = SwitchingData.from_dataset(_shared(dataset, slope * temperature, temperature))
    found = data.with_errors_in_variables(MODELS["collective"], SLOPES["collective"], RATES)
    np.testing.assert_allclose(found.covariance.toarray(), plain.covariance.toarray(), atol=1e-45)


def test_a_scale_that_all_powers_share_makes_the_rates_uncertain_and_not_their_ratios(make_switching_dataset):
    dataset = make_switching_dataset(seed=2)
    scale = 0.02 * dataset["heat_power_drain"].values
    alone, shared = fit_switching(dataset), fit_switching(_shared(dataset, scale))

    def error(fit, function):
        return fit.propagate(function)[1] / fit.propagate(function)[0]

    assert error(shared, lambda rates: rates.gamma_h) > 1.5 * error(alone, lambda rates: rates.gamma_h)
    assert error(shared, lambda rates: rates.gamma_h) == pytest.approx(
        np.hypot(error(alone, lambda rates: rates.gamma_h), 0.02), rel=0.15, abs=0
    )
    assert shared.chi_square == pytest.approx(alone.chi_square, rel=0.1, abs=0)


def test_the_moves_must_be_whole_and_agree_with_the_errors(make_switching_dataset):
    dataset = _shared(make_switching_dataset(seed=1))
    assert SharedErrors.from_dataset(make_switching_dataset(seed=1)) is None
    with pytest.raises(DataError, match="reference_temperature_drain_shift must be there beside"):
        fit_switching(dataset.drop_vars("reference_temperature_drain_shift"))
    larger = dataset.assign(heat_power_drain_std=2 * dataset["heat_power_drain_std"])
    with pytest.raises(
        DataError, match=r"heat_power_drain_shift must give the errors in heat_power_drain_std"
    ):
        fit_switching(larger)
    assert isinstance(dataset, xr.Dataset)
