"""The Keithley 6221: a current source that measures small voltages with a 2182A at its serial port (delta mode).

Commands, ranges and the arithmetic of delta mode are those of the reference manual 622x-901-01, sections 5, 10 and 12.
"""

import math
from typing import ClassVar

from valvelab.clock import Clock

from .commands import Command, Entry, Setting
from .nanovoltmeter import Keithley2182A
from .parameters import (
    INFINITE,
    OUT_OF_RANGE,
    SETTINGS_CONFLICT,
    STALE_DATA,
    Choice,
    Number,
    ScpiError,
    Switch,
    Text,
    exponential,
    parse_number,
    short,
    smallest_range,
)
from .scpi import ScpiBox

_OVERRANGE = 1.05
_RANGES = {
    span: span * _OVERRANGE for span in (2e-9, 20e-9, 200e-9, 2e-6, 20e-6, 200e-6, 2e-3, 20e-3, 100e-3)
}
"""Largest level of each range [A]."""
_STEPS = 20_000
"""Steps of a range: 100 fA in that of 2 nA."""


class Keithley6221(ScpiBox):
    """One current source.

    Parameters
    ----------
    clock
        The time of the world.

    Attributes
    ----------
    meter
        The 2182A at the serial port, and the channel of it that sees the voltage, or None.
    """

    identity: ClassVar[str] = "KEITHLEY INSTRUMENTS INC.,MODEL 6221,1180002,D04  /700x"
    no_error: ClassVar[str] = '0,"No error"'
    entries: ClassVar[tuple[Entry, ...]] = (
        Command("[SOURce:]CURRent[:LEVel][:IMMediate][:AMPLitude]", "_set_level", 1, 1),
        Command("[SOURce:]CURRent[:LEVel][:IMMediate][:AMPLitude]?", "_show_level"),
        Command("[SOURce:]CURRent:RANGe", "_select_range", 1, 1),
        Command("[SOURce:]CURRent:RANGe?", "_show_range"),
        Setting("[SOURce:]CURRent:RANGe:AUTO", "autorange", Switch()),
        Setting("[SOURce:]CURRent:COMPliance", "compliance", Number(0.1, 105, 10, exponential)),
        Setting("[SOURce:]CURRent:FILTer[:STATe]", "filter", Switch()),
        Command("[SOURce:]CLEar[:IMMediate]", "_clear_output"),
        Command("OUTPut[:STATe]", "_switch", 1, 1),
        Command("OUTPut[:STATe]?", "_is_on"),
        Setting("OUTPut:LTEarth", "low to earth", Switch()),
        Setting("OUTPut:ISHield", "inner shield", Choice(("OLOW", "GUARd"))),
        Setting("OUTPut:RESPonse", "response", Choice(("FAST", "SLOW"))),
        Command("OUTPut:INTerlock[:TRIPped]?", "_interlock"),
        Setting("[SOURce:]DELTa:HIGH", "delta high", Number(0, 105e-3, 10e-6, exponential), "_mirror"),
        Setting("[SOURce:]DELTa:LOW", "delta low", Number(-105e-3, 0, -10e-6, exponential)),
        Setting("[SOURce:]DELTa:DELay", "delta delay", Number(1e-3, INFINITE, 2e-3, short)),
        Setting("[SOURce:]DELTa:COUNt", "delta count", Number(1, INFINITE, INFINITE, short)),
        Setting("[SOURce:]DELTa:CABort[:STATe]", "delta abort", Switch()),
        Command("[SOURce:]DELTa:NVPResent?", "_has_meter"),
        Command("[SOURce:]DELTa:ARM", "_arm"),
        Command("[SOURce:]DELTa:ARM?", "_is_armed"),
        Command("[SOURce:]SWEep:ABORt", "_abort"),
        Command("INITiate[:IMMediate]", "_initiate"),
        Command("[SENSe:]DATA:FRESh?", "_measure"),
        Command("[SENSe:]DATA[:LATest]?", "_latest"),
        Setting("UNIT[:VOLTage]", "unit", Choice(("V", "OHMS", "W", "SIEMens"))),
        Setting("FORMat:ELEMents", "elements", Choice(("READing",))),
        Command("SYSTem:COMMunicate:SERial:SEND", "_send", 1, 1),
        Command("SYSTem:COMMunicate:SERial:ENTer?", "_enter"),
    )

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.meter: tuple[Keithley2182A, int] | None = None
        super().__init__()

    def output(self) -> float:
        """Return what flows [A]."""
        return self._level if self._on else 0.0

    def reset(self) -> None:
        """Return to the settings at power on: 0 A, output off."""
        super().reset()
        self._level, self._on, self._range = 0.0, False, 100e-3
        self._armed = self._running = False
        self._reading: float | None = None
        self._answer = ""

    def _select_range(self, text: str) -> None:
        self._range = smallest_range(parse_number(text), _RANGES)
        self.values["autorange"] = False
        self._level = max(-_RANGES[self._range], min(_RANGES[self._range], self._level))

    def _show_range(self) -> str:
        return exponential(self._range)

    def _set_level(self, text: str) -> None:
        level = parse_number(text)
        if self._armed:
            raise ScpiError(SETTINGS_CONFLICT)
        if self.values["autorange"]:
            self._select_range(text)
            self.values["autorange"] = True
        if abs(level) > _RANGES[self._range] * (1 + 1e-9):
            raise ScpiError(OUT_OF_RANGE)
        self._level = self._rounded(level)

    def _rounded(self, level: float) -> float:
        step = self._range / _STEPS
        return round(level / step) * step

    def _show_level(self) -> str:
        return exponential(self._level)

    def _switch(self, state: str) -> None:
        self._on = Switch().parse(state)

    def _is_on(self) -> str:
        return Switch().show(self._on)

    def _clear_output(self) -> None:
        self._level, self._on = 0.0, False

    def _interlock(self) -> str:
        return "0"

    def _mirror(self, name: str) -> None:
        self.values["delta low"] = -self.values[name]

    def _has_meter(self) -> str:
        return str(int(self.meter is not None))

    def _arm(self) -> None:
        if self.meter is None:
            raise ScpiError(SETTINGS_CONFLICT)
        self._armed, self._running, self._on = True, False, True
        self._level = 0.0

    def _is_armed(self) -> str:
        return str(int(self._armed))

    def _initiate(self) -> None:
        if not self._armed:
            raise ScpiError(SETTINGS_CONFLICT)
        self._running = True

    def _abort(self) -> None:
        if self._armed:
            self._armed = self._running = self._on = False
            self._level = 0.0

    def _measure(self) -> str:
        """Take three voltages at alternating currents; a drift that is linear in time drops out."""
        if not self._running or self.meter is None:
            raise ScpiError(STALE_DATA)
        meter, channel = self.meter
        before = self._range
        high, low = self.values["delta high"], self.values["delta low"]
        self._range = smallest_range(max(high, -low), _RANGES)
        voltages = []
        for level in (high, low, high):
            self._level = self._rounded(level)
            self._clock.sleep(min(self.values["delta delay"], 1e4))
            voltages.append(meter.reading(channel))
        self._range = before
        first, second, third = voltages
        overflow = max(map(abs, voltages)) >= INFINITE
        self._reading = INFINITE if overflow else (first - 2 * second + third) / 4
        return self._latest()

    def _latest(self) -> str:
        if self._reading is None:
            raise ScpiError(STALE_DATA)
        unit = self.values["unit"]
        current = (self.values["delta high"] - self.values["delta low"]) / 2
        reading = self._reading / current if unit == "OHMS" and current else self._reading
        return exponential(math.copysign(min(abs(reading), INFINITE), reading))

    def _send(self, message: str) -> None:
        if self.meter is None:
            return
        self._answer = self.meter[0].receive(Text().parse(message)) or ""

    def _enter(self) -> str:
        answer, self._answer = self._answer, ""
        return answer
