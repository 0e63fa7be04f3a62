"""The Keithley 2182A nanovoltmeter, with both of its channels."""

from typing import Any

from qcodes.instrument import InstrumentChannel, VisaInstrument
from qcodes.parameters import Parameter, ParameterBase
from qcodes.validators import Enum, Ints, Numbers

from .scpi_parameters import add_number, add_switch

RANGES = {1: (10e-3, 100e-3, 1.0, 10.0, 100.0), 2: (100e-3, 1.0, 10.0)}


class Keithley2182A(VisaInstrument):
    """A Keithley 2182A (user's manual 2182A-900-01, sections 12 to 15).

    Readings are taken by ``READ?``, which leaves all settings as they are; ``MEASure?`` would reset them. For that the
    box must not measure by itself: see `prepare_2182a`.

    Parameters
    ----------
    name, address
        As of `qcodes.instrument.VisaInstrument`.

    Attributes
    ----------
    channel_1, channel_2
        The channels, see `Channel2182A`.
    power_line_cycles
        Integration time of both, 0.01 to 50 power line cycles.
    selected
        The channel that is measured, 1 or 2; 0 is the temperature inside the box.
    autozero, front_autozero, line_synchronisation, continuous
        "on" or "off".
    """

    default_terminator = "\n"
    default_timeout = 60.0
    """A reading of 50 power line cycles with repeating filter takes most of a minute [s]."""

    def __init__(self, name: str, address: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, address, **kwargs)
        self.power_line_cycles: Parameter = add_number(
            self,
            "power_line_cycles",
            ":SENS:VOLT:NPLC",
            "Integration time of both channels [power line cycles].",
            validator=Numbers(0.01, 50),
        )
        self.selected: Parameter = self.add_parameter(
            "selected",
            get_cmd=":SENS:CHAN?",
            set_cmd=":SENS:CHAN {}",
            get_parser=lambda reply: int(float(reply)),
            vals=Ints(0, 2),
            docstring="The channel that is measured; 0 is the temperature inside the box.",
        )
        self.autozero: Parameter = add_switch(self, "autozero", ":SYST:AZER")
        self.front_autozero: Parameter = add_switch(self, "front_autozero", ":SYST:FAZ")
        self.line_synchronisation: Parameter = add_switch(self, "line_synchronisation", ":SYST:LSYN")
        self.continuous: Parameter = add_switch(self, "continuous", ":INIT:CONT")
        self.channel_1: Channel2182A = self.add_submodule("channel_1", Channel2182A(self, 1))
        self.channel_2: Channel2182A = self.add_submodule("channel_2", Channel2182A(self, 2))
        self.connect_message()


class Channel2182A(InstrumentChannel["Keithley2182A"]):
    """One channel; both share the low terminal.

    Parameters
    ----------
    parent
        The box.
    number
        1 or 2.

    Attributes
    ----------
    voltage
        Take a reading [V]. If the other channel was measured last, this one is selected first.
    range
        10 mV to 100 V of channel 1, 100 mV to 10 V of channel 2 [V]; setting it ends automatic ranging.
    automatic_range, analog_filter, digital_filter
        "on" or "off".
    filter_count
        Readings of the digital filter, 1 to 100.
    filter_kind
        "MOV" or "REP": moving or repeating.
    """

    def __init__(self, parent: Keithley2182A, number: int) -> None:
        super().__init__(parent, f"channel_{number}")
        self.number = number
        header = f":SENS:VOLT:CHAN{number}"
        self.voltage: Parameter = self.add_parameter(
            "voltage",
            get_cmd=self._read,
            unit="V",
            label=f"voltage at channel {number}",
            snapshot_get=False,
            docstring="Take a reading of this channel [V].",
        )
        self.range: Parameter = add_number(
            self, "range", f"{header}:RANG", "Range [V].", unit="V", validator=Enum(*RANGES[number])
        )
        self.automatic_range: Parameter = add_switch(self, "automatic_range", f"{header}:RANG:AUTO")
        self.analog_filter: Parameter = add_switch(self, "analog_filter", f"{header}:LPAS")
        self.digital_filter: Parameter = add_switch(self, "digital_filter", f"{header}:DFIL")
        self.filter_count: Parameter = self.add_parameter(
            "filter_count",
            get_cmd=f"{header}:DFIL:COUN?",
            set_cmd=f"{header}:DFIL:COUN {{}}",
            get_parser=lambda reply: int(float(reply)),
            vals=Ints(1, 100),
            docstring="Readings of the digital filter.",
        )
        self.filter_kind: Parameter = self.add_parameter(
            "filter_kind",
            get_cmd=f"{header}:DFIL:TCON?",
            set_cmd=f"{header}:DFIL:TCON {{}}",
            vals=Enum("MOV", "REP"),
            docstring="Whether the digital filter is moving or repeating.",
        )

    def _read(self) -> float:
        if self.parent.selected() != self.number:
            self.parent.selected(self.number)
        return float(self.parent.ask(":READ?"))


def prepare_2182a(
    instrument: Keithley2182A, *, input_range: float, power_line_cycles: float, channel: int
) -> ParameterBase:
    """Set a channel of a 2182A up for the voltage of a SINIS pair.

    It then measures when it is asked, once, in a fixed range and without filters, which would let a reading depend on
    the ones before; the slow zero corrections stay on.

    Parameters
    ----------
    instrument
        The driver.
    input_range
        Voltage range [V], one of those that the channel has.
    power_line_cycles
        Integration time [power line cycles]; both channels have the same.
    channel
        1 or 2.

    Returns
    -------
    The parameter that measures the voltage.
    """
    module = {1: instrument.channel_1, 2: instrument.channel_2}[channel]
    instrument.continuous("off")
    instrument.write(":TRIG:SOUR IMM;COUN 1;:SAMP:COUN 1;:FORM:ELEM READ;:SENS:FUNC 'VOLT:DC'")
    instrument.power_line_cycles(power_line_cycles)
    module.range(input_range)
    module.analog_filter("off")
    module.digital_filter("off")
    return module.voltage
