"""Looking at a station changes nothing, and says what is not as the file promises."""

import shutil
from pathlib import Path

import pytest
import pyvisa

import valvelab.cli
from valvelab.configuration import load_configuration
from valvelab.errors import ConfigurationError
from valvelab.laboratory import load_station
from valvelab.sim.cryostat import DEFAULT_CRYOSTAT
from valvelab.station import open_station
from valvelab.station_check import check_station
from valvelab.station_file import StationFile

STATION = Path(valvelab.cli.__file__).parent / "demo-station.yaml"
COIL_1 = "TCPIP0::192.168.150.11::inst0::INSTR"


@pytest.fixture
def lab(tmp_path):
    """Return the station file, its folder and the resource manager that keeps its world alive."""
    shutil.copy(STATION, tmp_path / "station.yaml")
    shutil.copy(DEFAULT_CRYOSTAT, tmp_path / "cryostat.yaml")
    manager = pyvisa.ResourceManager(f"{tmp_path / 'cryostat.yaml'}@valve")
    yield load_configuration(tmp_path / "station.yaml", StationFile), tmp_path, manager
    manager.close()


def test_nothing_but_questions_reaches_a_box_that_has_been_set_up(lab, monkeypatch):
    file, folder, manager = lab
    heard = []
    for box in (line.box for line in manager.visalib._lines.values()):
        monkeypatch.setattr(
            box, "receive", lambda text, receive=box.receive: heard.append(text) or receive(text)
        )
    findings = list(check_station(file, folder))
    assert len(findings) == 6 and len(heard) > 20
    # A Keysight driver clears the display, makes sure of one sample a reading and puts back what stood there.
    assert {text for text in heard if "?" not in text} <= {"SAMP:COUN 1", 'DISPLAY:TEXT ""'}
    assert not [mistake for finding in findings for mistake in finding.mistakes]


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("SOUR:LEV 5E-4;:OUTP 1", "coil_1.limits: must hold the level at which the box stands, found 500 uA"),
        ("SOUR:FUNC VOLT", "coil_1: current_range must be readable, but is not"),
    ],
)
def test_what_does_not_fit_the_file_is_told(lab, setting, words):
    file, folder, manager = lab
    with manager.open_resource(COIL_1, write_termination="\n") as coil:
        coil.write(setting)
    (finding,) = [found for found in check_station(file, folder) if found.role == "coil_1"]
    assert words in finding.mistakes[0]
    assert finding.readings["output"] in ("on", "off")


def test_a_station_may_have_a_bluefors_controller(tmp_path):
    url = "http://192.168.150.41:5001"
    cryostat = DEFAULT_CRYOSTAT.read_text(encoding="utf-8")
    bridge = '"TCPIP0::192.168.150.31::inst0::INSTR": {model: ls372'
    (tmp_path / "cryostat.yaml").write_text(
        cryostat.replace(bridge, f'"{url}": {{model: bluefors'), encoding="utf-8"
    )
    text = STATION.read_text(encoding="utf-8")
    part = text[text.index("mixing_chamber:") :]
    new = (
        f"mixing_chamber: {{driver: BlueFors, address: '{url}', channel: 6, heater: 4, maximum_power: 1 mW, "
    )
    path = tmp_path / "station.yaml"
    path.write_text(text.replace(part, new + "limits: [20 mK, 400 mK]}\n"), encoding="utf-8")
    file, _ = load_station(path)
    (finding,) = [found for found in check_station(file, tmp_path) if found.role == "mixing_chamber"]
    assert finding.identity.startswith("Bluefors TC") and finding.mistakes == ()
    assert finding.readings["ch06.temperature"].endswith("mK")
    with open_station(file, tmp_path) as station:
        station.parts["mixing_chamber"].set_point(0.1)
        station.clock.sleep(3600)
        assert station.parts["mixing_chamber"].temperature() == pytest.approx(0.1, abs=1e-3)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("heater_range: 10 mA\n", "\n", "heater_range: must be given for a LakeshoreModel372"),
        (
            "heater_range: 10 mA",
            "heater: 3\n  heater_range: 10 mA",
            "heater: must be left out for a LakeshoreModel372",
        ),
        ("driver: LakeshoreModel372", "driver: BlueFors", "heater_range: must be left out for a BlueFors"),
        (
            "TCPIP0::192.168.150.31::inst0::INSTR",
            "http://a:1",
            "address: must be a VISA address for a Lakeshore",
        ),
    ],
)
def test_a_controller_needs_what_its_driver_takes(tmp_path, old, new, words):
    text = STATION.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "station.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=words):
        load_configuration(path, StationFile)
