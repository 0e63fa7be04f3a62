"""Bring a source into use without a step at its terminals."""

import math
from collections.abc import Mapping
from typing import Any

from qcodes.instrument import Instrument
from qcodes.parameters import ParameterBase

from valvelab.errors import RunError


def switch_on(
    output: ParameterBase, level: ParameterBase, settings: Mapping[ParameterBase, Any]
) -> ParameterBase:
    """Set a source up and switch it on at zero, if it is off; leave one that is on as it is.

    Changing mode or range of a live source makes its output jump, so one that is on must be set up already.

    Parameters
    ----------
    output
        Switches the output; reads "on" or True, "off" or False.
    level
        Controls the level.
    settings
        What must be set, and to what, in this order.

    Returns
    -------
    `level`.

    Raises
    ------
    RunError
        If the output is on with other settings.
    """
    if output() in ("off", False):
        for parameter, value in settings.items():
            parameter(value)
        level(0.0)
        output("on")
        return level
    for parameter, value in settings.items():
        found = parameter()
        if not (math.isclose(found, value, rel_tol=1e-6) if isinstance(value, float) else found == value):
            raise RunError(
                f"{parameter.full_name}: must be {_told(value)} {getattr(parameter, 'unit', '')}".rstrip()
                + f" while its output is on, found {_told(found)}; ramp it to zero and switch it off first"
            )
    return level


def switch_on_as(instrument: Instrument, unit: str, output_range: float) -> ParameterBase:
    """Switch on a source of current or voltage with the parameters of a Yokogawa: `source_mode`, `current_range` ...

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
        If the output is on in another mode or range.
    """
    mode, what = ("CURR", "current") if unit == "A" else ("VOLT", "voltage")
    known = instrument.parameters
    settings = {known["source_mode"]: mode, known[f"{what}_range"]: output_range}
    return switch_on(known["output"], known[what], settings)


def _told(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
