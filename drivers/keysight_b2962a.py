"""What a Keysight B2962A needs beyond its QCoDeS driver: a fixed range, and a start without a step."""

from typing import TYPE_CHECKING

from qcodes.instrument import InstrumentModule
from qcodes.parameters import ParameterBase

from .scpi_parameters import add_number, add_switch
from .switch_on import switch_on

if TYPE_CHECKING:
    from qcodes.instrument_drivers.Keysight import KeysightB2962A

_MEASURED = ("voltage", "current", "resistance")
"""Parameters of the driver that start a measurement, which switches an output on that was off (``OUTP:ON:AUTO``)."""


def prepare_b2962a(
    instrument: "KeysightB2962A", unit: str, output_range: float, *, channel: int
) -> ParameterBase:
    """Bring a channel of a Keysight B2962A into use without a step at its terminals.

    The driver has no ranges, and the box chooses one for each level unless told otherwise, which lets its output jump.
    So a channel gets parameters of its own, ``source_current_range`` and ``source_current_autorange`` or the same of
    the voltage (SCPI command reference B2961-90030). One whose output is off is set up and switched on at zero; one
    whose output is on is left as it is. The limits of voltage and current stay what the box is set to. What the driver
    measures is left out of snapshots, as a measurement switches the output on.

    Parameters
    ----------
    instrument
        The unmodified QCoDeS driver.
    unit
        ``"A"`` for a current source, ``"V"`` for a voltage source.
    output_range
        Range of the source [unit].
    channel
        1 or 2.

    Returns
    -------
    The parameter that controls the level.

    Raises
    ------
    ValueError
        If there is no such channel.
    RunError
        If the output is on in another mode or range, or the box does not take those that it is told.
    """
    source = instrument.submodules.get(f"ch{channel}")
    if not isinstance(source, InstrumentModule):
        raise ValueError(f"{instrument.name}: a B2962A has channels 1 and 2, found {channel}")
    for one in instrument.submodules.values():
        for name in _MEASURED:
            one.parameters[name].snapshot_exclude = True
    mode, what = ("CURR", "current") if unit == "A" else ("VOLT", "voltage")
    header = f":SOUR{channel}:{mode}:RANG"
    known = source.parameters
    fixed, span = f"source_{what}_autorange", f"source_{what}_range"
    if span not in known:
        add_switch(source, fixed, f"{header}:AUTO")
        add_number(source, span, header, f"Range of the source, {header} [{unit}].", unit=unit)
    return switch_on(
        known["enable"],
        known[f"source_{what}"],
        mode={known["source_mode"]: what},
        span={known[fixed]: "off", known[span]: output_range},
    )
