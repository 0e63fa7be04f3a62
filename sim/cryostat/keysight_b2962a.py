"""The Keysight B2962A: two low-noise sources of current or voltage.

Commands and ranges are those of the SCPI command reference B2961-90030. That another mode switches the output off and a
smaller range clips the level is assumed, as of a Keithley 2400; `prepare_b2962a` does neither to a live output.
"""

import re
from collections.abc import Mapping
from typing import ClassVar

from .commands import Command, Entry, Setting
from .parameters import (
    ILLEGAL_PARAMETER,
    OUT_OF_RANGE,
    Choice,
    Number,
    ScpiError,
    Switch,
    exponential,
    parse_number,
    smallest_range,
)
from .scpi import ScpiBox

CHANNELS = (1, 2)
_NOT_A_NUMBER = 9.91e37
_RANGES: Mapping[str, Mapping[float, float]] = {
    "CURR": {
        **{span: span * 1.05 for span in (1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0)},
        1.5: 1.515,
        3.0: 3.03,
    },
    "VOLT": {span: span * 1.05 for span in (0.2, 2.0, 20.0, 200.0)},
}
"""Largest level of each range [A or V]."""
_STEPS: Mapping[str, float] = {"CURR": 1e6, "VOLT": 2e6}
"""Steps of a range: 1 nA in that of 1 mA, 1 uV in that of 2 V."""
_MODE = Choice(("VOLTage", "CURRent"))
_LISTED = re.compile(r"\(@([12])\)")


def _source_entries(channel: int, header: str, word: str, function: str) -> tuple[Entry, ...]:
    given = (channel, function)
    level = f"{header}:{word}[:LEVel][:IMMediate][:AMPLitude]"
    return (
        Command(level, "_set", 1, 1, given),
        Command(f"{level}?", "_show", given=given),
        Command(f"{header}:{word}:RANGe", "_fix_range", 1, 1, given),
        Command(f"{header}:{word}:RANGe?", "_show_range", given=given),
        Setting(f"{header}:{word}:RANGe:AUTO", f"{function} autorange {channel}", Switch(default=True)),
    )


def _entries(channel: int, suffix: str) -> tuple[Entry, ...]:
    source, output, sense = f"SOURce{suffix}", f"OUTPut{suffix}", f"SENSe{suffix}"
    voltage, current = Number(0, 210, 2), Number(0, 3.03, 100e-6)
    return (
        Command(f"{source}:FUNCtion:MODE", "_select_mode", 1, 1, (channel,)),
        Command(f"{source}:FUNCtion:MODE?", "_show_mode", given=(channel,)),
        *_source_entries(channel, source, "CURRent", "CURR"),
        *_source_entries(channel, source, "VOLTage", "VOLT"),
        Setting(f"{sense}:VOLTage[:DC]:PROTection[:LEVel]", f"voltage limit {channel}", voltage),
        Setting(f"{sense}:CURRent[:DC]:PROTection[:LEVel]", f"current limit {channel}", current),
        Setting(f"{sense}:REMote", f"remote sensing {channel}", Switch()),
        Setting(f"{output}[:STATe]", f"output {channel}", Switch()),
        Setting(f"{output}:ON:AUTO", f"auto on {channel}", Switch(default=True)),
    )


class KeysightB2962A(ScpiBox):
    """One box; a channel drops no voltage and draws no current that it could see, so its limits limit nothing."""

    identity: ClassVar[str] = "Keysight Technologies,B2962A,MY52350101,3.4.2011.5100"
    entries: ClassVar[tuple[Entry, ...]] = (
        *_entries(1, ""),  # a header without a number means channel 1
        *_entries(1, "1"),
        *_entries(2, "2"),
        Command("MEASure:VOLTage[:DC]?", "_measure", 0, 1, ("VOLT",)),
        Command("MEASure:CURRent[:DC]?", "_measure", 0, 1, ("CURR",)),
        Command("MEASure:RESistance?", "_measure", 0, 1, ("RES",)),
    )

    def output(self, channel: int, function: str) -> float:
        """Return what flows from a channel [A] or stands at it [V]: 0 if it sources the other quantity."""
        on = self.values[f"output {channel}"] and self._modes[channel] == function
        return self._levels[channel, function] if on else 0.0

    def reset(self) -> None:
        """Return both channels to the settings at power on: 0 V, output off."""
        super().reset()
        self._modes = dict.fromkeys(CHANNELS, "VOLT")
        self._levels = {(channel, function): 0.0 for channel in CHANNELS for function in _RANGES}
        self._ranges = {
            (channel, function): next(iter(_RANGES[function])) for channel in CHANNELS for function in _RANGES
        }

    def _select_mode(self, channel: int, word: str) -> None:
        mode = _MODE.parse(word)
        if mode != self._modes[channel]:
            self.values[f"output {channel}"] = False
        self._modes[channel] = mode

    def _show_mode(self, channel: int) -> str:
        return self._modes[channel]

    def _set(self, channel: int, function: str, text: str) -> None:
        level = parse_number(text)
        if self.values[f"{function} autorange {channel}"]:
            self._select_range(channel, function, level)
        span = self._ranges[channel, function]
        if abs(level) > _RANGES[function][span] * (1 + 1e-9):
            raise ScpiError(OUT_OF_RANGE)
        step = span / _STEPS[function]
        self._levels[channel, function] = round(level / step) * step

    def _show(self, channel: int, function: str) -> str:
        return exponential(self._levels[channel, function])

    def _fix_range(self, channel: int, function: str, text: str) -> None:
        self._select_range(channel, function, parse_number(text))
        self.values[f"{function} autorange {channel}"] = False

    def _select_range(self, channel: int, function: str, level: float) -> None:
        span = smallest_range(level, _RANGES[function])
        largest = _RANGES[function][span]
        self._ranges[channel, function] = span
        self._levels[channel, function] = max(-largest, min(largest, self._levels[channel, function]))

    def _show_range(self, channel: int, function: str) -> str:
        return exponential(self._ranges[channel, function])

    def _measure(self, what: str, channels: str = "(@1)") -> str:
        listed = _LISTED.fullmatch(channels)
        if listed is None:
            raise ScpiError(ILLEGAL_PARAMETER)
        channel = int(listed[1])
        if self.values[f"auto on {channel}"]:
            self.values[f"output {channel}"] = True
        return exponential(_NOT_A_NUMBER if what == "RES" else self.output(channel, what))
