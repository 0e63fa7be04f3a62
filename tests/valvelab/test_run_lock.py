"""Locks of runs and boxes."""

import json
import os
import re
import subprocess
import sys
import time

import pytest

from valvelab.errors import RunError
from valvelab.run_lock import lock, lock_boxes

HOLD = """
import sys, time
from pathlib import Path
from valvelab.run_lock import lock
with lock(Path(sys.argv[1]), "x"):
    time.sleep(60)
"""


def note_of(path):
    return path.with_name("run.lock.json")


@pytest.fixture
def other(tmp_path):
    """Another process that holds a lock, and the path of it."""
    path = tmp_path / "run.lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path)]) as process:
        deadline = time.monotonic() + 30
        while not note_of(path).exists():
            assert time.monotonic() < deadline and process.poll() is None
            time.sleep(0.02)
        yield process, path
        process.kill()


def test_a_second_writer_is_refused_at_once_with_process_and_computer_of_the_first(other):
    process, path = other
    begun = time.monotonic()
    with (
        pytest.raises(
            RunError, match=rf"night: must be free, but process {process.pid} on .+ \(since .+\) holds it"
        ),
        lock(path, "night"),
    ):
        pass
    assert time.monotonic() - begun < 1


def test_what_a_killed_process_held_is_free(other):
    process, path = other
    process.kill()
    process.wait()
    assert note_of(path).exists()
    with lock(path, "night"):
        assert json.loads(note_of(path).read_text(encoding="utf-8"))["process"] == os.getpid()
    assert not note_of(path).exists()


@pytest.mark.parametrize("note", ["", "[1]", "{}", "\xff"])
def test_a_note_that_cannot_be_read_is_no_obstacle_to_the_message(other, note):
    _, path = other
    note_of(path).write_text(note, encoding="latin-1")
    with pytest.raises(RunError, match=re.escape("another process holds it")), lock(path, "night"):
        pass


def test_a_box_belongs_to_one_run_whatever_the_case_of_its_address(tmp_path):
    address = "TCPIP0::192.168.1.5::inst0::INSTR"
    with lock_boxes([address, "GPIB0::3::INSTR"], tmp_path):
        with (
            pytest.raises(RunError, match=r"the box at TCPIP0::192\.168\.1\.5::INST0::INSTR: must be free"),
            lock_boxes(["GPIB0::4::INSTR", address.lower()], tmp_path),
        ):
            pass
        with lock_boxes(["GPIB0::4::INSTR"], tmp_path):
            pass
    with lock_boxes([address], tmp_path):
        pass
    assert not list(tmp_path.glob("*.json"))
