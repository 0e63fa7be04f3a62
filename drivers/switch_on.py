"""Bring a source into use without a step at its terminals."""

import math
from collections.abc import Mapping
from typing import Any

from qcodes.instrument import Instrument
from qcodes.parameters import ParameterBase

from valvelab.errors import RunError

Settings = Mapping[ParameterBase, Any]


def switch_on(
    output: ParameterBase, level: ParameterBase, *, mode: Settings | None = None, span: Settings | None = None
) -> ParameterBase:
    """Set a source up and switch it on at zero, if it is off; leave one that is on as it is.

    Changing mode or range of a live source makes its output jump, so one that is on must be set up already. One that
    is off may hold any level from before, and a box may refuse a range below its level without a word to the driver.
    So the level is brought to zero before the range as well as after it, and all is read back before the output is on.

    Parameters
    ----------
    output
        Switches the output; reads "on" or True, "off" or False.
    level
        Controls the level.
    mode
        What must be set before the level means anything, and to what: current or voltage.
    span
        What must be set with the level at zero, and to what, in this order: automatic ranging, range.

    Returns
    -------
    `level`.

    Raises
    ------
    RunError
        If the output is on with other settings, or the box does not take those that it is told.
    """
    mode, span = mode or {}, span or {}
    if output() not in ("off", False):
        _demand({**mode, **span}, "while its output is on", "ramp it to zero and switch it off first")
        return level
    for settings in (mode, {level: 0.0}, span, {level: 0.0}):
        for parameter, value in settings.items():
            parameter(value)
    _demand(
        {**mode, **span, level: 0.0}, "before its output is switched on", "read the errors that the box shows"
    )
    output("on")
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
        As of `switch_on`.
    """
    mode, what = ("CURR", "current") if unit == "A" else ("VOLT", "voltage")
    known = instrument.parameters
    return switch_on(
        known["output"],
        known[what],
        mode={known["source_mode"]: mode},
        span={known[f"{what}_range"]: output_range},
    )


def _demand(settings: Settings, when: str, cure: str) -> None:
    for parameter, value in settings.items():
        found = parameter()
        if not (math.isclose(found, value, rel_tol=1e-6) if isinstance(value, float) else found == value):
            raise RunError(
                f"{parameter.full_name}: must be {_told(value)} {getattr(parameter, 'unit', '')}".rstrip()
                + f" {when}, found {_told(found)}; {cure}"
            )


def _told(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
