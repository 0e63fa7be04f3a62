"""Whole runs that a rule or a coordinator holds or ends."""

import json
import threading
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from tests.system.run_texts import SUSPEND, blocks, journal, status
from valvelab.clock import VirtualClock
from valvelab.dataset import RAW, read_dataset
from valvelab.errors import RunError
from valvelab.history import accepted, events
from valvelab.run import execute
from valvelab.run_folder import create_run, load_run


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
