"""Workers of a table: local ones, those of a cluster, and what happens when they or the process are killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from valvelab.analysis import tabulate
from valvelab.analysis.table_plan import CHECKS, CHUNK
from valvelab.analysis.table_workers import gathered
from valvelab.errors import DataError
from valvelab.sim import HeatCurrents

from .table_models import GRID, PLACES, RESONATOR

distributed = pytest.importorskip("distributed")
# A worker that was killed leaves sockets and processes to its nanny, which says so as it cleans up.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


def _mortal(flag: str):
    """Return a model whose first worker kills itself in the middle of a chunk; made here, it travels by value."""

    def model(rates, points, resonator):
        import os as system
        from pathlib import Path as File

        if np.size(points.frequency_1) > 1 and not File(flag).exists():
            File(flag).write_text("killed", encoding="utf-8")
            system.kill(system.getpid(), KILL)
        hot = 1e-15 * np.asarray(points.temperature_source) * np.ones_like(points.temperature_drain)
        return HeatCurrents(hot, -0.9 * hot, -0.1 * hot)

    return model


@pytest.mark.desk
def test_the_death_of_a_worker_loses_nothing(tmp_path):
    flag, counts = tmp_path / "flag", []
    table = tabulate(
        _mortal(str(flag)),
        RESONATOR,
        GRID,
        tmp_path / "table.nc",
        degree=3,
        workers=1,
        progress=lambda done, total: counts.append((done, total)),
    )
    assert flag.read_text(encoding="utf-8") == "killed"
    # The chunk that was begun comes later, and it is the one with the checks.
    assert counts[-1] == (PLACES, PLACES) and len(counts) == 1 + (PLACES - CHECKS) // CHUNK
    assert table.size.min() > 0


@pytest.mark.desk
def test_local_workers_listen_to_this_computer_alone():
    import psutil

    here = psutil.Process()
    before = set(here.net_connections())
    with gathered(workers=1) as workers:
        assert workers.count == 1
        opened = set(here.net_connections()) - before
        for child in here.children(recursive=True):
            opened |= set(child.net_connections())
        hosts = {one.laddr.ip for one in opened if one.status == psutil.CONN_LISTEN}
    assert hosts == {"127.0.0.1"}


def test_a_cluster_takes_the_place_of_this_process_by_its_address_and_can_be_empty(tmp_path, monkeypatch):
    monkeypatch.setattr("valvelab.analysis.table_workers.PATIENCE", 1.0)
    with distributed.LocalCluster(
        n_workers=0, host="127.0.0.1", protocol="tcp://", dashboard_address="127.0.0.1:0", processes=False
    ) as cluster:
        address = cluster.scheduler_address
        with pytest.raises(
            DataError, match=f"scheduler {address}: must have a worker, found none within 1 s"
        ):
            tabulate("linear", RESONATOR, GRID, tmp_path / "far.nc", degree=2, scheduler=address)
        cluster.scale(1)
        far = tabulate("linear", RESONATOR, GRID, tmp_path / "far.nc", degree=2, scheduler=address)
    near = tabulate("linear", RESONATOR, GRID, tmp_path / "near.nc", degree=2)
    np.testing.assert_array_equal(far.coefficients[0], near.coefficients[0])


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("tcp://127.0.0.1:9", "must be a dask scheduler that answers within 1 s"),
        ("127.0.0.1", "must be an address such as tcp://HOST:8786, found no protocol or no port"),
        ("no address at all", "must be an address such as tcp://HOST:8786"),
    ],
)
def test_a_cluster_that_is_not_there_is_missed_within_seconds(tmp_path, monkeypatch, address, words):
    monkeypatch.setattr("valvelab.analysis.table_workers.PATIENCE", 1.0)
    begin = time.monotonic()
    with pytest.raises(DataError, match=f"scheduler {address}: {words}"):
        tabulate("linear", RESONATOR, GRID, tmp_path / "table.nc", degree=2, scheduler=address)
    assert time.monotonic() - begin < 10
    assert not (tmp_path / "table.nc").exists()


def test_workers_and_a_scheduler_together_are_refused(tmp_path):
    for workers, scheduler in ((2, "tcp://127.0.0.1:9"), (0, None)):
        with pytest.raises(DataError, match="workers must be 1 or more, and belong to this computer"):
            tabulate("linear", RESONATOR, GRID, tmp_path / "t.nc", workers=workers, scheduler=scheduler)


_SCRIPT = """
import time
from pathlib import Path
from tests.analysis.table_models import GRID, RESONATOR, counting
from valvelab.analysis import tabulate
from valvelab.analysis.table_workers import gathered

def slow(rates, points, resonator):
    time.sleep({pause} if points.frequency_1.size > 1 else 0)
    return counting(Path({log!r}))(rates, points, resonator)

tabulate(slow, RESONATOR, GRID, Path({file!r}), degree=4)
"""


def test_a_killed_process_loses_no_finished_chunk(tmp_path):
    file, log = tmp_path / "table.nc", tmp_path / "log"
    chunks = tmp_path / "table.nc.chunks"
    root = Path(__file__).parents[2]

    def start(pause):
        script = _SCRIPT.format(pause=pause, log=str(log), file=str(file))
        return subprocess.Popen(
            [sys.executable, "-c", script], cwd=root, env={**os.environ, "PYTHONPATH": "."}
        )

    process = start(0.2)
    limit = time.monotonic() + 60
    while len(list(chunks.glob("*.nc"))) < 2 and time.monotonic() < limit:
        time.sleep(0.02)
    process.send_signal(KILL)
    process.wait(20)
    finished = {path: path.stat().st_mtime_ns for path in chunks.glob("*.nc")}
    assert 2 <= len(finished) < 13 and not file.exists()
    log.unlink()
    assert start(0.0).wait(60) == 0
    counts = [int(line) for line in log.read_text(encoding="utf-8").split()]
    assert sum(count for count in counts if count > 1) == 224 - CHECKS - CHUNK * (len(finished) - 1)
    assert file.is_file() and not chunks.exists()
