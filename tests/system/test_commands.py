"""Mistakes of a user's: exit code 2, one message that says where, what and how to mend it, and nothing touched."""

import json

import pytest

from valvelab.cli import VERBS

HELPFUL = {"demo": "--parasitic-temperature", "fit": "--model", "run": "--dry-run", "map": "FILE"}


def _refused(answer, *words):
    code, output, error = answer
    assert code == 2
    assert output == ""
    assert "Traceback" not in error
    for word in words:
        assert word in error, error


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(valvelab, verb):
    code, output, _ = valvelab(verb, "--help")
    assert code == 0
    assert output.startswith(f"Usage: valvelab {verb}")
    assert HELPFUL.get(verb, "") in output
    assert len(output) > 200


def test_the_command_lists_its_verbs(valvelab):
    code, output, _ = valvelab("--help")
    assert code == 0
    assert all(f"\n  {verb} " in output for verb in VERBS)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["demo", "--parasitic-temperature", "50"], ["--parasitic-temperature", "with its unit", "50 mK"]),
        (["demo", "--parasitic-temperature", "-5 mK"], ["between 100 uK and 10 K, found -5 mK"]),
        (["demo", "--parasitic-temperature", "1e9 K"], ["between 100 uK and 10 K, found 1e9 K"]),
        (["demo", "--parasitic-temperature", "50 GHz"], ["must be a temperature"]),
        (["demo", "--seed", "one"], ["--seed"]),
        (["fit"], ["PATH"]),
        (["fit", "nowhere"], ["nowhere", "netCDF"]),
        (["reduce", "nowhere"], ["nowhere", "run folder"]),
        (["resume", "nowhere"], ["nowhere", "run folder"]),
        (["report", "nowhere"], ["nowhere", "fit.json"]),
        (["fit", "x.nc", "--model", "best"], ["--model", "collective"]),
        (["swtich"], ["swtich"]),
    ],
)
def test_wrong_arguments_are_answered(valvelab, tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    _refused(valvelab(*arguments), *words)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"device": [("asymmetry: 0.05", "asymetry: 0.05")]}, ["device.yaml:7:", "asymetry", "did you mean"]),
        ({"device": [("6.5 GHz", "6.5")]}, ["device.yaml:7:", "maximum_frequency", "'6.5 GHz'"]),
        (
            {"device": [("384 mK", "-384 mK")]},
            ["source_temperature", "must be a temperature between", "found -384 mK"],
        ),
        ({"device": [("384 mK", ".nan")]}, ["source_temperature", "nan"]),
        ({"protocol": [("2 s", "2")]}, ["protocol.yaml", "settle.configuration", "with its unit"]),
        ({"protocol": [("blocks_per_cell: 1", "blocks_per_cell: 0")]}, ["blocks_per_cell", "found 0"]),
        ({"station": [("maximum_step", "maximum_stepp")]}, ["station.yaml", "did you mean 'maximum_step'"]),
    ],
)
def test_a_wrong_file_is_answered_with_line_and_key_and_makes_no_folder(
    valvelab, lab, tmp_path, changes, words
):
    folder = lab(**changes)
    files = [folder / name for name in ("station.yaml", "device.yaml", "protocol.yaml")]
    _refused(valvelab("run", *files, "--out", tmp_path / "run"), *words)
    assert not (tmp_path / "run").exists()


def test_a_rate_in_gigahertz_in_the_cryostat_is_answered_with_both_readings(valvelab, lab, tmp_path):
    folder = lab(cryostat=[("gamma_h: 0.5e9 1/s", "gamma_h: 0.5 GHz")])
    files = [folder / name for name in ("station.yaml", "device.yaml", "protocol.yaml")]
    answer = valvelab("run", *files, "--out", tmp_path / "run")
    _refused(answer, "cryostat.yaml:", "chip.gamma_h", "'5e8 1/s'", "3.14159")
    assert not (tmp_path / "run").exists()


def test_a_folder_that_holds_a_run_is_left_alone(valvelab, lab, tmp_path):
    out = tmp_path / "run"
    out.mkdir()
    (out / "records.jsonl").write_text("mine")
    _refused(valvelab("demo", "--out", out), "must be a new folder", "--out")
    folder = lab()
    files = [folder / name for name in ("station.yaml", "device.yaml", "protocol.yaml")]
    _refused(valvelab("run", *files, "--out", out), "must be a new folder")
    assert (out / "records.jsonl").read_text() == "mine"


def test_a_dry_run_says_what_would_be_done_and_does_nothing(valvelab, lab, tmp_path):
    folder = lab()
    files = [folder / name for name in ("station.yaml", "device.yaml", "protocol.yaml")]
    code, output, _ = valvelab("run", *files, "--out", tmp_path / "run", "--dry-run")
    assert code == 0
    assert "32 readings in 2 cells" in output and "within the limits" in output
    assert not (tmp_path / "run").exists()


def test_a_plan_is_printed_for_people_and_for_programs(valvelab, lab):
    folder = lab()
    code, output, _ = valvelab("plan", folder / "device.yaml", folder / "protocol.yaml", "--json")
    assert code == 0
    plan = json.loads(output)
    assert (plan["cells"], plan["readings"]) == (2, 32)
    code, output, _ = valvelab("plan", folder / "device.yaml", folder / "protocol.yaml")
    assert code == 0 and "not compared with limits" in output


def test_the_paper_verb_writes_its_figure_once(valvelab, tmp_path):
    out = tmp_path / "paper"
    code, output, _ = valvelab("paper", "--out", out, "--json")
    assert code == 0
    assert any(claim["agrees"] is False for claim in json.loads(output))
    assert {path.name for path in out.iterdir()} == {"figure-5.nc", "figure-5.png", "figure-5.svg"}
    _refused(valvelab("paper", "--out", out), "must be a new folder")


@pytest.mark.parametrize("file", ["raw.nc", "reduced.nc"])
def test_a_truncated_dataset_is_answered_with_its_name(valvelab, lab, tmp_path, file):
    folder = lab()
    files = [folder / name for name in ("station.yaml", "device.yaml", "protocol.yaml")]
    assert valvelab("run", *files, "--out", tmp_path / "run")[0] == 0
    assert valvelab("reduce", tmp_path / "run")[0] == 0
    content = (tmp_path / "run" / file).read_bytes()
    (tmp_path / "run" / file).write_bytes(content[: len(content) // 2])
    verb = {"raw.nc": "reduce", "reduced.nc": "fit"}[file]
    _refused(valvelab(verb, tmp_path / "run"), file, "netCDF-4")
