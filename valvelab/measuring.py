"""Measure with the boxes of a station, and open it anew where one of them was lost."""

import logging
import signal
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

from valvelab.engine import Engine, Progress
from valvelab.errors import LostError, RunError, StationError, ValvelabError
from valvelab.history import RELEASED, REMARK, SUSPENDED, position
from valvelab.interrupts import signals
from valvelab.permission import Permission
from valvelab.records import Journal
from valvelab.run_folder import DATABASE, Run
from valvelab.station import OpenStation, open_station
from valvelab.walk import Reading
from valvelab.watch import Watch, supervised

logger = logging.getLogger(__name__)
PAUSE = 60.0
"""Before a station is opened anew [s]."""


def measure(run: Run, journal: Journal, progress: Progress | None) -> None:
    """Take every reading that is missing, and leave the sources at rest whatever happens.

    Where the protocol may suspend, a box that no longer answers ends the session, not the run: everything that can be
    reached is made safe, and after a pause the station is opened anew, with all its checks.

    Raises
    ------
    LostError
        If a box stays away for longer than the protocol holds.
    RunError
        Whatever else keeps the run from going on.
    """
    rule, permission = run.protocol.suspend, Permission(run)
    longest = 0.0 if rule is None else rule.longest
    waited, reached = 0.0, -1
    with supervised(run.folder) if run.station.cryostat is None else nullcontext() as watch:
        while True:
            try:
                with open_station(run.station, run.folder, watch) as station:
                    _Session(run, journal, station, permission, watch).measure(progress)
                return
            except (LostError, StationError) as error:
                if position(journal.records) > reached and isinstance(error, LostError):
                    reached, waited = position(journal.records), 0.0
                if reached < 0 or waited >= longest:
                    raise
                waited += PAUSE
                if watch is not None and not isinstance(error, LostError):
                    watch.sleep(PAUSE)
                logger.warning("the station is opened anew: %s", error)


class _Session:
    """One stretch of measuring with an open station."""

    def __init__(
        self, run: Run, journal: Journal, station: OpenStation, permission: Permission, watch: Watch | None
    ) -> None:
        self._run, self._journal, self._station = run, journal, station
        self._permission, self._watch = permission, watch

    def measure(self, progress: Progress | None) -> None:
        """Take readings, make safe, say how it went; of several signals only the first one interrupts this."""
        state = "complete", ""
        try:
            try:
                self._take(progress)
            except BaseException as error:
                state = ending(error)
                raise
            finally:
                self._make_safe()
        except KeyboardInterrupt:
            self._make_safe()  # it may have come just before the sources were brought to rest
            raise
        except LostError as error:
            self._wait_for_it(error)
            raise
        finally:
            self._permission.report(state[0], position(self._journal.records), state[1])

    def _take(self, progress: Progress | None) -> None:
        from valvelab.qcodes_sink import qcodes_sink

        run, station, watch = self._run, self._station, self._watch
        if watch is not None:
            watch.is_at_rest = False
        if self._journal.records:
            station.clock.resume(self._journal.records[-1]["time"])
        with qcodes_sink(run.folder / DATABASE, run.protocol.name, station.qcodes_station) as add:

            def told(reading: Reading, record: Mapping[str, Any]) -> None:
                add(record)
                if watch is not None:
                    watch.reading = reading.index
                    watch.beat()
                if progress is not None:
                    progress(reading.index + 1, len(run.plan.readings), reading)

            Engine(run, self._journal, station, self._permission, told).measure()

    def _make_safe(self) -> None:
        with signals(signal.SIG_IGN):
            failures = self._station.make_safe()
        if self._watch is not None:
            self._watch.is_at_rest = not failures
        for failure in failures:
            print(f"NOT SAFE: {failure}; check this source by hand", file=sys.stderr)  # noqa: T201
            try:
                self._journal.note(self._station.clock, REMARK, reason=f"not safe at the end: {failure}")
            except RunError:
                logger.exception("%s could not be written down", failure)

    def _wait_for_it(self, error: LostError) -> None:
        reached = position(self._journal.records)
        self._journal.note(self._station.clock, SUSPENDED, index=reached, reason=str(error))
        self._station.clock.sleep(PAUSE)
        self._journal.note(self._station.clock, RELEASED, index=reached, seconds=PAUSE)


def ending(error: BaseException) -> tuple[str, str]:
    """Return how a run ended, and why, in words where it was no fault of the program."""
    if isinstance(error, KeyboardInterrupt):
        return "interrupted", "by Ctrl-C or a signal"
    return "aborted", str(error) if isinstance(error, ValvelabError) else f"{type(error).__name__}: {error}"
