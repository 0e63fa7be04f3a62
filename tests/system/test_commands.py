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
        (["demo", "--seed", "one"], ["--seed", "must be a whole number between 0 and", "found 'one'"]),
        (["demo", "--seed", "-1"], ["--seed", "must be a whole number between 0 and", "found '-1'"]),
        (
            ["simulate", "--port", "high"],
            ["--port", "must be a whole number between 1024 and 65500, found 'high'"],
        ),
        (
            ["simulate", "--speed", "0"],
            ["--speed", "must be a number between 1e-06 and 1000000.0, found '0'"],
        ),
        (["fit"], ["PATH"]),
        (["fit", "nowhere"], ["nowhere", "there is no such file"]),
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


def test_the_files_of_the_demo_are_files_to_run(valvelab, tmp_path):
    lab = tmp_path / "lab"
    code, output, _ = valvelab("demo", "--files-only", "--out", lab)
    assert code == 0
    names = {"station.yaml", "device.yaml", "protocol.yaml", "cryostat.yaml"}
    assert {path.name for path in lab.iterdir()} == names
    assert all(name in output for name in names)
    files = [lab / name for name in ("station.yaml", "device.yaml", "protocol.yaml")]
    code, output, _ = valvelab("run", *files, "--out", tmp_path / "run", "--dry-run")
    assert code == 0 and "within the limits" in output


def test_a_plan_is_printed_for_people_and_for_programs(valvelab, lab):
    folder = lab()
    code, output, _ = valvelab("plan", folder / "device.yaml", folder / "protocol.yaml", "--json")
    assert code == 0
    plan = json.loads(output)
    assert (plan["cells"], plan["readings"]) == (2, 32)
    code, output, _ = valvelab("plan", folder / "device.yaml", folder / "protocol.yaml")
    assert code == 0 and "not compared with limits" in output


def test_the_paper_verb_leaves_a_folder_alone(valvelab, tmp_path):
    (tmp_path / "mine").touch()
    _refused(valvelab("paper", "--out", tmp_path), "must be a new folder", "--out")
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


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


def test_files_in_the_wrong_order_are_answered_with_one_line_and_the_order(valvelab, lab, tmp_path):
    folder = lab()
    station, device, protocol = (folder / name for name in ("station.yaml", "device.yaml", "protocol.yaml"))
    order = "schema: must be that of a device file, found that of a protocol file; the order is "
    for answer, words in [
        (valvelab("plan", protocol, device), f"{order}DEVICE PROTOCOL"),
        (
            valvelab("run", station, protocol, device, "--out", tmp_path / "run"),
            f"{order}STATION DEVICE PROTOCOL",
        ),
        (
            valvelab("simulate", device),
            "schema: must be that of a cryostat file, found that of a device file",
        ),
    ]:
        _refused(answer, words)
        assert len(answer[2].strip().splitlines()) == 1


def test_a_dataset_of_another_step_is_named(valvelab, lab, tmp_path):
    folder = lab()
    files = [folder / name for name in ("station.yaml", "device.yaml", "protocol.yaml")]
    assert valvelab("run", *files, "--out", tmp_path / "run")[0] == 0
    answer = valvelab("fit", tmp_path / "run/raw.nc")
    _refused(answer, "raw.nc: must be a reduced dataset, found a raw dataset; run 'valvelab reduce' first")
    (tmp_path / "run/raw.nc").write_bytes(b"")
    _refused(valvelab("reduce", tmp_path / "run"), "raw.nc: must be a netCDF-4 file, found an empty file")


@pytest.mark.parametrize("verb", ["plan", "run"])
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"station": [("150.11::", "150.99::")]},
            ["station.yaml:9:3: coil_1.address: must be that of a box in cryo"],
        ),
        (
            {"station": [("range: 1 mA", "range: 3 mA")]},
            ["station.yaml:10:3: coil_1.range: must be 1 mA, 10 mA"],
        ),
        (
            {"cryostat": [("gamma_h: 0.5e9 1/s", "gamma_h: 5e30 1/s")]},
            ["cryostat.yaml:15:3: chip.gamma_h", "5e30 1/s"],
        ),
        ({"cryostat": [("6.5 GHz", "6.5e200 GHz")]}, ["cryostat.yaml:8:", "between 10 MHz and 100 GHz"]),
        (
            {"protocol": [("[384 mK]", "[5 K]")]},
            ["source_temperatures.1: the heater_voltage for 5 K", "station.yaml:27"],
        ),
    ],
)
def test_what_the_station_cannot_do_is_answered_before_anything_is_opened(
    valvelab, lab, tmp_path, verb, changes, words
):
    folder = lab(**changes)
    station, device, protocol = (folder / name for name in ("station.yaml", "device.yaml", "protocol.yaml"))
    arguments = [device, protocol, "--station", station]
    if verb == "run":
        arguments = [station, device, protocol, "--out", tmp_path / "run", "--dry-run"]
    _refused(valvelab(verb, *arguments), *words)


def test_a_station_that_does_not_answer_leaves_no_folder_and_the_command_can_be_repeated(
    valvelab, lab, tmp_path
):
    silent = lab("silent", station=[('visalib: "@valve"\ncryostat: cryostat.yaml\n', 'visalib: "@py"\n'),
                                    ("192.168.150.11::inst0::INSTR", "127.0.0.1::1::SOCKET")])  # fmt: skip
    files = [silent / name for name in ("station.yaml", "device.yaml", "protocol.yaml")]
    answer = valvelab("run", *files, "--out", tmp_path / "run")
    _refused(
        answer, "station.yaml:8:3: coil_1.address: must be that of a YokogawaGS200 that answers, found no "
    )
    assert "VI_ERROR" not in answer[2] and "(-1" not in answer[2]
    assert not (tmp_path / "run").exists()
    mended = lab("mended")
    files = [mended / name for name in ("station.yaml", "device.yaml", "protocol.yaml")]
    code, output, error = valvelab("run", *files, "--out", tmp_path / "run")
    assert code == 0 and "32 readings" in output and "Error" not in error
    assert (tmp_path / "run/run.log").read_text().count("snapshot is without") <= 1


def test_out_on_a_file_says_that_it_is_a_file(valvelab, tmp_path):
    (tmp_path / "run").write_text("mine")
    _refused(valvelab("demo", "--out", tmp_path / "run"), "must be a new folder, found a file of that name")
