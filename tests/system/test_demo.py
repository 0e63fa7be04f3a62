"""The whole chain, as a newcomer runs it."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from valvelab.analysis import entry_texts
from valvelab.configuration import load_configuration
from valvelab.dataset import RAW, REDUCED, read_dataset
from valvelab.sim.cryostat import Cryostat

NAMES = ("gamma_h", "gamma_c", "gamma_p", "T_p")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """Run the demo once; return its folder and what it printed as JSON."""
    import contextlib
    import io

    from click.testing import CliRunner

    from valvelab.cli import group

    folder = tmp_path_factory.mktemp("demo") / "run"
    with contextlib.redirect_stderr(io.StringIO()):
        result = CliRunner().invoke(
            group,
            ["demo", "--out", str(folder), "--seed", "5", "--parasitic-temperature", "60 mK", "--json"],
            catch_exceptions=False,
        )
    assert result.exit_code == 0
    return folder, result.stdout


def test_the_fit_covers_the_truth_which_it_was_not_told(demo):
    folder, _ = demo
    fit = json.loads((folder / "fit.json").read_text())
    chip = load_configuration(folder / "cryostat.yaml", Cryostat).chip
    for name in NAMES:
        entry = fit["parameters"][name]
        assert entry["truth"] == getattr(chip, name)
        assert abs(entry["pull"]) < 4
        assert entry["pull"] == pytest.approx(
            (entry["value"] - entry["truth"]) / entry["error"], rel=1e-6, abs=0
        )
        assert entry["error"] < 0.3 * entry["value"]
    assert chip.T_p == 0.06
    assert {"source", "drain"} <= fit["enhancements"].keys()
    for entry in fit["enhancements"].values():
        assert abs(entry["pull"]) < 4
    freedom = fit["degrees_of_freedom"]
    assert abs(fit["chi_square"] - freedom) < 5 * np.sqrt(2 * freedom)


def test_what_is_printed_is_what_is_in_the_file(demo):
    folder, printed = demo
    assert json.loads(printed) == json.loads((folder / "fit.json").read_text())


def test_every_step_left_its_file(demo):
    folder, _ = demo
    raw = read_dataset(folder / "raw.nc", RAW)
    reduced = read_dataset(folder / "reduced.nc", REDUCED)
    fit = read_dataset(folder / "fit.nc", REDUCED)
    status = json.loads((folder / "run.json").read_text())
    assert status["outcome"] == "complete"
    assert raw.sizes["point"] == status["readings"] == status["planned"]
    assert reduced.sizes["point"] == fit.sizes["point"] == 3 * (int(raw["cell"].max()) + 1)
    assert set(raw["configuration"].values) == {"off", "both", "only_1", "only_2"}


def test_the_truth_stays_in_the_cryostat(demo):
    """No file that the analysis reads holds a rate or the parasitic temperature."""
    folder, _ = demo
    for name in ("station.yaml", "device.yaml", "protocol.yaml"):
        lines = [line.partition("#")[0] for line in (folder / name).read_text().splitlines()]
        assert not re.search(r"gamma|T_p|parasitic", "\n".join(lines))
    for name in ("raw.nc", "reduced.nc"):
        dataset = read_dataset(folder / name)
        assert not {key for key in (*dataset.variables, *dataset.attrs) if "gamma" in key or key == "T_p"}


def test_each_verb_repeats_its_step_to_the_last_digit(demo, valvelab, tmp_path):
    import shutil

    folder = tmp_path / "copy"
    shutil.copytree(demo[0], folder)
    before = json.loads((folder / "fit.json").read_text())
    for file in ("raw.nc", "reduced.nc", "fit.nc", "fit.json", "report.html"):
        (folder / file).unlink()
    assert valvelab("resume", folder)[0] == 0  # nothing is missing: exports raw.nc again
    assert valvelab("reduce", folder)[0] == 0
    assert valvelab("fit", folder, "--truth", folder / "cryostat.yaml", "--json")[0] == 0
    assert valvelab("report", folder)[0] == 0
    assert json.loads((folder / "fit.json").read_text()) == before
    assert (folder / "report.html").stat().st_size > 50_000


def test_without_the_truth_the_fit_is_the_same_and_has_no_pulls(demo, valvelab, tmp_path):
    import shutil

    file = tmp_path / "mine.nc"
    shutil.copyfile(demo[0] / "reduced.nc", file)
    code, output, _ = valvelab("fit", file, "--json")
    assert code == 0
    known = json.loads((demo[0] / "fit.json").read_text())["parameters"]
    for name, entry in json.loads(output)["parameters"].items():
        assert entry == {key: known[name][key] for key in ("value", "error", "units")}


class _Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.links = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [
            value for key, value in attrs if key in ("src", "href", "xlink:href") and value[:1] != "#"
        ]


def test_the_report_is_one_file_with_figure_numbers_and_warnings(demo):
    folder, _ = demo
    text = (folder / "report.html").read_text(encoding="utf-8")
    page = _Page()
    page.feed(text)
    assert page.links == []
    assert "script" not in page.tags and "svg" in page.tags
    fit = json.loads((folder / "fit.json").read_text())
    assert all(name in text for name in NAMES)
    assert entry_texts(fit["parameters"]["T_p"])[0] in text
    assert "overestimates" in text and "before any model" in text


def test_the_measured_ratio_is_below_the_enhancement_because_the_drain_warms(demo):
    fit = json.loads((demo[0] / "fit.json").read_text())
    hottest = max(
        fit["measured_ratios"], key=lambda ratio: ratio["source_temperature"] - ratio["bath_temperature"]
    )
    assert hottest["drain_warming"] > 5e-3
    assert hottest["value"] < fit["enhancements"]["drain"]["value"] - 5 * hottest["error"]
