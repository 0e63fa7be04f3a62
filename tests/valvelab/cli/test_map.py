"""The command ``valvelab map`` from file to folder."""

import json

import pytest
from click.testing import CliRunner

from tests.analysis.map_simulator import random_device, simulated_map
from valvelab.analysis.flux_map_parameters import FREEABLE
from valvelab.cli import map as map_module
from valvelab.cli.map import command
from valvelab.errors import DataError


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "measured.nc"
    simulated_map(random_device(4), shape=(31, 25), seed=4).to_netcdf(path, engine="h5netcdf")
    return path


def run(*arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.mark.desk
def test_both_models_are_fitted_compared_and_written_beside_the_current_folder(file, tmp_path):
    result = run(file)
    assert result.exit_code == 0
    for words in (
        "flux_1_coil_1",
        "'pair'",
        "'independent'",
        "AIC",
        "BIC",
        "chi-square",
        "Crossing over sum",
    ):
        assert words in result.stdout
    names = {path.name for path in (tmp_path / "measured-map").iterdir()}
    assert {"map_fit.json", "map-pair.png", "map-pair.nc", "map-independent.svg"} <= names


def test_json_is_all_that_is_printed_and_what_the_folder_holds(file, tmp_path):
    result = run(
        file, "--model", "independent", "--free", "drain_temperature", "--out", tmp_path / "out", "--json"
    )
    printed = json.loads(result.stdout)
    assert printed == json.loads((tmp_path / "out" / "map_fit.json").read_text())
    assert list(printed["models"]) == ["independent"]
    assert (
        printed["models"]["independent"]["parameters"]["drain_temperature"]["reason"]
        != "held: from the device"
    )


def test_an_existing_folder_is_refused_before_any_work(file, tmp_path):
    (tmp_path / "measured-map").mkdir()
    with pytest.raises(DataError, match="must be a new folder"):
        run(file)


def test_a_file_without_ridges_is_refused_by_name_and_leaves_no_folder(file, tmp_path):
    flat = simulated_map(random_device(4), seed=4)
    flat["heat_power"] = flat["heat_power"] * 0 + 1e-15
    flat["heat_power"].attrs["units"] = "W"
    flat.to_netcdf(tmp_path / "flat.nc", engine="h5netcdf")
    with pytest.raises(DataError, match=r"flat\.nc: heat_power: the map must show the ridges"):
        run(tmp_path / "flat.nc")
    assert not (tmp_path / "flat-map").exists()


def test_the_help_lists_what_can_be_freed():
    assert tuple(FREEABLE) == map_module.FREEABLE
    text = run("--help").stdout
    assert all(name in text for name in FREEABLE)


def test_a_device_of_no_such_name_is_answered_with_the_option_and_the_nearest_name(file, tmp_path):
    from valvelab.sim.presets import PRESETS

    assert map_module.PRESETS == PRESETS
    result = run(file, "--device", "alto2026")
    assert result.exit_code == 2
    message = " ".join(result.stderr.split())
    assert "'--device': must be a preset (paper or aalto2026) or a device file" in message
    assert "did you mean 'aalto2026'?" in message
    assert not (tmp_path / "measured-map").exists()
