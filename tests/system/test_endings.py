"""However a run ends, its sources come to rest and its journal can be gone on with."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from valvelab.dataset import RAW, read_dataset
from valvelab.errors import RunError
from valvelab.history import accepted
from valvelab.records import Journal, read_journal
from valvelab.run import execute
from valvelab.run_folder import create_run, load_run
from valvelab.sim.cryostat.agenda import EventClock
from valvelab.walker import Walker

LONG = [("blocks_per_cell: 1", "blocks_per_cell: 6")]
MAIN = "{}\nfrom valvelab.cli import main; main()"


def status(folder):
    return json.loads((folder / "run.json").read_text(encoding="utf-8"))


def start(folder, out, before=""):
    files = [str(folder / name) for name in ("station.yaml", "device.yaml", "protocol.yaml")]
    command = [sys.executable, "-c", MAIN.format(before), "run", *files, "--out", str(out)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def wait_for_readings(process, out, count):
    deadline = time.monotonic() + 60
    journal = out / "records.jsonl"
    while not (journal.exists() and journal.read_bytes().count(b"\n") > count):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.01)


def rested(out):
    log = (out / "run.log").read_text(encoding="utf-8")
    return all(f"{role} is at zero" in log for role in ("source_heater", "coil_1", "coil_2"))


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such signals")
@pytest.mark.parametrize(
    "signals",
    [["SIGINT"] * 5, ["SIGTERM", "SIGINT", "SIGHUP"]],
    ids="-".join,
)
def test_signals_end_a_run_through_the_safe_state(lab, tmp_path, signals):
    out = tmp_path / "run"
    # Each step to rest takes its time, so that the later signals fall into it.
    slow = "import time\nfrom valvelab.drivers import GuardedSource as G\nhome = G.ramp_home\n"
    slow += "G.ramp_home = lambda self: (time.sleep(0.1), home(self))"
    with start(lab(protocol=[("blocks_per_cell: 1", "blocks_per_cell: 200")]), out, slow) as process:
        wait_for_readings(process, out, 20)
        for name in signals:
            process.send_signal(getattr(signal, name))
            time.sleep(0.05)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 130 and "Traceback" not in errors, errors
    assert "Continue with: valvelab resume" in errors
    assert status(out)["outcome"] == "interrupted" and rested(out)


@pytest.mark.skipif(os.name != "posix", reason="limits of a file's size are POSIX")
def test_a_full_disk_ends_a_run_safely_and_it_goes_on_when_there_is_room(lab, run_files, tmp_path):
    folder, out = lab(protocol=LONG), tmp_path / "run"
    limit = "import resource, signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    limit += "resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, resource.RLIM_INFINITY))"
    whole = read_dataset(execute(create_run(tmp_path / "whole", run_files(folder))), RAW)
    # QCoDeS' database is full at once, so it is left out here: the journal is what fills up.
    sink = "import contextlib, valvelab.qcodes_sink as sink\n"
    sink += "sink.qcodes_sink = contextlib.contextmanager(lambda *_: (yield lambda record: None))"
    with start(folder, out, f"{limit}\n{sink}") as process:
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 2 and "Traceback" not in errors, errors
    assert "records.jsonl: must take each reading" in errors and rested(out)
    acknowledged = accepted(read_journal(out / "records.jsonl"))
    assert 32 < len(acknowledged) < 192
    raw = read_dataset(execute(load_run(out)), RAW)
    assert list(raw["configuration"].values) == list(whole["configuration"].values)


@pytest.mark.parametrize(
    ("moment", "error"),
    [
        ("settle", KeyboardInterrupt),
        ("read", MemoryError),
        ("journal", SystemExit),
    ],
)
def test_an_exception_in_any_step_ends_a_run_through_the_safe_state(
    lab, run_files, tmp_path, monkeypatch, moment, error
):
    targets = {
        "set": (Walker, "_set"),
        "settle": (EventClock, "sleep"),
        "read": (Walker, "_read"),
        "journal": (Journal, "append"),
    }
    left = 30
    if moment in targets:
        owner, name = targets[moment]
        original = getattr(owner, name)

        def failing(*arguments):
            nonlocal left
            left -= 1
            if left == 0:
                raise error
            return original(*arguments)

        monkeypatch.setattr(owner, name, failing)

    def told(done, total, reading):
        if moment == "told" and done == 20:
            raise error

    run = create_run(tmp_path / "run", run_files(lab()))
    with pytest.raises(error):
        execute(run, told)
    assert rested(run.folder)
    assert status(run.folder)["outcome"] == ("interrupted" if error is KeyboardInterrupt else "aborted")
    assert read_dataset(execute(load_run(run.folder)), RAW).sizes["point"] == 32


def test_a_journal_that_somebody_deletes_is_noticed_at_the_next_reading(lab, run_files, tmp_path):
    run = create_run(tmp_path / "run", run_files(lab()))

    def delete(done, total, reading):
        if done == 20:
            (tmp_path / "run/records.jsonl").unlink()

    with pytest.raises(RunError, match="must stay where it is while it is written"):
        execute(run, delete)
    assert rested(run.folder)
    assert len(accepted(read_journal(run.folder / "records.jsonl"))) == 20
    assert read_dataset(execute(load_run(run.folder)), RAW).sizes["point"] == 32
