"""The driver of the Bluefors controller against the simulated one, without a socket and over HTTP."""

import json

import pytest
import pyvisa

from valvelab.configuration import dump_configuration, load_configuration
from valvelab.drivers import BlueFors, harden
from valvelab.errors import RunError, StationError
from valvelab.sim.cryostat import DEFAULT_CRYOSTAT, Cryostat, serve

URL = "http://192.168.150.41:5001"


@pytest.fixture(scope="module")
def cryostat() -> Cryostat:
    cryostat = load_configuration(DEFAULT_CRYOSTAT, Cryostat)
    boxes = {address: box for address, box in cryostat.boxes.items() if box.model != "ls372"}
    bridge = next(box for box in cryostat.boxes.values() if box.model == "ls372")
    chamber = cryostat.mixing_chamber.model_copy(update={"thermometer_noise": 0.0})
    boxes[URL] = bridge.model_copy(update={"model": "bluefors"})
    return cryostat.model_copy(update={"boxes": boxes, "mixing_chamber": chamber})


class Bench:
    def __init__(self, visalib: str) -> None:
        self.manager = pyvisa.ResourceManager(visalib)
        self.clock, self.faults = self.manager.visalib.clock, self.manager.visalib.faults
        self.controller = BlueFors("controller", URL, visalib=visalib)

    def close(self) -> None:
        self.controller.close()
        self.manager.close()


@pytest.fixture
def bench(tmp_path, cryostat: Cryostat):
    path = tmp_path / "cryostat.yaml"
    path.write_text(dump_configuration(cryostat), encoding="utf-8")
    bench = Bench(f"{path}@valve")
    yield bench
    bench.close()


def replying(bench: Bench, monkeypatch, **fields):
    """Let the controller tell other measurements than it has."""
    honest = bench.controller._http.request

    def request(path, payload):
        reply = dict(honest(path, payload))
        if path == "/channel/historical-data":
            reply["measurements"] = reply["measurements"] | fields
        return reply

    monkeypatch.setattr(bench.controller._http, "request", request)


def test_the_mixing_chamber_is_read_by_number_or_by_name(bench: Bench, cryostat: Cryostat) -> None:
    base = cryostat.mixing_chamber.base_temperature
    assert bench.controller.ch06.temperature() == pytest.approx(base, rel=1e-9, abs=0)
    assert bench.controller.named("mxc").temperature() == pytest.approx(base, rel=1e-9, abs=0)
    assert bench.controller.named("mxc").resistance() > 1e3
    assert bench.controller.named("still").active() is False
    assert bench.controller.named("mxc-heater") is bench.controller.heater_4
    with pytest.raises(RunError, match=r"must have one .* named 'MXC', found '50K', '4K', 'still', 'mxc'"):
        bench.controller.named("MXC")


def test_it_says_who_it_is(bench: Bench) -> None:
    assert bench.controller.IDN()["vendor"] == "Bluefors"
    assert bench.controller.IDN()["serial"] == "BFTC-0001"


def test_the_loop_is_closed_on_a_set_point(bench: Bench) -> None:
    heater = bench.controller.heater_4
    heater.set_point(0.1)
    heater.mode("closed_loop")
    heater.active(True)
    bench.clock.sleep(1800.0)
    assert bench.controller.ch06.temperature() == pytest.approx(0.1, abs=1e-9)
    assert (heater.set_point(), heater.mode(), heater.active()) == (0.1, "closed_loop", True)
    heater.active(False)
    bench.clock.sleep(1800.0)
    assert bench.controller.ch06.temperature() == pytest.approx(0.06, abs=1e-9)


def test_a_power_by_hand_stays_below_the_maximum(bench: Bench) -> None:
    heater = bench.controller.heater_4
    heater.power(1e-3)
    heater.maximum_power(1e-4)
    heater.active(True)
    bench.clock.sleep(1800.0)
    assert heater.mode() == "manual"
    assert bench.controller.ch06.temperature() == pytest.approx(
        (0.06**2 + 1e-4 / 0.04) ** 0.5, rel=1e-6, abs=0
    )


def test_a_channel_that_is_off_has_no_temperature(bench: Bench) -> None:
    bench.controller.ch06.temperature()
    bench.faults.add(
        "front_panel", at="mixing_chamber", command='/channel/update {"channel_nr": 6, "active": false}'
    )
    with pytest.raises(RunError, match=r"controller_ch06: must be switched on .*found it off"):
        bench.controller.ch06.temperature()
    bench.controller.ch06.active(True)
    assert bench.controller.ch06.temperature() > 0


@pytest.mark.parametrize(
    ("age", "complaint"),
    [(121.0, "of the last 120 s, found one 121 s old"), (None, "of the last 120 s, found none")],
)
def test_an_old_measurement_is_no_temperature(bench: Bench, monkeypatch, age, complaint: str) -> None:
    now = bench.clock.utc().timestamp()
    stamps = [] if age is None else [now - age]
    replying(bench, monkeypatch, timestamp=stamps, temperature=[0.06] * len(stamps), status_flags=[])
    with pytest.raises(RunError, match=complaint):
        bench.controller.ch06.temperature()


@pytest.mark.parametrize(
    ("value", "flags", "complaint"),
    [
        (None, [511], "found None, status 511"),
        (0.06, [242], "found 0.06, status 242"),
        (0.0, [], "found 0.0"),
        (float("nan"), [], "found nan"),
        ("0.06", [], "found 0.06"),
    ],
)
def test_a_measurement_out_of_range_is_no_temperature(
    bench, monkeypatch, value, flags, complaint: str
) -> None:
    now = bench.clock.utc().timestamp()
    replying(bench, monkeypatch, timestamp=[now - 5, now], temperature=[0.1, value], status_flags=[[], flags])
    with pytest.raises(RunError, match=complaint):
        bench.controller.ch06.temperature()


def test_a_notification_leaves_the_reading_good(bench: Bench, monkeypatch) -> None:
    now = bench.clock.utc().timestamp()
    replying(bench, monkeypatch, timestamp=[now], temperature=[0.07], status_flags=[[901]])
    assert bench.controller.ch06.temperature() == 0.07


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        ({"kind": "no_reply"}, "found no answer within 5 s"),
        ({"kind": "slow", "delay": "8 s"}, "found no answer within 5 s"),
        ({"kind": "disconnect"}, "has hung up"),
        ({"kind": "garbage"}, "must answer /channel with a JSON object"),
        ({"kind": "half_line"}, "must answer /channel with a JSON object"),
    ],
)
def test_a_fault_of_the_wire_is_told_and_then_over(bench: Bench, fault: dict, complaint: str) -> None:
    bench.faults.add(at="mixing_chamber", times=1, **fault)
    with pytest.raises(RunError, match=complaint):
        bench.controller.ch06.temperature()
    assert bench.controller.ch06.temperature() > 0


def test_what_befalls_lines_does_not_befall_json(bench: Bench) -> None:
    with pytest.raises(ValueError, match="must be a box that answers with lines for a nan"):
        bench.faults.add("nan", at="mixing_chamber")


def test_a_slow_controller_is_waited_for(bench: Bench) -> None:
    bench.faults.add("slow", at=URL, delay="1 s", times=1)
    begin = bench.clock.now()
    assert bench.controller.ch06.temperature() > 0
    assert bench.clock.now() - begin == pytest.approx(1.0, rel=1e-9, abs=0)


def test_what_the_controller_refuses_is_told(bench: Bench) -> None:
    with pytest.raises(RunError, match="the controller refuses: Wrong parameters"):
        bench.controller.request("/heater", heater_nr=9)
    with pytest.raises(RunError, match="the controller refuses: Unknown endpoint"):
        bench.controller.request("/coffee")


def test_no_controller_is_told() -> None:
    manager = pyvisa.ResourceManager("@valve")
    with pytest.raises(RunError, match="found nobody listens"):
        BlueFors("missing", URL, visalib="@valve")
    manager.close()
    with pytest.raises(StationError, match="address must be a URL"):
        BlueFors("misspelt", "192.168.150.41")
    with pytest.raises(RunError, match="refused"):
        BlueFors("closed", "http://127.0.0.1:9")


def test_a_snapshot_measures_nothing_and_can_be_written(bench: Bench) -> None:
    begin = bench.clock.now()
    snapshot = bench.controller.snapshot(update=False)
    assert bench.clock.now() == begin
    assert "temperature" in snapshot["submodules"]["ch06"]["parameters"]
    json.dumps(snapshot["submodules"]["heater_4"])


def test_hardening_leaves_it_as_it_is(bench: Bench) -> None:
    harden(bench.controller)
    assert bench.controller.ch06.temperature() > 0


def test_over_http_it_is_the_same(cryostat: Cryostat) -> None:
    with serve(cryostat, first_port=0, speed=100.0) as served:
        controller = BlueFors("controller", served[URL], timeout=0.5)
        try:
            assert controller.ch06.temperature() == pytest.approx(0.06, rel=1e-9, abs=0)
            for kind in ("no_reply", "disconnect", "garbage", "half_line"):
                served.faults.add(kind, at="mixing_chamber", times=1)
                with pytest.raises(RunError, match="must answer"):
                    controller.ch06.temperature()
            controller.heater_4.set_point(0.1)
            assert controller.heater_4.set_point() == 0.1
        finally:
            controller.close()
