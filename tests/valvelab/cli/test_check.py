"""The command ``valvelab check``."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import valvelab.cli
from valvelab.cli.check import command
from valvelab.errors import ConfigurationError
from valvelab.sim.cryostat import DEFAULT_CRYOSTAT

STATION = Path(valvelab.cli.__file__).parent / "demo-station.yaml"


@pytest.fixture
def station(tmp_path):
    """Return a function that writes a station file with one change, and the cryostat beside it."""
    shutil.copy(DEFAULT_CRYOSTAT, tmp_path / "cryostat.yaml")

    def write(old="", new="", cryostat=("", "")):
        text = STATION.read_text(encoding="utf-8")
        assert old in text
        (tmp_path / "station.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
        world = tmp_path / "cryostat.yaml"
        world.write_text(world.read_text(encoding="utf-8").replace(*cryostat, 1), encoding="utf-8")
        return tmp_path / "station.yaml"

    return write


def run(*arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments], catch_exceptions=False)


def test_every_role_is_shown_with_who_answers_and_what_it_reads(station):
    result = run(station())
    assert result.exit_code == 0
    for words in (
        "coil_1",
        "YOKOGAWA GS210",
        "output off",
        "34465A",
        "LSCI 372",
        "temperature",
    ):
        assert words in result.stdout
    assert "nothing was set" in result.stdout


def test_json_holds_every_finding(station):
    result = run(station(), "--json")
    findings = json.loads(result.stdout)
    assert [finding["role"] for finding in findings][:2] == ["coil_1", "coil_2"]
    assert findings[0]["readings"]["current_range"] == "1 mA" and findings[0]["mistakes"] == []


def test_a_wrong_box_does_not_keep_the_others_from_being_looked_at(station):
    exchanged = (
        '150.11::inst0::INSTR": {model: gs200, wired_to: coil_1',
        '150.11::inst0::INSTR": {model: 34465a, wired_to: source_thermometer',
    )
    other = (
        '150.21::inst0::INSTR": {model: 34465a, wired_to: source_thermometer',
        '150.21::inst0::INSTR": {model: gs200, wired_to: coil_1',
    )
    path = station(cryostat=exchanged)
    station(cryostat=other)
    result = run(path)
    assert result.exit_code == 2
    assert "coil_1.address: must be that of a YokogawaGS200" in result.stderr
    assert (
        "source_thermometer.address: must be that of a Keysight34465A that answers, found YOKOGAWA GS210"
        in result.stderr
    )
    assert "LSCI 372" in result.stdout


def test_a_serial_number_that_is_not_the_promised_one_is_told(station):
    result = run(station("resolution: 10 nA", "serial: XYZ\n  resolution: 10 nA"))
    assert result.exit_code == 2
    assert "coil_1.serial: must be that of the box at TCPIP0::192.168.150.11" in result.stderr
    assert "not XYZ" in result.stderr


def test_a_station_that_is_no_station_is_refused_before_anything_is_opened(station):
    with pytest.raises(ConfigurationError, match="limits"):
        run(station("limits: [-300 uA, 300 uA]", "limts: [-300 uA, 300 uA]"))
