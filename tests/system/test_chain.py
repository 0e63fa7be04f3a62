"""A run that was interrupted, and the steps after it: nothing old is told beside something new."""

import json
import shutil

import numpy as np
import pytest

from valvelab import laboratory
from valvelab.dataset import RAW, REDUCED, read_dataset, write_dataset
from valvelab.run import execute
from valvelab.run_folder import create_run


@pytest.fixture(scope="module")
def half(write_lab, run_files, tmp_path_factory):
    """Return the folder of a run that ended after two of its three cells, reduced and fitted."""

    def progress(done, total, reading):
        if done == 32:
            raise KeyboardInterrupt

    folder = tmp_path_factory.mktemp("chain")
    files = run_files(write_lab(folder / "lab", protocol=[("120 mK]", "120 mK, 180 mK]")]))
    with pytest.raises(KeyboardInterrupt):
        execute(create_run(folder / "run", files), progress)
    with pytest.warns(laboratory.IncompleteRun, match="32 of 48 readings"):
        laboratory.reduce(folder / "run")
    with pytest.warns(laboratory.IncompleteRun, match="'valvelab resume .*run' takes the rest"):
        laboratory.fit(folder / "run", "independent")  # the quickest model
    return folder / "run"


@pytest.fixture
def interrupted(half, tmp_path):
    """Return a copy of that folder."""
    return shutil.copytree(half, tmp_path / "run")


def _told(answer, *words):
    code, _, error = answer
    assert code == 0, error
    for word in words:
        assert word in error


def test_every_step_says_that_readings_are_missing_and_how_to_take_them(valvelab, interrupted):
    words = ("Warning: 32 of 48 readings", f"'valvelab resume {interrupted}' takes the rest")
    for verb in (["reduce"], ["fit", "--model", "independent"], ["report"]):
        _told(valvelab(*verb, interrupted), *words)
    page = (interrupted / "report.html").read_text(encoding="utf-8")
    assert (
        "interrupted</strong> (by Ctrl-C or a signal):\n32 of 48 readings" in page
        and "KeyboardInterrupt" not in page
    )


def test_a_fit_from_before_the_run_went_on_is_not_reported(valvelab, interrupted):
    assert valvelab("report", interrupted)[0] == 0
    assert valvelab("resume", interrupted)[0] == 0
    page = (interrupted / "report.html").read_bytes()
    for verb in ("fit", "report"):
        code, _, error = valvelab(verb, interrupted)
        assert code == 2 and "reduced.nc: must be made from raw.nc" in error
    assert (interrupted / "report.html").read_bytes() == page
    assert valvelab("reduce", interrupted)[0] == 0
    code, _, error = valvelab("report", interrupted)
    assert code == 2 and "fit.json: must be made from reduced.nc" in error and "'valvelab fit' again" in error
    code, _, error = valvelab("fit", interrupted, "--model", "independent")
    assert code == 0 and "Warning: 32" not in error
    assert valvelab("report", interrupted)[0] == 0
    assert "48 of 48 readings" in (interrupted / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        (
            ("run.json", "records.jsonl"),
            "must hold a run that was begun (run.json, records.jsonl), found none; ",
        ),
        (("run.json",), "found no run.json; restore it from a copy"),
        (("records.jsonl",), "found no records.jsonl; restore it from a copy"),
        (("device.yaml",), "found no device.yaml; copy back what the run was begun with"),
        (("protocol.yaml",), "found no protocol.yaml"),
    ],
)
def test_only_a_run_that_was_begun_is_resumed(valvelab, interrupted, missing, words):
    for name in missing:
        (interrupted / name).unlink()
    before = sorted(path.name for path in interrupted.iterdir())
    code, _, error = valvelab("resume", interrupted)
    assert code == 2 and words in error
    assert sorted(path.name for path in interrupted.iterdir()) == before


@pytest.mark.parametrize("verb", ["resume", "report"])
@pytest.mark.parametrize("content", [None, "[]", "{}"])
def test_a_damaged_status_is_named_with_a_cure_that_helps(valvelab, interrupted, verb, content):
    status = interrupted / "run.json"
    status.write_text(status.read_text()[:100] if content is None else content)
    code, _, error = valvelab(verb, interrupted)
    assert code == 2 and "run.json: must be" in error and "restore it from a copy" in error
    assert "Traceback" not in error and "valvelab fit" not in error


@pytest.mark.parametrize("name", ["run.json", "device.yaml"])
def test_a_run_without_its_status_or_files_is_not_reported(valvelab, interrupted, name):
    (interrupted / name).unlink()
    code, output, error = valvelab("report", interrupted)
    assert code == 2 and name in error and output == ""


def test_a_fit_that_came_without_a_run_is_reported_and_says_so(valvelab, interrupted, tmp_path):
    mailed = tmp_path / "mailed"
    mailed.mkdir()
    (interrupted / "reduced.nc").rename(mailed / "reduced.nc")
    for verb in (["fit", "--model", "independent"], ["report"]):
        assert valvelab(*verb, mailed)[0] == 0
    assert "came without a run folder" in (mailed / "report.html").read_text(encoding="utf-8")


def test_what_cannot_be_written_ends_with_one_message(valvelab, interrupted):
    for verb, file in [("reduce", "reduced.nc"), ("fit", "fit.nc"), ("report", "report.html")]:
        (interrupted / f"{file}.part").mkdir()
        model = ["--model", "independent"] if verb == "fit" else []
        code, _, error = valvelab(verb, interrupted, *model)
        assert code == 2 and file in error and "permissions" in error and "Traceback" not in error
        (interrupted / f"{file}.part").rmdir()


def test_the_power_out_of_the_source_is_reduced_and_fitted_where_it_is_asked_for(valvelab, interrupted):
    assert "heat_power_source" not in read_dataset(interrupted / "reduced.nc", REDUCED)
    _told(valvelab("reduce", interrupted, "--source"))
    reduced = read_dataset(interrupted / "reduced.nc", REDUCED)
    source, drain = (reduced[f"heat_power_{name}"].values for name in ("source", "drain"))
    error = np.hypot(reduced["heat_power_source_std"].values, reduced["heat_power_drain_std"].values)
    assert np.all(np.abs(source - drain) < 5 * error)  # next to nothing is lost on the way
    assert valvelab("fit", interrupted, "--model", "independent")[0] == 0
    assert json.loads((interrupted / "fit.json").read_text())["points"] == 2 * reduced.sizes["point"]


def test_what_stands_out_is_told_on_the_screen_and_in_the_report(valvelab, interrupted):
    raw = read_dataset(interrupted / "raw.nc", RAW)
    raw["thermometer_voltage_drain"].values[5] -= 1e-5
    write_dataset(raw, interrupted / "raw.nc")
    code, output, _ = valvelab("reduce", interrupted)
    assert code == 0 and "drain: 1 of 32 readings stand out, 1 left out" in output
    assert valvelab("fit", interrupted, "--model", "independent")[0] == 0
    assert valvelab("report", interrupted)[0] == 0
    page = (interrupted / "report.html").read_text(encoding="utf-8")
    assert "Noise and outliers" in page and "drain: 1 of 32 readings stand out, 1 left out" in page


def test_to_reduce_before_anything_was_measured_says_what_to_run(valvelab, lab):
    code, _, error = valvelab("reduce", lab())
    assert code == 2 and "raw.nc: must hold the readings, found nothing there; run 'valvelab resume" in error


def test_to_fit_what_was_not_reduced_or_is_a_fit_says_what_to_fit(valvelab, interrupted):
    code, _, error = valvelab("fit", interrupted / "fit.nc")
    assert code == 2 and "fit.nc: must be a reduced dataset, found what a fit wrote; fit reduced.nc" in error
    (interrupted / "reduced.nc").unlink()
    code, _, error = valvelab("fit", interrupted)
    assert (
        code == 2 and "reduced.nc: must hold the powers, found nothing there; run 'valvelab reduce" in error
    )
