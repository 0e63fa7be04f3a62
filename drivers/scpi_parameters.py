"""Parameters of SCPI boxes: one header that sets, and with a question mark asks."""

from typing import Any

from qcodes.instrument import InstrumentBase
from qcodes.parameters import Parameter
from qcodes.validators import Validator


def add_switch(instrument: InstrumentBase, name: str, header: str) -> Parameter:
    """Add what is "on" or "off" to an instrument or a channel, and return it."""
    added: Parameter = instrument.add_parameter(
        name,
        get_cmd=f"{header}?",
        set_cmd=f"{header} {{}}",
        val_mapping={"off": 0, "on": 1},
        docstring=f"{header}, on or off.",
    )
    return added


def add_number(
    instrument: InstrumentBase,
    name: str,
    header: str,
    docstring: str,
    *,
    unit: str = "",
    written: str = "{:g}",
    validator: Validator[Any] | None = None,
) -> Parameter:
    """Add a real number to an instrument or a channel, and return it.

    Parameters
    ----------
    instrument, name, docstring, unit
        As of `qcodes.instrument.InstrumentBase.add_parameter`.
    header
        The SCPI header.
    written
        How the number is sent.
    validator
        What may be set; every number if there is none.
    """
    added: Parameter = instrument.add_parameter(
        name,
        get_cmd=f"{header}?",
        set_cmd=f"{header} {written}",
        get_parser=float,
        vals=validator,
        unit=unit,
        docstring=docstring,
    )
    return added
