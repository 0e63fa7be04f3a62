"""The Yokogawa 7651: the source before SCPI, whose settings wait for a trigger and which a device clear resets.

Commands, ranges and resolutions are those of the user's manual IM 7651-01E.
"""

import re

from .parameters import Number, ScpiError, smallest_range

_RANGES = {
    "F1": {"R2": (10e-3, 7), "R3": (100e-3, 6), "R4": (1.0, 5), "R5": (10.0, 4), "R6": (30.0, 3)},
    "F5": {"R4": (1e-3, 8), "R5": (10e-3, 7), "R6": (100e-3, 6)},
}
"""Range [V or A] and decimals of each function and range code."""
_OVERRANGE = 1.2
_LETTER = {"F1": "V", "F5": "A"}
_COMMAND = re.compile(
    r"(OD|OS|OC|RC|E(?![+-]?\d)|(?:SA|LV|LA|[FRSOH])[+-]?(?:\d+\.?\d*|\.\d+)(?:E[+-]?\d+)?)[;\s]*",
    re.IGNORECASE,
)
_WORD = re.compile(r"([A-Z]+)(.*)")
_LIMITS = {"LV": Number(1, 30, 30, words=False), "LA": Number(5, 120, 120, words=False)}
_ON, _ERROR = 1 << 4, 1 << 0


class Yokogawa7651:
    """One source; what it is told it does at the next trigger ``E``.

    Parameters
    ----------
    function
        "F5" for a current, "F1" for a voltage, as the box was left when it was switched off.
    """

    terminator = "\r\n"

    def __init__(self, function: str = "F1") -> None:
        self._reset()
        self._function = function

    def output(self, function: str) -> float:
        """Return what flows [A] or stands [V] at the terminals: "F5" for a current, "F1" for a voltage."""
        return self._level if self._on and self._function == function else 0.0

    def receive(self, message: str) -> str | None:
        """Obey one message and return its reply, or None if it has none."""
        replies, place = [], 0
        while place < len(message):
            found = _COMMAND.match(message, place)
            if found is None:
                self._error = _ERROR
                break
            place = found.end()
            reply = self._obey(found[1].upper())
            if reply is not None:
                replies.append(reply)
        return self.terminator.join(replies) if replies else None

    def interrupt(self) -> None:
        """Drop the reply; the box says nothing of it."""

    def clear(self) -> None:
        """Return to the initial settings, output off, as after ``RC``."""
        self._reset()

    def _reset(self) -> None:
        self._function, self._range, self._level = "F1", "R4", 0.0
        self._on = False
        self._header = True
        self._error = 0
        self._limits = {name: limit.default for name, limit in _LIMITS.items()}
        self._waiting: dict[str, float] = {}

    def _obey(self, command: str) -> str | None:
        match command:
            case "OD":
                letter = _LETTER[self._function]
                return f"{f'NDC{letter}' if self._header else ''}{self._level:+.5E}"
            case "OC":
                return f"STS1={(_ON if self._on else 0) | self._error}"
            case "OS":
                return self.terminator.join(self._settings())
            case "RC":
                self._reset()
            case "E":
                self._trigger()
            case _:
                found = _WORD.fullmatch(command)
                assert found is not None  # noqa: S101 # by _COMMAND
                self._waiting[found[1]] = float(found[2])
        return None

    def _settings(self) -> list[str]:
        voltage, current = (round(self._limits[name]) for name in ("LV", "LA"))
        return [
            "MDL7651REV1.05",
            f"{self._function}{self._range}S{self._level:+.5E}E",
            "PI01.0SW00.0M1",
            f"LV{voltage}LA{current}",
            "END",
        ]

    def _trigger(self) -> None:
        """Do what has been told; what cannot be done is an error, and leaves the rest as it is."""
        waiting, self._waiting = self._waiting, {}
        self._error = 0
        for name, value in waiting.items():
            try:
                self._apply(name, value)
            except (ScpiError, KeyError):
                self._error = _ERROR

    def _apply(self, name: str, value: float) -> None:
        match name:
            case "F" if f"F{value:.0f}" != self._function:
                ranges = _RANGES[f"F{value:.0f}"]
                self._function, self._range, self._level = f"F{value:.0f}", min(ranges), 0.0
                self._on = False
            case "R":
                _RANGES[self._function][f"R{value:.0f}"]
                self._range = f"R{value:.0f}"
                self._level = self._rounded(max(-self._largest, min(self._largest, self._level)))
            case "S":
                self._set(value)
            case "SA":
                holds = {code: span * _OVERRANGE for code, (span, _) in _RANGES[self._function].items()}
                self._range = smallest_range(value, holds)
                self._set(value)
            case "O":
                self._on = value == 1
            case "H":
                self._header = value == 1
            case "LV" | "LA":
                self._limits[name] = _LIMITS[name].parse(f"{value:g}")

    @property
    def _largest(self) -> float:
        return _RANGES[self._function][self._range][0] * _OVERRANGE

    def _rounded(self, level: float) -> float:
        return round(level, _RANGES[self._function][self._range][1])

    def _set(self, level: float) -> None:
        if abs(level) > self._largest * (1 + 1e-9):
            raise KeyError(level)
        self._level = self._rounded(level)
