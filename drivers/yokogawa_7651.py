"""The Yokogawa 7651, the source that laboratories had before the GS200 and still have."""

import re
from typing import Any

from pyvisa import VisaIOError
from qcodes.instrument import VisaInstrument
from qcodes.parameters import Parameter, ParameterBase
from qcodes.validators import Enum, Numbers

from valvelab.errors import RunError

from .switch_on import switch_on_as

_FUNCTIONS = {"VOLT": "F1", "CURR": "F5"}
_RANGES = {
    "VOLT": {10e-3: "R2", 100e-3: "R3", 1.0: "R4", 10.0: "R5", 30.0: "R6"},
    "CURR": {1e-3: "R4", 10e-3: "R5", 100e-3: "R6"},
}
_LETTERS = {"VOLT": "V", "CURR": "A"}
_SETTINGS = re.compile(r"(F[15])(R[2-6])SA?([+-]?\d+\.?\d*(?:E[+-]?\d+)?)E?")
_LEVEL = re.compile(r"(?:([NE])DC([VA]))?([+-]?\d+\.?\d*(?:E[+-]?\d+)?)")
_OUTPUT_ON = 1 << 4
_MOST_LINES = 100


class Yokogawa7651(VisaInstrument):
    """A Yokogawa 7651 (user's manual IM 7651-01E).

    A device clear resets it: the output drops to zero at once. So it is not cleared when it is opened, as QCoDeS
    clears other boxes, and not after a failed query. It knows no ``*IDN?``; model and version come from its panel
    settings, a serial number it does not tell.

    Parameters
    ----------
    name, address
        As of `qcodes.instrument.VisaInstrument`.

    Attributes
    ----------
    output
        "on" or "off".
    source_mode
        "CURR" or "VOLT"; setting another one switches the output off.
    current_range, voltage_range
        Range of the present function [A or V]; asking for that of the other one is an error.
    current, voltage
        Level [A or V], within 1.2 times the range.
    """

    default_terminator = "\n"

    def __init__(self, name: str, address: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, address, **{**kwargs, "device_clear": False})
        self.output: Parameter = self.add_parameter(
            "output",
            get_cmd=self._get_output,
            set_cmd="O{}E",
            val_mapping={"off": 0, "on": 1},
            docstring="Whether the output relay is closed.",
        )
        self.source_mode: Parameter = self.add_parameter(
            "source_mode",
            get_cmd=lambda: self._settings()[0],
            set_cmd=lambda mode: self.write(f"{_FUNCTIONS[mode]}E"),
            vals=Enum("VOLT", "CURR"),
            docstring="What is sourced.",
        )
        self.current_range: Parameter = self._add_range("current", "CURR", "A")
        self.voltage_range: Parameter = self._add_range("voltage", "VOLT", "V")
        self.current: Parameter = self._add_level("current", "CURR", "A", 0.12)
        self.voltage: Parameter = self._add_level("voltage", "VOLT", "V", 36.0)
        self.connect_message()

    def get_idn(self) -> dict[str, str | None]:
        """Return maker, model and firmware; the box does not know its serial number."""
        model, _, firmware = self._panel()[0].removeprefix("MDL").partition("REV")
        return {"vendor": "YOKOGAWA", "model": model, "serial": None, "firmware": firmware}

    def get_into_step(self) -> None:
        """Ask for the panel settings and read whatever comes until their end; the next answer is then the right one.

        Raises
        ------
        RunError
            If they do not come.
        """
        self.visa_handle.write("OS")
        lines: list[str] = []
        try:
            while len(lines) < _MOST_LINES and not (lines[-1:] == ["END"] and lines[-5:-4] == [self._model]):
                lines.append(self.visa_handle.read().strip())
        except VisaIOError as error:
            raise RunError(
                f"{self.name}: must answer OS after a failed query, found {error.abbreviation}; check power and cable, "
                "and open the station anew"
            ) from error

    def ask_raw(self, cmd: str) -> str:
        """Return the reply to a question; the one to OS has several lines, until END."""
        reply = super().ask_raw(cmd).strip()
        if cmd == "OS":
            for _ in range(_MOST_LINES):
                if reply.endswith("END"):
                    break
                reply += "\n" + self.visa_handle.read().strip()
        return reply

    def _panel(self) -> list[str]:
        """Return the panel settings: model, function with range and level, program, limits, END."""
        lines = self.ask("OS").splitlines()
        if len(lines) < 5 or not lines[0].startswith("MDL"):
            raise ValueError(
                f"{self.name}: must answer OS with five lines from its model to END, found {lines}"
            )
        self._model = lines[0]
        return lines

    def _settings(self) -> tuple[str, float, float]:
        """Return function, range and level."""
        line = self._panel()[1]
        found = _SETTINGS.fullmatch(line)
        if found is None:
            raise ValueError(f"{self.name}: must answer OS with function, range and level, found {line!r}")
        mode = next(mode for mode, code in _FUNCTIONS.items() if code == found[1])
        return mode, next(span for span, code in _RANGES[mode].items() if code == found[2]), float(found[3])

    def _get_output(self) -> int:
        return int(bool(int(self.ask("OC").removeprefix("STS1=")) & _OUTPUT_ON))

    def _get_range(self, mode: str) -> float:
        present, span, _ = self._settings()
        if present != mode:
            raise ValueError(f"{self.name}: must be in {mode} mode to have such a range, found {present}")
        return span

    def _get_level(self, mode: str) -> float:
        reply = self.ask("OD")
        found = _LEVEL.fullmatch(reply)
        if found is None or found[1] == "E" or found[2] not in (None, _LETTERS[mode]):
            raise ValueError(f"{self.name}: must answer OD with a level in {_LETTERS[mode]}, found {reply!r}")
        return float(found[3])

    def _add_range(self, what: str, mode: str, unit: str) -> Parameter:
        return self.add_parameter(
            f"{what}_range",
            get_cmd=lambda: self._get_range(mode),
            set_cmd=lambda span: self.write(f"{_RANGES[mode][span]}E"),
            vals=Enum(*_RANGES[mode]),
            unit=unit,
            snapshot_get=False,
            docstring=f"Range of the {what} [{unit}].",
        )

    def _add_level(self, what: str, mode: str, unit: str, largest: float) -> Parameter:
        return self.add_parameter(
            what,
            get_cmd=lambda: self._get_level(mode),
            set_cmd=lambda level: self.write(f"S{level:+.5E}E"),
            vals=Numbers(-largest, largest),
            unit=unit,
            snapshot_get=False,
            docstring=f"Level of the {what} [{unit}].",
        )


def prepare_7651(instrument: Yokogawa7651, unit: str, output_range: float) -> ParameterBase:
    """Bring a Yokogawa 7651 into a mode and range without a step at its terminals.

    A box whose output is off is set up and switched on at zero; one whose output is on is left as it is.

    Parameters
    ----------
    instrument
        The driver.
    unit
        ``"A"`` for a current source, ``"V"`` for a voltage source.
    output_range
        Range of the source [unit].

    Returns
    -------
    The parameter that controls the level.

    Raises
    ------
    RunError
        If the output is on in another mode or range, or the box does not take those that it is told.
    """
    return switch_on_as(instrument, unit, output_range)
