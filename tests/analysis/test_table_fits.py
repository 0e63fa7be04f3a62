"""Fits, comparisons and plans through tables, beside the models themselves."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from valvelab.analysis import (
    bootstrap,
    compare_models,
    enhancements,
    fit_switching,
    grid_of_dataset,
    identify,
    sample_posterior,
    summarise,
    table_exactness,
    tabulate,
)
from valvelab.analysis.cautions import warnings
from valvelab.analysis.enhancement import OperatingPoint, operating_point
from valvelab.analysis.notes import fit_notes
from valvelab.analysis.table_fits import table_shift
from valvelab.errors import DataError

from .conftest import RESONATOR, TRUTH, switching_dataset

NAMES = ("gamma_h", "gamma_c", "gamma_p", "T_p")
NEAR = {"gamma_h": (0.35e9, 0.7e9), "gamma_c": (0.35e9, 0.7e9), "gamma_p": (0.0, 0.03e9), "T_p": (0.0, 0.11)}


@pytest.fixture(scope="module")
def reduced():
    return switching_dataset(model="pair", seed=3)


@pytest.fixture(scope="module")
def table(reduced, tmp_path_factory):
    """Return a table of the quick model: what surrounds it is the same, and there is nothing to wait for."""
    grid = grid_of_dataset(reduced, NEAR)
    return tabulate("pair", RESONATOR, grid, tmp_path_factory.mktemp("fit") / "table.nc", degree=3)


@pytest.fixture(scope="module")
def fit(reduced, table):
    return fit_switching(reduced, table)


def test_a_fit_through_a_table_of_a_quick_model_is_the_fit(reduced, fit, table):
    direct = fit_switching(reduced, "pair")
    np.testing.assert_allclose(fit.values, direct.values, rtol=1e-5)
    np.testing.assert_allclose(fit.covariance, direct.covariance, rtol=1e-4, atol=1e-12)
    assert fit.model == table.name


def test_a_table_tells_how_far_its_enhancement_is_from_the_model_s_and_which_axes_it_lacks(fit, table):
    at = operating_point(fit, None, None)
    told = table_exactness(table.name, fit.data, fit.rates, at)
    true, found = (enhancements(fit.rates, name, RESONATOR, at)["drain"] for name in ("pair", table.name))
    assert told["enhancement_error"] == pytest.approx(abs(found - true), rel=0, abs=1e-12)
    assert told["without"] == ["asymmetry", "mismatch", "exchange", "phase"]
    assert table_exactness("pair", fit.data, fit.rates, at) is None


def test_a_range_that_does_not_hold_the_powers_is_refused_before_anything_is_computed(reduced):
    with pytest.raises(
        DataError, match=r"range of temperature_source must hold 120 mK to 450 mK, .* found 200 mK to"
    ):
        grid_of_dataset(reduced, {"temperature_source": (0.2, 0.3)})


@pytest.mark.desk
def test_the_truth_of_slow_resonators_comes_back_within_the_errors(tmp_path):
    data = switching_dataset(model="resonators")
    about = {
        "gamma_h": (0.4e9, 0.6e9),
        "gamma_c": (0.4e9, 0.6e9),
        "gamma_p": (0.005e9, 0.02e9),
        "T_p": (0.0, 0.09),
    }
    table = tabulate("resonators", RESONATOR, grid_of_dataset(data, about), tmp_path / "slow.nc", degree=4)
    fit = fit_switching(data, table)
    for name in NAMES:
        value, error = fit.propagate(lambda rates, name=name: float(getattr(rates, name)))
        assert abs(value - getattr(TRUTH, name)) < 0.3 * error, name
    assert fit.chi_square == pytest.approx(0, abs=1.0)


@pytest.mark.desk
def test_a_fit_through_a_table_is_the_fit(tmp_path):
    reduced = switching_dataset(model="resonators", seed=3)
    table = tabulate("resonators", RESONATOR, grid_of_dataset(reduced, NEAR), tmp_path / "table.nc", degree=6)
    fit, direct = fit_switching(reduced, table), fit_switching(reduced, "resonators")
    for name in NAMES:
        (one, _), (two, error) = (
            each.propagate(lambda rates, name=name: float(getattr(rates, name))) for each in (fit, direct)
        )
        assert abs(one - two) < 0.05 * error, name
    np.testing.assert_allclose(np.diag(fit.covariance), np.diag(direct.covariance), rtol=0.05)
    at = operating_point(fit, None, None)
    assert not any("kappa" in text or "--degree" in text for text in warnings(fit, at))
    point = OperatingPoint(0.384, 0.1, 2e9)
    found, true = (identify(fit.data, model, direct.rates, point) for model in (table.name, "resonators"))
    assert found.enhancement == pytest.approx(true.enhancement, abs=0.001)
    for name in NAMES:
        assert found.errors[name] == pytest.approx(true.errors[name], rel=0.05, abs=0)


def test_the_file_of_a_table_is_a_model_too(reduced, table, fit):
    for model in (table.source, Path(table.source), table.name):
        assert fit_switching(reduced, model).rates == fit.rates


def test_the_summary_says_what_was_read_and_how_exact_it_is(fit, reduced):
    summary = summarise(fit, reduced=reduced)
    assert summary["table"]["model"] == "pair" and summary["table"]["file"].endswith("table.nc")
    assert 0 <= summary["table"]["shift"] < 1e-6
    assert any(
        "read from" in text and "W (root mean square)" in text for text in fit_notes(summary)["parameters"]
    )
    # The table knows nothing of asymmetry, mismatch and exchange: nothing is said of these.
    assert {one["name"] for one in summary["assumptions"]} == {"leak_2", "leak_5", "gain", "drain_scale"}
    low, high = fit.confidence_interval("gamma_c")
    assert low < fit.rates.gamma_c < high


def test_scatter_through_a_table_is_that_of_the_covariance(fit):
    scatter = bootstrap(fit, 200, seed=1).std(axis=0)
    # 200 refits know their scatter to a twentieth.
    np.testing.assert_allclose(scatter, np.sqrt(np.diag(fit.covariance)), rtol=0.2)


def test_a_walk_stays_in_the_table(fit):
    drawn = sample_posterior(fit, walkers=16, steps=60)
    for name, (low, high) in NEAR.items():
        assert float(drawn[name].min()) >= low and float(drawn[name].max()) <= high * (1 + 1e-9)


def test_a_table_is_ranked_beside_quick_models(reduced, table):
    ranked = {one.name: one for one in compare_models(reduced, ["pair", "independent", table.name])}
    assert ranked[table.name].akaike == pytest.approx(ranked["pair"].akaike, abs=1e-6)
    assert ranked[table.name].akaike < ranked["independent"].akaike - 10


@pytest.mark.parametrize(
    ("name", "span", "side"),
    [("gamma_h", (0.2e9, 0.35e9), "above 3.5e8 1/s"), ("gamma_c", (0.7e9, 0.8e9), "below 7e8 1/s")],
)
def test_a_fit_that_wants_to_leave_a_table_says_along_which_axis(reduced, tmp_path, name, span, side):
    grid = grid_of_dataset(reduced, {**NEAR, name: span})
    table = tabulate("pair", RESONATOR, grid, tmp_path / "narrow.nc", degree=2)
    with pytest.raises(
        DataError, match=rf"narrow.nc: the fit must stay within the table, .*--range {name} to go {side}"
    ):
        fit_switching(reduced, table)


def test_an_interval_that_leaves_a_table_says_so(fit):
    with pytest.raises(
        DataError,
        match=r"table\.nc: an interval must stay within the table, .*--range T_p to go above 110 mK",
    ):
        fit.confidence_interval("T_p", 60)
    low, high = fit.confidence_interval("T_p", 1)
    assert low < fit.rates.T_p < high


def test_data_beyond_a_table_and_of_another_chip_are_refused(reduced, table):
    warmer = reduced.assign(temperature_source=reduced["temperature_source"] + 0.05)
    with pytest.raises(
        DataError, match=r"temperature_source from 170 mK to 500 mK, found 117\.6 mK to 459 mK"
    ):
        fit_switching(warmer, table)
    with pytest.raises(DataError, match="found one of 4 GHz, Q = 20"):
        fit_switching(reduced.assign_attrs(quality_factor=10.0), table)
    moved = reduced.assign(frequency_2=reduced["frequency_2"] + 30e6)
    with pytest.raises(DataError, match=r"must hold qubits at 4 and 4\.03 GHz"):
        fit_switching(moved, table)


def test_an_imperfection_needs_its_axis(reduced, table):
    with pytest.raises(ValueError, match="asymmetry is known to tables with such an axis alone"):
        fit_switching(reduced, table, free=["asymmetry"])


def test_an_imperfection_with_an_axis_is_fitted(tmp_path):
    true = replace(TRUTH, asymmetry=0.08)
    data = switching_dataset(true, model="pair")
    ranges = {**NEAR, "asymmetry": (0.0, 0.16)}
    table = tabulate("pair", RESONATOR, grid_of_dataset(data, ranges), tmp_path / "t.nc", degree=3)
    fit = fit_switching(data, table, free=["asymmetry", "drain_scale"], priors={"drain_scale": (1.0, 0.01)})
    value, error = fit.propagate(lambda rates: float(rates.asymmetry))
    assert abs(value - 0.08) < error < 0.04


def test_a_rough_table_is_warned_of(reduced, fit, table):
    rough = replace(table, name="rough", error=np.full_like(table.error, 1e-18), source="rough.nc")
    there = fit_switching(reduced, rough)
    told = warnings(there, operating_point(there, None, None))
    # 1 aW beside errors of 2 aW, 51 times.
    assert any("numbers by 3.6 of their errors" in text and "higher --degree" in text for text in told)
    assert not any("--degree" in text for text in warnings(fit, operating_point(fit, None, None)))


def test_a_table_moves_numbers_by_no_more_than_it_says(tmp_path):
    data = switching_dataset(model="linear", noise=1e-18).isel(point=slice(None, None, 2))
    near = {**NEAR, "gamma_p": (0.005e9, 0.03e9), "T_p": (0.02, 0.12)}
    table = tabulate("linear", RESONATOR, grid_of_dataset(data, near), tmp_path / "t.nc", degree=3)
    fit, direct = fit_switching(data, table), fit_switching(data, "linear")
    shifts = np.abs(fit.values - direct.values) / np.sqrt(direct.covariance.diagonal())
    assert 0.1 * table_shift(table, fit.data) < shifts.max() < 1.5 * table_shift(table, fit.data)


def test_a_name_that_is_no_model_is_answered_with_those_that_are(reduced, tmp_path):
    with pytest.raises(ValueError, match=r"collective, pair, .*, found 'best'; or give a table's file"):
        fit_switching(reduced, "best")
    with pytest.raises(DataError, match="must be a netCDF file, found nothing there"):
        fit_switching(reduced, tmp_path / "nowhere.nc")
