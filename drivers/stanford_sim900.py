"""A mainframe SIM900 with SIM928 voltage sources, taken over as it stands."""

import re
import time
from threading import RLock
from typing import Any

from qcodes.instrument import InstrumentChannel, VisaInstrument
from qcodes.parameters import Parameter, ParameterBase
from qcodes.validators import Numbers

from valvelab.errors import RunError

from .switch_on import switch_on

_SLOTS = range(1, 9)
_BLOCK = re.compile(r"#3(\d{3})(.*)", re.DOTALL)
_PAUSE = 1e-3
"""Between two looks at a module that has not answered yet [s]; its own line takes 1 ms for a character."""


class StanfordSIM900(VisaInstrument):
    """A mainframe with its modules (SIM900 operation manual, chapter 3).

    Nothing is reset or flushed when it is opened: the sources in it may be in use. Replies of modules are fetched as
    soon as they are there.

    Parameters
    ----------
    name, address
        As of `qcodes.instrument.VisaInstrument`.

    Attributes
    ----------
    submodules
        ``slot_1`` and so on: a `SIM928` for each slot that holds one.
    """

    default_terminator = "\n"

    def __init__(self, name: str, address: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, address, **{"device_clear": False, **kwargs})
        self._lock = RLock()
        connected = int(self.ask("CTCR?"))
        for slot in _SLOTS:
            if connected >> slot & 1 and _model(self.ask_module(slot, "*IDN?")) == "SIM928":
                self.add_submodule(f"slot_{slot}", SIM928(self, slot))
        self.connect_message()

    def ask_module(self, slot: int, question: str) -> str:
        """Ask a module and return its answer.

        Raises
        ------
        TimeoutError
            If it does not answer in time.
        """
        with self._lock:
            self._fetch(slot)  # an answer that came too late for whoever asked for it
            self.write_module(slot, question)
            limit = self.timeout()
            answer, begun = "", time.monotonic()
            while not (answer := answer + self._fetch(slot)).endswith("\n"):
                if limit is not None and time.monotonic() - begun >= limit:
                    raise TimeoutError(
                        f"{self.name}: must have a module in slot {slot} that answers {question}, found {answer!r} "
                        f"after {limit:g} s; is the module in place?"
                    )
                time.sleep(_PAUSE)
            return answer.strip()

    def write_module(self, slot: int, command: str) -> None:
        """Send a command to a module."""
        self.write(f'SNDT {slot},"{command}"')

    def ask_raw(self, cmd: str) -> str:
        """Return a reply; one in a block may hold the line ends of a module."""
        reply = super().ask_raw(cmd)
        block = _BLOCK.fullmatch(reply)
        if block is not None:
            while len(reply) < 5 + int(block[1]):
                reply += "\n" + self.visa_handle.read()
        return reply

    def _fetch(self, slot: int) -> str:
        reply = self.ask(f"GETN? {slot},128")
        block = _BLOCK.fullmatch(reply)
        if block is None:
            raise ValueError(
                f"{self.name}: must answer GETN? with a block, #3 and its length, found {reply!r}"
            )
        return block[2][: int(block[1])]


class SIM928(InstrumentChannel["StanfordSIM900"]):
    """An isolated voltage source in a slot (SIM928 operation manual, chapter 2).

    Parameters
    ----------
    parent
        The mainframe.
    slot
        1 to 8.

    Attributes
    ----------
    voltage
        Level [V], -20 to 20 in steps of 1 mV.
    output
        "on" or "off".
    batteries
        States of batteries A and B, 1 in use, 2 ready, 3 charging, and whether they need service.
    identity
        Maker, model, serial number and firmware.
    """

    def __init__(self, parent: StanfordSIM900, slot: int) -> None:
        super().__init__(parent, f"slot_{slot}")
        self.slot = slot
        self.voltage: Parameter = self.add_parameter(
            "voltage",
            get_cmd=lambda: float(parent.ask_module(slot, "VOLT?")),
            set_cmd=lambda level: parent.write_module(slot, f"VOLT {level:.3f}"),
            vals=Numbers(-20, 20),
            unit="V",
            docstring="Voltage between the terminals while the output is on [V].",
        )
        self.output: Parameter = self.add_parameter(
            "output",
            get_cmd=lambda: parent.ask_module(slot, "EXON?"),
            set_cmd=lambda command: parent.write_module(slot, command),
            get_parser={"0": "off", "1": "on"}.__getitem__,
            set_parser={"off": "OPOF", "on": "OPON"}.__getitem__,
            docstring="Whether the output is on.",
        )
        self.batteries: Parameter = self.add_parameter(
            "batteries",
            get_cmd=lambda: parent.ask_module(slot, "BATS?"),
            docstring="States of batteries A and B, and whether they need service.",
        )
        self.identity: Parameter = self.add_parameter(
            "identity",
            get_cmd=lambda: parent.ask_module(slot, "*IDN?"),
            docstring="Maker, model, serial number and firmware.",
        )


def _model(identity: str) -> str:
    return [*identity.split(","), ""][1]


def prepare_sim928(
    instrument: StanfordSIM900, unit: str, output_range: float, *, channel: int
) -> ParameterBase:
    """Bring a SIM928 into use without a step at its terminals.

    One that is off is switched on at zero; one that is on is left as it is.

    Parameters
    ----------
    instrument
        The driver of the mainframe.
    unit
        ``"V"``.
    output_range
        20 V, the only one.
    channel
        The slot.

    Returns
    -------
    The parameter that controls the voltage.

    Raises
    ------
    RunError
        If there is no SIM928 in the slot.
    """
    if unit != "V" or output_range != 20.0:
        raise ValueError(f"{instrument.name}: a SIM928 sources up to 20 V, found {output_range:g} {unit}")
    module = instrument.submodules.get(f"slot_{channel}")
    if not isinstance(module, SIM928):
        held = ", ".join(str(one.slot) for one in instrument.submodules.values() if isinstance(one, SIM928))
        raise RunError(
            f"{instrument.name}: must have a SIM928 in slot {channel}, found them in {held or 'none'}; correct "
            "the channel"
        )
    return switch_on(module.output, module.voltage)
