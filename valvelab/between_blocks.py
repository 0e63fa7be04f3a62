"""What is decided between blocks: ridges followed, enough known, time over; each decision is in the journal."""

import itertools
import logging
import shutil
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from valvelab.clock import Clock
from valvelab.errors import DataError, LimitError, RunError
from valvelab.heating import corrected, warmth
from valvelab.history import REMARK, SKIPPED, accepted, position
from valvelab.limits import check_limits
from valvelab.protocol import Protocol, Regulate, Stop
from valvelab.records import Journal
from valvelab.run_folder import Run
from valvelab.steering import Steering
from valvelab.stop_rules import block_powers, next_time, ratio
from valvelab.units import format_quantity
from valvelab.walk import CENTRING, REGULATING, Plan, Reading, purpose
from valvelab.wording import first_line

logger = logging.getLogger(__name__)
_LEAST_SPACE = 50e6
"""Free space below which no block is begun [bytes]; a reading takes less than a kilobyte everywhere."""


class BetweenBlocks:
    """Look at each block before and after it is measured.

    Parameters
    ----------
    run, journal, clock
        The run, its journal open for writing, and the station's clock.
    steering
        Is told where ridges were found.
    """

    def __init__(self, run: Run, journal: Journal, clock: Clock, steering: Steering) -> None:
        self._run, self._journal, self._clock, self._steering = run, journal, clock, steering
        self._rule: Stop | None = None
        self._loop: Regulate | None = None
        if isinstance(run.protocol, Protocol):
            self._rule, self._loop = run.protocol.stop, run.protocol.regulate
        self._end: datetime | None = None
        if self._rule is not None and self._rule.at is not None:
            self._end = next_time(self._rule.at, clock.utc())
        self._block: list[Mapping[str, Any]] = []
        self._powers: dict[int, list[tuple[float, float]]] = {}
        if self._rule is not None and self._rule.enhancement is not None:
            self._remember()
        self._progress = _Progress(run.plan, clock)

    def before(self, at: int) -> int:
        """Return the index of the reading to go on with: this one, or the end if the time is over.

        Raises
        ------
        RunError
            If the disk is nearly full.
        """
        self._block = []
        self._progress.begin(at)
        free = shutil.disk_usage(self._run.folder).free
        if free < _LEAST_SPACE:
            raise RunError(
                f"{self._run.folder}: must have {_LEAST_SPACE / 1e6:g} MB of free space, found {free / 1e6:.1f} MB; "
                "make room and run 'valvelab resume'"
            )
        if self._end is None or self._clock.utc() < self._end:
            return at
        return self._skip(len(self._run.plan.readings), f"{self._end:%H:%M} has come")

    def taken(self, record: Mapping[str, Any]) -> None:
        """Take note of a reading of the present block; one of a closed loop decides what the heater does next."""
        self._block.append(record)
        if self._loop is not None and purpose(record["configuration"]) == REGULATING:
            at = record["index"] + 1
            self._regulate(record, self._loop, at, is_last=self._run.plan.begins[at] == at)

    def after(self, at: int) -> int:
        """Conclude a block, and return the index of the reading to go on with."""
        last = self._run.plan.readings[at - 1]
        logger.info("%s", self._progress.told(at, last))
        if purpose(last.configuration) == CENTRING:
            self._follow(at)
        elif purpose(last.configuration) == REGULATING:
            return at
        elif self._rule is not None and self._rule.enhancement is not None:
            return self._enough(at, last, self._rule.enhancement)
        return at

    def _regulate(self, record: Mapping[str, Any], loop: Regulate, at: int, *, is_last: bool) -> None:
        """Give the heater what its reservoir lacks, or after the last reading say that it is not where it should be."""
        wanted = record["source_temperature"]
        try:
            found = warmth(self._run.device, record)
            if abs(found - wanted) <= loop.tolerance:
                return
            if is_last:
                texts = [
                    format_quantity(value, "temperature", 4) for value in (loop.tolerance, wanted, found)
                ]
                raise DataError(
                    f"{record['heated']}: must be brought within {texts[0]} of {texts[1]}, found {texts[2]}"
                )
            event = corrected(self._run.device, self._block)
            self._demand_room(at, [event])
        except (DataError, LimitError) as error:
            logger.warning("the heater is left as it is: %s", error)
            remark = f"temperature not reached before reading {at}: {first_line(error)}"
            self._journal.note(self._clock, REMARK, reason=remark)
            return
        self._steering.follow(self._journal.note(self._clock, **event))
        logger.info("%s at %.2f mK, heater given %.5g V", record["heated"], found * 1e3, event["heater_rise"])

    def _follow(self, at: int) -> None:
        try:
            found = self._steering.look(self._block)
            self._demand_room(at, found)
        except (DataError, LimitError) as error:
            logger.warning("the ridges are left where they were: %s", error)
            remark = f"ridges not followed before reading {at}: {first_line(error)}"
            self._journal.note(self._clock, REMARK, reason=remark)
            return
        for event in found:
            self._steering.follow(self._journal.note(self._clock, **event))
            values = [event[key] for key in ("qubit", "flux_offset", "flux_offset_std")]
            logger.info("qubit %d: flux offset %.6f +- %.6f Phi0", *values)

    def _demand_room(self, at: int, found: list[dict[str, Any]]) -> None:
        """Refuse a correction with which a later set point would leave its window."""
        tried = Steering(self._run.device, found)
        rest = tuple(tried.correct(reading) for reading in self._run.plan.readings[at:])
        if rest:
            check_limits(self._run.station, Plan(rest, self._run.protocol))

    def _enough(self, at: int, last: Reading, wanted: float) -> int:
        powers = self._powers.setdefault(last.cell, [])
        powers.extend(block_powers(self._run.device, self._block))
        value, error = ratio(powers)
        if not error <= wanted * value:
            return at
        later = [reading.index for reading in self._run.plan.readings[at:] if reading.cell == last.cell]
        if not later:
            return at
        reason = f"cell {last.cell}: both / (only_1 + only_2) as read is {value:.4f} +- {error:.4f}"
        return self._skip(later[-1] + 1, f"{reason} after {len(powers)} blocks")

    def _skip(self, until: int, reason: str) -> int:
        logger.info("enough: %s; going on with reading %d", reason, until)
        self._journal.note(self._clock, SKIPPED, until=until, reason=reason)
        return until

    def _remember(self) -> None:
        """Work out the powers of blocks that an earlier session measured in full; the last one may begin anew."""
        plan = self._run.plan
        again = plan.begins[position(self._journal.records)]
        blocks: dict[int, list[dict[str, Any]]] = {}
        for record in accepted(self._journal.records):
            if record["index"] < again:
                blocks.setdefault(plan.begins[record["index"]], []).append(record)
        for begin, records in blocks.items():
            cell = plan.readings[begin].cell
            self._powers.setdefault(cell, []).extend(block_powers(self._run.device, records))


class _Progress:
    """How long the rest will take, by how long this session took for what it has done."""

    def __init__(self, plan: Plan, clock: Clock) -> None:
        self._plan, self._clock = plan, clock
        self._begun: float | None = None
        self._first = 0
        self._expected = [0.0, *itertools.accumulate(plan.waits)]
        """Time until each reading, if all goes as expected [s]."""
        self._blocks = {begin: number for number, begin in enumerate(sorted(set(plan.begins[:-1])), start=1)}

    def begin(self, at: int) -> None:
        if self._begun is None:
            self._begun, self._first = self._clock.now(), at

    def told(self, at: int, last: Reading) -> str:
        begin = self._plan.begins[last.index]
        expected = self._expected[at] - self._expected[self._first]
        took = self._clock.now() - (self._begun or 0.0)
        left = (self._expected[-1] - self._expected[at]) * took / expected
        kind = purpose(last.configuration)
        what = {CENTRING: "search for the ridges", REGULATING: "closed loop"}.get(kind, f"cell {last.cell}")
        done = f"block {self._blocks[begin]} of {self._plan.blocks} done ({what})"
        if not left:
            return done
        end = (self._clock.utc() + timedelta(seconds=left)).astimezone()
        return f"{done}; {format_quantity(left, 'time', 2)} left if all is measured, until {end:%a %H:%M}"
