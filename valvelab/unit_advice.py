"""What to write instead: how a quantity that cannot be read was probably meant."""

import math
import re
import sys
from decimal import Decimal

from valvelab.unit_table import CUSTOMARY, UNITS
from valvelab.wording import one_of, with_article


def short(number: float) -> str:
    """Write 500000000 as 5e8, and short numbers as they are."""
    text = f"{number:.12g}"
    if abs(number) < 1e5 and "e" not in text:
        return text
    mantissa, exponent = f"{number:.11e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"


def number_cure(number: object, dimension: str) -> str:
    """Say how a bare number may be written: as the same value in a handy unit, or in the units people use."""
    if not isinstance(number, int | float) or isinstance(number, bool):
        return ""
    if not abs(number) <= sys.float_info.max:
        return "; write a finite number and its unit"
    base, *usual = CUSTOMARY.get(dimension, tuple(UNITS[dimension]))
    scales = {unit: float(UNITS[dimension][unit]) for unit in (*usual, base)}
    value = number * scales[base]
    handy = next((unit for unit in usual if 1 <= abs(value) / scales[unit] < 1000), None)
    if handy:
        return f"; write '{short(value / scales[handy])} {handy}' or '{short(number)} {base}'"
    return "; write " + one_of(f"'{short(number)} {unit}'" for unit in list(scales)[:2])


def comma_cure(text: str) -> str:
    """Say what to do with a text that is not one number and one unit."""
    if re.match(r"\s*[+-]?\d+,\d", text):
        return f"write the decimal point: '{text.strip().replace(',', '.')}'"
    return "write one number and one unit"


def unit_cure(number: str, unit: str, dimension: str) -> str:
    """Say what may have been meant by a unit that the dimension does not have."""
    frequency = UNITS["frequency"].get(unit)
    if dimension == "rate" and frequency is not None:
        value = float(Decimal(number) * frequency)
        return (
            f": a rate in {unit} may mean two things, 6.28 apart in every power; write '{short(value)} 1/s' "
            f"or, if 2 pi times that frequency was meant, '{short(math.tau * value)} 1/s'"
        )
    lookalike = [known for known in UNITS[dimension] if known.lower() == unit.lower()]
    if lookalike:
        return f"; did you mean {one_of(lookalike)}?"
    return f": '{unit}' is no unit of {with_article(dimension)}"
