"""The settings that every function of a Keysight or Agilent 344xxA has: range, integration time, zero."""

import itertools

from .commands import Entry, Setting
from .parameters import Number, Switch

_VOLT_RANGES = (0.1, 1.0, 10.0, 100.0, 1000.0)
_RANGE_LIMITS = {
    "VOLT": (0.1, 1000.0, 10.0),
    "CURR": (1e-6, 10.0, 1.0),
    "RES": (100.0, 1e9, 1e3),
    "FRES": (100.0, 1e9, 1e3),
    "VOLT:AC": (0.1, 750.0, 10.0),
    "CURR:AC": (100e-6, 10.0, 1.0),
}
"""Smallest, largest and default range of each function."""


def _entries_of(header: str, name: str, cycles: tuple[float, ...], aperture: bool) -> tuple[Entry, ...]:
    smallest, largest, usual = _RANGE_LIMITS[name]
    steps = _VOLT_RANGES if name == "VOLT" else ()
    ranged: tuple[Entry, ...] = (
        Setting(
            f"{header}:RANGe[:UPPer]", f"{name} range", Number(smallest, largest, usual, only=steps), "_fix"
        ),
        Setting(f"{header}:RANGe:AUTO", f"{name} autorange", Switch(default=True, once=True)),
    )
    if name.endswith("AC"):
        return ranged
    limits = Number(min(cycles), max(cycles), 10, only=cycles)
    timed: tuple[Entry, ...] = (Setting(f"{header}:NPLC", f"{name} cycles", limits, "_leave_aperture"),)
    if aperture:
        timed += (
            Setting(f"{header}:APERture", f"{name} aperture", Number(20e-6, 1, 0.2), "_enter_aperture"),
            Setting(f"{header}:APERture:ENABled", f"{name} by aperture", Switch()),
        )
    return (
        *ranged,
        *timed,
        Setting(f"{header}:ZERO:AUTO", f"{name} autozero", Switch(default=True, once=True)),
    )


def function_entries(cycles: tuple[float, ...], *, aperture: bool) -> tuple[Entry, ...]:
    """Return the settings of all functions, for the integration times that a model has [power line cycles]."""
    headers = {
        "VOLT": "[SENSe:]VOLTage[:DC]",
        "CURR": "[SENSe:]CURRent[:DC]",
        "RES": "[SENSe:]RESistance",
        "FRES": "[SENSe:]FRESistance",
        "VOLT:AC": "[SENSe:]VOLTage:AC",
        "CURR:AC": "[SENSe:]CURRent:AC",
    }
    entries = (_entries_of(header, name, cycles, aperture) for name, header in headers.items())
    return tuple(itertools.chain.from_iterable(entries))
