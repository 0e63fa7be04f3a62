"""What a Yokogawa GS200 needs beyond its QCoDeS driver: a start without a step, and ramps that can be stopped."""

import math
from typing import TYPE_CHECKING

from qcodes.parameters import ParameterBase

from .switch_on import switch_on_as

if TYPE_CHECKING:
    from qcodes.instrument_drivers.yokogawa import YokogawaGS200


def prepare_gs200(instrument: "YokogawaGS200", unit: str, output_range: float) -> ParameterBase:
    """Bring a Yokogawa GS200 into a mode and range without a step at its terminals.

    A GS200 whose output is off is set up and switched on at zero. One whose output is on is left as it is,
    and must already be in the right mode and range: changing either would make its output jump.

    Parameters
    ----------
    instrument
        The unmodified QCoDeS driver.
    unit
        ``"A"`` for a current source, ``"V"`` for a voltage source.
    output_range
        Range of the source [unit].

    Returns
    -------
    The parameter that controls the level.

    Raises
    ------
    RunError
        If the output is on in another mode or range, or the box does not take those that it is told.
    """
    # The driver would otherwise ramp on its own, or change the range under way.
    instrument.ramp_mode("JUMP")
    instrument.auto_range(False)
    return switch_on_as(instrument, unit, output_range)


class GS200Ramp:
    """Ramps that a GS200 makes by itself, as a program of one step (IM GS210-01EN, chapter 8).

    The level then moves in steps of the resolution, without one message a step. Slope and interval are whole tenths
    of a second, rounded up here, so that a ramp is never faster than asked.

    Parameters
    ----------
    instrument
        The unmodified QCoDeS driver.
    """

    longest = 3600.0

    def __init__(self, instrument: "YokogawaGS200") -> None:
        self._instrument = instrument

    def start(self, level: float, duration: float) -> None:
        """Begin a straight ramp to a level [A or V] that takes at least `duration` [s], up to an hour."""
        slope = min(max(math.ceil(duration * 10 - 1e-6), 1) / 10, self.longest)
        self._instrument.write(
            f":PROG:REP 0;:PROG:SLOP {slope:.1f};:PROG:INT {slope:.1f};"
            f":PROG:EDIT:STAR;:SOUR:LEV {level:.5E};:PROG:EDIT:END;:PROG:RUN"
        )

    def hold(self) -> None:
        """Pause the program; the level stays."""
        self._instrument.write(":PROG:PAUS")
