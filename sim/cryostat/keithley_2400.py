"""The Keithley 2400 as a source of current or voltage.

Commands, ranges and resolutions are those of the user's manual 2400S-900-01.
"""

from collections.abc import Mapping
from typing import ClassVar

from .commands import Command, Entry, Setting
from .parameters import (
    OUT_OF_RANGE,
    Choice,
    Number,
    ScpiError,
    Switch,
    exponential,
    integer,
    parse_number,
    smallest_range,
)
from .scpi import ScpiBox

_OVERRANGE = 1.05
_RANGES: Mapping[str, Mapping[float, float]] = {
    "CURR": {span: span * _OVERRANGE for span in (1e-6, 10e-6, 100e-6, 1e-3, 10e-3, 100e-3, 1.0)},
    "VOLT": {span: span * _OVERRANGE for span in (0.2, 2.0, 20.0, 200.0)},
}
"""Largest level of each range [A or V]."""
_STEPS: Mapping[str, float] = {"CURR": 20_000.0, "VOLT": 40_000.0}
"""Steps of a range: 50 pA in that of 1 uA, 5 uV in that of 200 mV."""
_OUTPUT_IS_OFF = -221


def _source_entries(word: str, function: str) -> tuple[Entry, ...]:
    header, given = f"[SOURce]:{word}", (function,)
    return (
        Command(f"{header}[:LEVel][:IMMediate][:AMPLitude]", "_set", 1, 1, given),
        Command(f"{header}[:LEVel][:IMMediate][:AMPLitude]?", "_show", given=given),
        Command(f"{header}:RANGe", "_fix_range", 1, 1, given),
        Command(f"{header}:RANGe?", "_show_range", given=given),
        Setting(f"{header}:RANGe:AUTO", f"{function} autorange", Switch(default=True)),
        Setting(f"{header}:MODE", f"{function} mode", Choice(("FIXed", "LIST", "SWEep"))),
    )


class Keithley2400(ScpiBox):
    """One source-meter at a coil or a heater, which drops no voltage that it could see."""

    identity: ClassVar[str] = (
        "KEITHLEY INSTRUMENTS INC.,MODEL 2400,1160001,C32   Oct  4 2010 14:20:11/A02  /S/K"
    )
    no_error: ClassVar[str] = '0,"No error"'
    entries: ClassVar[tuple[Entry, ...]] = (
        Command("[SOURce]:FUNCtion[:MODE]", "_select_function", 1, 1),
        Command("[SOURce]:FUNCtion[:MODE]?", "_show_function"),
        *_source_entries("CURRent", "CURR"),
        *_source_entries("VOLTage", "VOLT"),
        Setting(
            "[SENSe]:FUNCtion",
            "sense",
            Choice(("VOLTage:DC", "CURRent:DC", "VOLTage", "CURRent"), quoted=True),
        ),
        Setting("[SENSe]:VOLTage:RANGe", "sense voltage range", Number(0, 210, 21, exponential)),
        Setting("[SENSe]:CURRent:RANGe", "sense current range", Number(0, 1.05, 105e-6, exponential)),
        Setting("[SENSe]:VOLTage:PROTection", "compliance voltage", Number(0, 210, 21, exponential)),
        Setting("[SENSe]:CURRent:PROTection", "compliance current", Number(0, 1.05, 105e-6, exponential)),
        Setting("[SENSe]:VOLTage:NPLCycles", "voltage cycles", Number(0.01, 10, 1, exponential)),
        Setting("[SENSe]:CURRent:NPLCycles", "current cycles", Number(0.01, 10, 1, exponential)),
        Command("OUTPut[:STATe]", "_switch", 1, 1),
        Command("OUTPut[:STATe]?", "_is_on"),
        Setting("TRIGger:COUNt", "trigger count", Number(1, 2500, 1, integer)),
        Command("FORMat:ELEMents", "_select_elements", 1, 5),
        Command("READ?", "_read"),
    )

    def output(self, function: str) -> float:
        """Return what flows [A] or stands [V]: 0 if the box sources the other quantity."""
        return self._levels[function] if self._on and self._function == function else 0.0

    def reset(self) -> None:
        """Return to the settings at power on: 0 V, output off."""
        super().reset()
        self._function, self._on = "VOLT", False
        self._levels = {"CURR": 0.0, "VOLT": 0.0}
        self._ranges = {"CURR": 100e-6, "VOLT": 20.0}

    def _select_function(self, word: str) -> None:
        function = Choice(("VOLTage", "CURRent")).parse(word)
        if function != self._function:
            self._on = False
        self._function = function

    def _show_function(self) -> str:
        return self._function

    def _set(self, function: str, text: str) -> None:
        level = parse_number(text)
        if self.values[f"{function} autorange"]:
            self._select_range(function, level)
        span = self._ranges[function]
        if abs(level) > _RANGES[function][span] * (1 + 1e-9):
            raise ScpiError(OUT_OF_RANGE)
        step = span / _STEPS[function]
        self._levels[function] = round(level / step) * step

    def _show(self, function: str) -> str:
        return exponential(self._levels[function])

    def _fix_range(self, function: str, text: str) -> None:
        self._select_range(function, parse_number(text))
        self.values[f"{function} autorange"] = False

    def _select_range(self, function: str, level: float) -> None:
        ranges = _RANGES[function]
        span = smallest_range(level, ranges)
        self._ranges[function] = span
        self._levels[function] = max(-ranges[span], min(ranges[span], self._levels[function]))

    def _show_range(self, function: str) -> str:
        return exponential(self._ranges[function])

    def _switch(self, state: str) -> None:
        self._on = Switch().parse(state)

    def _is_on(self) -> str:
        return Switch().show(self._on)

    def _select_elements(self, *words: str) -> None:
        for word in words:
            Choice(("VOLTage", "CURRent", "RESistance", "TIME", "STATus")).parse(word)

    def _read(self) -> str:
        if not self._on:
            raise ScpiError(_OUTPUT_IS_OFF)
        return f"{exponential(self.output('VOLT'))},{exponential(self.output('CURR'))}"
