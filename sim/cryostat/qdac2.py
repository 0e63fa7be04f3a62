"""The QDevil QDAC-II: 24 voltages that are always on, in one of two ranges, at a slew rate.

Commands are those of its user manual, revision 2.3.
"""

from typing import ClassVar

from valvelab.clock import Clock

from .commands import Command, Entry, Setting
from .parameters import OUT_OF_RANGE, Choice, Number, ScpiError, exponential, parse_number
from .scpi import ScpiBox

CHANNELS = range(1, 25)
_SPANS = {"LOW": 2.0, "HIGH": 10.0}
_DECIMALS = 6
_FASTEST = 2e7


def _entries(channel: int) -> tuple[Entry, ...]:
    header, given = f"SOURce{channel}", (channel,)
    return (
        Command(f"{header}:VOLTage[:LEVel][:IMMediate]", "_set", 1, 1, given),
        Command(f"{header}:VOLTage[:LEVel][:IMMediate]?", "_show", given=given),
        Command(f"{header}:VOLTage[:LEVel]:LAST?", "_show", given=given),
        Setting(f"{header}:VOLTage:MODE", f"mode {channel}", Choice(("FIXed", "LIST", "SWEep"))),
        Setting(f"{header}:VOLTage:SLEW", f"slew {channel}", Number(0.01, _FASTEST, _FASTEST, exponential)),
        Command(f"{header}:RANGe", "_range", 1, 1, given),
        Command(f"{header}:RANGe?", "_show_range", given=given),
        Setting(f"{header}:FILTer", f"filter {channel}", Choice(("DC", "MED", "HIGH"))),
        *(
            Command(f"{header}:RANGe:{span}:{end}?", "_show_end", given=(sign * largest,))
            for span, largest in _SPANS.items()
            for end, sign in (("MINimum", -1), ("MAXimum", 1))
        ),
    )


class QDac2(ScpiBox):
    """One box; a channel slews from where it is to where it is sent.

    Parameters
    ----------
    clock
        The time of the world.
    """

    identity: ClassVar[str] = "QDevil, QDAC-II, A001234, 13-1.57"
    no_error: ClassVar[str] = '0,"No error"'
    entries: ClassVar[tuple[Entry, ...]] = sum((_entries(channel) for channel in CHANNELS), ())

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        super().__init__()

    def output(self, channel: int) -> float:
        """Return what stands at the terminals of a channel [V]."""
        start, target, begun = self._moves[channel]
        rate = self.values[f"slew {channel}"]
        passed = (self._clock.now() - begun) * rate
        way = target - start
        return target if rate == _FASTEST or passed >= abs(way) else start + (passed if way > 0 else -passed)

    def reset(self) -> None:
        """Return all channels to 0 V at once, in the wide range."""
        super().reset()
        self._spans = dict.fromkeys(CHANNELS, "HIGH")
        self._moves = dict.fromkeys(CHANNELS, (0.0, 0.0, self._clock.now()))

    def _set(self, channel: int, text: str) -> None:
        level = round(parse_number(text), _DECIMALS)
        if abs(level) > _SPANS[self._spans[channel]]:
            raise ScpiError(OUT_OF_RANGE)
        self._moves[channel] = self.output(channel), level, self._clock.now()

    def _show(self, channel: int) -> str:
        return f"{self.output(channel):.{_DECIMALS}f}"

    def _range(self, channel: int, word: str) -> None:
        span = Choice(("LOW", "HIGH")).parse(word)
        largest = _SPANS[span]
        level = max(-largest, min(largest, self.output(channel)))
        self._spans[channel] = span
        self._moves[channel] = level, level, self._clock.now()

    def _show_range(self, channel: int) -> str:
        return self._spans[channel]

    def _show_end(self, voltage: float) -> str:
        return f"{voltage:.{_DECIMALS}f}"
