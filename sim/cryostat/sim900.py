"""The mainframe SIM900 with SIM928 isolated voltage sources: modules behind ports, whose replies are fetched.

Commands are those of the SIM900 and SIM928 operation manuals (Stanford Research Systems, revisions 2.5 and 2.2).
"""

from collections.abc import Sequence
from typing import ClassVar

from .commands import Command, Entry, Setting
from .parameters import (
    ILLEGAL_PARAMETER,
    Number,
    ScpiError,
    Text,
    integer,
    parse_number,
)
from .scpi import ScpiBox

_PORTS = 9
_LARGEST = 20.0
_DECIMALS = 3


class Sim928(ScpiBox):
    """One isolated voltage source of +-20 V in steps of 1 mV."""

    terminator = "\r\n"
    identity: ClassVar[str] = "Stanford_Research_Systems,SIM928,s/n003329,ver2.2"
    entries: ClassVar[tuple[Entry, ...]] = (
        Command("VOLT", "_set_level", 1, 1),
        Command("VOLT?", "_show_level"),
        Command("OPON", "_switch_on"),
        Command("OPOF", "_switch_off"),
        Command("EXON", "_switch", 1, 1),
        Command("EXON?", "_is_on"),
        Command("BATS?", "_show_batteries"),
        Command("LEXE?", "_last_execution_error"),
    )

    def __init__(self) -> None:
        self._last_error = 0
        super().__init__()

    def reset(self) -> None:
        """Switch the output off and return to 0 V."""
        super().reset()
        self._level, self._on = 0.0, False

    def output(self) -> float:
        """Return what stands at the terminals [V]."""
        return self._level if self._on else 0.0

    def report(self, code: int) -> None:
        """Remember an error for LEXE?."""
        super().report(code)
        self._last_error = 1

    def _set_level(self, text: str) -> None:
        level = round(parse_number(text), _DECIMALS)
        if abs(level) > _LARGEST:
            raise ScpiError(ILLEGAL_PARAMETER)
        self._level = level

    def _show_level(self) -> str:
        return f"{self._level:.{_DECIMALS}f}"

    def _switch(self, text: str) -> None:
        if text.upper() not in ("ON", "OFF", "1", "0"):
            raise ScpiError(ILLEGAL_PARAMETER)
        self._on = text.upper() in ("ON", "1")

    def _switch_on(self) -> None:
        self._on = True

    def _switch_off(self) -> None:
        self._on = False

    def _is_on(self) -> str:
        return str(int(self._on))

    def _show_batteries(self) -> str:
        """Battery A in use, B ready, no service needed."""
        return "1,2,0"

    def _last_execution_error(self) -> str:
        error, self._last_error = self._last_error, 0
        return str(error)


class Sim900(ScpiBox):
    """A mainframe; its modules stand in slots 1 to 8.

    Parameters
    ----------
    slots
        Which of them hold a SIM928.
    """

    identity: ClassVar[str] = "Stanford_Research_Systems,SIM900,s/n152741,ver3.6"
    entries: ClassVar[tuple[Entry, ...]] = (
        Command("CTCR?", "_show_connected"),
        Command("SNDT", "_send", 2, 2),
        Command("GETN?", "_fetch", 2, 2),
        Command("NINP?", "_count_waiting", 1, 1),
        Command("FLSH", "_flush", 0, 1),
        Command("SRST", "_reset_modules", 0, 1),
        Command("*DCL", "_flush"),
        Setting("RPER", "pass_through", Number(0, 1023, 0, integer, words=False)),
    )

    def __init__(self, slots: Sequence[int]) -> None:
        self.modules = {slot: Sim928() for slot in slots}
        self._waiting = dict.fromkeys(slots, "")
        super().__init__()

    def _port(self, text: str) -> int:
        port = parse_number(text)
        if port != round(port) or not 1 <= port <= _PORTS:
            raise ScpiError(ILLEGAL_PARAMETER)
        return int(port)

    def _show_connected(self) -> str:
        return str(sum(1 << slot for slot in self.modules))

    def _send(self, port: str, message: str) -> None:
        slot = self._port(port)
        text = Text().parse(message)
        if slot in self.modules:  # what is sent to an empty slot is lost
            module = self.modules[slot]
            reply = module.receive(text)
            if reply is not None:
                self._waiting[slot] += reply + module.terminator

    def _fetch(self, port: str, most: str) -> str:
        slot = self._port(port)
        waiting = self._waiting.get(slot, "")
        count = min(len(waiting), int(parse_number(most)))
        if slot in self._waiting:
            self._waiting[slot] = waiting[count:]
        return f"#3{count:03d}{waiting[:count]}"

    def _count_waiting(self, port: str) -> str:
        return str(len(self._waiting.get(self._port(port), "")))

    def _flush(self, port: str = "") -> None:
        for slot in [self._port(port)] if port else list(self._waiting):
            if slot in self._waiting:
                self._waiting[slot] = ""

    def _reset_modules(self, port: str = "") -> None:
        for slot, module in self.modules.items():
            if not port or self._port(port) == slot:
                module.reset()
                self._waiting[slot] = ""
