"""A second process that brings the sources to rest when the run cannot: over TCP, with real signals."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time

import pytest

from valvelab.configuration import load_configuration
from valvelab.history import accepted
from valvelab.records import read_journal
from valvelab.sim.cryostat import Cryostat, serve

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL and SIGSTOP are POSIX signals")
RUN = "import valvelab.watch as watch; watch.SILENCE = {}; from valvelab.cli import main; main()"
ADDRESS = "TCPIP0::192.168.150.{}::inst0::INSTR"
QUICK = [
    ("configuration: 2 s", "configuration: 50 ms"),
    ("source: 10 s", "source: 100 ms"),
    ("bath: 20 min", "bath: 200 ms"),
    ("blocks_per_cell: 1", "blocks_per_cell: 60"),
]


def ask(address, question):
    """Ask a served box past everybody else."""
    host, port = re.fullmatch(r"TCPIP::(.+)::(\d+)::SOCKET", address).groups()
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(f"{question}\n".encode())
        return connection.makefile().readline().strip()


class Laboratory:
    """A served cryostat, the files of a run on it, and what its sources give."""

    def __init__(self, folder, addresses):
        self.folder, self.out, self.addresses = folder, folder.parent / "run", addresses

    def levels(self):
        return [float(ask(self.addresses[ADDRESS.format(number)], ":SOUR:LEV?")) for number in (13, 11, 12)]

    def start(self, silence=60.0):
        files = [str(self.folder / name) for name in ("station.yaml", "device.yaml", "protocol.yaml")]
        command = [sys.executable, "-c", RUN.format(silence), "run", *files, "--out", str(self.out)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        journal = self.out / "records.jsonl"
        deadline = time.monotonic() + 60
        while not (journal.exists() and journal.read_bytes().count(b"\n") >= 5):
            assert process.poll() is None and time.monotonic() < deadline, process.stderr.read()
            time.sleep(0.02)
        assert self.levels()[0] > 0.1
        return process

    def seconds_until_at_rest(self, most=20.0):
        begun = time.monotonic()
        while any(self.levels()):
            assert time.monotonic() - begun < most, self.levels()
            time.sleep(0.02)
        return time.monotonic() - begun

    def told(self, last):
        """Return what the supervisor wrote, once it has finished."""
        log, deadline = self.out / "supervisor.log", time.monotonic() + 20
        while not (log.exists() and last in log.read_text(encoding="utf-8")):
            assert time.monotonic() < deadline, log.read_text(encoding="utf-8") if log.exists() else "no log"
            time.sleep(0.02)
        return log.read_text(encoding="utf-8")


@pytest.fixture
def laboratory(lab):
    """Serve the packaged cryostat, and point a station file at it."""
    folder = lab(protocol=QUICK)
    with serve(load_configuration(folder / "cryostat.yaml", Cryostat), 0) as addresses:
        path = folder / "station.yaml"
        text = path.read_text(encoding="utf-8").replace(
            'visalib: "@valve"\ncryostat: cryostat.yaml', 'visalib: "@py"'
        )
        for asked, here in addresses.items():
            text = text.replace(asked, here)
        path.write_text(text, encoding="utf-8")
        yield Laboratory(folder, addresses)


def test_a_killed_run_is_brought_to_rest_and_can_be_continued(laboratory):
    process = laboratory.start()
    state = json.loads((laboratory.out / "heartbeat.json").read_text(encoding="utf-8"))
    assert state["process"] == process.pid
    process.kill()
    # 0.29 V at 1 V/s and 100 uA at 100 uA/s, one after the other, and 2 s to begin.
    assert laboratory.seconds_until_at_rest() < 0.3 + 1 + 1 + 2
    told = laboratory.told("all sources are at rest")
    assert f"run process {process.pid} has ended without bringing its sources to rest" in told
    assert [line.split()[1] for line in told.splitlines()[1:4]] == ["source_heater:", "coil_1:", "coil_2:"]
    assert told.count("at rest, reads 0") == 3
    process.communicate(timeout=20)
    taken = len(accepted(read_journal(laboratory.out / "records.jsonl")))
    process = subprocess.Popen(
        [sys.executable, "-c", RUN.format(60.0), "resume", str(laboratory.out)],
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while len(accepted(read_journal(laboratory.out / "records.jsonl"))) < taken + 3:
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    process.terminate()
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130 and "Traceback" not in errors
    assert laboratory.levels() == [0.0, 0.0, 0.0]


def test_a_run_that_hangs_is_ended_first(laboratory):
    process = laboratory.start(silence=5.0)
    process.send_signal(signal.SIGSTOP)
    assert laboratory.seconds_until_at_rest() < 5 + 0.3 + 1 + 1 + 2
    assert "hangs: no sign of life for 5 s" in laboratory.told("all sources are at rest")
    assert process.wait(timeout=10) == -signal.SIGKILL
    process.stderr.close()


def test_what_does_not_answer_is_unknown_and_keeps_nothing_else_warm(laboratory):
    process = laboratory.start()
    laboratory.addresses.faults.add(kind="no_reply", at="coil_1")
    process.kill()
    told = laboratory.told("NOT EVERYTHING IS SAFE")
    assert "coil_1: UNKNOWN" in told
    assert "source_heater: at rest, reads 0 V" in told and "coil_2: at rest, reads 0 A" in told
    laboratory.addresses.faults.clear()
    process.communicate(timeout=20)


def test_a_run_that_ends_well_keeps_its_boxes_and_leaves_its_supervisor_nothing_to_do(laboratory, valvelab):
    process = laboratory.start()
    code, _, errors = valvelab("safe", laboratory.folder / "station.yaml")
    assert code == 2 and f"process {process.pid}" in errors and "holds it" in errors
    assert laboratory.levels()[0] > 0.1
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130 and "Traceback" not in errors
    assert laboratory.levels() == [0.0, 0.0, 0.0]
    assert not (laboratory.out / "supervisor.log").exists()


def test_a_person_brings_a_station_to_rest_by_hand(laboratory, valvelab):
    for number, level in ((13, 0.2), (11, 1e-4)):
        ask(
            laboratory.addresses[ADDRESS.format(number)],
            f":OUTP 1;:SOUR:RANG {1 if number == 13 else 1e-3};:SOUR:LEV {level};:SOUR:LEV?",
        )
    code, output, errors = valvelab("safe", laboratory.folder / "station.yaml")
    assert code == 0, errors
    assert output.count("at rest, reads 0") == 3 and laboratory.levels() == [0.0, 0.0, 0.0]
