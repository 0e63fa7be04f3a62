"""Runs on the simulated cryostat: the same twice, interrupted, killed, continued."""

import json
import os
import re
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from valvelab.dataset import RAW, read_dataset
from valvelab.errors import ConfigurationError, DataError, LimitError, RunError
from valvelab.history import accepted
from valvelab.records import read_journal
from valvelab.run import execute
from valvelab.run_folder import create_run, load_run
from valvelab.station import OpenStation


def _measure(files, out, progress=None):
    return read_dataset(execute(create_run(out, files), progress), RAW)


def _stop_after(count):
    def progress(done, total, reading):
        if done == count:
            raise KeyboardInterrupt

    return progress


def _status(folder):
    return json.loads((folder / "run.json").read_text(encoding="utf-8"))


def test_the_same_seed_gives_the_same_numbers_to_the_last_digit(lab, run_files, tmp_path):
    files = run_files(lab())
    first, second = (_measure(files, tmp_path / name) for name in ("one", "two"))
    for name in RAW:
        np.testing.assert_array_equal(first[name].values, second[name].values)
    other = lab("other", cryostat=[("seed: ", "seed: 1")])
    third = _measure(run_files(other), tmp_path / "three")
    assert np.all(third["thermometer_voltage_drain"] != first["thermometer_voltage_drain"])


def test_a_run_leaves_every_reading_in_the_journal_in_qcodes_and_in_netcdf(lab, run_files, tmp_path):
    from qcodes.dataset import connect, load_by_id

    raw = _measure(run_files(lab()), tmp_path / "run")
    session, *records = read_journal(tmp_path / "run/records.jsonl")
    assert session["event"] == "session" and session["process"] == os.getpid()
    assert len(records) == raw.sizes["point"] == 32
    connection = connect(str(tmp_path / "run/qcodes.db"), read_only=True)
    try:
        data = load_by_id(1, conn=connection).to_pandas_dataframe()
    finally:
        connection.close()
    for name, variable in RAW.items():
        written = [record[name] for record in records]
        if name == "time":
            np.testing.assert_allclose(raw[name], np.array(written) - session["time"], rtol=1e-12)
        else:
            assert list(raw[name].values) == written
        if variable.kind == "f":  # QCoDeS keeps 15 digits
            np.testing.assert_allclose(data[name].to_numpy(float), written, rtol=1e-14)
        else:
            assert list(data[name]) == written
    status = _status(tmp_path / "run")
    assert (status["outcome"], status["readings"], status["planned"]) == ("complete", 32, 32)
    assert "at zero" in (tmp_path / "run/run.log").read_text()


LOOK = """
import sys
from qcodes.dataset import initialise_or_create_database_at, load_by_id
initialise_or_create_database_at(sys.argv[1])
data = load_by_id(1)
frame = data.to_pandas_dataframe()
assert list(frame.index) == sorted(frame.index) and frame["thermometer_voltage_drain"].notna().all()
print(len(frame), data.completed)
"""


def test_the_qcodes_dataset_can_be_opened_by_others_while_it_grows(lab, run_files, tmp_path):
    seen = []

    def look(done, total, reading):
        if done % 50 == 0:
            command = [sys.executable, "-W", "ignore", "-c", LOOK, str(tmp_path / "run/qcodes.db")]
            seen.append(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())

    files = run_files(lab(protocol=[("blocks_per_cell: 1", "blocks_per_cell: 4")]))
    execute(create_run(tmp_path / "run", files), look)
    counts = [int(count) for count, _ in seen]
    assert [done for _, done in seen] == ["False", "False"]
    assert 50 - 32 <= counts[0] <= 50 and 100 - 32 <= counts[1] <= 100


@pytest.mark.parametrize("ending", [KeyboardInterrupt, RuntimeError])
def test_whatever_ends_a_run_the_sources_go_to_zero_and_the_readings_stay(
    lab, run_files, tmp_path, monkeypatch, ending
):
    levels = {}
    make_safe = OpenStation.make_safe

    def watched(station):
        before = {role: station.parts[role].level() for role in ("source_heater", "coil_1", "coil_2")}
        failures = make_safe(station)
        if not levels:  # after Ctrl-C it is done twice
            levels.update({role: (before[role], station.parts[role].level()) for role in before})
        return failures

    def progress(done, total, reading):
        if done == 11:
            raise ending

    monkeypatch.setattr(OpenStation, "make_safe", watched)
    run = create_run(tmp_path / "run", run_files(lab()))
    with pytest.raises(ending):
        execute(run, progress)
    assert all(before != 0 and after == 0 for before, after in levels.values())
    assert _status(tmp_path / "run")["outcome"] == {KeyboardInterrupt: "interrupted"}.get(ending, "aborted")
    assert read_dataset(tmp_path / "run/raw.nc", RAW).sizes["point"] == 11


def test_a_source_that_cannot_be_made_safe_is_shouted_and_does_not_stop_the_others(
    lab, run_files, tmp_path, monkeypatch, capsys
):
    from valvelab.drivers import GuardedSource

    home = GuardedSource.ramp_home
    rested = []

    def failing(source):
        if source.name == "source_heater" and source.level() > 0.1:
            raise OSError("the wire is cut")
        home(source)
        rested.append(source.name)

    monkeypatch.setattr(GuardedSource, "ramp_home", failing)
    execute(create_run(tmp_path / "run", run_files(lab())))
    assert rested == ["source_heater", "coil_1", "coil_2"]  # the heater before anything else was moved
    assert "NOT SAFE: source_heater: the wire is cut" in capsys.readouterr().err
    status = _status(tmp_path / "run")
    assert status["outcome"] == "tainted" and status["readings"] == 32
    assert status["reason"] == "not safe at the end: source_heater: the wire is cut"


@pytest.mark.parametrize("stop", [1, 31])
def test_a_run_that_was_interrupted_goes_on_from_its_block_without_gap_or_double(
    lab, run_files, tmp_path, stop
):
    files = run_files(lab())
    run = create_run(tmp_path / "run", files)
    with pytest.raises(KeyboardInterrupt):
        execute(run, _stop_after(stop))
    raw = read_dataset(execute(load_run(tmp_path / "run")), RAW)
    records = list(read_journal(tmp_path / "run/records.jsonl"))
    begin = stop // 16 * 16  # of the block, which is measured again as a whole
    taken = [record["index"] for record in records if "event" not in record]
    assert taken == [*range(stop), *range(begin, 32)]
    assert [record["index"] for record in accepted(records)] == list(range(32))
    assert list(raw["session"].values) == [0] * begin + [1] * (32 - begin)
    assert np.all(np.diff(raw["time"].values) > 0)
    whole = _measure(files, tmp_path / "whole")
    # Noise is new after the seam; what is measured is the same.
    difference = raw["thermometer_voltage_drain"] - whole["thermometer_voltage_drain"]
    assert np.abs(difference).max() < 1e-6
    assert list(raw["configuration"].values) == list(whole["configuration"].values)
    assert _status(tmp_path / "run")["outcome"] == "complete"


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is a POSIX signal")
def test_a_killed_run_has_lost_nothing_that_was_acknowledged_and_is_continued(lab, tmp_path):
    folder = lab(protocol=[("blocks_per_cell: 1", "blocks_per_cell: 20")])
    out = tmp_path / "run"
    arguments = [str(folder / name) for name in ("station.yaml", "device.yaml", "protocol.yaml")]
    command = [
        sys.executable,
        "-c",
        "from valvelab.cli import main; main()",
        "run",
        *arguments,
        "--out",
        str(out),
    ]
    journal = out / "records.jsonl"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 60
        while not (journal.exists() and journal.read_bytes().count(b"\n") >= 20):
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    acknowledged = list(read_journal(journal))
    whole = len(accepted(acknowledged)) // 16 * 16
    assert 16 <= whole < 640
    raw = read_dataset(execute(load_run(out)), RAW)
    assert raw.sizes["point"] == 640
    np.testing.assert_array_equal(
        raw["thermometer_voltage_drain"].values[:whole],
        [record["thermometer_voltage_drain"] for record in accepted(acknowledged)[:whole]],
    )
    assert list(read_journal(journal))[: len(acknowledged)] == acknowledged


def test_a_run_is_not_continued_with_another_plan(lab, run_files, tmp_path):
    run = create_run(tmp_path / "run", run_files(lab()))
    with pytest.raises(KeyboardInterrupt):
        execute(run, _stop_after(3))
    before = (tmp_path / "run/records.jsonl").read_bytes()
    changes = [("protocol.yaml", "384 mK", "380 mK"), ("station.yaml", "limits: [20 mK", "limits: [25 mK")]
    for name, old, new in changes:
        path = tmp_path / "run" / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(RunError, match="must be continued with the files it was begun with") as caught:
        execute(load_run(tmp_path / "run"))
    lines = str(caught.value).splitlines()[1:-1]
    assert [re.sub(r".*/run/", "", line) for line in lines] == [
        "station.yaml:46: was 'limits: [20 mK, 400 mK]', found 'limits: [25 mK, 400 mK]'",
        "protocol.yaml:5: was 'source_temperatures: [384 mK]', found 'source_temperatures: [380 mK]'",
    ]
    assert (tmp_path / "run/records.jsonl").read_bytes() == before


@pytest.mark.desk
def test_a_run_is_continued_where_only_comments_have_changed(lab, run_files, tmp_path):
    run = create_run(tmp_path / "run", run_files(lab()))
    with pytest.raises(KeyboardInterrupt):
        execute(run, _stop_after(3))
    protocol = tmp_path / "run/protocol.yaml"
    protocol.write_text("# warm morning\n" + protocol.read_text(encoding="utf-8"), encoding="utf-8")
    assert read_dataset(execute(load_run(tmp_path / "run")), RAW).sizes["point"] == 32


def test_a_folder_that_is_there_is_never_written_into(lab, run_files, tmp_path):
    files = run_files(lab())
    out = tmp_path / "run"
    out.mkdir()
    (out / "precious.txt").write_text("data")
    with pytest.raises(DataError, match="must be a new folder"):
        create_run(out, files)
    assert [path.name for path in out.iterdir()] == ["precious.txt"]


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"station": [("[-300 uA, 300 uA]", "[-20 uA, 20 uA]")]}, LimitError, "coil_1.limits"),
        ({"protocol": [("both: [4 GHz", "both: [9 GHz")]}, ConfigurationError, "qubit 1"),
        ({"device": [("flux:", "fluxx:")]}, ConfigurationError, "did you mean 'flux'"),
    ],
)
def test_what_cannot_be_run_leaves_no_folder(lab, run_files, tmp_path, changes, error, words):
    with pytest.raises(error, match=words):
        create_run(tmp_path / "run", run_files(lab(**changes)))
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            [("150.11::", "150.99::")],
            "coil_1.address: must be that of a YokogawaGS200 that answers, found no box at TCPIP0::192.168.150.99",
        ),
        (
            [("150.31::", "150.0::"), ("150.22::", "150.31::"), ("150.0::", "150.22::")],
            "address: must be that of a LakeshoreModel372, found another box at",
        ),
    ],
)
def test_a_wrong_address_is_refused_before_anything_moves(lab, run_files, tmp_path, changes, words):
    run = create_run(tmp_path / "run", run_files(lab(station=changes)))
    with pytest.raises(RunError, match=words):
        execute(run)
    assert not list(read_journal(tmp_path / "run/records.jsonl"))


def test_a_run_that_is_being_written_is_not_continued_by_another_process(lab, run_files, tmp_path):
    from valvelab.run_lock import LOCK, lock

    run = create_run(tmp_path / "run", run_files(lab()))
    with (
        lock(tmp_path / "run" / LOCK, "run"),
        pytest.raises(RunError, match=r"must be free, but process \d+"),
    ):
        execute(run)
    execute(run)
