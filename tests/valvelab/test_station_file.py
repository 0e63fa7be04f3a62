"""The station file and its limits."""

from pathlib import Path

import pytest

from valvelab.configuration import load_configuration
from valvelab.errors import ConfigurationError, LimitError
from valvelab.protocol import Protocol, make_plan
from valvelab.sim import preset
from valvelab.station_file import StationFile, check_limits

CLI = Path(__file__).parents[2] / "valvelab/cli"
TEXT = (CLI / "demo-station.yaml").read_text(encoding="utf-8")
PLAN = make_plan(load_configuration(CLI / "demo-protocol.yaml", Protocol), preset("paper"))


@pytest.fixture
def load(tmp_path):
    def loader(old="", new=""):
        assert old in TEXT
        path = tmp_path / "station.yaml"
        path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
        return load_configuration(path, StationFile)

    return loader


def test_the_demo_keeps_its_limits(load):
    check_limits(load(), PLAN)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("limits: [-300 uA, 300 uA]\n", "\n", ["coil_1.limits", "is missing"]),
        ("limits: [-300 uA, 300 uA]", "limts: [-300 uA, 300 uA]", ["did you mean 'limits'?"]),
        ("[-300 uA, 300 uA]", "[300 uA, -300 uA]", ["coil_1", "rising order", "swap"]),
        ("[-300 uA, 300 uA]", "[100 uA, 300 uA]", ["must include zero"]),
        ("[-300 uA, 300 uA]", "[-300 uA, 3 mA]", ["within the range"]),
        ("[-300 uA, 300 uA]", "[-300 uA]", ["coil_1.limits"]),
        ("[-300 uA, 300 uA]", "[-3e-4, 3e-4]", ["coil_1.limits.0", "with its unit"]),
        ("[0 V, 1 V]", "[0 A, 1 A]", ["source_heater.limits", "must be a voltage"]),
        ("maximum_step: 20 uA", "maximum_step: 0 uA", ["maximum_step must be above zero"]),
        ("150.12", "150.11", ["own address", "coil_1, coil_2"]),
        ("driver: YokogawaGS200", "driver: os.system", ["coil_1.driver", "'YokogawaGS200'"]),
        ("TCPIP0::192.168.150.21::inst0::INSTR", "somewhere", ["source_thermometer.address"]),
        ("cryostat: cryostat.yaml\n", "\n", ["visalib", "cryostat"]),
        ("cryostat: cryostat.yaml", "cryostat: ../cryostat.yaml", ["cryostat: must match"]),
        ("channel: 6", "channel: 17", ["mixing_chamber.channel", "less than or equal to 16"]),
    ],
)
def test_a_wrong_station_is_refused_with_key_and_cure(load, old, new, words):
    with pytest.raises(ConfigurationError) as caught:
        load(old, new)
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[-300 uA, 300 uA]", "[-10 uA, 10 uA]", ["reading 0 (off", "coil_current_1", "limits of coil_1"]),
        ("[0 V, 1 V]", "[0 V, 100 mV]", ["heater_voltage", "limits of source_heater"]),
        ("[20 mK, 400 mK]", "[20 mK, 100 mK]", ["bath_temperature", "between 0.02 and 0.1"]),
    ],
)
def test_a_plan_that_leaves_a_window_is_refused_before_anything_moves(load, old, new, words):
    with pytest.raises(LimitError) as caught:
        check_limits(load(old, new), PLAN)
    for word in words:
        assert word in str(caught.value)
