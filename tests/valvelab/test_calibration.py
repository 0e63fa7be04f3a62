"""Calibrations as plans."""

import pytest

from valvelab.configuration import load_configuration
from valvelab.errors import ConfigurationError, LimitError
from valvelab.limits import check_limits
from valvelab.protocol_file import WALKS, load_protocol
from valvelab.sim import preset
from valvelab.station_file import StationFile

from .test_station_file import CLI

DEVICE = preset("paper")
SETTLE = "readings_per_point: 3\nsettle: {configuration: 2 s, source: 10 s, bath: 20 min}\n"
TEXTS = {
    "thermometer": "bath_temperatures: [60 mK, 200 mK, 380 mK]\n",
    "heater": "bath_temperature: 60 mK\nheater_voltages: [0 V, 0.1 V, 0.3 V]\nboth_signs: true\n",
    "flux": "bath_temperature: 60 mK\nheater_voltage: 0.29 V\ncoil_currents_1: [-100 uA, 100 uA]\npoints_1: 8\n"
    "coil_currents_2: [-50 uA, 50 uA]\npoints_2: 9\n",
}


@pytest.fixture
def load(tmp_path):
    def loader(kind, old="", new=""):
        text = f"schema: valvelab-{kind}-calibration/1\nname: {kind}\n{TEXTS[kind]}{SETTLE}"
        assert old in text
        path = tmp_path / "calibration.yaml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return load_protocol(path)

    return loader


def test_the_bath_is_swept_with_everything_else_at_rest(load):
    plan = load("thermometer").plan(DEVICE)
    assert [reading.bath_temperature for reading in plan.readings] == [0.06] * 3 + [0.2] * 3 + [0.38] * 3
    assert {(r.coil_current_1, r.coil_current_2, r.heater_voltage) for r in plan.readings} == {(0, 0, 0)}
    assert plan.duration == pytest.approx(3 * 1200 + 9 * 0.4, abs=1e-9)


def test_each_heater_voltage_comes_with_both_signs_where_they_are_asked_for(load):
    voltages = [reading.heater_voltage for reading in load("heater").plan(DEVICE).readings][::3]
    assert voltages == [0, 0.1, -0.1, 0.3, -0.3]
    one_sign = load("heater", "both_signs: true\n", "").plan(DEVICE)
    assert [reading.heater_voltage for reading in one_sign.readings][::3] == [0, 0.1, 0.3]


def test_coil_1_always_rises_along_a_line_of_the_raster(load):
    walk = load("flux")
    readings = walk.plan(DEVICE).readings[::3]
    first, second = walk.axes
    assert [(r.coil_current_1, r.coil_current_2) for r in readings] == [(a, b) for b in second for a in first]
    assert first == sorted(first) and (first[0], first[-1]) == (-1e-4, 1e-4) and len(readings) == 72


@pytest.mark.parametrize(
    ("kind", "old", "new", "words"),
    [
        ("thermometer", "380 mK", "500 mK", "bath_temperatures.3: must lie between 20 mK and 400 mK"),
        ("heater", "0 V, 0.1 V", "0 V, 3 V", "heater_voltages.2: must lie between 0 V and 1 V"),
        (
            "heater",
            "0 V, 0.1 V, 0.3 V",
            "0 V, 0.1 V, 0.2 V",
            "heater_voltages.2: must lie between 0 V and 1 V",
        ),
        ("flux", "100 uA]", "400 uA]", "coil_currents_1: must lie between -300 uA and 300 uA"),
    ],
)
def test_a_set_point_beyond_the_station_s_limits_is_told_at_its_key(load, kind, old, new, words):
    station = load_configuration(CLI / "demo-station.yaml", StationFile)
    with pytest.raises(LimitError, match=words.replace(".", r"\.")):
        check_limits(station, load(kind, old, new).plan(DEVICE))


@pytest.mark.parametrize(
    ("kind", "old", "new", "words"),
    [
        ("thermometer", "60 mK, 200 mK", "60 mK, 60 mK", "must list each entry once"),
        ("heater", "heater_voltages", "heater_voltage", "did you mean 'heater_voltages'"),
        ("flux", "[-50 uA, 50 uA]", "[50 uA, -50 uA]", "coil_currents_2: must be in rising order"),
        ("flux", "points_1: 8", "points_1: 3", "points_1: must be at least 8"),
    ],
)
def test_a_wrong_calibration_is_refused_at_its_key(load, kind, old, new, words):
    with pytest.raises(ConfigurationError, match=words):
        load(kind, old, new)


def test_every_schema_that_a_run_folder_may_hold_is_its_model_s_own():
    for schema, model in WALKS.items():
        assert schema in str(model.model_fields["schema_"].annotation)
