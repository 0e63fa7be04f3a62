"""Read and write quantities such as ``4 GHz`` or ``0.5e9 1/s``: one number, one unit, plain SI floats inside.

The table of `valvelab.unit_table` is all there is. A general unit library would accept ``384 MK``, evaluate
expressions, and turn one radian per second into one hertz; none of that may happen to a set point.
"""

import math
import re
from decimal import Decimal

from valvelab.errors import QuantityError
from valvelab.unit_advice import comma_cure, number_cure, short, unit_cure
from valvelab.unit_table import UNITS, WRITTEN_IN
from valvelab.wording import shown, unsigned_zero, with_article

__all__ = ["UNITS", "format_quantity", "format_with_error", "parse_quantity"]

_QUANTITY = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?)\s*(\S.*)?")
# The micro sign and the Greek letter mu, the ohm sign and the Greek letter omega, and Phi.
_SPELLINGS = str.maketrans({"\u00b5": "u", "\u03bc": "u", "\u2126": "Ohm", "\u03a9": "Ohm", "\u03a6": "Phi"})


def parse_quantity(
    text: object,
    dimension: str,
    noun: str = "",
    *,
    minimum: float = -math.inf,
    above: float = -math.inf,
    maximum: float = math.inf,
) -> float:
    """Convert a text such as ``"96 mK"`` to its SI value.

    Parameters
    ----------
    text
        One number and one unit of ``UNITS[dimension]``, separated by white space or nothing.
    dimension
        A key of `UNITS`.
    noun
        What the quantity is, for messages; the dimension by default.
    minimum, above, maximum
        Smallest value allowed, value that must be exceeded, and largest value allowed, in SI units.

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
    wanted = f"must be {with_article(noun or dimension)}"
    with_unit = f"{wanted} with its unit ({', '.join(known)})"
    if not isinstance(text, str):
        raise QuantityError(f"{with_unit}, found {_shown(text)}{number_cure(text, dimension)}")
    match = _QUANTITY.fullmatch(text.strip().translate(_SPELLINGS))
    if match is None or (match[2] or "").startswith(","):
        raise QuantityError(f"{with_unit}, found {text!r}; {comma_cure(text)}")
    number, unit = match.groups()
    if unit is None:
        raise QuantityError(
            f"{with_unit}, found {text!r} without unit{number_cure(float(number), dimension)}"
        )
    if unit not in known:
        raise QuantityError(f"{with_unit}, found {text!r}{unit_cure(number, unit, dimension)}")
    value = float(Decimal(number) * known[unit])
    if not math.isfinite(value):
        raise QuantityError(f"{with_unit} and finite, found {text!r}")
    if value < minimum or value <= above or value > maximum:
        raise QuantityError(f"{wanted} {_bounds(dimension, minimum, above, maximum)}, found {text.strip()}")
    return value


def format_quantity(value: float, dimension: str, digits: int | None = None) -> str:
    """Write an SI value with the unit that leaves one to three digits before the decimal point.

    Without `digits` the text is exact: `parse_quantity` returns the same float.
    """
    if not math.isfinite(value):
        return f"{value} {_base_unit(dimension)}"
    value = float(value) + 0.0  # which is 0.0 where it was -0.0
    unit = _readable_unit(abs(value), dimension)
    number = Decimal(repr(value)) / UNITS[dimension][unit]
    if digits is not None:
        return f"{short(float(f'{float(number):.{digits}g}'))} {unit}"
    # The shortest text that reads back as the same float; units such as eV or h do not divide exactly.
    for text in (f"{short(float(number))} {unit}", f"{float(number)!r} {unit}"):
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
    # Of the error as it is written: 0.0997 becomes 0.10, as 0.1003 does.
    decimals = max(0, 1 - math.floor(math.log10(float(f"{error / scale:.1e}")))) if error > 0 else 6
    texts = (unsigned_zero(f"{number / scale:.{decimals}f}") for number in (value, error))
    return tuple(f"{text}{power}{unit}" for text in texts)  # type: ignore[return-value]


def _bounds(dimension: str, minimum: float, above: float, maximum: float) -> str:
    low, high = (format_quantity(bound, dimension, 4) for bound in (max(minimum, above), maximum))
    if math.isinf(maximum):
        return f"above {low}" if above > minimum else f"of at least {low}"
    return f"between {low} and {high}" if minimum > above else f"above {low} and up to {high}"


def _base_unit(dimension: str) -> str:
    return next(unit for unit, scale in UNITS[dimension].items() if scale == 1)


def _shown(value: object) -> str:
    return short(value) if isinstance(value, float) and math.isfinite(value) else shown(value)


def _readable_unit(size: float, dimension: str) -> str:
    units = sorted((float(scale), unit) for unit, scale in UNITS[dimension].items())
    if size == 0:
        return _base_unit(dimension)
    usual = WRITTEN_IN.get(dimension)
    if usual and 1e-3 <= size / float(UNITS[dimension][usual]) < 1e3:
        return usual
    fitting = [unit for scale, unit in units if size >= scale * (1 - 1e-12)]
    return fitting[-1] if fitting else units[0][1]
