"""The command ``valvelab tabulate``, and what fits and plans make of its file."""

import json

import pytest
from click.testing import CliRunner

from tests.analysis.conftest import switching_dataset
from valvelab.analysis import IMPERFECTIONS, MODELS, TABLES
from valvelab.cli import fit, options, plan, tabulate
from valvelab.cli.demo import HERE
from valvelab.errors import DataError
from valvelab.sim import preset_path

DEVICE, PROTOCOL = preset_path("paper"), HERE / "demo-protocol.yaml"
RANGES = ("--range", "gamma_h", "0.4e9 1/s", "0.6e9 1/s", "--range", "T_p", "0 K", "110 mK")


@pytest.fixture
def powers(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "reduced.nc"
    switching_dataset(model="pair", seed=2).to_netcdf(path, engine="h5netcdf")
    return path


def run(command, *arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments], catch_exceptions=False)


def test_a_table_of_powers_is_made_told_and_fitted(powers, tmp_path):
    result = run(tabulate.command, powers, "--model", "pair", "--degree", 3, *RANGES)
    assert result.exit_code == 0
    assert "places" in result.stderr and "one process" in result.stderr
    for words in ("Table of 'pair', degree 3", "4e8 1/s", "110 mK", "off by", "2 GHz", "--model table.nc"):
        assert words in result.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["reduced.nc", "table.nc"]
    fitted = run(fit.command, powers, "--model", "table.nc", "--json")
    summary = json.loads(fitted.stdout)
    assert summary["model"].startswith("pair (table ") and summary["table"]["file"] == "table.nc"
    assert summary["parameters"]["gamma_h"]["value"] == pytest.approx(0.5e9, rel=0.1, abs=0)
    again = run(tabulate.command, powers, "--model", "pair", "--degree", 3, *RANGES, "--json")
    told = json.loads(again.stdout)
    assert again.stderr == "" and told["degree"] == 3 and len(told["boxes"]) == 3
    assert told["ranges"]["gamma_h"] == [0.4e9, 0.6e9]


def test_a_table_of_a_device_is_planned_with(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    arguments = ("--model", "pair", "--degree", 2, "--protocol", PROTOCOL, "--out", "plan.nc")
    result = run(tabulate.command, DEVICE, *arguments)
    assert result.exit_code == 0 and f"valvelab plan {DEVICE} --model plan.nc" in result.stdout
    through, direct = (
        json.loads(run(plan.command, DEVICE, PROTOCOL, "--json", "--model", model).stdout)["determines"]
        for model in ("plan.nc", "pair")
    )
    for name, error in direct["errors"].items():
        assert through["errors"][name] == pytest.approx(error, rel=1e-3, abs=0)
    assert through["enhancement"] == pytest.approx(direct["enhancement"], rel=1e-6, abs=0)


@pytest.mark.desk
def test_a_table_chooses_among_the_configurations_that_it_holds(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run(
        tabulate.command, DEVICE, "--model", "pair", "--degree", 2, "--protocol", PROTOCOL, "--out", "plan.nc"
    )
    wanted = (DEVICE, PROTOCOL, "--json", "--optimise", "12 h", "--aim", "enhancement")
    proposal = json.loads(run(plan.command, *wanted, "--model", "plan.nc").stdout)["proposal"]
    assert proposal["scan"] == [] and proposal["blocks"] >= 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--range", "gamma_x", "1", "2"), "--range must name one of gamma_h, gamma_c"),
        (("--range", "T_p", "50", "80 mK"), "T_p: "),
        (("--degree", "0"), "--degree"),
        (("--workers", "0"), "--workers"),
        (("--model", "best"), "--model"),
    ],
)
def test_wrong_arguments_are_answered(powers, tmp_path, arguments, words):
    result = run(tabulate.command, powers, *arguments)
    assert result.exit_code == 2 and words in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["reduced.nc"]


def test_a_source_that_is_not_there_and_a_file_that_is_no_table_are_answered(powers):
    with pytest.raises(DataError, match="nowhere"):
        run(tabulate.command, "nowhere.nc")
    with pytest.raises(DataError, match="must be a table of 'valvelab tabulate'"):
        run(fit.command, powers, "--model", powers)
    result = run(fit.command, powers, "--model", "best")
    assert result.exit_code == 2 and "or the FILE.nc of a table, found 'best'" in result.stderr


def test_an_imperfection_without_an_axis_is_answered_with_the_range_to_give(powers):
    run(tabulate.command, powers, "--model", "pair", "--degree", 2)
    result = run(fit.command, powers, "--model", "table.nc", "--free", "mismatch")
    assert result.exit_code == 2 and "tabulate with --range mismatch" in " ".join(result.stderr.split())


def test_the_command_knows_every_model():
    assert set(options.MODELS) == set(MODELS) - set(TABLES)
    assert tuple(IMPERFECTIONS) == options.IMPERFECTIONS
