"""Walk a plan: take its readings, hold where they would not count, and see between blocks what comes next."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from valvelab.between_blocks import BetweenBlocks
from valvelab.errors import LostError, RunError, StuckError, SuspendedError, UnstableError
from valvelab.history import RELEASED, SESSION, SUSPECT, SUSPENDED, position
from valvelab.permission import Permission
from valvelab.protocol import Protocol
from valvelab.reader import Reader
from valvelab.records import Journal
from valvelab.run_folder import Run
from valvelab.session import ClockWatch, session_fields
from valvelab.station import OpenStation
from valvelab.steering import Steering
from valvelab.suspension import Suspension
from valvelab.walk import Reading
from valvelab.walker import Walker

logger = logging.getLogger(__name__)
Progress = Callable[[int, int, Reading], None]
MOST_HOLDS = 5
"""So often a block is begun again without one reading more; then something is wrong that waiting does not mend."""


class Engine:
    """Take the readings of a run that are not in its journal.

    Parameters
    ----------
    run
        The run; its journal tells where the plan stands.
    journal
        Open for writing.
    station
        Open, its clock at the time at which the run arrived.
    permission
        Whoever must say go.
    told
        Called with each accepted record, once it is on disk.
    """

    def __init__(
        self,
        run: Run,
        journal: Journal,
        station: OpenStation,
        permission: Permission,
        told: Callable[[Reading, Mapping[str, Any]], None],
    ) -> None:
        self._run, self._journal, self._station, self._told = run, journal, station, told
        self._permission = permission
        heated = run.plan.readings[0].heated
        self._walker = Walker(run.protocol, station, heated, _voltages(run))
        self._reader = Reader(journal, station.clock, self._walker)
        self._steering = Steering(run.device, journal.records)
        self._between = BetweenBlocks(run, journal, station.clock, self._steering)
        self._clock_watch = ClockWatch(station.clock)
        self._suspension = None
        if run.protocol.suspend is not None:
            mixing_chamber = station.parts["mixing_chamber"].temperature
            self._suspension = Suspension(run.protocol.suspend, mixing_chamber, station.clock)
        self._session = 0
        self._furthest, self._holds = -1, 0

    def measure(self) -> None:
        """Take every reading from the block on in which the plan stands.

        Raises
        ------
        RunError
            If a reading fails after every repetition, or a hold takes too long; `LostError` if a box is lost.
        """
        plan = self._run.plan
        fields = session_fields(self._journal.records, self._run.folder)
        self._session = fields["session"]
        self._journal.note(self._station.clock, SESSION, **fields)
        self._permission.wait(self._station.clock)
        self._walker.rest_heaters()
        at = plan.begins[position(self._journal.records)]
        while at < len(plan.readings):
            try:
                if plan.begins[at] == at:
                    after = self._between.before(at)
                    if after > at:
                        at = after
                        continue
                    self._permission.demand()
                self._take(plan.readings[at])
            except SuspendedError as reason:
                self._hold(plan.readings[at], str(reason))
                at = plan.begins[at]
                continue
            at += 1
            if plan.begins[at] == at:
                at = self._between.after(at)

    def _take(self, reading: Reading) -> None:
        wanted = self._steering.correct(reading)
        try:
            record = self._reader.take(wanted)
        except StuckError as error:
            first = self._run.plan.begins[error.first]
            self._journal.note(self._station.clock, SUSPECT, index=first, reason=str(error))
            raise
        except LostError:
            raise
        except RunError as error:
            if self._suspension is None:
                raise
            reason = str(error) if isinstance(error, UnstableError) else self._suspension.trouble(wanted)
            if not reason:
                raise
            raise SuspendedError(reason) from error
        trouble = self._clock_watch.jump()
        if not trouble and self._suspension is not None:
            trouble = self._suspension.trouble(wanted, record)
        if trouble:
            self._journal.append({**record, "rejected": trouble})
            raise SuspendedError(trouble)
        kept = self._journal.append({**record, **self._steering.fields, "session": self._session})
        self._between.taken(kept)
        self._told(reading, kept)

    def _hold(self, reading: Reading, reason: str) -> None:
        """Rest the heaters, leave the flux where it is, and wait until readings count again."""
        logger.warning("reading %d, suspended: %s", reading.index, reason)
        self._holds = self._holds + 1 if reading.index <= self._furthest else 1
        self._furthest = max(self._furthest, reading.index)
        if self._holds > MOST_HOLDS:
            raise RunError(
                f"reading {reading.index}: must succeed after {MOST_HOLDS} holds, found at the last one: {reason}"
            )
        clock = self._station.clock
        begun = clock.now()
        self._journal.note(clock, SUSPENDED, index=reading.index, reason=reason)
        self._permission.report("suspended", reading.index, reason)
        self._walker.rest_heaters()
        self._permission.wait(clock)
        if self._suspension is not None:
            self._suspension.wait(reading)
        self._journal.note(clock, RELEASED, index=reading.index, seconds=clock.now() - begun)
        logger.info("released after %.0f s; the block is measured again", clock.now() - begun)


def _voltages(run: Run) -> dict[str, tuple[float, float]]:
    """Return which voltages of the thermometers mean a temperature; a calibration is there to find that out."""
    islands = {"source": run.device.source, "drain": run.device.drain}
    if not isinstance(run.protocol, Protocol):
        return {}
    return {reservoir: island.voltages for reservoir, island in islands.items() if island is not None}
