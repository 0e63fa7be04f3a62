"""What an Agilent 34410A needs beyond its QCoDeS driver as the voltmeter of a SINIS pair."""

from typing import TYPE_CHECKING

from qcodes.parameters import Parameter, ParameterBase

if TYPE_CHECKING:
    from qcodes.instrument_drivers.agilent import Agilent34410A


def prepare_34410a(
    instrument: "Agilent34410A", *, input_range: float, power_line_cycles: float
) -> ParameterBase:
    """Set an Agilent 34410A up for the voltage of a SINIS pair.

    The input resistance is set to its high value, as for `prepare_344xxa`. A snapshot with the driver's `volt` in it
    takes a reading, so that is left out of snapshots, and the parameter returned here is never measured by one.

    Parameters
    ----------
    instrument
        The unmodified QCoDeS driver.
    input_range
        Voltage range [V], one of those that the multimeter has.
    power_line_cycles
        Integration time [power line cycles]; one of the values that the multimeter offers.

    Returns
    -------
    The parameter that measures the voltage (``READ?``, user's guide 34410-90001).
    """
    instrument.write('SENS:FUNC "VOLT"')
    instrument.range(input_range)
    instrument.NPLC(power_line_cycles)
    instrument.write("VOLT:ZERO:AUTO ON;:VOLT:IMP:AUTO ON;:TRIG:SOUR IMM;COUN 1;DEL:AUTO ON;:SAMP:COUN 1")
    instrument.volt.snapshot_exclude = True
    if "voltage" in instrument.parameters:
        return instrument.parameters["voltage"]
    voltage: Parameter = instrument.add_parameter(
        "voltage",
        get_cmd="READ?",
        get_parser=float,
        unit="V",
        snapshot_get=False,
        docstring="Take a reading [V].",
    )
    return voltage
