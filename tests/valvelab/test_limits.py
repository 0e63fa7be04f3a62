"""Set points of a plan and limits of a station."""

from pathlib import Path

import pytest

from valvelab.configuration import load_configuration
from valvelab.device import Device
from valvelab.errors import ConfigurationError, LimitError
from valvelab.limits import check_calibrated, check_limits
from valvelab.protocol import Protocol
from valvelab.sim import preset_path
from valvelab.station_file import StationFile
from valvelab.switching_plan import make_plan

CLI = Path(__file__).parents[2] / "valvelab/cli"


@pytest.fixture
def check(tmp_path):
    """Return a function that checks the demo's plan, with changes in station, device or protocol."""

    def checker(*changes):
        loaded = []
        for source, model in [
            (CLI / "demo-station.yaml", StationFile),
            (preset_path("paper"), Device),
            (CLI / "demo-protocol.yaml", Protocol),
        ]:
            text = source.read_text(encoding="utf-8")
            for old, new in changes:
                text = text.replace(old, new, 1)
            path = tmp_path / source.name
            path.write_text(text, encoding="utf-8")
            loaded.append(load_configuration(path, model))
        station, device, protocol = loaded
        check_calibrated(device, protocol)
        check_limits(station, make_plan(protocol, device))

    return checker


def test_the_demo_keeps_its_limits(check):
    check()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "[-300 uA, 300 uA]",
            "[-10 uA, 10 uA]",
            [
                "demo-protocol.yaml:7:3: configurations.off: the coil_current_1 of 'off' must lie between -10 uA and",
                "(demo-station.yaml:11: coil_1.limits), found ",
            ],
        ),
        (
            "[0 V, 1 V]",
            "[0 V, 100 mV]",
            [
                "demo-protocol.yaml:5:47: source_temperatures.4: the heater_voltage for 310 mK over a bath at 60 mK",
                "between 0 V and 100 mV (demo-station.yaml:27: source_heater.limits), found 169.2 mV",
            ],
        ),
        (
            "[20 mK, 400 mK]",
            "[20 mK, 100 mK]",
            [
                "demo-protocol.yaml:4:28: bath_temperatures.2: must lie between 20 mK and 100 mK "
                "(demo-station.yaml:46: mixing_chamber.limits), found 120 mK",
            ],
        ),
    ],
)
def test_a_set_point_outside_is_told_with_both_places_and_in_units(check, old, new, words):
    with pytest.raises(LimitError) as caught:
        check((old, new))
    for word in words:
        assert word in str(caught.value), str(caught.value)
    assert "e-0" not in str(caught.value)


def test_each_source_that_is_asked_too_much_has_its_line(check):
    with pytest.raises(LimitError) as caught:
        check(("[0 V, 1 V]", "[0 V, 1 mV]"), ("maximum_step: 100 mV", "maximum_step: 1 mV"),
              ("ramp_rate: 1 V/s", "ramp_rate: 1 mV/s"), ("[20 mK, 400 mK]", "[20 mK, 50 mK]"))  # fmt: skip
    assert len(str(caught.value).splitlines()) == 2


SOURCE = "bias_current: 100 pA}"
RANGE = "calibration: {lowest: 60 mK, highest: 350 mK, gap_error: 0.01 ueV, resistance_error: 10 Ohm}}"
POINTS = "points: [[119 mK, 4 mV, 1 uV], [200 mK, 3 mV, 1 uV], [300 mK, 2 mV, 1 uV], [383 mK, 1 mV, 1 uV]]}"


@pytest.mark.parametrize(
    ("known", "range_"), [(RANGE, "57.14 mK and 367.5 mK"), (POINTS, "119 mK and 383 mK")]
)
def test_a_source_that_its_thermometer_could_not_tell_is_refused(check, known, range_):
    with pytest.raises(ConfigurationError) as caught:
        check((SOURCE, f"bias_current: 100 pA, {known}"))
    key = known.partition(":")[0]
    for word in (
        f"demo-protocol.yaml:5:55: source_temperatures.5: must lie between {range_}",
        f"paper.yaml:17: source.thermometer.{key}), found 384 mK",
    ):
        assert word in str(caught.value), str(caught.value)


def test_a_source_within_its_calibration_passes(check):
    check((SOURCE, f"bias_current: 100 pA, {RANGE.replace('350', '384')}"))
