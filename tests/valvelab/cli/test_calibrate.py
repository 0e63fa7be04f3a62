"""The command ``valvelab calibrate``, on the simulated cryostat."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import valvelab.cli
from valvelab.cli.calibrate import calibration_text, command
from valvelab.cli.fit import command as fit
from valvelab.configuration import load_configuration
from valvelab.device import Device
from valvelab.errors import DataError, LimitError
from valvelab.sim import preset_path
from valvelab.sim.cryostat import DEFAULT_CRYOSTAT
from valvelab.station_file import StationFile

STATION = Path(valvelab.cli.__file__).parent / "demo-station.yaml"
SHORT = """schema: valvelab-{kind}-calibration/1
name: {kind}
{swept}
readings_per_point: 3
settle: {{configuration: 2 s, source: 10 s, bath: 20 min}}
"""
SWEPT = {
    "thermometer": "bath_temperatures: [60 mK, 120 mK, 200 mK, 280 mK, 360 mK, 400 mK]",
    "heater": "bath_temperature: 60 mK\nheater_voltages: [0 V, 0.05 V, 0.1 V, 0.2 V, 0.3 V]",
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab")
    shutil.copy(STATION, folder / "station.yaml")
    shutil.copy(DEFAULT_CRYOSTAT, folder / "cryostat.yaml")
    shutil.copy(preset_path("paper"), folder / "device.yaml")
    for kind, swept in SWEPT.items():
        (folder / f"{kind}.yaml").write_text(SHORT.format(kind=kind, swept=swept), encoding="utf-8")
    return folder


def run(lab, kind, *more, device="device.yaml"):
    arguments = [kind, lab / "station.yaml", lab / device, "--plan", lab / f"{kind}.yaml", *more]
    return CliRunner().invoke(command, [str(one) for one in arguments], catch_exceptions=False)


@pytest.fixture(scope="module")
def thermometers(lab):
    result = run(lab, "thermometer", "--out", lab / "thermometers")
    assert result.exit_code == 0, result.output
    return lab / "thermometers", result.stdout


def test_values_errors_and_the_file_s_own_are_printed_side_by_side(thermometers):
    folder, text = thermometers
    for words in ("chi-square", "drain gap", "205 ueV", "ueV", "excess power", "device-calibrated.yaml"):
        assert words in text
    assert (folder / "calibration.png").stat().st_size > 10_000


def test_the_new_device_file_holds_values_with_errors_near_the_truth(thermometers):
    folder, _ = thermometers
    text = (folder / "device-calibrated.yaml").read_text(encoding="utf-8")
    assert text.count("# +- ") == 4
    new, old = (
        load_configuration(folder / name, Device) for name in ("device-calibrated.yaml", "device.yaml")
    )
    assert new.drain.thermometer.gap == pytest.approx(old.drain.thermometer.gap, rel=2e-3, abs=0)
    assert new.drain.thermometer.gap != old.drain.thermometer.gap


def test_the_heater_is_calibrated_with_the_calibrated_thermometers(lab, thermometers):
    result = run(
        lab, "heater", "--out", lab / "heater", "--json", device="thermometers/device-calibrated.yaml"
    )
    summary = json.loads(result.stdout)
    resistance = summary["determined"][0]
    assert resistance["value"] == pytest.approx(10e3, rel=5e-3, abs=0)
    assert summary["warnings"] == []


def test_the_sweep_of_a_heater_ends_where_the_thermometer_was_calibrated(lab, thermometers):
    station = load_configuration(lab / "station.yaml", StationFile)
    swept = {
        name: calibration_text("heater", station, path)
        for name, path in (
            ("unknown", lab / "device.yaml"),
            ("known", thermometers[0] / "device-calibrated.yaml"),
        )
    }
    assert ", 1 V]" in swept["unknown"]
    # 1 nW/K^5 at 420 mK, behind a divider of 1000 into 10 kOhm.
    last = float(swept["known"].partition("]")[0].rpartition(", ")[2].removesuffix(" mV"))
    assert last == pytest.approx(1e6 * (1e-9 * 0.42**5 * 1e4) ** 0.5, rel=5e-3, abs=0)


@pytest.mark.desk
def test_the_folder_of_a_calibration_can_be_fitted_again(thermometers):
    folder, text = thermometers
    (folder / "device-calibrated.yaml").unlink()
    result = CliRunner().invoke(fit, [str(folder)], catch_exceptions=False)
    assert result.exit_code == 0 and result.stdout.splitlines()[3:8] == text.splitlines()[3:8]
    assert (folder / "device-calibrated.yaml").exists()


def test_an_existing_folder_and_a_set_point_beyond_the_limits_are_refused(lab, thermometers):
    with pytest.raises(DataError, match="must be a new folder"):
        run(lab, "thermometer", "--out", thermometers[0])
    (lab / "hot.yaml").write_text((lab / "thermometer.yaml").read_text().replace("400 mK", "500 mK"))
    arguments = ["thermometer", lab / "station.yaml", lab / "device.yaml", "--plan", lab / "hot.yaml"]
    with pytest.raises(
        LimitError, match=r"hot\.yaml:3.*bath_temperatures\.6: must lie between 20 mK and 400 mK"
    ):
        CliRunner().invoke(command, [*map(str, arguments), "--out", str(lab / "hot")], catch_exceptions=False)
    assert not (lab / "hot").exists()
