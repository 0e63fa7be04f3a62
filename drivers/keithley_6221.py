"""The Keithley 6221 current source, and delta mode with a 2182A at its serial port."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
from qcodes.instrument import InstrumentChannel, VisaInstrument
from qcodes.parameters import Parameter, ParameterBase
from qcodes.validators import Enum, Numbers

from valvelab.errors import RunError

from .scpi_parameters import add_number, add_switch
from .switch_on import switch_on

_RANGES = (2e-9, 20e-9, 200e-9, 2e-6, 20e-6, 200e-6, 2e-3, 20e-3, 100e-3)
_ERASED = 9.9e37


class Keithley6221(VisaInstrument):
    """A Keithley 6221 as a source of direct current (reference manual 622x-901-01, sections 3 and 5).

    Parameters
    ----------
    name, address
        As of `qcodes.instrument.VisaInstrument`.

    Attributes
    ----------
    current
        Level [A], within 1.05 times the range.
    current_range
        2 nA to 100 mA [A]; setting it ends automatic ranging.
    compliance
        Largest voltage at the terminals, 0.1 to 105 V.
    output, filter, low_to_earth
        "on" or "off".
    inner_shield
        "OLOW" or "GUAR": what the inner shield of the triaxial output is connected to.
    response
        "FAST" or "SLOW".
    delta
        Delta mode, see `DeltaMode`.
    """

    default_terminator = "\n"

    def __init__(self, name: str, address: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, address, **kwargs)
        self.current: Parameter = add_number(
            self,
            "current",
            "SOUR:CURR",
            "Level [A].",
            unit="A",
            written="{:.8E}",
            validator=Numbers(-105e-3, 105e-3),
        )
        self.current_range: Parameter = add_number(
            self,
            "current_range",
            "SOUR:CURR:RANG",
            "Range [A]; setting it ends automatic ranging.",
            unit="A",
            validator=Enum(*_RANGES),
        )
        self.compliance: Parameter = add_number(
            self,
            "compliance",
            "SOUR:CURR:COMP",
            "Largest voltage at the terminals [V].",
            unit="V",
            validator=Numbers(0.1, 105),
        )
        self.output: Parameter = add_switch(self, "output", "OUTP")
        self.filter: Parameter = add_switch(self, "filter", "SOUR:CURR:FILT")
        self.low_to_earth: Parameter = add_switch(self, "low_to_earth", "OUTP:LTE")
        self.automatic_range: Parameter = add_switch(self, "automatic_range", "SOUR:CURR:RANG:AUTO")
        self.inner_shield: Parameter = self._add_choice("inner_shield", "OUTP:ISH", "OLOW", "GUAR")
        self.response: Parameter = self._add_choice("response", "OUTP:RESP", "FAST", "SLOW")
        self.delta: DeltaMode = self.add_submodule("delta", DeltaMode(self))
        self.connect_message()

    def _add_choice(self, name: str, header: str, *words: str) -> Parameter:
        return self.add_parameter(
            name,
            get_cmd=f"{header}?",
            set_cmd=f"{header} {{}}",
            vals=Enum(*words),
            docstring=f"{header}, {' or '.join(words)}.",
        )


class DeltaMode(InstrumentChannel["Keithley6221"]):
    """Voltages at a current that is reversed again and again, so that thermoelectric voltages drop out.

    The 6221 reverses the current itself and reads a 2182A by its serial port; each reading is made of three voltages in
    a row, (V1 - 2 V2 + V3) / 4, half of what a reversal changes (reference manual, section 5). A guard of the box
    refuses it, as the current then moves without the guard: close the guard first.

    Parameters
    ----------
    parent
        The box.

    Attributes
    ----------
    high
        The current, which is reversed to its negative [A].
    delay
        Between a reversal and the reading [s].
    compliance_abort
        Whether to stop when the compliance is reached, "on" or "off".
    connected
        Whether a 2182A answers at the serial port.
    voltage
        Take one reading [V]; arms and ends delta mode unless it is armed.
    """

    def __init__(self, parent: Keithley6221) -> None:
        super().__init__(parent, "delta")
        self.high: Parameter = add_number(
            self,
            "high",
            "SOUR:DELT:HIGH",
            "The current, which is reversed to its negative [A].",
            unit="A",
            written="{:.8E}",
            validator=Numbers(0, 105e-3),
        )
        self.delay: Parameter = add_number(
            self,
            "delay",
            "SOUR:DELT:DEL",
            "Between a reversal and the reading [s].",
            unit="s",
            validator=Numbers(1e-3, 9999.999),
        )
        self.compliance_abort: Parameter = add_switch(self, "compliance_abort", "SOUR:DELT:CAB")
        self.connected: Parameter = self.add_parameter(
            "connected",
            get_cmd="SOUR:DELT:NVPR?",
            get_parser=lambda reply: bool(int(reply)),
            docstring="Whether a 2182A answers at the serial port.",
        )
        self.voltage: Parameter = self.add_parameter(
            "voltage",
            get_cmd=lambda: float(self.measure(1)[0]),
            unit="V",
            snapshot_get=False,
            docstring="Take one reading [V].",
        )
        self._is_armed = False

    @contextmanager
    def armed(self) -> Iterator[None]:
        """Hold delta mode armed and running; whatever ends it, the current is then zero and the output off.

        Raises
        ------
        RunError
            If no 2182A answers at the serial port, or the box does not arm.
        """
        if not self.connected():
            raise RunError(f"{self.full_name}: must find a 2182A at its serial port, found none; connect one")
        self._is_armed = True
        try:
            self.parent.write("UNIT V;:SOUR:DELT:COUN INF;:SOUR:DELT:ARM")
            if not int(self.parent.ask("SOUR:DELT:ARM?")):
                raise RunError(f"{self.full_name}: must arm, but does not; read SYST:ERR? of the box")
            self.parent.write("INIT:IMM")
            yield
        finally:
            self._is_armed = False
            self.parent.write("SOUR:SWE:ABOR")

    def measure(self, count: int) -> npt.NDArray[np.float64]:
        """Take readings.

        Parameters
        ----------
        count
            How many.

        Returns
        -------
        Voltages at the positive current, shape (count,) [V].

        Raises
        ------
        RunError
            As of `armed`, or if a reading is no number or an overflow.
        """
        if not self._is_armed:
            with self.armed():
                return self.measure(count)
        found = np.array([float(self.parent.ask("SENS:DATA:FRES?").split(",")[0]) for _ in range(count)])
        if not (np.abs(found) < _ERASED).all():
            raise RunError(
                f"{self.full_name}: must read voltages within the range of the 2182A, found an overflow; check "
                "the range and the compliance"
            )
        return found


def prepare_6221(instrument: Keithley6221, unit: str, output_range: float) -> ParameterBase:
    """Bring a 6221 into use without a step at its terminals.

    One whose output is off is set up and switched on at zero; one whose output is on is left as it is. The compliance
    stays what the box is set to.

    Parameters
    ----------
    instrument
        The driver.
    unit
        ``"A"``.
    output_range
        Range of the source [A].

    Returns
    -------
    The parameter that controls the current.

    Raises
    ------
    RunError
        If the output is on in another range, or the box does not take the one that it is told.
    """
    if unit != "A":
        raise ValueError(f"{instrument.name}: a 6221 sources currents, found {unit}")
    return switch_on(instrument.output, instrument.current, span={instrument.current_range: output_range})
