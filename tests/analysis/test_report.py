"""Figure, files and report of a fit."""

import dataclasses
import json

import numpy as np
import pytest

from valvelab.analysis import (
    compare_models,
    fit_dataset,
    fit_switching,
    summarise,
    switching_figure,
    verdict,
    write_fit,
    write_report,
)
from valvelab.analysis.noise_report import residual_figure
from valvelab.dataset import read_dataset
from valvelab.errors import DataError


@pytest.fixture
def fitted(make_switching_dataset):
    dataset = make_switching_dataset(seed=1)
    return fit_switching(dataset), dataset


@pytest.fixture
def folder(fitted, tmp_path):
    fit, dataset = fitted
    write_fit(tmp_path, fit, dataset, summarise(fit))
    return tmp_path


def test_fit_nc_holds_model_and_error_beside_every_point(fitted, folder):
    fit, _ = fitted
    written = read_dataset(folder / "fit.nc")
    np.testing.assert_array_equal(written["heat_power_drain_model"], fit.predict())
    residual = (written["heat_power_drain"] - written["heat_power_drain_model"]) / written[
        "heat_power_drain_error"
    ]
    assert float((residual**2).sum()) == pytest.approx(fit.chi_square, rel=1e-6, abs=0)


def test_curves_go_through_the_model_at_the_points(fitted):
    _, dataset = fitted
    # At one drain temperature the curve passes through the model's points.
    cold = dataset.isel(point=np.flatnonzero(dataset["temperature_drain"].values == 0.06))
    made = fit_dataset(fit_switching(cold), cold)
    for name in ("both", "only_1"):
        points = made.isel(point=np.flatnonzero(made["configuration"].values == name))
        curve = made.isel(curve_point=np.flatnonzero(made["curve_configuration"].values == name))
        ends = curve["curve_heat_power_drain"].values[[0, -1]]
        np.testing.assert_allclose(ends, points["heat_power_drain_model"].values[[0, -1]], rtol=1e-9)


def test_the_figure_names_axes_units_and_configurations(folder):
    figure = switching_figure(read_dataset(folder / "fit.nc"))
    labels = [axes.get_ylabel() for axes in figure.axes] + [axes.get_xlabel() for axes in figure.axes]
    assert any("(aW)" in label for label in labels) and any("(mK)" in label for label in labels)
    names = {text.get_text() for text in figure.legends[0].get_texts()}
    assert names == {"both on resonance", "only qubit 1", "only qubit 2"}


def test_the_report_ranks_the_models_that_were_compared(fitted, folder, tmp_path):
    assert "<h2>Models</h2>" not in write_report(folder).read_text(encoding="utf-8")
    fit, dataset = fitted
    ranked = compare_models(dataset, ["collective", "independent"])
    compared = {"models": [dataclasses.asdict(one) | {"predicted": None} for one in ranked]}
    compared["verdict"] = verdict(ranked)
    (tmp_path / "compared").mkdir()
    write_fit(tmp_path / "compared", fit, dataset, summarise(fit) | {"comparison": compared})
    page = write_report(tmp_path / "compared").read_text(encoding="utf-8")
    assert "<h2>Models</h2>" in page and "dAIC" in page and "independent" in page


def test_the_report_draws_the_allan_deviation_of_the_residuals_where_there_is_one(fitted, folder, tmp_path):
    assert "Allan deviation of the residuals" in write_report(folder).read_text(encoding="utf-8")
    fit, dataset = fitted
    allan = summarise(fit)["diagnostics"]["allan"]
    axes = residual_figure(allan).axes[0]
    np.testing.assert_array_equal(axes.lines[-1].get_ydata(), allan["deviation"])
    write_fit(tmp_path, fit, dataset, summarise(fit) | {"diagnostics": {"allan": {"points": []}}})
    assert "Allan deviation of the residuals" not in write_report(tmp_path).read_text(encoding="utf-8")


def test_the_same_fit_gives_the_same_page(folder):
    first = write_report(folder).read_bytes()
    assert write_report(folder).read_bytes() == first
    assert {path.name for path in folder.iterdir()} == {"fit.nc", "fit.json", "report.html", "switching.png"}


@pytest.mark.parametrize("lost", [False, True])
def test_the_page_says_which_cells_lack_a_configuration(make_switching_dataset, tmp_path, lost):
    dataset = make_switching_dataset(seed=1)
    cells = np.tile(np.arange(dataset.sizes["point"] // 3), 3)
    where = (dataset["configuration"].values == "only_2") & (cells == 5) & lost
    dataset = dataset.assign(cell=("point", cells)).isel(point=np.flatnonzero(~where))
    fit = fit_switching(dataset)
    write_fit(tmp_path, fit, dataset, summarise(fit, reduced=dataset))
    page = " ".join(write_report(tmp_path).read_text().split())
    assert ('with every configuration beside "off"' in page) != lost
    assert ('(1 of them without some of "both", "only_1" and "only_2")' in page) == lost
    assert ("Without, as only_2 is missing: " in page) == lost


def test_a_fit_without_a_run_has_no_empty_list_of_its_files(folder):
    assert "Files of this run" not in write_report(folder).read_text()
    (folder / "device.yaml").write_text("name: chip\n")
    assert "Files of this run" in write_report(folder).read_text()


def test_what_is_in_files_is_text_on_the_page_and_never_markup(folder):
    evil = '"><script>alert(1)</script>'
    summary = json.loads((folder / "fit.json").read_text())
    summary["model"] = evil
    summary["warnings"] = [evil]
    (folder / "fit.json").write_text(json.dumps(summary))
    (folder / "device.yaml").write_text(f"name: {evil}\n")
    page = write_report(folder).read_text()
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 3


@pytest.mark.parametrize(
    ("content", "words"), [("{", "must be complete JSON"), ("[]", "must be a JSON object")]
)
def test_a_damaged_fit_is_refused_by_name(folder, content, words):
    (folder / "fit.json").write_text(content)
    with pytest.raises(DataError, match=rf"fit\.json: {words}"):
        write_report(folder)
