"""What a reader of a map fit is told beside the numbers."""

from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest

from tests.analysis.map_simulator import random_device, simulated_map
from valvelab.analysis import fit_flux_map
from valvelab.analysis.flux_map_report import as_json, comparison_lines, crossing_lines, favoured
from valvelab.analysis.flux_map_structure import RidgeStructure
from valvelab.analysis.flux_map_words import (
    explanations,
    noise_line,
    ridge_line,
    shown,
    structure_line,
    undescribed_line,
)


@pytest.fixture(scope="module")
def fit():
    return fit_flux_map(simulated_map(random_device(4), seed=4), "independent")


def with_residual(fit, rest):
    """Return a fit of the same model to a map that leaves the residual wanted."""
    power = fit.heat_map.heat_power - fit.residual + rest
    return replace(fit, heat_map=replace(fit.heat_map, heat_power=power))


def white(fit):
    return fit.noise * np.random.default_rng(1).standard_normal(fit.heat_map.heat_power.shape)


def test_every_parameter_is_shown_once_or_named_as_held(fit):
    held = explanations([fit])[0]
    names = {estimate.name for estimate in shown(fit)}
    for estimate in fit.estimates:
        assert (estimate.name in names) != (estimate.name in held or estimate.name == "ridge_power")


@pytest.mark.desk
def test_ridge_power_is_shown_where_it_is_not_the_height_of_the_first_ridge():
    fit = fit_flux_map(simulated_map(random_device(4), seed=4), "independent", free=["parasitic_temperature"])
    values = {estimate.name: estimate.value for estimate in fit.estimates}
    assert values["ridge_power"] != pytest.approx(values["ridge_height_1"], rel=1e-9, abs=0)
    assert "ridge_power" in {estimate.name for estimate in shown(fit)}


def test_white_residuals_are_called_white(fit):
    assert "as white noise is" in structure_line(with_residual(fit, white(fit)))


def test_a_map_that_only_flicker_explains_is_described_by_no_model(fit):
    def blamed(fit, share, white):
        rest = np.sqrt(share) * fit.noise * np.sign(fit.residual)
        noise = replace(fit.background.noise, white=white * fit.noise)
        return replace(with_residual(fit, rest), background=replace(fit.background, noise=noise))

    assert undescribed_line([fit]) == "" == undescribed_line([blamed(fit, 4.0, 0.9), blamed(fit, 4.0, 0.01)])
    assert undescribed_line([blamed(fit, 1.2, 0.01)]) == ""  # flicker alone
    hopeless = blamed(fit, 4.0, 0.01)
    assert "No model describes the map" in undescribed_line([hopeless, hopeless])
    pair = replace(hopeless, model="pair", independent=hopeless)
    assert pair.report().startswith("No model describes the map") and "favours" not in pair.report()


def test_structure_is_named_with_the_axis_along_which_the_errors_do_not_know_it(fit):
    noise = white(fit)
    assert fit.slow_axis == "coil_current_2"
    for axis, missed in ((0, False), (1, True)):
        line = structure_line(with_residual(fit, noise + np.roll(noise, 1, axis=axis)))
        assert "slow structure" in line
        assert ("Along coil 2 they take one line for independent of the next" in line) == missed


@pytest.mark.desk
def test_what_a_disfavoured_model_extrapolates_to_has_an_error_and_is_called_so(fit):
    pair = fit_flux_map(simulated_map(random_device(4), seed=4), "pair")
    line = crossing_lines(pair)[-1]
    assert f"{pair.predicted_enhancement.value:.3f} +- {pair.predicted_enhancement.error:.3f}" in line
    assert ("does not favour" in line) == (pair.independent.aic < pair.aic)


def test_noise_and_baseline_are_named_with_their_axis(fit):
    line = noise_line(fit)
    noise = fit.background.noise
    assert f"White noise {noise.white * 1e18:.3g} aW" in line
    assert f"({noise.flicker * 1e18:.3g} aW)^2 / f" in line and "along coil 1; no smooth baseline" in line
    turned = replace(fit, slow_axis="coil_current_1", smooth=np.array([1e-18, -2e-18]))
    assert "along coil 2; a smooth baseline of 2 half cosines (1, -2 aW)" in noise_line(turned)


def test_the_residual_along_the_ridges_is_judged(fit):
    assert ridge_line(fit).startswith("Structure left along the ridges: none;")
    beside = deepcopy(fit.result)
    beside.params["quality_factor"].value *= 1.5
    held = replace(fit.uncertainty, names=("flux_offset_1", "flux_offset_2"))
    assert ridge_line(replace(fit, result=beside, uncertainty=held)).startswith(
        "Structure left along the ridges: some;"
    )


def test_a_ridge_without_points_is_said_to_have_none_instead_of_being_judged(fit, monkeypatch):
    told = RidgeStructure(1, 5.0, 5, 60), RidgeStructure(2, 0.0, 0, 0)
    monkeypatch.setitem(vars(fit), "structure", told)
    line = ridge_line(fit)
    assert line.startswith("Structure left along the ridges: none; chi-square 5.0 / 5 along those of qubit 1")
    assert line.endswith("no point of the map on them, those of qubit 2.") and "nan" not in line
    entry = as_json(fit)["ridge_structure"][1]
    assert entry == {
        "qubit": 2,
        "chi_square": None,
        "freedom": 0,
        "reason": "no point of the map on them",
    }
    monkeypatch.setitem(vars(fit), "structure", (told[1], replace(told[1], qubit=1, points=3)))
    assert ridge_line(fit).startswith("Structure left along the ridges: not known;")
    assert "too few points" in ridge_line(fit)


def test_what_is_left_of_a_map_is_told_of_the_model_that_it_favours(fit):
    worse = replace(fit, model="pair", independent=fit, background=replace(fit.background, n_modes=4))
    worse = with_residual(worse, fit.residual + 5e-18 * np.sign(np.arange(31) % 2 - 0.5))
    alike = comparison_lines(replace(worse, surprise=fit.surprise + 2 * (fit.n_fitted - worse.n_fitted) + 1))
    assert "does not tell 'independent' from 'pair' (AIC differs by 1.0, less than 2)" in alike[2]
    worse = replace(worse, surprise=fit.surprise + 20)
    assert favoured(worse) is fit and favoured(fit) is fit
    lines = comparison_lines(worse, favoured(worse))
    assert "The map favours 'independent'" in lines[2] and lines[3:] == [
        "As the model 'independent' has it:",
        noise_line(fit),
        structure_line(fit),
        ridge_line(fit),
    ]
    assert comparison_lines(worse)[3] == "As the model 'pair' has it:"
    assert crossing_lines(fit)[0].startswith(
        f"Crossing over sum, with the ridges of the model 'independent': {fit.enhancement.value:.3f} +- "
    )
