"""Take readings, again where one fails: what failed is written down, and never passes for a reading."""

import logging
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from pyvisa import VisaIOError

from valvelab.clock import Clock
from valvelab.errors import LostError, RunError, StuckError, UnstableError
from valvelab.records import Journal
from valvelab.walk import Reading
from valvelab.wording import first_line

logger = logging.getLogger(__name__)

PAUSES = (1.0, 5.0, 30.0)
"""Before each repetition [s]; there are no more."""
SAME = 12
"""So many equal readings in a row, while set points changed, come from a stuck box: noise alone tells them apart."""
_WATCHED = ("thermometer_voltage_source", "thermometer_voltage_drain", "mixing_chamber_temperature")


class Reader:
    """Take the readings of a run, one after the other.

    Parameters
    ----------
    journal
        Where rejected attempts are written. An accepted reading is not: its caller writes it.
    clock
        The station's clock.
    attempt
        Brings the station to the set points of a reading and returns its fields. It is called again after a failure,
        so it must ask boxes where they stand rather than remember it.
    """

    def __init__(
        self, journal: Journal, clock: Clock, attempt: Callable[[Reading], Mapping[str, Any]]
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._attempt = attempt
        self._latest: deque[tuple[Reading, Mapping[str, Any]]] = deque(maxlen=SAME - 1)

    def take(self, reading: Reading) -> dict[str, Any]:
        """Return the record of a reading.

        Raises
        ------
        RunError
            If it fails again after every pause; `LostError` if a box did not come back, `StuckError` if it is stuck.
        UnstableError
            If the station does not become steady; that is not tried again at once.
        LimitError
            If a set point must not be given; that is not tried again.
        """
        reason = ""
        kind: type[RunError] = RunError
        for pause in (0.0, *PAUSES):
            if pause:
                self._clock.sleep(pause)
            fields: Mapping[str, Any] = {}
            try:
                fields = self._attempt(reading)
            except UnstableError as error:
                self._reject(reading, fields, _told(error))
                raise
            except (RunError, VisaIOError, OSError, ValueError) as error:
                reason, kind = _told(error), LostError if isinstance(error, LostError) else RunError
            else:
                reason = self._suspicion(reading, fields)
                kind = StuckError if reason else RunError
                if not reason:
                    self._latest.append((reading, fields))
                    return {**reading.as_record(), **fields}
            self._reject(reading, fields, reason)
        most = len(PAUSES) + 1
        complaint = (
            f"reading {reading.index}: must succeed within {most} attempts, found at the last one: {reason}"
        )
        raise StuckError(complaint, self._latest[0][0].index) if kind is StuckError else kind(complaint)

    def _reject(self, reading: Reading, fields: Mapping[str, Any], reason: str) -> None:
        logger.warning("reading %d is rejected: %s", reading.index, reason)
        times = {"time": self._clock.now(), "utc": self._clock.utc().isoformat()}
        self._journal.append({**reading.as_record(), **times, **fields, "rejected": reason})

    def _suspicion(self, reading: Reading, fields: Mapping[str, Any]) -> str:
        """Return why a reading cannot be believed, or nothing."""
        before = [*self._latest, (reading, fields)]
        if len(before) < SAME or all(one.set_points == reading.set_points for one, _ in before):
            return ""
        for name in _WATCHED:
            if all(known.get(name) == fields.get(name) for _, known in before):
                return (
                    f"{name} must change with the set points and with noise, found {fields.get(name)} {SAME} times "
                    "in a row; the box is stuck, and the readings before this one are suspect"
                )
        return ""


def _told(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"must be answered with text, found {error.object!r}"
    return first_line(error)
