"""Looking at a station changes nothing, and says what is not as the file promises."""

import re
import shutil
from pathlib import Path

import pytest
import pyvisa

import valvelab.cli
from valvelab.box_drivers import DRIVERS
from valvelab.boxes import SOURCES
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


COIL = "limits: [-300 uA, 300 uA], resolution: 100 nA, maximum_step: 20 uA, ramp_rate: 100 uA/s"
HEATER = "limits: [0 V, 1 V], resolution: 1 mV, maximum_step: 100 mV, ramp_rate: 200 mV/s"
LEFT = {
    "YokogawaGS200": ("gs200", "coil_1", "range: 1 mA", "SOUR:LEV 5E-4;:OUTP 1", "500 uA"),
    "Yokogawa7651": ("yokogawa7651", "coil_1", "range: 1 mA", "F5E;S5E-4E;O1E", "500 uA"),
    "Keithley2400": (
        "keithley2400", "coil_1", "range: 1 mA", ":SOUR:FUNC CURR;:SOUR:CURR 5E-4;:OUTP 1", "500 uA"
    ),
    "Keithley2400 at a heater": (
        "keithley2400", "source_heater", "range: 2 V", ":SOUR:FUNC VOLT;:SOUR:VOLT 1.9;:OUTP 1", "1.9 V"
    ),
    "Keithley6221": ("keithley6221", "coil_1", "range: 2 mA", "SOUR:CURR 5E-4;:OUTP 1", "500 uA"),
    "KeysightB2962A": (
        "b2962a", "coil_1", "channel: 2, range: 1 mA", ":SOUR2:FUNC:MODE CURR;:SOUR2:CURR 5E-4;:OUTP2 1", "500 uA"
    ),
    "KeysightB2962A at a heater": (
        "b2962a", "source_heater", "channel: 2, range: 2 V", ":SOUR2:VOLT 1.9;:OUTP2 1", "1.9 V"
    ),
    "StanfordSIM900": ("sim900", "source_heater", "channel: 3, range: 20 V", "SNDT 3,'VOLT 1.9;OPON'", "1.9 V"),
    "StanfordSIM900 at a coil": (
        "sim900", "coil_1", "channel: 3, series_resistance: 10 kOhm, range: 20 V", "SNDT 3,'VOLT 4;OPON'", "4 V"
    ),
    "QDac2": ("qdac2", "source_heater", "channel: 7, range: 2 V", "SOUR7:VOLT 1.9", "1.9 V"),
    "QDac2 at a coil": (
        "qdac2", "coil_1", "channel: 7, series_resistance: 10 kOhm, range: 10 V", "SOUR7:VOLT -4", "-4 V"
    ),
}  # fmt: skip
"""A level outside of the limits: the box, its wire, what the file says of it, what puts it there, what is found."""


@pytest.fixture
def left(request, tmp_path):
    """Return the check's finding on a source that somebody left at a level, and everything that the box heard."""
    text, cryostat = (path.read_text(encoding="utf-8") for path in (STATION, DEFAULT_CRYOSTAT))

    def look(case, *messages):
        model, role, part, _, _ = LEFT[case]
        driver = case.split()[0]
        if driver == "QDac2":
            pytest.importorskip("qcodes_contrib_drivers.drivers.QDevil.QDAC2", reason="an optional extra")
        address = COIL_1 if role == "coil_1" else COIL_1.replace("150.11", "150.13")
        old = text[text.index(f"{role}:") :]
        old = old[: re.search(r"\n\w", old).start()]
        limits = COIL if role == "coil_1" else HEATER
        new = f"{role}: {{driver: {driver}, address: '{address}', {part}, {limits}}}"
        (tmp_path / "station.yaml").write_text(text.replace(old, new), encoding="utf-8")
        terminal = re.match(r"channel: (\d+)", part)
        wires = f"{{{terminal[1]}: {role}}}" if terminal else role
        wired = f"model: gs200, wired_to: {role}"
        assert wired in cryostat
        (tmp_path / "cryostat.yaml").write_text(
            cryostat.replace(wired, f"model: {model}, wired_to: {wires}"), encoding="utf-8"
        )
        manager = pyvisa.ResourceManager(f"{tmp_path / 'cryostat.yaml'}@valve")
        request.addfinalizer(manager.close)
        box = manager.visalib._lines[address].box
        for message in messages:
            box.receive(message)
        heard, receive = [], box.receive
        box.receive = lambda message: heard.append(message) or receive(message)
        file, _ = load_station(tmp_path / "station.yaml")
        (finding,) = [found for found in check_station(file, tmp_path) if found.role == role]
        return finding, heard

    return look


@pytest.mark.parametrize("case", LEFT)
def test_the_level_of_every_source_is_compared_with_its_limits_by_questions_alone(case, left):
    _, role, _, message, level = LEFT[case]
    finding, heard = left(case, message)
    assert len(finding.mistakes) == 1
    assert (
        f"{role}.limits: must hold the level at which the box stands, found {level} outside"
        in finding.mistakes[0]
    )
    # The driver of a 2400 says what a reading is to hold.
    asked = [text for text in heard if text != ":TRIG:COUN 1;:FORM:ELEM VOLT,CURR"]
    assert asked and all("?" in text or text in ("OD", "OS", "OC") for text in asked)


@pytest.mark.parametrize("case", LEFT)
def test_a_source_as_it_is_when_it_is_switched_on_has_no_mistake(case, left):
    finding, _ = left(case)
    assert finding.mistakes == () and {"0 A", "0 V"} & set(finding.readings.values())


@pytest.mark.parametrize(
    ("case", "message", "switch"),
    [
        ("Keithley2400", ":SOUR:FUNC VOLT;:SOUR:VOLT 5", ":OUTP 1"),
        ("KeysightB2962A", ":SOUR2:VOLT 5", ":OUTP2 1"),
    ],
)
def test_a_source_of_the_other_quantity_is_a_mistake_once_it_is_on(case, message, switch, left):
    finding, _ = left(case, message)
    assert finding.readings["level"].endswith("the output is off, and not set to source a current")
    assert finding.mistakes == ()
    finding, _ = left(case, message, switch)
    assert "coil_1: must source a current while its output is on, found a voltage;" in finding.mistakes[0]


def test_every_source_tells_its_level():
    assert {name for name in SOURCES if DRIVERS[name].level} == set(SOURCES)


def test_a_driver_that_cannot_tell_a_level_without_measuring_says_so(left, monkeypatch):
    monkeypatch.setitem(DRIVERS, "Keithley2400", DRIVERS["Keithley2400"]._replace(level=""))
    finding, _ = left("Keithley2400", LEFT["Keithley2400"][3])
    assert finding.readings["level"].startswith("not compared with its limits") and not finding.mistakes


def test_a_level_that_is_no_number_is_a_mistake(left, monkeypatch):
    monkeypatch.setitem(DRIVERS, "YokogawaGS200", DRIVERS["YokogawaGS200"]._replace(level="source_mode"))
    finding, _ = left("YokogawaGS200")
    assert "coil_1: source_mode must be readable, but is not" in finding.mistakes[0]


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
