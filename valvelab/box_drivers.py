"""The drivers of the boxes that a station may have, by registered names."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from valvelab.boxes import METERS, SOURCES, MeterBox, SourceBox


class Driver(NamedTuple):
    """How to open a box, and what to ask it."""

    path: str
    """Module and class, ``package.module:Class``."""
    model: str
    """Regular expression of the model that ``*IDN?`` must answer."""
    prepare: str = ""
    """Module and function that brings a source or a meter into use and returns its parameter."""
    shows: Mapping[str, str] = MappingProxyType({})
    """Parameters that tell its state, with their units; reading them changes nothing. ``{quantity}`` stands for
    current or voltage, ``{unit}`` for A or V, ``{channel}`` for the terminal; a dot leads into a submodule."""
    extra: str = ""
    """What has to be installed for it."""
    level: str = ""
    """What tells the level of a source [A or V]: a parameter as in `shows`, or a query where the driver has none; there
    ``{mode}`` stands for CURR or VOLT. Nothing if the driver would have to measure."""
    mode: str = ""
    """Which of `shows` tells whether it sources current or voltage, if the other level is answered as well."""
    output: str = ""
    """Which of `shows` then tells whether that is at its terminals."""


_YOKOGAWA = {"output": "", "source_mode": "", "{quantity}_range": "{unit}"}
_PREPARE_TRUEVOLT = "valvelab.drivers:prepare_344xxa"
_TRUEVOLT = {"range": "V", "NPLC": "", "volt": "V"}
DRIVERS: dict[str, Driver] = {
    "BlueFors": Driver(
        "valvelab.drivers:BlueFors",
        "TC",
        shows={"ch{channel:02d}.title": "", "ch{channel:02d}.temperature": "K"},
    ),
    "YokogawaGS200": Driver(
        "qcodes.instrument_drivers.yokogawa:YokogawaGS200",
        r"GS2\d\d",
        "valvelab.drivers:prepare_gs200",
        _YOKOGAWA,
        level="{quantity}",
    ),
    "Yokogawa7651": Driver(
        "valvelab.drivers:Yokogawa7651",
        "7651",
        "valvelab.drivers:prepare_7651",
        _YOKOGAWA,
        level="{quantity}",
    ),
    "Keithley2400": Driver(
        "qcodes.instrument_drivers.Keithley:Keithley2400",
        "(MODEL )?24[0-9]0",
        "valvelab.drivers:prepare_2400",
        {"output": "", "mode": ""},
        level=":SOUR:{mode}:LEV?",  # its parameters `curr` and `volt` measure
        mode="mode",
        output="output",
    ),
    "Keithley6221": Driver(
        "valvelab.drivers:Keithley6221",
        "(MODEL )?6221",
        "valvelab.drivers:prepare_6221",
        {"output": "", "current_range": "A", "compliance": "V"},
        level="current",
    ),
    "KeysightB2962A": Driver(
        "qcodes.instrument_drivers.Keysight:KeysightB2962A",
        "B2962A",
        "valvelab.drivers:prepare_b2962a",
        # Its other parameters measure, and that switches the output on.
        {
            "ch{channel}.enable": "",
            "ch{channel}.source_mode": "",
            "ch{channel}.voltage_limit": "V",
            "ch{channel}.current_limit": "A",
        },
        level="ch{channel}.source_{quantity}",
        mode="ch{channel}.source_mode",
        output="ch{channel}.enable",
    ),
    "QDac2": Driver(
        "qcodes_contrib_drivers.drivers.QDevil.QDAC2:QDac2",
        "QDAC-II",
        "valvelab.drivers:prepare_qdac2",
        {"ch{channel:02d}.output_range": ""},
        "valvelab[contrib]",
        "ch{channel:02d}.dc_constant_V",
    ),
    "StanfordSIM900": Driver(
        "valvelab.drivers:StanfordSIM900",
        "SIM900",
        "valvelab.drivers:prepare_sim928",
        {"slot_{channel}.output": "", "slot_{channel}.batteries": ""},
        level="slot_{channel}.voltage",
    ),
    "Keysight34461A": Driver(
        "qcodes.instrument_drivers.Keysight:Keysight34461A", "34461A", _PREPARE_TRUEVOLT, _TRUEVOLT
    ),
    "Keysight34465A": Driver(
        "qcodes.instrument_drivers.Keysight:Keysight34465A", "34465A", _PREPARE_TRUEVOLT, _TRUEVOLT
    ),
    "Keysight34470A": Driver(
        "qcodes.instrument_drivers.Keysight:Keysight34470A", "34470A", _PREPARE_TRUEVOLT, _TRUEVOLT
    ),
    "Keithley2182A": Driver(
        "valvelab.drivers:Keithley2182A",
        "(MODEL )?2182A",
        "valvelab.drivers:prepare_2182a",
        {"selected": "", "channel_{channel}.range": "V", "power_line_cycles": ""},
    ),
    "Agilent34410A": Driver(
        "qcodes.instrument_drivers.agilent:Agilent34410A",
        "34410A",
        "valvelab.drivers:prepare_34410a",
        {"range": "V", "NPLC": "", "terminals": ""},
    ),
    "Agilent34420A": Driver(
        "valvelab.drivers:Agilent34420A",
        "34420A",
        "valvelab.drivers:prepare_34420a",
        {"selected": ""},
    ),
    "LakeshoreModel372": Driver(
        "qcodes.instrument_drivers.Lakeshore:LakeshoreModel372",
        "(MODEL)?372",
        "",
        {"ch{channel:02d}.temperature": "K"},
    ),
}
"""Drivers by the name used in station files.

An import path in a file would be arbitrary code, so a lab adds its own from a script, with `register`.
"""


def register(name: str, driver: Driver, box: SourceBox | MeterBox) -> None:
    """Let station files name a driver of the laboratory's own.

    Parameters
    ----------
    name
        As it will stand in station files.
    driver
        Where it is, and what it is asked.
    box
        What the box can be set to.

    Raises
    ------
    ValueError
        If the name is taken.
    """
    if name in DRIVERS or name in SOURCES or name in METERS:
        raise ValueError(f"Argument `name` must be new, but {name!r} is registered already.")
    DRIVERS[name] = driver
    if isinstance(box, SourceBox):
        SOURCES[name] = box
    else:
        METERS[name] = box
