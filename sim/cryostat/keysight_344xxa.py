"""The Keysight 34461A and 34465A and the Agilent 34410A: voltmeters whose readings take time and carry noise.

Commands and limits are those of the Truevolt operating and service guide, 34460-90901.
"""

import math
from collections.abc import Mapping
from typing import ClassVar

from .commands import Command, Entry, Setting
from .function_entries import function_entries
from .parameters import (
    INFINITE,
    INIT_IGNORED,
    OUT_OF_RANGE,
    PARAMETER_NOT_ALLOWED,
    STALE_DATA,
    TRIGGER_DEADLOCK,
    TRIGGER_IGNORED,
    Choice,
    Number,
    ScpiError,
    Switch,
    Text,
    exponential,
    signed_integer,
)
from .schema import Wire
from .scpi import ScpiBox
from .world import LINE_FREQUENCY, World

_RESOLUTION_34461A = dict(
    zip((0.02, 0.2, 1.0, 10.0, 100.0), (100e-6, 10e-6, 3e-6, 1e-6, 0.3e-6), strict=True)
)
_RESOLUTION_34465A = dict(
    zip(
        (0.001, 0.002, 0.006, 0.02, 0.06, 0.2, 1.0, 10.0, 100.0),
        (30e-6, 15e-6, 6e-6, 3e-6, 1.5e-6, 0.7e-6, 0.3e-6, 0.1e-6, 0.03e-6),
        strict=True,
    )
)
"""Resolution in parts of the range for each integration time in power line cycles."""
_RESOLUTION_34410A = dict(
    zip(
        (0.006, 0.02, 0.06, 0.2, 1.0, 2.0, 10.0, 100.0),
        (6e-6, 3e-6, 1.5e-6, 0.7e-6, 0.3e-6, 0.2e-6, 0.1e-6, 0.03e-6),
        strict=True,
    )
)
_OVERRANGE = 1.2
"""What a range shows before it overflows, in parts of it."""
_MOST_READINGS = 2_000_000


def _count(value: float) -> str:
    return exponential(value) if value > 1e9 else signed_integer(value)


class _Truevolt(ScpiBox):
    """One voltmeter across a thermometer.

    A reading takes its integration time and shows the voltage at its end. Measurements that a real box takes in
    the background are complete when the next command is read.

    Parameters
    ----------
    world
        Where the voltage comes from.
    wire
        The thermometer.
    """

    resolutions: ClassVar[Mapping[float, float]]
    shared: ClassVar[tuple[Entry, ...]] = (
        Command("[SENSe:]FUNCtion[:ON]", "_select_function", 1, 1),
        Command("[SENSe:]FUNCtion[:ON]?", "_show_function"),
        Command("[SENSe:]VOLTage[:DC]:RESolution", "_set_resolution", 1, 1),
        Command("[SENSe:]VOLTage[:DC]:RESolution?", "_show_resolution"),
        Setting("[SENSe:]VOLTage[:DC]:IMPedance:AUTO", "high impedance", Switch()),
        Command("CONFigure[:VOLTage][:DC]", "_configure", 0, 2),
        Command("MEASure[:VOLTage][:DC]?", "_measure", 0, 2),
        Command("READ?", "_read"),
        Command("INITiate[:IMMediate]", "_initiate"),
        Command("FETCh?", "_fetch"),
        Command("ABORt", "_abort"),
        Command("*TRG", "_trigger"),
        Command("DATA:POINts?", "_show_points"),
        Setting("TRIGger:COUNt", "trigger count", Number(1, INFINITE, 1, _count)),
        Setting("TRIGger:DELay", "trigger delay", Number(0, 3600, 0), "_fix_delay"),
        Setting("TRIGger:DELay:AUTO", "automatic delay", Switch(default=True)),
        Setting("TRIGger:SLOPe", "trigger slope", Choice(("NEGative", "POSitive"))),
        Setting("TRIGger:SOURce", "trigger source", Choice(("IMMediate", "EXTernal", "BUS", "INTernal"))),
        Command("SAMPle:TIMer", "_set_timer", 1, 1),
        Command("SAMPle:TIMer?", "_show_timer", 0, 1),
        Setting("DISPlay[:STATe]", "display", Switch(default=True)),
        Setting("DISPlay:TEXT[:DATA]", "text", Text()),
        Command("DISPlay:TEXT:CLEar", "_clear_text"),
        Command("SYSTem:LFRequency?", "_show_line_frequency"),
        Command("SYSTem:LICense:CATalog?", "_list_licenses"),
    )

    def __init__(self, world: World, wire: Wire) -> None:
        self._world = world
        self._wire = wire
        super().__init__()

    def reset(self) -> None:
        """Return all settings to their defaults and forget the readings."""
        super().reset()
        self._function = "VOLT"
        self._timer = 1.0
        self._waits_for_trigger = False
        self._readings: list[float] = []

    def _select_function(self, word: str) -> None:
        words = ("VOLTage", "VOLTage:AC", "CURRent", "CURRent:AC", "RESistance", "FRESistance")
        quoted = Text().parse(word).upper()
        self._function = Choice(words).parse(quoted.removesuffix(":DC"))

    def _show_function(self) -> str:
        return f'"{self._function}"'

    def _fix(self, name: str) -> None:
        self.values[name.replace("range", "autorange")] = False

    def _fix_delay(self, name: str) -> None:
        self.values["automatic delay"] = False

    def _leave_aperture(self, name: str) -> None:
        self.values[name.replace("cycles", "by aperture")] = False

    def _enter_aperture(self, name: str) -> None:
        self.values[name.replace("aperture", "by aperture")] = True

    def _set_resolution(self, text: str) -> None:
        span = self.values["VOLT range"]
        steps = {factor * span: cycles for cycles, factor in self.resolutions.items()}
        wanted = Number(min(steps), max(steps), 0.3e-6 * span).parse(text)
        self.values["VOLT cycles"] = steps[max(step for step in steps if step <= wanted * (1 + 1e-6))]
        self.values["VOLT by aperture"] = False

    def _show_resolution(self) -> str:
        return exponential(self.resolutions[self.values["VOLT cycles"]] * self.values["VOLT range"])

    def _configure(self, span: str = "DEF", resolution: str = "DEF") -> None:
        display = {name: self.values[name] for name in ("display", "text")}
        self.reset()
        self.values.update(display)
        if not span.upper().startswith(("DEF", "AUTO")):
            self.receive(f"VOLT:RANG {span}")
        if not resolution.upper().startswith("DEF"):
            self._set_resolution(resolution)

    def _measure(self, span: str = "DEF", resolution: str = "DEF") -> str | None:
        self._configure(span, resolution)
        return self._read()

    def _read(self) -> str | None:
        source = self.values["trigger source"]
        if source == "BUS":
            raise ScpiError(TRIGGER_DEADLOCK)
        if source != "IMM":
            # Nothing is at the trigger input: a box waits for ever and does not answer.
            self._waits_for_trigger = True
            return None
        self._take_readings()
        return self._fetch()

    def _initiate(self) -> None:
        if self._waits_for_trigger:
            raise ScpiError(INIT_IGNORED)
        self._readings = []
        if self.values["trigger source"] == "IMM":
            self._take_readings()
        else:
            self._waits_for_trigger = True

    def _trigger(self) -> None:
        if not self._waits_for_trigger or self.values["trigger source"] != "BUS":
            raise ScpiError(TRIGGER_IGNORED)
        self._take_readings()

    def _fetch(self) -> str | None:
        if self._waits_for_trigger:
            return None
        if not self._readings:
            raise ScpiError(STALE_DATA)
        return ",".join(exponential(reading) for reading in self._readings)

    def _abort(self) -> None:
        self._waits_for_trigger = False

    def _show_points(self) -> str:
        return signed_integer(len(self._readings))

    def _take_readings(self) -> None:
        samples, triggers = int(self.values["sample count"]), self.values["trigger count"]
        if samples * triggers > _MOST_READINGS:
            raise ScpiError(OUT_OF_RANGE)
        self._waits_for_trigger = False
        self._readings = []
        for _ in range(int(triggers)):
            if not self.values["automatic delay"]:
                self._world.clock.sleep(self.values["trigger delay"])
            self._readings += [self._reading() for _ in range(samples)]

    def _reading(self) -> float:
        integration = self._integration_time()
        timed = self.values.get("sample source") == "TIM"
        self._world.clock.sleep(max(self._timer, integration) if timed else integration)
        if self._function == "VOLT":
            reading = self._world.voltage_reading(self._wire, integration * LINE_FREQUENCY)
            largest = 1000.0 if self.values["VOLT autorange"] else self.values["VOLT range"]
            return math.copysign(INFINITE, reading) if abs(reading) > _OVERRANGE * largest else reading
        # A thermometer is no ohmmeter's load, and no current flows through the voltage terminals.
        return INFINITE if self._function.endswith("RES") else 0.0

    def _integration_time(self) -> float:
        name = self._function
        if name.endswith("AC"):
            return 1.0
        if self.values.get(f"{name} by aperture"):
            return float(self.values[f"{name} aperture"])
        return float(self.values[f"{name} cycles"]) / LINE_FREQUENCY

    def _set_timer(self, text: str) -> None:
        self._timer = Number(self._integration_time(), 3600, 1).parse(text)

    def _show_timer(self, word: str = "") -> str:
        limit = Number(self._integration_time(), 3600, 1).named(word) if word else self._timer
        if limit is None:
            raise ScpiError(PARAMETER_NOT_ALLOWED)
        return exponential(limit)

    def _clear_text(self) -> None:
        self.values["text"] = ""

    def _show_line_frequency(self) -> str:
        return signed_integer(LINE_FREQUENCY)

    def _list_licenses(self) -> str:
        return ",".join(f'"{option}"' for option in self.options.split(",") if option != "0") or '""'


class Keysight34461A(_Truevolt):
    """A Truevolt meter without digitizer: five integration times, no aperture, samples at once."""

    identity: ClassVar[str] = "Keysight Technologies,34461A,MY53200001,A.03.03-03.15-03.03-00.52-02-01"
    options: ClassVar[str] = "0"
    resolutions: ClassVar[Mapping[float, float]] = _RESOLUTION_34461A
    entries: ClassVar[tuple[Entry, ...]] = (
        *function_entries(tuple(_RESOLUTION_34461A), aperture=False),
        *_Truevolt.shared,
        Setting("SAMPle:COUNt", "sample count", Number(1, 1e6, 1, signed_integer)),
    )


class Keysight34465A(_Truevolt):
    """A Truevolt meter with digitizer and memory."""

    identity: ClassVar[str] = "Keysight Technologies,34465A,MY57500001,A.03.01-03.15-03.01-00.52-04-02"
    options: ClassVar[str] = "DIG,MEM"
    resolutions: ClassVar[Mapping[float, float]] = _RESOLUTION_34465A
    entries: ClassVar[tuple[Entry, ...]] = (
        *function_entries(tuple(_RESOLUTION_34465A), aperture=True),
        *_Truevolt.shared,
        Setting("SAMPle:COUNt", "sample count", Number(1, 1e9, 1, signed_integer)),
        Setting("TRIGger:LEVel", "trigger level", Number(-1000, 1000, 0)),
        Setting("SAMPle:COUNt:PRETrigger", "pretrigger count", Number(0, 1_999_999, 0, signed_integer)),
        Setting("SAMPle:SOURce", "sample source", Choice(("IMMediate", "TIMer"))),
    )


class Agilent34410A(_Truevolt):
    """The meter before Truevolt (user's guide 34410-90001): the same commands, and two lines of text."""

    identity: ClassVar[str] = "Agilent Technologies,34410A,MY47000001,2.35-2.35-0.09-46-09"
    options: ClassVar[str] = "0"
    resolutions: ClassVar[Mapping[float, float]] = _RESOLUTION_34410A
    entries: ClassVar[tuple[Entry, ...]] = (
        *function_entries(tuple(_RESOLUTION_34410A), aperture=True),
        *_Truevolt.shared,
        Setting("SAMPle:COUNt", "sample count", Number(1, 50_000, 1, signed_integer)),
        Command("ROUTe:TERMinals?", "_show_terminals"),
        Setting("DISPlay:WINDow1:TEXT[:DATA]", "upper text", Text()),
        Setting("DISPlay:WINDow2:TEXT[:DATA]", "lower text", Text()),
    )

    def _show_terminals(self) -> str:
        return "FRON"
