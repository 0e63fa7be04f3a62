"""The Lake Shore 372: a resistance bridge and temperature controller with a grammar of its own.

Commands are those of the user's manual. There is no error queue: what the box does not understand sets
the command error bit of its event register, what it cannot do the execution error bit, and neither has a reply.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from .parameters import OUT_OF_RANGE, Number, ScpiError, Text, integer
from .world import World

_COMMAND_ERROR, _EXECUTION_ERROR, _OPERATION_COMPLETE = 1 << 5, 1 << 4, 1
_INPUTS = tuple(str(number) for number in range(1, 17))
_OUTPUTS = ("0", "1", "2")
_CLOSED_LOOP = 5
_CONVERSION_TIME = 0.1
"""The bridge converts ten times a second."""
_SMALLEST_RANGE = 31.6e-6
"""Full-scale current of heater range 1 [A]; each range has ten times the power of the one before."""
_NOTHING_CONNECTED = 16
"""Reading status R. OVER."""


def _whole(minimum: int, maximum: int, default: int) -> Number:
    return Number(minimum, maximum, default, integer, words=False)


def _real(minimum: float, maximum: float, default: float) -> Number:
    return Number(minimum, maximum, default, lambda value: f"{value:+.5E}", words=False)


@dataclass(frozen=True)
class Register:
    """Let ``NAME key,fields`` set what ``NAME? key`` reads, for each of the keys."""

    name: str
    keys: tuple[str, ...]
    fields: tuple[Number | Text, ...]


_SWITCH = _whole(0, 1, 0)
_REGISTERS = (
    Register(
        "INSET", _INPUTS, (_SWITCH, _whole(1, 200, 10), _whole(3, 200, 3), _whole(0, 59, 0), _whole(1, 2, 1))
    ),
    Register(
        "INTYPE",
        _INPUTS,
        (_SWITCH, _whole(1, 22, 2), _whole(0, 2, 1), _whole(1, 22, 15), _SWITCH, _whole(1, 2, 1)),
    ),
    Register("INNAME", _INPUTS, (Text(),)),
    Register("TLIMIT", _INPUTS, (_real(0, 400, 0),)),
    Register(
        "OUTMODE", _OUTPUTS, (_whole(0, 6, 0), _whole(0, 16, 1), _SWITCH, _SWITCH, _SWITCH, _whole(0, 255, 5))
    ),
    Register("RANGE", _OUTPUTS, (_whole(0, 8, 0),)),
    Register("SETP", _OUTPUTS, (_real(0, 400, 0),)),
    Register("PID", _OUTPUTS, (_real(0, 1000, 10), _real(0, 10000, 20), _real(0, 2500, 0))),
    Register("RAMP", _OUTPUTS, (_SWITCH, _real(0, 100, 0))),
    # The analog output 2 has no such register, but QCoDeS before 0.59 asks for it.
    Register(
        "HTRSET", ("0", "2"), (_real(1, 2000, 120), _whole(0, 2, 0), _real(0, 0.63, 0), _whole(1, 2, 1))
    ),
    Register("HTRSET", ("1",), (_whole(1, 2, 1), _whole(0, 2, 0), _real(0, 0.63, 0), _whole(1, 2, 1))),
    Register("SCAN", ("",), (_whole(1, 16, 1), _SWITCH)),
    Register("*ESE", ("",), (_whole(0, 255, 0),)),
    Register("*SRE", ("",), (_whole(0, 255, 0),)),
)
_FIELDS = {(register.name, key): register.fields for register in _REGISTERS for key in register.keys}
_NAMES = {register.name for register in _REGISTERS}
_LOOP = ("OUTMODE", "RANGE", "SETP", "RAMP")


class LakeShore372:
    """The controller of the mixing chamber.

    The sample heater (output 0) in closed loop on the mixing chamber's channel, with a heater range above off, makes
    the mixing chamber head for the set point; otherwise it returns to its base temperature.

    Parameters
    ----------
    world
        Where the mixing chamber is.
    """

    terminator = "\r\n"
    identity: ClassVar[str] = "LSCI,MODEL372,LSA2172,1.3"

    def __init__(self, world: World) -> None:
        self._world = world
        self._stage = world.mixing_chamber
        self._channel = str(world.mixing_chamber.channel)
        self._events = 0
        self._queries: dict[str, Callable[[str], str]] = {
            "*IDN?": lambda _: self.identity,
            "*ESR?": lambda _: self._read_events(),
            "*STB?": lambda _: integer(32 if self._events & int(self._values["*ESE", ""][0]) else 0),
            "*OPC?": lambda _: "1",
            "*TST?": lambda _: "0",
            "KRDG?": self._read_temperature,
            "SRDG?": self._read_resistance,
            "RDGST?": lambda key: integer(0 if self._is_connected(key) else _NOTHING_CONNECTED),
            "HTR?": self._read_heater,
            "RAMPST?": lambda key: integer(self._one_of(_OUTPUTS, key) == "0" and self._stage.is_ramping()),
        }
        self._reset()

    def receive(self, message: str) -> str | None:
        """Obey one message and return its reply, or None if it has none."""
        replies = []
        for unit in message.split(";"):
            header, _, rest = unit.strip().partition(" ")
            if not header:
                continue
            try:
                reply = self._obey(header.upper(), [part.strip() for part in rest.split(",")])
            except ScpiError:
                self._events |= _EXECUTION_ERROR
            else:
                replies += [reply] if reply is not None else []
        return ";".join(replies) if replies else None

    def interrupt(self) -> None:
        """Drop a reply that nobody has read because the next message is there."""
        self._events |= 1 << 2

    def clear(self) -> None:
        """Keep all settings when the bus is cleared, as IEEE 488.2 asks for."""

    def _obey(self, header: str, arguments: list[str]) -> str | None:
        name = header.removesuffix("?")
        if header in self._queries:
            return self._queries[header](arguments[0])
        if name in _NAMES and header.endswith("?"):
            return self._show(name, arguments[0])
        if name in _NAMES:
            self._set(name, arguments)
        elif header == "*RST":
            self._reset()
        elif header == "*CLS":
            self._events = 0
        elif header == "*OPC":
            self._events |= _OPERATION_COMPLETE
        elif header != "*WAI":
            self._events |= _COMMAND_ERROR
        return None

    def _reset(self) -> None:
        self._values: dict[tuple[str, str], list[Any]] = {
            place: [field.default for field in fields] for place, fields in _FIELDS.items()
        }
        self._values["INSET", self._channel][0] = 1
        self._values["INNAME", self._channel][0] = "MXC"
        self._values["OUTMODE", "0"][1] = int(self._channel)
        self._control()

    def _show(self, name: str, key: str) -> str:
        place = self._place(name, key)
        values = self._values[place]
        if place == ("SETP", "0") and self._stage.is_ramping():
            values = [self._stage.set_point()]
        shown = (field.show(value) for field, value in zip(_FIELDS[place], values, strict=True))
        return ",".join(text.strip('"') for text in shown)

    def _set(self, name: str, arguments: list[str]) -> None:
        keyed = (name, "") not in _FIELDS
        place = self._place(name, arguments.pop(0) if keyed else "")
        fields = _FIELDS[place]
        if len(arguments) != len(fields):
            self._events |= _COMMAND_ERROR
            return
        self._values[place] = [field.parse(text) for field, text in zip(fields, arguments, strict=True)]
        if name in _LOOP and place[1] == "0":
            self._control()

    def _place(self, name: str, key: str) -> tuple[str, str]:
        return name, self._one_of(tuple(known for each, known in _FIELDS if each == name), key)

    def _control(self) -> None:
        mode, channel, *_ = self._values["OUTMODE", "0"]
        (heater_range,) = self._values["RANGE", "0"]
        if mode != _CLOSED_LOOP or str(round(channel)) != self._channel or heater_range == 0:
            self._stage.head_for(0.0)
            return
        ramps, kelvin_per_minute = self._values["RAMP", "0"]
        self._stage.head_for(self._values["SETP", "0"][0], kelvin_per_minute / 60 if ramps else 0.0)

    def _one_of(self, keys: tuple[str, ...], key: str) -> str:
        key = key.lstrip("0") or "0" if key.isdigit() else key
        if key not in keys:
            raise ScpiError(OUT_OF_RANGE)
        return key

    def _is_connected(self, key: str) -> bool:
        return self._one_of(_INPUTS, key) == self._channel

    def _read_events(self) -> str:
        events, self._events = self._events, 0
        return str(events)

    def _read_temperature(self, key: str) -> str:
        return self._convert(key, self._world.temperature_reading)

    def _read_resistance(self, key: str) -> str:
        return self._convert(key, self._world.sensor_resistance)

    def _convert(self, key: str, reading: Callable[[], float]) -> str:
        if not self._is_connected(key):
            return f"{0.0:+.5E}"
        self._world.clock.sleep(_CONVERSION_TIME)
        return f"{reading():+.5E}"

    def _read_heater(self, key: str) -> str:
        if self._one_of(_OUTPUTS, key or "0") != "0":
            return f"{0.0:+.2f}"
        heater_range, resistance = self._values["RANGE", "0"][0], self._values["HTRSET", "0"][0]
        if heater_range == 0:
            return f"{0.0:+.2f}"
        full_scale = _SMALLEST_RANGE * 10 ** ((heater_range - 1) / 2)
        current = math.sqrt(self._stage.heating_power() / resistance)
        return f"{min(100.0, 100 * current / full_scale):+.2f}"
