import pytest

from valvelab.configuration import load_configuration
from valvelab.errors import ConfigurationError
from valvelab.sim.cryostat import DEFAULT_CRYOSTAT, Cryostat
from valvelab.sim.presets import preset


def test_the_packaged_cryostat_is_the_device_of_the_paper(cryostat: Cryostat) -> None:
    device = preset("paper")
    assert cryostat.chip.qubits == device.qubits
    assert cryostat.chip.flux == device.flux
    assert cryostat.chip.resonator == device.resonator
    assert (cryostat.source, cryostat.drain) == (device.source, device.drain)


@pytest.mark.parametrize(
    ("written", "mistaken", "complaint"),
    [
        ("34465a, wired_to: source", "gs200, wired_to: source", r"wired_to: must be coil_1, .*gs200"),
        ("wired_to: coil_2", "wired_to: coil_1", r"wired_to: must be a wire of its own, found coil_1"),
        ("model: 34465a", "model: 34470b", r"model: must be gs200, .*found '34470b'"),
        (
            "34465a, wired_to: source_thermometer",
            "34465a, wired_to: {front: source_thermometer}",
            r"front: must be a terminal of a 34465a",
        ),
        ("gs200, wired_to: coil_1", "gs200, wired_to: {}", r"wired_to: must name a terminal, output"),
        (
            '"TCPIP0::192.168.150.31::inst0::INSTR"',
            "nowhere",
            r"boxes\.nowhere: must be a VISA address .*'nowhere'",
        ),
        ("150.12::inst0", "150.11", r"boxes: .*one box per address"),
        ("model: ls372", "model: bluefors", r"boxes\..*: must be a URL such as http://"),
        (
            '"TCPIP0::192.168.150.31::inst0::INSTR"',
            "http://192.168.150.41:5001",
            r"boxes\..* must be a VISA address",
        ),
        ("  heater: {resistance: 10 kOhm, divider: 1000}\n", "", r"boxes: .*source.heater"),
        ("maximum_frequency: 6.5 GHz, ", "", r"qubits\.1: must have a maximum_frequency"),
        ("asymmetry: 0.05", "asymmetry: 0.0", r"qubits\.1\.asymmetry: .*half a flux quantum"),
        ("gamma_h: 0.5e9 1/s", "gamma_h: 0.5 GHz", r"gamma_h: .*two things"),
        ("time_constant: 60 s", "time_constant: 0 s", r"time_constant: .*between 1 ms and 100 h"),
        ("channel: 6", "channel: 17", r"channel: .*16"),
        ("seed: 240117469", "seed: -1", r"seed: "),
        ("drain_background", "drain_backround", r"did you mean 'drain_background'"),
    ],
)
def test_a_mistake_is_answered_with_its_place_and_its_cure(tmp_path, written, mistaken, complaint) -> None:
    text = DEFAULT_CRYOSTAT.read_text(encoding="utf-8")
    assert written in text
    path = tmp_path / "cryostat.yaml"
    path.write_text(text.replace(written, mistaken), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=complaint):
        load_configuration(path, Cryostat)


def test_a_controller_that_speaks_http_has_a_url(tmp_path) -> None:
    text = DEFAULT_CRYOSTAT.read_text(encoding="utf-8")
    path = tmp_path / "cryostat.yaml"
    text = text.replace(
        '"TCPIP0::192.168.150.31::inst0::INSTR": {model: ls372', "http://bf:5001: {model: bluefors"
    )
    path.write_text(text, encoding="utf-8")
    assert load_configuration(path, Cryostat).boxes["http://bf:5001"].model == "bluefors"
