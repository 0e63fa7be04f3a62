"""What must be known of a chip beside its powers: read from text or numbers, and held against what can be."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from valvelab.errors import DataError, QuantityError
from valvelab.units import format_quantity, parse_quantity
from valvelab.wording import kind_of_data, shown

from .entries import DIMENSIONS


@dataclass(frozen=True)
class Setting:
    """A number that goes with all powers of a dataset: its SI unit, and what it lies between."""

    units: str
    low: float
    high: float
    above: bool = False
    """Whether it must be above `low`, and not just at it."""

    @property
    def bounds(self) -> str:
        """What it may be, in words."""
        dimension = DIMENSIONS.get(self.units)
        low, high = (
            f"{end:g}".replace("e+0", "e") if dimension is None else format_quantity(end, dimension)
            for end in (self.low, self.high)
        )
        return f"above {low} and up to {high}" if self.above else f"between {low} and {high}"

    def allows(self, number: float) -> bool:
        """Tell whether a number lies within the bounds; what is not a number does not."""
        return self.low <= number <= self.high and not (self.above and number == self.low)


_FREQUENCY, _ENERGY = Setting("Hz", 1e7, 1e11), Setting("Hz", 1e6, 1e10)
_TEMPERATURE = Setting("K", 1e-4, 10.0)
OF_DEVICE: Mapping[str, Setting] = {
    "resonator_frequency": _FREQUENCY,
    "quality_factor": Setting("1", 0.0, 1e9, above=True),
    "resonator_exponent": Setting("1", 0.0, 10.0),
    "charging_energy_1": _ENERGY,
    "charging_energy_2": _ENERGY,
}
"""What a device file tells where the powers' file does not; the bounds are those of that file."""
SETTINGS: Mapping[str, Setting] = {
    **OF_DEVICE,
    "operating_source_temperature": _TEMPERATURE,
    "operating_drain_temperature": _TEMPERATURE,
}
"""All that a fit takes besides columns."""


def setting(name: str, value: object, where: str) -> float:
    """Return one of `SETTINGS` in its SI unit, from a text with unit or a number without.

    Raises
    ------
    DataError
        If it is no such number, or none that a heat valve can have.
    """
    known = SETTINGS[name]
    array = np.asarray(value)
    if array.size != 1:
        raise DataError(
            f"{where}: {name}: must be one number, found {array.size} values; give the one that holds"
        )
    single = array.ravel()[0]
    text = single.decode("utf-8", "replace") if isinstance(single, bytes) else single
    number = _of_text(name, str(text), where) if isinstance(text, str) else _of_number(name, array, where)
    if not known.allows(number):
        raise DataError(
            f"{where}: {name}: must be {known.bounds}, found {_found(value, number, known)}; {_cure(known, value)}"
        )
    return number


def settings_of(values: Mapping[Any, Any], where: str) -> dict[str, float]:
    """Return all of `SETTINGS` that stand among some attributes, checked.

    Raises
    ------
    DataError
        Naming the first that is wrong.
    """
    found = {name: setting(name, values[name], where) for name in SETTINGS if name in values}
    demand_source_the_warmer(found, where)
    return found


def demand_source_the_warmer(found: Mapping[str, float], where: str) -> None:
    """Stop at an operating point whose drain is not the cold reservoir."""
    source, drain = (found.get(f"operating_{role}_temperature") for role in ("source", "drain"))
    if source is not None and drain is not None and not source > drain:
        raise DataError(
            f"{where}: operating_source_temperature: must be above operating_drain_temperature, "
            f"{format_quantity(drain, 'temperature')}, found {format_quantity(source, 'temperature')}; swap them"
        )


def missing_settings(held: Iterable[object]) -> list[str]:
    """Return which settings are missing that every fit needs."""
    return [name for name in ("resonator_frequency", "quality_factor") if name not in set(held)]


def _of_text(name: str, text: str, where: str) -> float:
    dimension = DIMENSIONS.get(SETTINGS[name].units)
    try:
        return parse_quantity(text, dimension, name.replace("_", " ")) if dimension else float(text)
    except QuantityError as error:
        raise DataError(f"{where}: {name}: {error}") from None
    except ValueError:
        raise DataError(
            f"{where}: {name}: must be a number without unit, found {shown(text)}; write the number alone"
        ) from None


def _of_number(name: str, array: Any, where: str) -> float:
    if array.dtype.kind not in "iuf":
        found = "nothing" if array.ravel()[0] is None else kind_of_data(array.dtype.kind)
        raise DataError(f"{where}: {name}: must be a real number, found {found}; write its value")
    return float(array.ravel()[0])


def _found(value: object, number: float, known: Setting) -> str:
    if isinstance(value, str):
        return value.strip()
    dimension = DIMENSIONS.get(known.units)
    told = f"{number:g}".replace("e+0", "e")
    return told if dimension is None or not math.isfinite(number) else f"{told} {known.units}"


def _cure(known: Setting, value: object) -> str:
    if DIMENSIONS.get(known.units) is None:
        return "correct it"
    if isinstance(value, str):
        return "is its unit right?"
    return f"a number without unit is in {known.units}" + (": 4 GHz is 4e9" if known.units == "Hz" else "")
