"""The scripts that a physicist would copy."""

import runpy
import sys
from pathlib import Path

import pytest

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


def test_the_overnight_script_measures_and_fits_and_can_be_called_again(script, lab, tmp_path):
    folder = lab(
        protocol=[("[384 mK]", "[240 mK, 310 mK, 384 mK]"), ("blocks_per_cell: 1", "blocks_per_cell: 2")]
    )
    arguments = [folder / name for name in ("station.yaml", "device.yaml", "protocol.yaml")]
    first = script("overnight.py", *arguments, tmp_path / "run")
    assert first.count("Switching fit, model") == 2
    again = script("overnight.py", *arguments, tmp_path / "run")
    assert again.strip() == first[first.index("Switching fit") :].strip()


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
