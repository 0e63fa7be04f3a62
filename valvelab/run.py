"""Walk a plan on a station: set, settle, read, write down, and leave everything at rest."""

import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from valvelab.clock import Clock
from valvelab.engine import Engine, Progress
from valvelab.errors import RunError, ValvelabError
from valvelab.history import REMARK, SKIPPED, accepted, events, position
from valvelab.permission import Permission
from valvelab.records import Journal
from valvelab.run_folder import DATABASE, JOURNAL, LOG, Run, check_continuation, export_raw, write_status
from valvelab.run_lock import LOCK, lock, lock_boxes
from valvelab.run_log import quiet_interrupts, run_log
from valvelab.station import open_station
from valvelab.walk import Reading
from valvelab.watch import supervised

logger = logging.getLogger(__name__)


def execute(run: Run, progress: Progress | None = None) -> Path:
    """Take the readings of a plan that are not in the journal yet, and export ``raw.nc``.

    The same call begins a run and continues one. Whatever ends it, the sources are brought to rest, what was
    read is on disk, and ``run.json`` says how it ended.

    Returns
    -------
    The path of ``raw.nc``.

    Raises
    ------
    RunError
        If the run cannot start or go on, or if another process holds it or one of its boxes.
    """
    check_continuation(run)
    with ExitStack() as stack:
        # SIGTERM and a closed terminal end a run the way Ctrl-C does: through the safe state.
        stack.enter_context(_signals(_interrupt, ctrl_c=False))
        stack.enter_context(run_log(run.folder / LOG))
        stack.enter_context(quiet_interrupts())
        stack.enter_context(lock(run.folder / LOCK, str(run.folder)))
        if run.station.cryostat is None:  # a simulated cryostat is its run's own
            stack.enter_context(lock_boxes(box.address for box in run.station.boxes.values()))
        journal = stack.enter_context(Journal(run.folder / JOURNAL))
        write_status(run, "running", "", journal.records)
        try:
            if position(journal.records) < len(run.plan.readings):
                _measure(run, journal, progress)
        except BaseException as error:
            _conclude(run, journal, *_ending(error))
            raise
        remarks = [event["reason"] for event in events(journal.records, REMARK)]
        skipped = [event["reason"] for event in events(journal.records, SKIPPED)]
        write_status(
            run, "tainted" if remarks else "complete", "; ".join([*remarks, *skipped]), journal.records
        )
    return export_raw(run)


def _conclude(run: Run, journal: Journal, outcome: str, reason: str) -> None:
    """Say how a run ended early; on a disk that is full that must not hide why it did."""
    try:
        write_status(run, outcome, reason, journal.records)
        if accepted(journal.records):
            export_raw(run)
    except (OSError, ValvelabError) as error:
        logger.exception("the end of the run could not be written down")
        print(f"Not written: {error}; 'valvelab resume' does it when there is room", file=sys.stderr)  # noqa: T201


def _ending(error: BaseException) -> tuple[str, str]:
    """Return how a run ended, and why, in words where it was no fault of the program."""
    if isinstance(error, KeyboardInterrupt):
        return "interrupted", "by Ctrl-C or a signal"
    return "aborted", str(error) if isinstance(error, ValvelabError) else f"{type(error).__name__}: {error}"


def _measure(run: Run, journal: Journal, progress: Progress | None) -> None:
    from valvelab.qcodes_sink import qcodes_sink

    real = run.station.cryostat is None
    with (
        supervised(run.folder) if real else nullcontext() as watch,
        open_station(run.station, run.folder, watch) as station,
    ):
        permission, ending = Permission(run), ("complete", "")
        if watch is not None:
            watch.is_at_rest = False
        try:
            if journal.records:
                station.clock.resume(journal.records[-1]["time"])
            with qcodes_sink(run.folder / DATABASE, run.protocol.name, station.qcodes_station) as add:

                def told(reading: Reading, record: Mapping[str, Any]) -> None:
                    add(record)
                    if watch is not None:
                        watch.reading = reading.index
                        watch.beat()
                    if progress is not None:
                        progress(reading.index + 1, len(run.plan.readings), reading)

                Engine(run, journal, station, permission, told).measure()
        except BaseException as error:
            ending = _ending(error)
            raise
        finally:
            with _signals(signal.SIG_IGN):
                failures = station.make_safe()
                permission.report(ending[0], position(journal.records), ending[1])
            if watch is not None:
                watch.is_at_rest = not failures
            for failure in failures:
                print(f"NOT SAFE: {failure}; check this source by hand", file=sys.stderr)  # noqa: T201
                _remark(journal, station.clock, f"not safe at the end: {failure}")


def _remark(journal: Journal, clock: Clock, reason: str) -> None:
    """Write down what makes a run tainted; what cannot be written is in the log."""
    times = {"time": clock.now(), "utc": clock.utc().isoformat()}
    try:
        journal.append({"event": REMARK, "reason": reason, **times})
    except RunError:
        logger.exception("%s", reason)


def _interrupt(number: int, frame: object) -> None:
    """Pass a signal on as Ctrl-C, which QCoDeS holds back while it talks to an instrument or its database."""
    logger.warning("signal %s", signal.Signals(number).name)
    signal.raise_signal(signal.SIGINT)


@contextmanager
def _signals(handler: Callable[[int, Any], None] | signal.Handlers, *, ctrl_c: bool = True) -> Iterator[None]:
    """Handle the signals that end a program; only the main thread may, elsewhere nothing changes."""
    names = ["SIGTERM", "SIGHUP", "SIGBREAK", *(["SIGINT"] if ctrl_c else [])]
    present = [getattr(signal, name) for name in names if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        present = []
    before = [(number, signal.signal(number, handler)) for number in present]
    try:
        yield
    finally:
        for number, earlier in before:
            signal.signal(number, earlier)
