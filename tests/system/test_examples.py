"""The scripts that a physicist would copy."""

import re
import runpy
import sys
from pathlib import Path

import pytest

from valvelab.configuration import load_configuration
from valvelab.device import Device

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def script(monkeypatch, capsys):
    def run(name, *arguments):
        monkeypatch.setattr(sys, "argv", [name, *map(str, arguments)])
        runpy.run_path(str(EXAMPLES / name), run_name="__main__")
        return capsys.readouterr().out

    return run


def test_the_bring_up_check_reads_and_goes_back(script, lab):
    output = script("bring_up_check.py", lab() / "station.yaml")
    lines = output.splitlines()
    assert len(lines) == 2
    assert "coil 1 at   0.00 uA" in lines[0] and "coil 1 at  10.00 uA" in lines[1]
    assert "NOT SAFE" not in output


def test_the_overnight_script_measures_and_fits_and_its_folder_is_all_that_is_needed_later(
    script, lab, tmp_path
):
    folder = lab(
        protocol=[("[384 mK]", "[120 mK, 240 mK, 384 mK]"), ("blocks_per_cell: 1", "blocks_per_cell: 2")]
    )
    arguments = [folder / name for name in ("station.yaml", "device.yaml", "protocol.yaml")]
    first = script("overnight.py", *arguments, tmp_path / "run")
    assert first.count("Switching fit, model") == 2 and "report.html can be mailed" in first
    told = script("yesterday.py", tmp_path / "run")
    assert told.startswith("complete, 192 of 192 readings")
    chi = {
        name: float(re.search(rf"{name} +chi-square +(\S+) ", told)[1]) for name in ("independent", "pair")
    }
    assert chi["pair"] < chi["independent"]
    power = {name: float(re.search(rf"{name} +(\S+) \+-", told)[1]) for name in ("both", "only_1", "only_2")}
    assert power["both"] > power["only_1"] > 0 and power["both"] > power["only_2"] > 0


@pytest.mark.desk
def test_the_thermometers_are_calibrated_and_a_run_can_use_it(script, lab, tmp_path):
    folder = lab()
    out = script(
        "thermometer_calibration.py", folder / "station.yaml", folder / "device.yaml", tmp_path / "run"
    )
    gaps = [line for line in out.splitlines() if "gap" in line]
    assert len(gaps) == 2
    for line in gaps:
        value, error = (
            float(re.search(pattern, line)[1]) for pattern in (r"([\d.]+) ueV +\+-", r"\+- ([\d.]+) ueV")
        )
        assert abs(value - 205.0) < 5 * error
    device = load_configuration(tmp_path / "run/device-calibrated.yaml", Device)
    assert device.drain.thermometer.calibration is not None
    again = script(
        "thermometer_calibration.py", folder / "station.yaml", folder / "device.yaml", tmp_path / "run"
    )
    assert again == out


@pytest.mark.desk
def test_the_map_gives_the_flux_matrix(script, lab, tmp_path):
    folder = lab()
    out = script("two_coil_map.py", folder / "station.yaml", folder / "device.yaml", tmp_path / "run")
    assert (
        "device-calibrated.yaml from now on" in out and (tmp_path / "run/calibration.png").stat().st_size > 0
    )
    found = load_configuration(tmp_path / "run/device-calibrated.yaml", Device).flux
    true = load_configuration(folder / "device.yaml", Device).flux
    for row, expected in zip(found.matrix, true.matrix, strict=True):
        assert row == pytest.approx(expected, abs=30)  # Phi0/A, where the smallest element has 210


def test_the_valve_is_swept_as_one_instrument(script, lab, tmp_path):
    known = "calibration: {lowest: 20 mK, highest: 400 mK, gap_error: 0.01 ueV, resistance_error: 10 Ohm}"
    biases = [(f"bias_current: {bias}", f"bias_current: {bias}, {known}") for bias in ("100 pA", "5 pA")]
    folder = lab(device=biases)
    output = script("heat_valve.py", folder / "station.yaml", folder / "device.yaml", tmp_path / "sweep.db")
    power = {line.split()[0]: float(line.split()[1]) for line in output.splitlines() if " aW into" in line}
    assert power["off"] < power["only_1"] < power["both"] and power["off"] < power["only_2"] < power["both"]
    assert "NOT SAFE" not in output and (tmp_path / "sweep.db").stat().st_size > 0


def test_every_example_is_run_here():
    here = Path(__file__).read_text(encoding="utf-8")
    assert all(f'"{path.name}"' in here for path in EXAMPLES.glob("*.py"))
