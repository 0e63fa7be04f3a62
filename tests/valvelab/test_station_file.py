"""The station file and its limits."""

from pathlib import Path

import pytest

from valvelab.configuration import load_configuration
from valvelab.errors import ConfigurationError
from valvelab.station_file import StationFile

CLI = Path(__file__).parents[2] / "valvelab/cli"
TEXT = (CLI / "demo-station.yaml").read_text(encoding="utf-8")


@pytest.fixture
def load(tmp_path):
    def loader(old="", new=""):
        assert old in TEXT
        path = tmp_path / "station.yaml"
        path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
        return load_configuration(path, StationFile)

    return loader


def test_the_heater_range_is_written_like_every_current_and_named_as_the_driver_names_it(load):
    assert load().mixing_chamber.heater_range == "10mA"
    assert load("heater_range: 10 mA", "heater_range: 316 µA").mixing_chamber.heater_range == "316μA"
    assert load("heater_range: 10 mA", "heater_range: 31.6mA").mixing_chamber.heater_range == "31.6mA"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("limits: [-300 uA, 300 uA]\n", "\n", ["coil_1.limits", "is missing"]),
        ("limits: [-300 uA, 300 uA]", "limts: [-300 uA, 300 uA]", ["did you mean 'limits'?"]),
        (
            "[-300 uA, 300 uA]",
            "[300 uA, -300 uA]",
            [":11:3: coil_1.limits: must be in rising order, found 300 uA"],
        ),
        ("[-300 uA, 300 uA]", "[100 uA, 300 uA]", [":11:3: coil_1.limits: must include zero"]),
        (
            "[-300 uA, 300 uA]",
            "[-300 uA, 3 mA]",
            [":11:3: coil_1.limits: must lie within the range, 1 mA, found 3 mA"],
        ),
        ("[-300 uA, 300 uA]", "[-300 uA]", ["coil_1.limits: must be two currents, the lowest", "found one"]),
        ("[-300 uA, 300 uA]", "300 uA", ["coil_1.limits: must be a list of two currents", "found '300 uA'"]),
        ("[-300 uA, 300 uA]", "[-3e-4, 3e-4]", [":11:12: coil_1.limits.1", "'-300 uA' or '-0.0003 A'"]),
        ("[0 V, 1 V]", "[0 A, 1 A]", ["source_heater.limits", "must be a voltage"]),
        ("maximum_step: 20 uA", "maximum_step: 0 uA", [":13:3: coil_1.maximum_step: must be above zero"]),
        ("maximum_step: 20 uA", "maximum_step: 1 A", ["coil_1.maximum_step: must be a current between"]),
        (
            "maximum_step: 20 uA",
            "maximum_step: 1 mA",
            ["coil_1.maximum_step", "at most 600 uA", "found 1 mA"],
        ),
        ("resolution: 10 nA", "resolution: 10 A", ["coil_1.resolution", "between", "found 10 A"]),
        ("resolution: 10 nA", "resolution: 100 uA", ["coil_1.resolution", "at most 30 uA", "found 100 uA"]),
        ("ramp_rate: 100 uA/s", "ramp_rate: 100 A/s", ["coil_1.ramp_rate", "found 100 A/s"]),
        (
            "ramp_rate: 100 uA/s",
            "ramp_rate: 100 mA/s",
            ["at most 6 mA/s (1000% of the span", "found 100 mA/s"],
        ),
        (
            "ramp_rate: 1 V/s",
            "ramp_rate: 50 V/s",
            ["source_heater.ramp_rate", "at most 10 V/s", "found 50 V/s"],
        ),
        (
            "range: 1 mA",
            "range: 3 mA",
            [":10:3: coil_1.range: must be 1 mA, 10 mA, 100 mA or 200 mA", "found 3 mA"],
        ),
        ("range: 1 mA", "range: 1 A", ["coil_1.range", "found 1 A"]),
        (
            "range: 1 V",
            "range: 3 V",
            ["source_heater.range: must be 10 mV, 100 mV, 1 V, 10 V or 30 V", "found 3 V"],
        ),
        (
            "range: 100 mV",
            "range: 5 mV",
            ["source_thermometer.range: must be 100 mV, 1 V, 10 V, 100 V or 1 kV"],
        ),
        (
            "power_line_cycles: 10",
            "power_line_cycles: 7",
            ["cycles: must be 0.02, 0.06, 0.2, 1, 10 or 100", "found 7"],
        ),
        (
            "heater_range: 10 mA",
            "heater_range: 5 mA",
            ["heater_range: must be 31.6 uA, 100 uA", "found 5 mA"],
        ),
        (
            "heater_range: 10 mA",
            "heater_range: off",
            ["heater_range: must be a heater range with its unit", "'off'"],
        ),
        ("heater_range: 10 mA", "heater_range: 10", ["heater_range", "write '10 uA' or '10 nA'"]),
        (
            "[20 mK, 400 mK]",
            "[20 mK, 100 K]",
            ["mixing_chamber.limits.2", "between 100 uK and 10 K, found 100 K"],
        ),
        ("[20 mK, 400 mK]", "[400 mK, 20 mK]", ["mixing_chamber.limits: must be in rising order"]),
        ("150.12", "150.11", [":17:3: coil_2.address: must be its own, found that of coil_1"]),
        (
            "driver: YokogawaGS200",
            "driver: os.system",
            ["coil_1.driver", "must be YokogawaGS200, ", "found 'os.system'; correct it"],
        ),
        (
            "TCPIP0::192.168.150.21::inst0::INSTR",
            "somewhere",
            ["source_thermometer.address: must be a VISA address such as"],
        ),
        ("cryostat: cryostat.yaml\n", "\n", [":5:1: visalib: needs `cryostat` beside it"]),
        ("@valve", "@vlave", [":5:1: visalib: must be '@valve'", "found '@vlave'; did you mean '@valve'?"]),
        ('visalib: "@valve"\n', "\n", [":3:1: visalib: must be '@valve' beside a cryostat, found none"]),
        (
            "cryostat: cryostat.yaml",
            "cryostat: ../cryostat.yaml",
            ["cryostat: must be the name of a file beside"],
        ),
        ("channel: 6", "channel: 17", ["mixing_chamber.channel: must be at most 16, found 17"]),
        ("channel: 6", "channel: six", ["mixing_chamber.channel: must be a whole number, found 'six'"]),
    ],
)
def test_a_wrong_station_is_refused_with_key_and_cure(load, old, new, words):
    with pytest.raises(ConfigurationError) as caught:
        load(old, new)
    for word in words:
        assert word in str(caught.value)
