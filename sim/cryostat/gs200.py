"""The Yokogawa GS200: a source with ranges, a resolution, an output relay and programmed ramps.

Ranges, resolutions and commands are those of the user's manual IM GS210-01EN.
"""

from typing import ClassVar

from valvelab.clock import Clock, VirtualClock

from .commands import Command, Entry, Setting
from .parameters import (
    ILLEGAL_PARAMETER,
    OUT_OF_RANGE,
    SETTINGS_CONFLICT,
    STALE_DATA,
    Choice,
    Number,
    ScpiError,
    Switch,
    Text,
    integer,
    parse_number,
    short,
    smallest_range,
)
from .programme import Programme
from .scpi import ScpiBox

_RANGES = {
    "VOLT": {10e-3: (12e-3, 7), 100e-3: (120e-3, 6), 1.0: (1.2, 5), 10.0: (12.0, 4), 30.0: (32.0, 3)},
    "CURR": {1e-3: (1.2e-3, 8), 10e-3: (12e-3, 7), 100e-3: (120e-3, 6), 200e-3: (200e-3, 6)},
}
"""Largest level and decimals of each range [V or A]."""
_START_RANGE = {"VOLT": 10.0, "CURR": 1e-3}

_END_OF_STEP, _END_OF_PROGRAM = 1 << 6, 1 << 7
_READY_FOR_PROGRAM = 1 << 8


class GS200(ScpiBox):
    """One source; its output is what the world is connected to.

    Parameters
    ----------
    clock
        The time of the world, on which programs run.
    function
        "CURR" or "VOLT", as the box was left when it was switched off; ``*RST`` returns to it.
    """

    identity: ClassVar[str] = "YOKOGAWA,GS210,91T000001,2.02"
    no_error: ClassVar[str] = '0,"No error"'
    options: ClassVar[str] = "NONE"
    entries: ClassVar[tuple[Entry, ...]] = (
        Command("OUTPut[:STATe]", "_switch", 1, 1),
        Command("OUTPut[:STATe]?", "_is_on"),
        Command("[SOURce:]FUNCtion", "_select_function", 1, 1),
        Command("[SOURce:]FUNCtion?", "_show_function"),
        Command("[SOURce:]RANGe", "_select_range", 1, 1),
        Command("[SOURce:]RANGe?", "_show_range"),
        Command("[SOURce:]LEVel[:FIX]", "_set_level", 1, 1),
        Command("[SOURce:]LEVel[:FIX]?", "_show_level"),
        Command("[SOURce:]LEVel:AUTO", "_set_level_and_range", 1, 1),
        Setting("[SOURce:]PROTection:VOLTage", "voltage_limit", Number(1, 30, 30, integer)),
        Setting("[SOURce:]PROTection:CURRent", "current_limit", Number(1e-3, 200e-3, 200e-3, short)),
        Setting("SENSe:REMote", "four_wire", Switch()),
        Setting("SENSe:GUARd", "guard", Switch()),
        Setting("PROGram:REPeat", "repeats", Switch()),
        Setting("PROGram:INTerval", "interval", Number(0.1, 3600, 1, short)),
        Setting("PROGram:SLOPe", "slope", Number(0.0, 3600, 0.0, short)),
        Setting("PROGram:TRIGger", "program_trigger", Choice(("NORMal", "MEND"))),
        Command("PROGram:SAVE", "_save", 1, 1),
        Command("PROGram:LOAD", "_load", 1, 1),
        Command("PROGram:LOAD?", "_show_file"),
        Command("PROGram:COUNt", "_select_step", 1, 1),
        Command("PROGram:COUNt?", "_show_step"),
        Command("PROGram:POINt?", "_show_length"),
        Command("PROGram:EDIT:STARt", "_begin_editing"),
        Command("PROGram:EDIT:END", "_end_editing"),
        Command("PROGram:RUN", "_run"),
        Command("PROGram:HOLD", "_pause"),
        Command("PROGram:PAUSe", "_pause"),
        Command("PROGram:CONTinue", "_continue"),
        Setting("ROUTe:BNCOut", "bnc_out", Choice(("TRIGger", "OUTPut", "READy"))),
        Setting("ROUTe:BNCIn", "bnc_in", Choice(("TRIGger", "OUTPut"))),
        Command("STATus:CONDition?", "_show_condition"),
        Command("STATus:EVENt?", "_read_extended_events"),
        Setting("STATus:ENABle", "extended_enable", Number(0, 65535, 0, integer)),
        Command("SYSTem:LFRequency?", "_show_line_frequency"),
    )

    def __init__(self, clock: Clock, function: str) -> None:
        self._clock = clock
        self._power_on_function = function
        self._program = Programme(clock)
        self._running = False
        self._edited: list[float] | None = None
        self._steps: list[float] = []
        self._extended_events = 0
        self._file = ""
        self._files: dict[str, list[float]] = {}
        super().__init__()

    def output(self, function: str) -> float:
        """Return what flows [A] or stands [V] at the terminals; 0 if the box sources the other quantity."""
        self._follow_program()
        return self._level if self._on and self._function == function else 0.0

    def reset(self) -> None:
        """Return to the settings at power on."""
        super().reset()
        self._on = False
        self._running = False
        self._edited = None
        self._steps = []
        self._step = 1
        self._change_function(self._power_on_function)

    def clear_status(self) -> None:
        """Forget errors and events."""
        self._follow_program()
        super().clear_status()
        self._extended_events = 0

    def status(self) -> int:
        """Return the status byte: extended events, error available, standard events."""
        self._follow_program()
        extended = 1 << 1 if self._extended_events & int(self.values["extended_enable"]) else 0
        return super().status() | extended | (1 << 2 if self.errors else 0)

    def _switch(self, state: str) -> None:
        self._on = Switch().parse(state)

    def _is_on(self) -> str:
        return Switch().show(self._on)

    def _select_function(self, word: str) -> None:
        function = Choice(("VOLTage", "CURRent")).parse(word)
        if function != self._function:
            # The relay opens before the box turns from one quantity to the other.
            self._on = False
            self._change_function(function)

    def _change_function(self, function: str) -> None:
        self._function = function
        self._range = _START_RANGE[function]
        self._level = 0.0
        self._running = False

    def _show_function(self) -> str:
        return self._function

    def _select_range(self, text: str) -> None:
        ranges = _RANGES[self._function]
        words = {"MIN": min(ranges), "MAX": max(ranges)}
        wanted = words[text.upper()] if text.upper() in words else parse_number(text)
        fitting = [nominal for nominal in ranges if nominal >= wanted * (1 - 1e-9)]
        if wanted <= 0 or not fitting:
            raise ScpiError(OUT_OF_RANGE)
        if self._running:
            raise ScpiError(SETTINGS_CONFLICT)
        self._range = min(fitting)
        largest, decimals = ranges[self._range]
        self._level = round(max(-largest, min(largest, self._level)), decimals)

    def _show_range(self) -> str:
        return f"{self._range:.5E}"

    def _set_level(self, text: str) -> None:
        largest, decimals = _RANGES[self._function][self._range]
        words = {"MIN": -largest, "MAX": largest}
        level = words[text.upper()] if text.upper() in words else parse_number(text)
        if abs(level) > largest * (1 + 1e-9):
            raise ScpiError(OUT_OF_RANGE)
        level = round(level, decimals)
        if self._edited is not None:
            self._edited.append(level)
        else:
            self._running = False
            self._level = level

    def _set_level_and_range(self, text: str) -> None:
        holds = {nominal: largest for nominal, (largest, _) in _RANGES[self._function].items()}
        self._range = smallest_range(parse_number(text), holds)
        self._set_level(text)

    def _show_level(self) -> str:
        self._follow_program()
        return f"{self._level:+.5E}"

    def _begin_editing(self) -> None:
        self._edited = []

    def _end_editing(self) -> None:
        if self._edited is None:
            raise ScpiError(SETTINGS_CONFLICT)
        self._steps, self._edited, self._step = self._edited, None, 1

    def _select_step(self, text: str) -> None:
        number = parse_number(text)
        if number != round(number) or not 1 <= number <= max(1, len(self._steps)):
            raise ScpiError(OUT_OF_RANGE)
        self._step = int(number)

    def _show_step(self) -> str:
        return str(self._step)

    def _show_length(self) -> str:
        return str(len(self._steps))

    def _save(self, name: str) -> None:
        self._files[Text().parse(name)] = self._steps

    def _load(self, name: str) -> None:
        file = Text().parse(name)
        if file not in self._files:
            raise ScpiError(ILLEGAL_PARAMETER)
        self._steps, self._file = self._files[file], file

    def _show_file(self) -> str:
        return Text().show(self._file)

    def _run(self) -> None:
        if not self._steps:
            raise ScpiError(STALE_DATA)
        self._program.run(
            self._level,
            self._steps,
            interval=float(self.values["interval"]),
            slope=float(self.values["slope"]),
            repeats=bool(self.values["repeats"]),
        )
        self._running = True

    def _pause(self) -> None:
        self._program.pause()

    def _continue(self) -> None:
        self._program.resume()

    def _follow_program(self) -> None:
        if not self._running:
            return
        _, decimals = _RANGES[self._function][self._range]
        self._level = round(self._program.level(), decimals)
        if self._program.is_over():
            self._running = False
            self._extended_events |= _END_OF_STEP | _END_OF_PROGRAM

    def _show_condition(self) -> str:
        self._follow_program()
        return str(0 if self._running else _READY_FOR_PROGRAM)

    def _read_extended_events(self) -> str:
        if self._running and not self._program.is_paused() and isinstance(self._clock, VirtualClock):
            # Who polls is waiting, and nobody else lets a virtual time pass.
            self._clock.sleep(self._program.duration() / 10)
        self._follow_program()
        events, self._extended_events = self._extended_events, 0
        return str(events)

    def _show_line_frequency(self) -> str:
        return "50"
