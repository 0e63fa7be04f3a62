"""Transmons with levels as a model of a measurement."""

from dataclasses import replace

import numpy as np
import pytest

from valvelab.analysis import (
    MODELS,
    Points,
    Rates,
    Transmons,
    fit_switching,
    summarise,
)
from valvelab.analysis.level_models import (
    ENOUGH,
    change_by_a_level,
    error_by_levels,
    with_enough_levels,
)
from valvelab.errors import DataError
from valvelab.sim import Bath, Ladder, Resonator, levels

RESONATOR = Resonator(4e9, 20.0)
ENERGIES = {"charging_energy_1": 178e6, "charging_energy_2": 178e6}
RATES = Rates(0.5e9, 0.4e9, 0.01e9, 0.05, transmons=Transmons((178e6, 150e6), 4))


def points(first, second, source=0.384):
    first, second = np.broadcast_arrays(np.asarray(first, float), np.asarray(second, float))
    return Points(first, second, np.full(first.shape, source), np.full(first.shape, 0.096))


def test_each_transmon_is_tuned_to_its_frequency_and_has_its_own_charging_energy():
    rates = replace(RATES, asymmetry=0.1, mismatch=5e6, parity=-1)
    found = MODELS["levels"](rates, points([4e9, 4e9], [3.99e9, 2e9]), RESONATOR)
    for place, second in enumerate((3.99e9 + 5e6 * 4.19 / 4.2, 2e9 + 5e6 * 2.2 / 4.2)):
        ladders = Ladder.of_transmon(4e9, 178e6, 4), Ladder.of_transmon(second, 150e6, 4)
        baths = Bath(0.5e9, 0.384), Bath(0.4e9, 0.096), Bath(0.01e9, 0.05)
        alone = levels(ladders, *baths, resonator=RESONATOR, equation="gkls",
                       weights_hot=(1.05, -0.95), weights_cold=(1.05, 0.95))  # fmt: skip
        assert found.hot[place] == pytest.approx(float(alone.currents.hot), rel=1e-10, abs=0)
        assert found.cold[place] == pytest.approx(float(alone.currents.cold), rel=1e-10, abs=0)


def test_without_a_parasitic_bath_the_limit_is_answered():
    at = points([4e9, 4e9], [4e9, 2e9])
    limit, small = (MODELS["levels"](replace(RATES, gamma_p=rate), at, RESONATOR).cold for rate in (0.0, 1e3))
    np.testing.assert_allclose(limit, small, rtol=1e-5)


def test_levels_are_followed_until_one_more_does_not_matter_at_the_hottest_points():
    cool, hot = (points([4e9, 4e9], [4e9, 2e9], source) for source in (0.1, 0.384))
    few, many = (with_enough_levels(RATES, at, RESONATOR) for at in (cool, hot))
    assert few.transmons.levels < many.transmons.levels == 6
    assert change_by_a_level(few, cool, RESONATOR, few.transmons.levels) < ENOUGH
    assert change_by_a_level(few, cool, RESONATOR, few.transmons.levels - 1) >= ENOUGH
    assert error_by_levels(many, hot, RESONATOR) == change_by_a_level(many, hot, RESONATOR, 5)


def test_what_is_not_known_of_the_transmons_is_named(make_switching_dataset):
    data = make_switching_dataset(seed=1)
    with pytest.raises(DataError, match="charging_energy_1 and charging_energy_2 must be there"):
        fit_switching(data, "levels")
    with pytest.raises(DataError, match=r"frequency_2 must be above 5 times its transmon's charging energy"):
        fit_switching(data.assign_attrs(ENERGIES | {"charging_energy_2": 0.5e9}), "levels")
    with pytest.raises(ValueError, match=r"rates.transmons must hold the charging energies"):
        MODELS["levels"](Rates(1e8, 1e8, 1e6, 0.05), points(4e9, 4e9), RESONATOR)


def cool_dataset(make_switching_dataset, truth):
    """Return powers of transmons at sources up to 200 mK, for which four levels are nearly enough."""
    data = make_switching_dataset(
        replace(truth, transmons=Transmons((178e6, 178e6), 5)), seed=1, model="levels", noise=0.5e-18
    )
    return data.isel(point=data["temperature_source"].values < 0.21).assign_attrs(ENERGIES)


def test_a_cool_chip_of_transmons_is_fitted(make_switching_dataset, truth):
    fit = fit_switching(cool_dataset(make_switching_dataset, truth), "levels")
    assert fit.rates.transmons.levels >= 4
    assert fit.chi_square < fit.degrees_of_freedom + 4 * np.sqrt(2 * fit.degrees_of_freedom)
    for name in ("gamma_h", "gamma_c", "T_p"):
        error = fit.result.params[name].stderr
        assert abs(getattr(fit.rates, name) - getattr(truth, name)) < 3.5 * error


@pytest.mark.desk
def test_warm_transmons_are_fitted_and_qubits_are_not_what_they_are(make_switching_dataset, truth):
    many = replace(truth, transmons=Transmons((178e6, 178e6), 6))
    data = make_switching_dataset(many, seed=1, model="levels").assign_attrs(ENERGIES)
    fit = fit_switching(data, "levels")
    assert fit.chi_square < 80 and fit.rates.transmons.levels == 6
    assert fit.rates.gamma_h == pytest.approx(truth.gamma_h, rel=0.05, abs=0)
    assert fit.rates.T_p == pytest.approx(truth.T_p, rel=0.35, abs=0)
    qubits = fit_switching(data, "pair")
    assert qubits.chi_square > 500
    told = summarise(fit)
    assert told["levels"] == 6 and any("With six levels" in text for text in told["warnings"])
    assert not any("no such levels" in text for text in told["warnings"])
