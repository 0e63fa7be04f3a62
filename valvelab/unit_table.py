"""The units that files may use: by dimension, with their SI values, and which of them people write."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from valvelab.constants import ELEMENTARY_CHARGE

_EXPONENTS = {"T": 12, "G": 9, "M": 6, "k": 3, "m": -3, "u": -6, "n": -9, "p": -12, "f": -15, "a": -18}


def _decades(base: str, prefixes: str) -> dict[str, Decimal]:
    return {base: Decimal(1)} | {prefix + base: Decimal(1).scaleb(_EXPONENTS[prefix]) for prefix in prefixes}


_ELECTRONVOLT = Decimal(repr(ELEMENTARY_CHARGE))

UNITS: Mapping[str, Mapping[str, Decimal]] = MappingProxyType(
    {
        "frequency": _decades("Hz", "GMkT"),
        "rate": {"1/s": Decimal(1)},
        "temperature": _decades("K", "mun"),
        "power": _decades("W", "munpfa"),
        "current": _decades("A", "munpf"),
        "voltage": _decades("V", "kmun"),
        "resistance": _decades("Ohm", "GMk"),
        "energy": {prefix + "eV": scale * _ELECTRONVOLT for prefix, scale in _decades("", "mun").items()}
        | {"J": Decimal(1)},
        "time": _decades("s", "munp") | {"min": Decimal(60), "h": Decimal(3600)},
        "angle": {"rad": Decimal(1), "mrad": Decimal("1e-3"), "deg": Decimal("0.017453292519943295")},
        "flux": {"Phi0": Decimal(1), "mPhi0": Decimal("1e-3"), "uPhi0": Decimal("1e-6")},
        "flux per current": {"Phi0/A": Decimal(1), "Phi0/mA": Decimal(1000), "Phi0/uA": Decimal(10**6)},
        "thermal resistance": {"K/W": Decimal(1), "mK/nW": Decimal(10**6), "mK/pW": Decimal(10**9)},
        "voltage drift": {"V/s": Decimal(1), "nV/h": Decimal("1e-9") / 3600, "uV/h": Decimal("1e-6") / 3600},
        "flux drift": {
            "Phi0/s": Decimal(1),
            "Phi0/h": Decimal(1) / 3600,
            "mPhi0/h": Decimal("1e-3") / 3600,
        },
        "electron-phonon coupling": {
            f"{prefix}W/K^5": scale for prefix, scale in _decades("", "munpf").items()
        },
        "current ramp rate": {f"{unit}/s": scale for unit, scale in _decades("A", "munp").items()},
        "voltage ramp rate": {f"{unit}/s": scale for unit, scale in _decades("V", "mun").items()},
    }
)
"""SI value of each unit, by dimension."""

CUSTOMARY: Mapping[str, tuple[str, ...]] = {
    "frequency": ("Hz", "GHz", "MHz"),
    "temperature": ("K", "mK"),
    "power": ("W", "fW", "aW"),
    "current": ("A", "uA", "nA"),
    "voltage": ("V", "mV", "uV"),
    "resistance": ("Ohm", "kOhm"),
    "energy": ("eV", "ueV", "meV"),
    "time": ("s", "min"),
    "angle": ("rad", "deg"),
    "flux per current": ("Phi0/A", "Phi0/mA"),
    "thermal resistance": ("K/W", "mK/nW"),
    "voltage drift": ("V/s", "nV/h"),
    "flux drift": ("Phi0/s", "mPhi0/h"),
    "electron-phonon coupling": ("W/K^5", "nW/K^5", "pW/K^5"),
    "current ramp rate": ("A/s", "uA/s"),
    "voltage ramp rate": ("V/s", "mV/s"),
}
"""What people mean by a bare number, and the units that they write."""
WRITTEN_IN = {"flux per current": "Phi0/mA", "angle": "rad"}
"""The unit in which quantities of a dimension are written where it gives a handy number."""
