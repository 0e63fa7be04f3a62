"""The driver of the Bluefors control software against the simulated one, without a socket and over HTTP."""

import pytest
import pyvisa

from valvelab.configuration import dump_configuration, load_configuration
from valvelab.drivers import BlueForsSoftware
from valvelab.errors import RunError
from valvelab.sim.cryostat import DEFAULT_CRYOSTAT, Cryostat, serve

URL = "http://192.168.150.40:49099"
NODE = "mapper.bf.temperatures.tmixing"


@pytest.fixture(scope="module")
def cryostat() -> Cryostat:
    cryostat = load_configuration(DEFAULT_CRYOSTAT, Cryostat)
    boxes = {address: box for address, box in cryostat.boxes.items() if box.model != "ls372"}
    bridge = next(box for box in cryostat.boxes.values() if box.model == "ls372")
    boxes[URL] = bridge.model_copy(update={"model": "bluefors_software"})
    return cryostat.model_copy(update={"boxes": boxes})


@pytest.fixture
def software(tmp_path, cryostat: Cryostat):
    path = tmp_path / "cryostat.yaml"
    path.write_text(dump_configuration(cryostat), encoding="utf-8")
    manager = pyvisa.ResourceManager(f"{path}@valve")
    software = BlueForsSoftware("software", URL, key="secret", visalib=f"{path}@valve")
    yield software
    software.close()
    manager.close()


def replying(software, monkeypatch, **fields) -> None:
    """Let the software tell another value than it has."""
    honest = software._http.request

    def request(path, payload={}, query=""):  # noqa: B006
        assert query == "?key=secret"
        reply = honest(path, payload, query)
        if NODE in reply["data"]:
            reply["data"][NODE]["content"]["latest_value"].update(fields)
        return reply

    monkeypatch.setattr(software._http, "request", request)


def test_the_mixing_chamber_is_read(software) -> None:
    assert software.mixing_chamber() == pytest.approx(0.06, rel=0, abs=2e-4)
    assert software.IDN()["model"] == "control software"


def test_a_thermometer_that_is_not_connected_has_no_temperature(software) -> None:
    with pytest.raises(RunError, match=r"software: still must have a value .*status DISCONNECTED"):
        software.still()


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"date": 0}, "s old, status SYNCHRONIZED"),
        ({"date": None}, "found one inf s old"),
        ({"outdated": True}, "must have a value of the last 120 s"),
        ({"status": "INVALID"}, "status INVALID"),
        ({"value": ""}, "must read a temperature above 0 K, found ''"),
        ({"value": "warm"}, "found 'warm'"),
        ({"value": "nan"}, "found 'nan'"),
        ({"value": "-0.1"}, "found '-0.1'"),
    ],
)
def test_an_old_or_wrong_value_is_no_temperature(software, monkeypatch, fields, complaint: str) -> None:
    replying(software, monkeypatch, **fields)
    with pytest.raises(RunError, match=complaint):
        software.mixing_chamber()


def test_what_is_not_mapped_is_told(tmp_path, cryostat: Cryostat) -> None:
    path = tmp_path / "cryostat.yaml"
    path.write_text(dump_configuration(cryostat), encoding="utf-8")
    manager = pyvisa.ResourceManager(f"{path}@valve")
    stages = {"oven": "mapper.bf.temperatures.toven"}
    software = BlueForsSoftware("software", URL, key="secret", stages=stages, visalib=f"{path}@valve")
    with pytest.raises(RunError, match=r"refuses: No node 'mapper.bf.temperatures.toven'") as caught:
        software.oven()
    assert "secret" not in str(caught.value)
    software.close()
    manager.close()


def test_over_http_it_is_the_same(cryostat: Cryostat) -> None:
    with serve(cryostat, first_port=0) as served:
        software = BlueForsSoftware("software", served[URL], key="secret", timeout=0.5)
        try:
            assert software.mixing_chamber() == pytest.approx(0.06, rel=0, abs=2e-4)
            served.faults.add("no_reply", at="mixing_chamber", times=1)
            with pytest.raises(RunError, match=r"found no answer within 0\.5 s") as caught:
                software.mixing_chamber()
            assert "secret" not in str(caught.value)
        finally:
            software.close()
