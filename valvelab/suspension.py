"""Hold a run while its readings would not count, and let it go on only when the cryostat has been good for a while."""

import logging
import math
from collections.abc import Callable, Mapping
from typing import Any

from valvelab.clock import Clock
from valvelab.errors import RunError
from valvelab.units import format_quantity
from valvelab.walk import Reading, Suspend
from valvelab.wording import first_line

logger = logging.getLogger(__name__)


class Suspension:
    """Watch the mixing chamber, and wait for it.

    What cannot be read, or is no number, is never good.

    Parameters
    ----------
    rule
        How far it may be, and what must hold before the run goes on.
    read
        Reads the mixing chamber [K]; whatever it raises counts as trouble.
    clock
        The station's clock.
    """

    def __init__(self, rule: Suspend, read: Callable[[], float], clock: Clock) -> None:
        self._rule = rule
        self._read = read
        self._clock = clock

    def trouble(self, wanted: Reading, fields: Mapping[str, Any] | None = None) -> str:
        """Return why a reading does not count, or nothing.

        Parameters
        ----------
        wanted
            Tells where the bath should be.
        fields
            What was read; the mixing chamber is asked where it is not given.
        """
        try:
            found = self._read() if fields is None else float(fields["mixing_chamber_temperature"])
        except Exception as error:  # a box may fail as it likes: no failure is a good reading
            return f"mixing_chamber: must be readable, but is not ({first_line(error)})"
        distance = abs(found - wanted.bath_temperature)
        if math.isfinite(distance) and distance <= self._rule.distance:
            return ""
        near, there, here = (
            format_quantity(value, "temperature", 6) if math.isfinite(value) else str(value)
            for value in (self._rule.distance, wanted.bath_temperature, found)
        )
        return f"mixing_chamber: must be within {near} of {there}, found {here}"

    def wait(self, wanted: Reading) -> float:
        """Wait for as many good readings in a row as the rule asks for, and return how long it took [s].

        Raises
        ------
        RunError
            If they do not come in time.
        """
        begun, good = self._clock.now(), 0
        while good < self._rule.good_readings:
            self._clock.sleep(self._rule.interval)
            trouble = self.trouble(wanted)
            good = 0 if trouble else good + 1
            if trouble and self._clock.now() - begun >= self._rule.longest:
                longest = format_quantity(self._rule.longest, "time", 6)
                raise RunError(
                    f"{trouble}, still after {longest}; run 'valvelab resume' when it is good again"
                )
        return self._clock.now() - begun
