"""Read and write quantities such as ``4 GHz`` or ``0.5e9 1/s``: one number, one unit, plain SI floats inside.

The table below is all there is. A general unit library would accept ``384 MK``, evaluate expressions,
and turn one radian per second into one hertz; none of that may happen to a set point.
"""

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

from valvelab.constants import ELEMENTARY_CHARGE
from valvelab.errors import QuantityError

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
        "flux": {"Phi0": Decimal(1), "mPhi0": Decimal("1e-3"), "uPhi0": Decimal("1e-6")},
        "flux per current": {"Phi0/A": Decimal(1), "Phi0/mA": Decimal(1000), "Phi0/uA": Decimal(10**6)},
        "electron-phonon coupling": {
            f"{prefix}W/K^5": scale for prefix, scale in _decades("", "munpf").items()
        },
        "current ramp rate": {f"{unit}/s": scale for unit, scale in _decades("A", "mun").items()},
        "voltage ramp rate": {f"{unit}/s": scale for unit, scale in _decades("V", "mun").items()},
    }
)
"""SI value of each unit, by dimension."""

_QUANTITY = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?)\s*(\S.*)?")
# The micro sign and the Greek letter mu, the ohm sign and the Greek letter omega, and Phi.
_SPELLINGS = str.maketrans({"\u00b5": "u", "\u03bc": "u", "\u2126": "Ohm", "\u03a9": "Ohm", "\u03a6": "Phi"})


def parse_quantity(
    text: object, dimension: str, *, minimum: float = -math.inf, above: float = -math.inf
) -> float:
    """Convert a text such as ``"96 mK"`` to its SI value.

    Parameters
    ----------
    text
        One number and one unit of ``UNITS[dimension]``, separated by white space or nothing.
    dimension
        A key of `UNITS`.
    minimum, above
        Smallest value allowed, and value that must be exceeded, in SI units.

    Raises
    ------
    QuantityError
        If the text is not such a quantity, or its value is out of bounds.

    Examples
    --------
    >>> parse_quantity("96 mK", "temperature")
    0.096
    """
    known = UNITS[dimension]
    wanted = f"must be a {dimension} with its unit ({', '.join(known)})"
    if not isinstance(text, str):
        cure = f"; write {_example(text, dimension)}" if _is_number(text) else ""
        raise QuantityError(f"{wanted}, found {text!r}{cure}")
    match = _QUANTITY.fullmatch(text.strip().translate(_SPELLINGS))
    if match is None:
        raise QuantityError(f"{wanted}, found {text!r}; write one number and one unit")
    number, unit = match.groups()
    if unit is None:
        raise QuantityError(f"{wanted}, found {text!r} without unit; write {_example(number, dimension)}")
    if unit not in known:
        raise QuantityError(f"{wanted}, found {text!r}{_unit_cure(number, unit, dimension)}")
    value = float(Decimal(number) * known[unit])
    if not math.isfinite(value):
        raise QuantityError(f"{wanted} and finite, found {text!r}")
    if value < minimum or value <= above:
        bound = f"at least {minimum:g}" if value < minimum else f"above {above:g}"
        raise QuantityError(f"must be a {dimension} {bound} {_base_unit(dimension)}, found {text!r}")
    return value


def format_quantity(value: float, dimension: str, digits: int | None = None) -> str:
    """Write an SI value with the unit that leaves one to three digits before the decimal point.

    Without `digits` the text is exact: `parse_quantity` returns the same float.
    """
    if not math.isfinite(value):
        return f"{value} {_base_unit(dimension)}"
    unit = _readable_unit(abs(value), dimension)
    shown = Decimal(repr(float(value))) / UNITS[dimension][unit]
    if digits is not None:
        return f"{float(shown):.{digits}g} {unit}"
    # The shortest text that reads back as the same float; units such as eV or h do not divide exactly.
    for text in (f"{_short(float(shown))} {unit}", f"{float(shown)!r} {unit}"):
        if parse_quantity(text, dimension) == value:
            return text
    return f"{value!r} {_base_unit(dimension)}"


def format_with_error(value: float, error: float, dimension: str | None = None) -> tuple[str, str]:
    """Write a value and its standard error in one unit, both to the second significant digit of the error.

    Examples
    --------
    >>> format_with_error(0.049721, 0.00092, "temperature")
    ('49.72 mK', '0.92 mK')
    >>> format_with_error(4.9983e8, 4.7e6, "rate")
    ('4.998e8 1/s', '0.047e8 1/s')
    """
    unit, scale, power, size = "", 1.0, "", max(abs(value), error)
    if dimension is not None:
        name = _readable_unit(size, dimension)
        unit, scale = f" {name}", float(UNITS[dimension][name])
    if size and not 1e-3 <= size / scale < 1e5:
        exponent = math.floor(math.log10(size / scale))
        scale, power = scale * 10.0**exponent, f"e{exponent}"
    decimals = max(0, 1 - math.floor(math.log10(error / scale))) if error > 0 else 6
    return tuple(f"{number / scale:.{decimals}f}{power}{unit}" for number in (value, error))  # type: ignore[return-value]


def quantity(
    dimension: str, *, minimum: float = -math.inf, above: float = -math.inf
) -> Callable[[object], float]:
    """Return the pydantic validator of a quantity; bare numbers are refused."""

    def validate(text: object) -> float:
        return parse_quantity(text, dimension, minimum=minimum, above=above)

    return validate


def _writer(dimension: str) -> PlainSerializer:
    return PlainSerializer(lambda value: format_quantity(value, dimension), when_used="json")


def _is_number(text: object) -> bool:
    return isinstance(text, int | float) and not isinstance(text, bool)


def _base_unit(dimension: str) -> str:
    return next(unit for unit, scale in UNITS[dimension].items() if scale == 1)


def _example(number: object, dimension: str) -> str:
    units = list(UNITS[dimension])
    return " or ".join(f"'{number} {unit}'" for unit in units[1:3] or units)


def _short(number: float) -> str:
    """Write 500000000 as 5e8, and short numbers as they are."""
    text = f"{number:.12g}"
    if abs(number) < 1e5 and "e" not in text:
        return text
    mantissa, exponent = f"{number:.11e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"


def _unit_cure(number: str, unit: str, dimension: str) -> str:
    frequency = UNITS["frequency"].get(unit)
    if dimension == "rate" and frequency is not None:
        value = float(Decimal(number) * frequency)
        return (
            f": a rate in {unit} may mean two things, 6.28 apart in every power; write '{_short(value)} 1/s' "
            f"or, if 2 pi times that frequency was meant, '{_short(math.tau * value)} 1/s'"
        )
    lookalike = [known for known in UNITS[dimension] if known.lower() == unit.lower()]
    return (
        f"; did you mean {' or '.join(lookalike)}?"
        if lookalike
        else f": '{unit}' is no unit of a {dimension}"
    )


def _readable_unit(size: float, dimension: str) -> str:
    units = sorted((float(scale), unit) for unit, scale in UNITS[dimension].items())
    if size == 0:
        return _base_unit(dimension)
    fitting = [unit for scale, unit in units if size >= scale * (1 - 1e-12)]
    return fitting[-1] if fitting else units[0][1]


Frequency = Annotated[float, BeforeValidator(quantity("frequency", above=0)), _writer("frequency")]
Rate = Annotated[float, BeforeValidator(quantity("rate", minimum=0)), _writer("rate")]
Temperature = Annotated[float, BeforeValidator(quantity("temperature", minimum=0)), _writer("temperature")]
PositiveTemperature = Annotated[
    float, BeforeValidator(quantity("temperature", above=0)), _writer("temperature")
]
Power = Annotated[float, BeforeValidator(quantity("power")), _writer("power")]
Current = Annotated[float, BeforeValidator(quantity("current")), _writer("current")]
Voltage = Annotated[float, BeforeValidator(quantity("voltage")), _writer("voltage")]
Resistance = Annotated[float, BeforeValidator(quantity("resistance", above=0)), _writer("resistance")]
Energy = Annotated[float, BeforeValidator(quantity("energy", above=0)), _writer("energy")]
Time = Annotated[float, BeforeValidator(quantity("time", minimum=0)), _writer("time")]
PositiveTime = Annotated[float, BeforeValidator(quantity("time", above=0)), _writer("time")]
Flux = Annotated[float, BeforeValidator(quantity("flux")), _writer("flux")]
FluxPerCurrent = Annotated[float, BeforeValidator(quantity("flux per current")), _writer("flux per current")]
ElectronPhononCoupling = Annotated[
    float,
    BeforeValidator(quantity("electron-phonon coupling", above=0)),
    _writer("electron-phonon coupling"),
]
CurrentRampRate = Annotated[
    float, BeforeValidator(quantity("current ramp rate", above=0)), _writer("current ramp rate")
]
VoltageRampRate = Annotated[
    float, BeforeValidator(quantity("voltage ramp rate", above=0)), _writer("voltage ramp rate")
]
