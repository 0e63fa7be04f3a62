"""What a Keithley 2400 needs beyond its QCoDeS driver: its own level and range instead of what it measures."""

from typing import TYPE_CHECKING

from qcodes.parameters import ParameterBase

from .scpi_parameters import add_number
from .switch_on import switch_on

if TYPE_CHECKING:
    from qcodes.instrument_drivers.Keithley import Keithley2400


def prepare_2400(instrument: "Keithley2400", unit: str, output_range: float) -> ParameterBase:
    """Bring a Keithley 2400 into use without a step at its terminals.

    The parameters `curr` and `volt` of the driver set the level to 10 nA or 10 nV at best and read back what the box
    measures, and `rangei` and `rangev` read the range of the measurement. So the source gets parameters of its own:
    ``source_current`` and ``source_current_range``, or the same of the voltage (user's manual 2400S-900-01).
    A box whose output is off is set up and switched on at zero; one whose output is on is left as it is. The compliance
    stays what the box is set to.

    Parameters
    ----------
    instrument
        The unmodified QCoDeS driver.
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
    mode, what = ("CURR", "current") if unit == "A" else ("VOLT", "voltage")
    span = _parameter(instrument, f"source_{what}_range", f":SOUR:{mode}:RANG", unit)
    level = _parameter(instrument, f"source_{what}", f":SOUR:{mode}:LEV", unit)
    return switch_on(instrument.output, level, mode={instrument.mode: mode}, span={span: output_range})


def _parameter(instrument: "Keithley2400", name: str, header: str, unit: str) -> ParameterBase:
    if name in instrument.parameters:
        return instrument.parameters[name]
    return add_number(instrument, name, header, f"{header} [{unit}].", unit=unit, written="{:.8E}")
