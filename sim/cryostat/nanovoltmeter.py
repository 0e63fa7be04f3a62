"""Nanovoltmeters with two channels: the Keithley 2182A and the Agilent 34420A.

Commands, ranges and integration times are those of the 2182A user's manual, 2182A-900-01, and of the 34420A user's
guide, 34420-90001.
"""

import math
from collections.abc import Mapping
from typing import ClassVar

from .commands import Command, Entry, Setting
from .parameters import (
    INFINITE,
    INIT_IGNORED,
    SETTINGS_CONFLICT,
    STALE_DATA,
    Choice,
    Number,
    ScpiError,
    Switch,
    Text,
    exponential,
    integer,
    short,
    signed_integer,
)
from .schema import Wire
from .scpi import ScpiBox
from .world import LINE_FREQUENCY, World

_OVERRANGE = 1.2
_CHANNELS = (1, 2)


class Nanovoltmeter(ScpiBox):
    """A voltmeter across the thermometers that its channels are wired to; a channel without a wire shows 0 V.

    Parameters
    ----------
    world
        Where the voltages come from.
    wires
        The thermometer at each channel.
    """

    def __init__(self, world: World, wires: Mapping[int, Wire]) -> None:
        self._world = world
        self.wires = dict(wires)
        super().__init__()

    def reading(self, channel: int) -> float:
        """Take a reading, which takes its time, and return it [V]."""
        cycles, span = float(self.values["cycles"]), self._range(channel)
        self._world.clock.sleep(cycles / LINE_FREQUENCY)
        wire = self.wires.get(channel)
        voltage = 0.0 if wire is None else self._world.voltage_reading(wire, cycles)
        return math.copysign(INFINITE, voltage) if abs(voltage) > _OVERRANGE * span else voltage

    def _range(self, channel: int) -> float:
        raise NotImplementedError


def _channel_entries(channel: int, ranges: tuple[float, ...]) -> tuple[Entry, ...]:
    header, name = f"[SENSe:]VOLTage[:DC]:CHANnel{channel}", f"channel {channel}"
    span = Number(0, 1.2 * max(ranges), max(ranges), exponential, only=(*ranges, 1.2 * max(ranges)))
    return (
        Setting(f"{header}:RANGe[:UPPer]", f"{name} range", span, "_fix"),
        Setting(f"{header}:RANGe:AUTO", f"{name} autorange", Switch(default=True)),
        Setting(f"{header}:LPASs[:STATe]", f"{name} analog filter", Switch()),
        Setting(f"{header}:DFILter[:STATe]", f"{name} digital filter", Switch(default=True)),
        Setting(f"{header}:DFILter:COUNt", f"{name} filter count", Number(1, 100, 10, integer)),
        Setting(f"{header}:DFILter:WINDow", f"{name} filter window", Number(0, 10, 0.01, short)),
        Setting(f"{header}:DFILter:TCONtrol", f"{name} filter kind", Choice(("MOVing", "REPeat"))),
        Setting(f"{header}:REFerence[:STATe]", f"{name} relative", Switch()),
        Setting(f"{header}:REFerence:LEVel", f"{name} reference", Number(-120, 120, 0, exponential)),
    )


class Keithley2182A(Nanovoltmeter):
    """Two channels that share their low terminal: 10 mV to 100 V, and 100 mV to 10 V."""

    identity: ClassVar[str] = "KEITHLEY INSTRUMENTS INC.,MODEL 2182A,1190001,C06  /A02"
    no_error: ClassVar[str] = '0,"No error"'
    ranges: ClassVar[Mapping[int, tuple[float, ...]]] = {
        1: (10e-3, 100e-3, 1.0, 10.0, 100.0),
        2: (100e-3, 1.0, 10.0),
    }
    entries: ClassVar[tuple[Entry, ...]] = (
        Setting("[SENSe:]CHANnel", "channel", Number(0, 2, 1, integer, words=False)),
        Setting("[SENSe:]FUNCtion[:ON]", "function", Choice(("VOLTage:DC", "TEMPerature"), quoted=True)),
        Setting("[SENSe:]VOLTage[:DC]:NPLCycles", "cycles", Number(0.01, 50, 5, short)),
        *_channel_entries(1, ranges[1]),
        *_channel_entries(2, ranges[2]),
        Setting("SYSTem:AZERo[:STATe]", "autozero", Switch(default=True)),
        Setting("SYSTem:FAZero[:STATe]", "front autozero", Switch(default=True)),
        Setting("SYSTem:LSYNc[:STATe]", "line synchronisation", Switch()),
        Command("SYSTem:LFRequency?", "_show_line_frequency"),
        Setting("INITiate:CONTinuous", "continuous", Switch()),
        Command("INITiate[:IMMediate]", "_initiate"),
        Command("ABORt", "_abort"),
        Setting(
            "TRIGger:SOURce",
            "trigger source",
            Choice(("IMMediate", "TIMer", "MANual", "BUS", "EXTernal")),
        ),
        Setting("TRIGger:COUNt", "trigger count", Number(1, INFINITE, 1, short)),
        Setting("TRIGger:DELay", "trigger delay", Number(0, 999999.999, 0, short)),
        Setting("SAMPle:COUNt", "sample count", Number(1, 1024, 1, integer)),
        Setting("FORMat:ELEMents", "elements", Choice(("READing", "CHANnel", "UNITs"))),
        Command("READ?", "_read"),
        Command("FETCh?", "_fetch"),
        Command("[SENSe:]DATA:FRESh?", "_fresh"),
        Command("[SENSe:]DATA[:LATest]?", "_fetch"),
        Command("MEASure[:VOLTage][:DC]?", "_measure"),
    )

    def __init__(self, world: World, wires: Mapping[int, Wire]) -> None:
        super().__init__(world, wires)
        self.values["continuous"] = True  # as it is switched on; a reset stops it

    def reset(self) -> None:
        """Return all settings to their defaults, and stop measuring."""
        super().reset()
        self._readings: list[float] = []

    def _fix(self, name: str) -> None:
        self.values[name.replace("range", "autorange")] = False

    def _range(self, channel: int) -> float:
        fixed = not self.values[f"channel {channel} autorange"]
        return float(self.values[f"channel {channel} range"]) if fixed else max(self.ranges[channel])

    def _initiate(self) -> None:
        if self.values["continuous"]:
            raise ScpiError(INIT_IGNORED)
        self._take()

    def _abort(self) -> None:
        """Nothing runs between two messages."""

    def _read(self) -> str:
        self._initiate()
        return ",".join(exponential(reading) for reading in self._readings)

    def _fresh(self) -> str:
        self._take()
        return exponential(self._readings[-1])

    def _take(self) -> None:
        channel = int(self.values["channel"])
        if channel not in _CHANNELS:  # 0 is the temperature inside the box
            raise ScpiError(SETTINGS_CONFLICT)
        repeats = (
            self.values[f"channel {channel} digital filter"]
            and self.values[f"channel {channel} filter kind"] == "REP"
        )
        count = int(self.values[f"channel {channel} filter count"]) if repeats else 1
        self._readings = [
            sum(self.reading(channel) for _ in range(count)) / count
            for _ in range(int(self.values["sample count"]))
        ]

    def _fetch(self) -> str:
        if not self._readings:
            raise ScpiError(STALE_DATA)
        return exponential(self._readings[-1])

    def _measure(self) -> str:
        channel = self.values["channel"]
        self.reset()
        self.values["channel"] = channel
        return self._read()

    def _show_line_frequency(self) -> str:
        return integer(LINE_FREQUENCY)


_CYCLES_34420A = (0.02, 0.2, 1.0, 2.0, 10.0, 20.0, 100.0, 200.0)


class Agilent34420A(Nanovoltmeter):
    """Two channels behind one converter: 1 mV to 100 V, the second one to 10 V."""

    identity: ClassVar[str] = "HEWLETT-PACKARD,34420A,0,10.1-4.2"
    ranges: ClassVar[Mapping[int, tuple[float, ...]]] = {
        1: (1e-3, 10e-3, 100e-3, 1.0, 10.0, 100.0),
        2: (1e-3, 10e-3, 100e-3, 1.0, 10.0),
    }
    entries: ClassVar[tuple[Entry, ...]] = (
        Setting("ROUTe:TERMinals", "terminals", Choice(("FRONt1", "FRONt2")), "_forget_range"),
        Command("[SENSe:]FUNCtion", "_select_function", 1, 1),
        Command("[SENSe:]FUNCtion?", "_show_function"),
        Setting("[SENSe:]VOLTage[:DC]:RANGe", "range", Number(0, 100, 10, only=ranges[1]), "_fix"),
        Setting("[SENSe:]VOLTage[:DC]:RANGe:AUTO", "autorange", Switch(default=True)),
        Setting("[SENSe:]VOLTage[:DC]:NPLCycles", "cycles", Number(0.02, 200, 10, only=_CYCLES_34420A)),
        Setting("INPut:FILTer[:STATe]", "filter", Switch()),
        Setting("INPut:FILTer:TYPE", "filter type", Choice(("ANALog", "DIGital", "BOTH"))),
        Setting("TRIGger:SOURce", "trigger source", Choice(("IMMediate", "BUS", "EXTernal"))),
        Setting("TRIGger:COUNt", "trigger count", Number(1, 50_000, 1, signed_integer)),
        Setting("TRIGger:DELay:AUTO", "automatic delay", Switch(default=True)),
        Setting("SAMPle:COUNt", "sample count", Number(1, 1024, 1, signed_integer)),
        Command("READ?", "_read"),
        Command("MEASure[:VOLTage][:DC]?", "_measure"),
    )

    @property
    def _channel(self) -> int:
        return int(self.values["terminals"][-1])

    def _forget_range(self, name: str) -> None:
        """Range the other channel anew."""
        self.values["autorange"] = True

    def _fix(self, name: str) -> None:
        self.values["autorange"] = False
        if self.values["range"] > max(self.ranges[self._channel]):
            self.values["range"] = max(self.ranges[self._channel])
            raise ScpiError(SETTINGS_CONFLICT)

    def _range(self, channel: int) -> float:
        return max(self.ranges[channel]) if self.values["autorange"] else float(self.values["range"])

    def _select_function(self, word: str) -> None:
        Choice(("VOLTage", "VOLTage:DC")).parse(Text().parse(word))

    def _show_function(self) -> str:
        return '"VOLT"'

    def _read(self) -> str:
        count = int(self.values["sample count"] * self.values["trigger count"])
        return ",".join(exponential(self.reading(self._channel)) for _ in range(count))

    def _measure(self) -> str:
        terminals = self.values["terminals"]
        self.reset()
        self.values["terminals"] = terminals
        return self._read()
