"""Walk a plan on a station: set, settle, read, write down, and leave everything at rest."""

import logging
import sys
from contextlib import ExitStack
from pathlib import Path

from valvelab.engine import Progress
from valvelab.errors import ValvelabError
from valvelab.history import REMARK, SKIPPED, accepted, events, position
from valvelab.interrupts import one_interrupt
from valvelab.measuring import ending, measure
from valvelab.records import Journal
from valvelab.run_folder import JOURNAL, LOG, Run, check_continuation, export_raw, write_status
from valvelab.run_lock import LOCK, lock, lock_boxes
from valvelab.run_log import quiet_interrupts, run_log

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
        stack.enter_context(one_interrupt())
        stack.enter_context(run_log(run.folder / LOG))
        stack.enter_context(quiet_interrupts())
        stack.enter_context(lock(run.folder / LOCK, str(run.folder)))
        if run.station.cryostat is None:  # a simulated cryostat is its run's own
            stack.enter_context(lock_boxes(box.address for box in run.station.boxes.values()))
        journal = stack.enter_context(Journal(run.folder / JOURNAL))
        write_status(run, "running", "", journal.records)
        try:
            if position(journal.records) < len(run.plan.readings):
                measure(run, journal, progress)
        except BaseException as error:
            _conclude(run, journal, *ending(error))
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
