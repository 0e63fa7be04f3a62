"""The Agilent (HP, Keysight) 34420A nanovoltmeter, with both of its channels."""

from typing import Any

from qcodes.instrument import InstrumentChannel, VisaInstrument
from qcodes.parameters import ManualParameter, Parameter, ParameterBase
from qcodes.validators import Enum

RANGES = {1: (1e-3, 10e-3, 100e-3, 1.0, 10.0, 100.0), 2: (1e-3, 10e-3, 100e-3, 1.0, 10.0)}
_CYCLES = (0.02, 0.2, 1.0, 2.0, 10.0, 20.0, 100.0, 200.0)


class Agilent34420A(VisaInstrument):
    """An Agilent 34420A (user's guide 34420-90001, chapter 4).

    Its two channels stand behind one converter, and range and integration time are those of the channel that is
    measured. So each channel here remembers its own and sends them before each reading.

    Parameters
    ----------
    name, address
        As of `qcodes.instrument.VisaInstrument`.

    Attributes
    ----------
    channel_1, channel_2
        The channels, see `Channel34420A`.
    selected
        The channel that is measured, 1 or 2.
    """

    default_terminator = "\n"
    default_timeout = 30.0
    """A reading of 200 power line cycles takes 8 s with its zero correction, and a second one to settle."""

    def __init__(self, name: str, address: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, address, **kwargs)
        self.selected: Parameter = self.add_parameter(
            "selected",
            get_cmd="ROUT:TERM?",
            set_cmd="ROUT:TERM {}",
            val_mapping={1: "FRON1", 2: "FRON2"},
            docstring="The channel that is measured.",
        )
        self.channel_1: Channel34420A = self.add_submodule("channel_1", Channel34420A(self, 1))
        self.channel_2: Channel34420A = self.add_submodule("channel_2", Channel34420A(self, 2))
        self.connect_message()

    def get_idn(self) -> dict[str, str | None]:
        """Return maker, model and firmware; the serial number that it answers is always 0."""
        found = super().get_idn()
        return found | {"serial": None if found.get("serial") == "0" else found.get("serial")}


class Channel34420A(InstrumentChannel["Agilent34420A"]):
    """One channel.

    Parameters
    ----------
    parent
        The box.
    number
        1 or 2.

    Attributes
    ----------
    voltage
        Take a reading [V]. If the other channel was measured last, this one takes over first.
    range
        1 mV to 100 V, of channel 2 to 10 V [V].
    power_line_cycles
        Integration time, 0.02 to 200 [power line cycles].
    """

    def __init__(self, parent: Agilent34420A, number: int) -> None:
        super().__init__(parent, f"channel_{number}")
        self.number = number
        self.range: ManualParameter = self.add_parameter(
            "range",
            parameter_class=ManualParameter,
            vals=Enum(*RANGES[number]),
            unit="V",
            initial_value=10.0,
            docstring="Range [V], sent before each reading.",
        )
        self.power_line_cycles: ManualParameter = self.add_parameter(
            "power_line_cycles",
            parameter_class=ManualParameter,
            vals=Enum(*_CYCLES),
            initial_value=10.0,
            docstring="Integration time [power line cycles], sent before each reading.",
        )
        self.voltage: Parameter = self.add_parameter(
            "voltage",
            get_cmd=self._read,
            unit="V",
            label=f"voltage at channel {number}",
            snapshot_get=False,
            docstring="Take a reading of this channel [V].",
        )

    def _read(self) -> float:
        if self.parent.selected() != self.number:
            self.parent.selected(self.number)
        self.parent.write(f"SENS:VOLT:RANG {self.range():g};:SENS:VOLT:NPLC {self.power_line_cycles():g}")
        return float(self.parent.ask("READ?"))


def prepare_34420a(
    instrument: Agilent34420A, *, input_range: float, power_line_cycles: float, channel: int
) -> ParameterBase:
    """Set a channel of a 34420A up for the voltage of a SINIS pair.

    It then measures when it is asked, once, in a fixed range, and without the input filter.

    Parameters
    ----------
    instrument
        The driver.
    input_range
        Voltage range [V], one of those that the channel has.
    power_line_cycles
        Integration time [power line cycles]; one of the values that the box offers.
    channel
        1 or 2.

    Returns
    -------
    The parameter that measures the voltage.
    """
    module = {1: instrument.channel_1, 2: instrument.channel_2}[channel]
    instrument.write('SENS:FUNC "VOLT:DC";:INP:FILT OFF;:TRIG:SOUR IMM;COUN 1;DEL:AUTO ON;:SAMP:COUN 1')
    module.range(input_range)
    module.power_line_cycles(power_line_cycles)
    return module.voltage
