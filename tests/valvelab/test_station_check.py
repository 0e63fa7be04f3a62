"""Looking at a station changes nothing, and says what is not as the file promises."""

import shutil
from pathlib import Path

import pytest
import pyvisa

import valvelab.cli
from valvelab.configuration import load_configuration
from valvelab.sim.cryostat import DEFAULT_CRYOSTAT
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
    for box in manager.visalib._boxes.values():
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
