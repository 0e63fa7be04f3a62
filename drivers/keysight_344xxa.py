"""A Keysight 344xxA as the voltmeter of a SINIS pair."""

from typing import TYPE_CHECKING

from qcodes.parameters import ParameterBase

if TYPE_CHECKING:
    from qcodes.instrument_drivers.Keysight.private.Keysight_344xxA_submodules import Keysight344xxA


def prepare_344xxa(
    instrument: "Keysight344xxA", *, input_range: float, power_line_cycles: float
) -> ParameterBase:
    """Set a Keysight 344xxA up for the voltage of a SINIS pair.

    The input resistance is set to its high value: a pair at 5 pA has a differential resistance of some megohms, and
    the 10 MOhm that the multimeter starts with would draw several times the bias current. (Operating and service
    guide 34460-90901, ``[SENSe:]VOLTage[:DC]:IMPedance:AUTO``: above 10 GOhm in ranges up to 10 V.) Range and trigger
    are fixed too, whatever the front panel was left at.

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
    The parameter that measures the voltage.
    """
    instrument.sense_function("DC Voltage")
    instrument.range(input_range)
    instrument.NPLC(power_line_cycles)
    instrument.autozero("ON")
    instrument.write("SENS:VOLT:DC:IMP:AUTO ON")
    instrument.trigger.source("IMM")
    instrument.trigger.count(1)
    return instrument.volt
