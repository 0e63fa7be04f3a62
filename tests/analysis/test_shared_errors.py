"""Errors that points share, carried into a fit."""

from dataclasses import replace

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


def _with_fluxes(dataset, shifts):
    """Return a dataset whose frequencies may both be off, by as much in every point."""
    whole = np.ones(dataset.sizes["point"])
    moves = {f"frequency_{number}_shift": ("point", shift * whole) for number, shift in shifts.items()}
    return dataset.assign(moves | {f"reference_{name}": move for name, move in moves.items()})


@pytest.mark.parametrize("model", ["pair", "collective", "resonators"])
def test_a_frequency_that_is_off_moves_the_modelled_powers_together(make_switching_dataset, model):
    dataset = make_switching_dataset(seed=1).isel(point=[0, 5, 20, 40])
    dataset = dataset.assign(
        frequency_2=dataset["frequency_2"] + 3e7 * (1 if model != "collective" else 0),
        heat_power_drain_covariance=(
            ("point", "point_"),
            np.diag(dataset["heat_power_drain_std"].values ** 2),
        ),
    )
    data = SwitchingData.from_dataset(_with_fluxes(_shared(dataset), {1: 4e5, 2: 1e5}))
    found = data.with_errors_in_variables(MODELS[model], SLOPES[model], RATES).covariance.toarray()
    expected = np.diag(np.full(data.size, 2e-18**2))
    for name, shift in (("frequency_1", 4e5), ("frequency_2", 1e5)):
        up, down = (
            -MODELS[model](
                RATES,
                replace(data.points, **{name: getattr(data.points, name) + sign * shift}),
                data.resonator,
            ).cold
            for sign in (0.5, -0.5)
        )
        expected += np.outer(up - down, up - down)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-3 * 2e-18**2)


def test_a_mismatch_is_known_no_better_than_the_flux(make_switching_dataset):
    truth = Rates(0.5e9, 0.5e9, 1e7, 0.05, mismatch=2e7)
    dataset = _shared(make_switching_dataset(truth, model="pair", seed=3))
    alone = fit_switching(dataset, "pair", free=["mismatch"]).result.params["mismatch"]
    flux = fit_switching(_with_fluxes(dataset, {1: 0.0, 2: 3e6}), "pair", free=["mismatch"])
    error = flux.result.params["mismatch"].stderr
    assert error == pytest.approx(np.hypot(alone.stderr, 3e6), rel=0.1, abs=0)
    with pytest.raises(DataError, match="reference_frequency_2_shift must be there beside the other shifts"):
        fit_switching(_with_fluxes(dataset, {1: 0.0, 2: 3e6}).drop_vars("reference_frequency_2_shift"))


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
