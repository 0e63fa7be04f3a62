"""Whole runs in which the cryostat does not keep still: held, measured again, followed, stopped."""

import json
import re
import threading
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import numpy as np
import pytest

from valvelab.analysis import reduce
from valvelab.clock import VirtualClock
from valvelab.configuration import load_configuration
from valvelab.dataset import RAW, read_dataset
from valvelab.device import Device
from valvelab.errors import LostError, RunError
from valvelab.history import accepted, events
from valvelab.records import read_journal
from valvelab.run import execute
from valvelab.run_folder import create_run, load_run
from valvelab.walk import CENTRING

SUSPEND = ("settle:", "suspend: {distance: 3 mK, good_readings: 4, interval: 20 s, longest: 4 h}\nsettle:")


def blocks(count):
    return ("blocks_per_cell: 1", f"blocks_per_cell: {count}")


def faults(*lines):
    return [
        ("voltmeter_noise:", "".join(["faults:\n", *(f"  - {line}\n" for line in lines), "voltmeter_noise:"]))
    ]


def status(folder):
    return json.loads((folder / "run.json").read_text(encoding="utf-8"))


def journal(folder):
    return list(read_journal(folder / "records.jsonl"))


def test_a_run_is_held_while_the_bath_is_warm_and_the_block_is_measured_again(lab, run_files, tmp_path):
    # 20 min of settling, then 16 readings in 20 s a block; the warm hour begins in the third block.
    warm = faults("{kind: warm_up, temperature: 200 mK, start: 1250 s, lasting: 1 h}")
    files = run_files(lab(protocol=[SUSPEND, blocks(4)], cryostat=warm))
    raw = read_dataset(execute(create_run(tmp_path / "run", files)), RAW)
    records = journal(tmp_path / "run")
    (held,) = events(records, "suspended")
    (released,) = events(records, "released")
    assert "mixing_chamber: must be within 3 mK of 60 mK, found 6" in held["reason"]
    assert released["seconds"] > 3600
    again = [
        record["index"]
        for record in records
        if "event" not in record and record["sequence"] > held["sequence"]
    ]
    assert again[0] == held["index"] // 16 * 16 and held["index"] % 16 != 0
    assert np.all(np.abs(raw["mixing_chamber_temperature"] - raw["bath_temperature_set_point"]) < 3e-3)
    assert raw.sizes["point"] == 128 and [record["index"] for record in accepted(records)] == list(range(128))
    assert (status(tmp_path / "run")["outcome"], status(tmp_path / "run")["suspended"]) == ("complete", 1)
    # Nothing was measured on the way back: the heater had rested, and was settled anew.
    both = (raw["configuration"] == "both") & (raw["cell"] == 0)
    cold = raw["thermometer_voltage_drain"].values[both.values]
    assert float(cold.std()) < 3e-7


def test_a_bath_that_does_not_come_back_ends_the_run_safely(lab, run_files, tmp_path):
    warm = faults("{kind: warm_up, temperature: 200 mK, start: 1250 s}")
    run = create_run(tmp_path / "run", run_files(lab(protocol=[SUSPEND, blocks(4)], cryostat=warm)))
    with pytest.raises(RunError, match=r"found \d+\.?\d* mK, still after 4 h; run 'valvelab resume'"):
        execute(run)
    assert status(tmp_path / "run")["outcome"] == "aborted"
    assert "source_heater is at zero" in (tmp_path / "run/run.log").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "fault",
    [
        "{kind: no_reply, at: mixing_chamber, containing: 'KRDG?', first: 60, times: 40}",
    ],
)
def test_a_bath_that_cannot_be_read_is_no_good_bath(lab, run_files, tmp_path, fault):
    files = run_files(lab(protocol=[SUSPEND, blocks(4)], cryostat=faults(fault)))
    raw = read_dataset(execute(create_run(tmp_path / "run", files)), RAW)
    records = journal(tmp_path / "run")
    (held,) = events(records, "suspended")
    assert "must be readable, but is not" in held["reason"]
    assert raw.sizes["point"] == 128
    # After the last bad answer came four good ones, 20 s apart.
    assert events(records, "released")[0]["seconds"] >= 80


@pytest.mark.parametrize("role", ["drain_thermometer", "source_heater"])
def test_a_box_that_hangs_up_is_opened_again_with_all_its_checks(lab, run_files, tmp_path, role):
    # It is away from the third block on, for five minutes.
    lost = faults(f"{{kind: disconnect, at: {role}, start: 1250 s, lasting: 5 min}}")
    files = run_files(lab(protocol=[SUSPEND, blocks(4)], cryostat=lost))
    raw = read_dataset(execute(create_run(tmp_path / "run", files)), RAW)
    records = journal(tmp_path / "run")
    assert "open the station anew" in events(records, "suspended")[0]["reason"]
    assert len(events(records, "session")) >= 2
    assert set(np.diff(raw["session"].values)) <= {0, 1, 2, 3, 4, 5, 6}
    for name in ("block", "configuration"):
        assert raw[name].size == 128
    # A source that could not be brought to rest in the meantime is told of.
    told = status(tmp_path / "run")
    assert told["outcome"] == ("tainted" if role in ("source_heater",) else "complete"), told["reason"]


def test_what_a_stuck_box_said_before_it_was_found_out_does_not_count(lab, run_files, tmp_path):
    stuck = faults("{kind: stuck, at: drain_thermometer, start: 1245 s, lasting: 5 min}")
    files = run_files(lab(protocol=[SUSPEND, blocks(4)], cryostat=stuck))
    sound = run_files(lab("sound", protocol=[SUSPEND, blocks(4)]))
    expected = read_dataset(execute(create_run(tmp_path / "whole", sound)), RAW)
    raw = read_dataset(execute(create_run(tmp_path / "run", files)), RAW)
    records = journal(tmp_path / "run")
    assert "the box is stuck" in events(records, "suspect")[0]["reason"]
    difference = raw["thermometer_voltage_drain"] - expected["thermometer_voltage_drain"]
    assert (
        float(np.abs(difference).max()) < 1.5e-6
    )  # ten times the noise; what was stuck is off by up to 20 uV
    assert raw.sizes["point"] == 128


@pytest.mark.desk
def test_without_a_rule_to_suspend_a_lost_box_ends_the_run(lab, run_files, tmp_path):
    lost = faults("{kind: disconnect, at: drain_thermometer, start: 1250 s, lasting: 5 min}")
    run = create_run(tmp_path / "run", run_files(lab(protocol=[blocks(4)], cryostat=lost)))
    with pytest.raises(LostError, match="open the station anew"):
        execute(run)
    assert status(tmp_path / "run")["outcome"] == "aborted"


def test_source_and_drain_can_be_exchanged(lab, run_files, tmp_path):
    heater = "  heater: {resistance: 10 kOhm, divider: 1000}\n"
    drain = ("bias_current: 5 pA}\n", "bias_current: 5 pA}\n" + heater)
    box = '  "TCPIP0::192.168.150.14::inst0::INSTR": {model: gs200, wired_to: drain_heater}\n'
    wired = ("boxes:\n", "boxes:\n" + box)
    station = (
        "source_thermometer:\n",
        "drain_heater:\n  driver: YokogawaGS200\n  address: TCPIP0::192.168.150.14::inst0::INSTR\n"
        "  range: 1 V\n  limits: [-1 V, 1 V]\n  resolution: 10 uV\n  maximum_step: 100 mV\n"
        "  ramp_rate: 200 mV/s\nsource_thermometer:\n",
    )
    files = run_files(
        lab(
            device=[drain],
            cryostat=[drain, wired],
            station=[station],
            protocol=[blocks(4), ("settle:", "heated: drain\nreverse_heater_every: 1\nsettle:")],
        )
    )
    run = create_run(tmp_path / "run", files)
    raw = read_dataset(execute(run), RAW)
    assert set(np.sign(raw["heater_voltage"].values)) == {-1.0, 1.0}
    reduced = reduce(raw, run.device)
    assert np.all(reduced["temperature_source"] > 0.35) and np.all(reduced["temperature_drain"] < 0.15)
    # What flows from the drain into the source warms it: more with both qubits than with one.
    names, values = (reduced[name].values for name in ("configuration", "heat_power_drain"))
    power = dict(zip(names.astype(str), values, strict=True))
    assert power["both"] > power["only_1"] > 0 and power["both"] > power["only_2"] > 0


def test_a_ridge_that_has_moved_is_found_and_followed(lab, run_files, tmp_path):
    # A jump of 20 mPhi0 detunes qubit 1 by 0.3 GHz, more than the width of the line.
    protocol = [
        ("[60 mK, 120 mK]", "[60 mK]"),
        ("blocks_per_cell: 1", "blocks_per_cell: 9\nrecentre: {every: 3, span: 1.2 GHz, points: 13}"),
    ]
    jump = faults("{kind: flux_jump, at: coil_1, flux: 20 mPhi0, start: 1330 s}")
    folder = lab(protocol=protocol, cryostat=jump)
    raw = read_dataset(execute(create_run(tmp_path / "run", run_files(folder))), RAW)
    found = [event for event in events(journal(tmp_path / "run"), "recentred") if event["qubit"] == 1]
    assert [round(event["flux_offset"], 3) for event in found] == [0.0, 0.02, 0.02]
    for event, true in zip(found, (0, 0.02, 0.02), strict=True):
        assert abs(event["flux_offset"] - true) < 5 * event["flux_offset_std"]
    device = load_configuration(folder / "device.yaml", Device)
    last = raw.isel(point=raw["configuration"].values == "both").isel(point=slice(-4, None))
    flux = device.flux.fluxes(np.column_stack([last["coil_current_1"], last["coil_current_2"]]))[:, 0] + 0.02
    np.testing.assert_allclose(device.qubits[0].frequency(flux), 4e9, atol=10e6)
    # What was searched for a ridge is kept, and no power is made of it.
    searched = [name for name in raw["configuration"].values if name.startswith(CENTRING)]
    assert len(searched) == 3 * 2 * 26
    reduced = reduce(raw, device)
    assert set(reduced["configuration"].values) == {"both", "only_1", "only_2"}


def test_a_ridge_beyond_the_scan_leaves_things_as_they_were_and_the_run_tainted(lab, run_files, tmp_path):
    protocol = [
        ("[60 mK, 120 mK]", "[60 mK]"),
        ("blocks_per_cell: 1", "blocks_per_cell: 2\nrecentre: {every: 2, span: 300 MHz, points: 7}"),
    ]
    jump = faults("{kind: flux_jump, at: coil_1, flux: 60 mPhi0, start: 0 s}")
    execute(create_run(tmp_path / "run", run_files(lab(protocol=protocol, cryostat=jump))))
    told = status(tmp_path / "run")
    assert told["outcome"] == "tainted"
    assert re.match(r"ridges not followed before reading 28: qubit 1: its ridge must ", told["reason"])
    assert not events(journal(tmp_path / "run"), "recentred")


REGULATED = (
    "blocks_per_cell: 1",
    "blocks_per_cell: 2\nreverse_heater_every: 1\nreference_every: 2\n"
    "regulate: {every: 2, tolerance: 0.8 mK, readings: 6}",
)
OFFSET = ("limits: [0 V, 1 V]", "limits: [-1 V, 1 V]")


def test_a_source_is_brought_to_its_temperature_by_its_own_thermometer(lab, run_files, tmp_path):
    # The heater's resistance is 30 % above what the device file says.
    resistor = ("resistance: 10 kOhm", "resistance: 13 kOhm")
    folder = lab(protocol=[REGULATED], cryostat=[resistor], station=[OFFSET])
    run = create_run(tmp_path / "run", run_files(folder))
    raw = read_dataset(execute(run), RAW)
    records = journal(tmp_path / "run")
    assert status(tmp_path / "run")["outcome"] == "complete"
    steps = events(records, "regulated")
    assert {step["cell"] for step in steps} == {1, 3}  # 0 and 2 are the references
    assert abs(steps[0]["temperature"] - 0.384) > 0.015  # what the law alone would have done
    warm = raw.isel(point=raw["heater_voltage"].values != 0)
    reached = run.device.source.law.temperature(warm["thermometer_voltage_source"].values)
    measured = ~warm["configuration"].astype(str).str.startswith("regulate").values
    assert abs(reached[measured].mean() - 0.384) < 0.8e-3
    assert set(np.sign(warm["heater_voltage"].values)) == {-1.0, 1.0}
    # What brought it there is kept, and no power is made of it.
    assert set(reduce(raw, run.device)["configuration"].values) == {"both", "only_1", "only_2"}


def test_a_heater_that_may_not_give_enough_is_left_and_the_run_is_tainted(lab, run_files, tmp_path):
    resistor = ("resistance: 10 kOhm", "resistance: 20 kOhm")
    protocol = [(REGULATED[0], REGULATED[1].replace("reverse_heater_every: 1\n", ""))]
    files = run_files(
        lab(protocol=protocol, cryostat=[resistor], station=[("limits: [0 V, 1 V]", "limits: [0 V, 300 mV]")])
    )
    execute(create_run(tmp_path / "run", files))
    told = status(tmp_path / "run")
    assert told["outcome"] == "tainted"
    assert re.match("temperature not reached before reading 17: .*heater_voltage", told["reason"]), told[
        "reason"
    ]


@pytest.mark.desk
def test_a_run_that_is_continued_goes_on_with_the_heater_where_it_was(lab, run_files, tmp_path):
    resistor = ("resistance: 10 kOhm", "resistance: 13 kOhm")
    files = run_files(lab(protocol=[REGULATED], cryostat=[resistor], station=[OFFSET]))

    def stop(done, total, reading):
        if done == 16 + 6 + 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        execute(create_run(tmp_path / "run", files), stop)
    raw = read_dataset(execute(load_run(tmp_path / "run")), RAW)
    sizes = np.abs(
        raw["heater_voltage"].values[(raw["cell"].values == 1) & (raw["heater_voltage"].values != 0)]
    )
    assert np.ptp(sizes[6:]) < 1e-9


@pytest.mark.desk
def test_a_run_that_is_continued_goes_on_with_the_ridges_where_they_were_found(lab, run_files, tmp_path):
    protocol = [
        ("[60 mK, 120 mK]", "[60 mK]"),
        ("blocks_per_cell: 1", "blocks_per_cell: 3\nrecentre: {every: 9, span: 1.2 GHz, points: 9}"),
    ]
    jump = faults("{kind: flux_jump, at: coil_1, flux: 20 mPhi0, start: 0 s}")
    files = run_files(lab(protocol=protocol, cryostat=jump))
    whole = read_dataset(execute(create_run(tmp_path / "whole", files)), RAW)

    def stop(done, total, reading):
        if done == 70:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        execute(create_run(tmp_path / "run", files), stop)
    raw = read_dataset(execute(load_run(tmp_path / "run")), RAW)
    np.testing.assert_allclose(raw["coil_current_1"], whole["coil_current_1"], rtol=0, atol=2e-8)
    assert abs(raw["coil_current_1"].values[-1] - raw["coil_current_1"].values[0]) > 0


@pytest.mark.desk
def test_enough_is_enough_and_a_time_of_day_ends_a_run(lab, run_files, tmp_path):
    protocol = [blocks(200), ("settle:", "stop: {enhancement: 6 %}\nsettle:")]
    raw = read_dataset(execute(create_run(tmp_path / "run", run_files(lab(protocol=protocol)))), RAW)
    counts = [int(raw["block"].values[raw["cell"].values == cell].max()) + 1 for cell in (0, 1)]
    assert all(6 <= count < 30 for count in counts)
    told = status(tmp_path / "run")
    assert told["outcome"] == "complete" and told["readings"] == told["planned"] == 16 * sum(counts)
    assert told["reason"].count("both / (only_1 + only_2) as read is 1.0") == 2

    end = (VirtualClock.ORIGIN + timedelta(minutes=22)).astimezone()
    protocol = [blocks(2000), ("settle:", f'stop: {{at: "{end:%H:%M}"}}\nsettle:')]
    raw = read_dataset(
        execute(create_run(tmp_path / "night", run_files(lab("other", protocol=protocol)))), RAW
    )
    assert (
        status(tmp_path / "night")["outcome"] == "complete"
        and f"{end:%H:%M} has come" in status(tmp_path / "night")["reason"]
    )
    last = datetime.fromisoformat(accepted(journal(tmp_path / "night"))[-1]["utc"]).astimezone()
    assert timedelta(seconds=-60) < last - end < timedelta(seconds=60)
    assert raw.sizes["point"] % 16 == 0


def test_a_block_that_is_measured_again_is_one_block_to_the_rule_that_stops(lab, run_files, tmp_path):
    protocol = [("[60 mK, 120 mK]", "[60 mK]"), blocks(40), ("settle:", "stop: {enhancement: 50 %}\nsettle:")]
    run = create_run(tmp_path / "run", run_files(lab(protocol=protocol)))

    def stop(done, total, reading):
        if done == 3 * 16 + 14:  # every configuration of the fourth block has been read
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        execute(run, stop)
    assert read_dataset(execute(load_run(run.folder)), RAW).sizes["point"] == 6 * 16
    assert "after 6 blocks" in status(run.folder)["reason"]


class Desk(BaseHTTPRequestHandler):
    """A coordinator that says go, or not, as the list of answers has it."""

    answers: ClassVar[list] = []
    heard: ClassVar[list] = []

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.heard.append((self.path, asked))
        reply = {"/register": {"ticket": "7"}, "/report": {}}.get(self.path)
        if reply is None:
            go = self.answers.pop(0) if self.answers else True
            reply = {"go": go, "reason": "" if go else "somebody sweeps the magnet"}
        body = json.dumps(reply).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass


@pytest.fixture
def desk():
    Desk.answers.clear()
    Desk.heard.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_coordinator_is_asked_before_anything_moves_and_before_each_block(desk, write_lab, tmp_path):
    from valvelab.drivers import FridgeCoordinator

    address = f"http://127.0.0.1:{desk.server_address[1]}"
    client = FridgeCoordinator(address, "valve")
    client.register("run-1", 3600.0)
    Desk.answers.extend([False, True])
    assert client.objection() == "coordinator: must say go, found somebody sweeps the magnet"
    assert client.objection() == ""
    client.report("complete", 32, 32)
    assert [path for path, _ in Desk.heard] == ["/register", "/status", "/status", "/report"]
    assert Desk.heard[0][1]["run"] == "run-1" and Desk.heard[1][1] == {"ticket": "7"}
    desk.shutdown()
    desk.server_close()
    assert "must answer at" in client.objection()
    client.report("complete", 32, 32)  # nobody listens, nobody is hurt


def test_a_run_waits_for_go_is_held_when_it_is_withdrawn_and_reports(desk, lab, run_files, tmp_path):
    coordinator = (
        f"coordinator: {{address: http://127.0.0.1:{desk.server_address[1]}, name: valve, interval: 5 min}}\n"
    )
    files = run_files(lab(protocol=[SUSPEND, blocks(3)], station=[("coil_1:\n", f"{coordinator}coil_1:\n")]))
    # No at first, for ten minutes; go for two blocks; no before the third, for five minutes more.
    Desk.answers.extend([False, False, True, True, True, False, False, True])
    raw = read_dataset(execute(create_run(tmp_path / "run", files)), RAW)
    assert raw.sizes["point"] == 96
    records = journal(tmp_path / "run")
    (held,) = events(records, "suspended")
    assert (
        held["reason"] == "coordinator: must say go, found somebody sweeps the magnet" and held["index"] == 32
    )
    assert events(records, "released")[0]["seconds"] > 300
    assert records[1]["time"] > 600 + 1200  # and nothing was set before
    reports = [asked for path, asked in Desk.heard if path == "/report"]
    assert [(one["state"], one["done"]) for one in reports] == [("suspended", 32), ("complete", 96)]
    assert all(one["ticket"] == "7" for one in reports)


def test_a_coordinator_that_never_says_go_ends_the_run_before_anything_was_moved(
    desk, lab, run_files, tmp_path
):
    address = f"http://127.0.0.1:{desk.server_address[1]}"
    coordinator = f"coordinator: {{address: {address}, name: valve, longest: 1 h}}\n"
    run = create_run(tmp_path / "run", run_files(lab(station=[("coil_1:\n", f"{coordinator}coil_1:\n")])))
    Desk.answers.extend([False] * 1000)
    with pytest.raises(RunError, match="somebody sweeps the magnet, still after 1 h"):
        execute(run)
    assert status(tmp_path / "run")["outcome"] == "aborted" and status(tmp_path / "run")["readings"] == 0
    desk.shutdown()
    desk.server_close()
    with pytest.raises(RunError, match="coordinator: must answer at"):
        execute(load_run(tmp_path / "run"))
