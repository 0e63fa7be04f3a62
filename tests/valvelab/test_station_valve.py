"""The heat valve of a station, from its files."""

import shutil
from pathlib import Path

import pytest

import valvelab.cli
from valvelab.configuration import load_configuration
from valvelab.device import Device
from valvelab.errors import ConfigurationError
from valvelab.sim import preset_path
from valvelab.sim.cryostat import DEFAULT_CRYOSTAT
from valvelab.station import open_station
from valvelab.station_file import StationFile
from valvelab.station_valve import valve

STATION = Path(valvelab.cli.__file__).parent / "demo-station.yaml"
CONFIGURATIONS = {"off": (2e9, 2e9), "both": (4e9, 4e9), "only_1": (4e9, 2e9), "only_2": (2e9, 4e9)}
RANGE = "calibration: {lowest: 20 mK, highest: 400 mK, gap_error: 0.01 ueV, resistance_error: 10 Ohm}"


@pytest.fixture
def device(tmp_path):
    text = preset_path("paper").read_text(encoding="utf-8")
    for bias in ("100 pA", "5 pA"):
        text = text.replace(f"bias_current: {bias}", f"bias_current: {bias}, {RANGE}")
    path = tmp_path / "device.yaml"
    path.write_text(text, encoding="utf-8")
    return load_configuration(path, Device)


@pytest.fixture
def station(tmp_path):
    shutil.copy(STATION, tmp_path / "station.yaml")
    shutil.copy(DEFAULT_CRYOSTAT, tmp_path / "cryostat.yaml")
    with open_station(load_configuration(tmp_path / "station.yaml", StationFile), tmp_path) as opened:
        yield opened


def test_it_switches_and_more_heat_flows_with_both_qubits_than_with_either(station, device):
    made = valve(station, device, CONFIGURATIONS)
    station.parts["mixing_chamber"].set_point(0.06)
    station.parts["source_heater"].level(0.29)
    station.clock.sleep(1200)
    power = {}
    for name in CONFIGURATIONS:
        made.configuration(name)
        station.clock.sleep(2)
        assert made.configuration() == name
        power[name] = made.heat_power()
    assert power["off"] < min(power["only_1"], power["only_2"]) < power["both"]
    assert made.heat_power_std() < 0.1 * (power["both"] - power["off"])
    assert made.source_temperature() == pytest.approx(0.384, abs=5e-3)
    assert "valve" in station.qcodes_station.components
    assert made.safe_state() == []
    assert station.parts["source_heater"].level() == 0.0


def test_it_ends_with_its_station_so_that_it_can_be_made_again(tmp_path, device):
    shutil.copy(STATION, tmp_path / "station.yaml")
    shutil.copy(DEFAULT_CRYOSTAT, tmp_path / "cryostat.yaml")
    file = load_configuration(tmp_path / "station.yaml", StationFile)
    for _ in range(2):
        with open_station(file, tmp_path) as opened:
            assert valve(opened, device, CONFIGURATIONS).drain_temperature() > 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"flux": None}, "flux: must be known to switch the valve"),
        ({"drain": None}, "drain: must be known to switch the valve"),
    ],
)
def test_a_device_that_lacks_a_part_is_refused_with_its_place(station, device, changes, words):
    with pytest.raises(ConfigurationError, match=words):
        valve(station, device.model_copy(update=changes), CONFIGURATIONS)


def test_a_device_without_calibrated_thermometers_is_refused(station):
    bare = load_configuration(preset_path("paper"), Device)
    with pytest.raises(ConfigurationError, match="run 'valvelab calibrate thermometer'"):
        valve(station, bare, CONFIGURATIONS)
