"""What the boxes of a station can be set to, by the name of their driver: facts of the makers' manuals.

A driver refuses other settings too, but only when the box is connected; a file can be checked at the desk.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from valvelab.errors import QuantityError
from valvelab.units import format_quantity, parse_quantity
from valvelab.wording import one_of


@dataclass(frozen=True)
class SourceBox:
    """What a source offers: ranges [A] and [V], and how many channels or slots, counted from 1; 0 for one alone."""

    current: tuple[float, ...] = ()
    voltage: tuple[float, ...] = ()
    channels: int = 0


@dataclass(frozen=True)
class MeterBox:
    """What a voltmeter offers: integration times [power line cycles], ranges [V] and channels as of a source.

    Where `any_between` is set every integration time from the first to the last is offered.
    """

    cycles: tuple[float, ...]
    ranges: tuple[float, ...]
    channels: int = 0
    any_between: bool = False


def _decades(lowest: float, count: int) -> tuple[float, ...]:
    return tuple(float(f"{lowest * 10**power:.6g}") for power in range(count))


SOURCES: dict[str, SourceBox] = {
    "YokogawaGS200": SourceBox((*_decades(1e-3, 3), 200e-3), (*_decades(10e-3, 4), 30.0)),
    "Yokogawa7651": SourceBox(_decades(1e-3, 3), (*_decades(10e-3, 4), 30.0)),
    "Keithley2400": SourceBox(_decades(1e-6, 7), _decades(0.2, 4)),
    "Keithley6221": SourceBox((*_decades(2e-9, 8), 100e-3)),
    "KeysightB2962A": SourceBox((*_decades(10e-9, 9), 1.5, 3.0), _decades(0.2, 4), channels=2),
    "StanfordSIM900": SourceBox(voltage=(20.0,), channels=8),
    "QDac2": SourceBox(voltage=(2.0, 10.0), channels=24),
}
"""Sources by their drivers. A laboratory adds its own with `valvelab.box_drivers.register`."""
_TRUEVOLT = _decades(0.1, 5)
METERS: dict[str, MeterBox] = {
    "Keysight34461A": MeterBox((0.02, 0.2, 1, 10, 100), _TRUEVOLT),
    "Keysight34465A": MeterBox((0.02, 0.06, 0.2, 1, 10, 100), _TRUEVOLT),
    "Keysight34470A": MeterBox((0.02, 0.06, 0.2, 1, 10, 100), _TRUEVOLT),
    "Agilent34410A": MeterBox((0.006, 0.02, 0.06, 0.2, 1, 2, 10, 100), _TRUEVOLT),
    "Keithley2182A": MeterBox((0.01, 50), _decades(10e-3, 5), channels=2, any_between=True),
    "Agilent34420A": MeterBox((0.02, 0.2, 1, 2, 10, 20, 100, 200), _decades(1e-3, 6), channels=2),
}
"""Voltmeters by their drivers; those of Keysight without the digitizing option."""
_HEATER_RANGES = {
    "31.6 uA": "31.6μA",
    "100 uA": "100μA",
    "316 uA": "316μA",
    "1 mA": "1mA",
    "3.16 mA": "3.16mA",
    "10 mA": "10mA",
    "31.6 mA": "31.6mA",
    "100 mA": "100mA",
}
"""Ranges of the sample heater of a Lakeshore 372, and how the QCoDeS driver spells them."""


def heater_range(text: object) -> str:
    """Return the driver's name of a heater range that is written as a current.

    Raises
    ------
    ValueError
        If the Lakeshore 372 has no such range.

    Examples
    --------
    >>> heater_range("10 mA")
    '10mA'
    """
    try:
        current = parse_quantity(text, "current", "heater range")
    except QuantityError as error:
        if text in _HEATER_RANGES.values():  # the driver's spelling; its micro is the Greek letter
            return str(text)
        raise ValueError(str(error)) from None
    for written, named in _HEATER_RANGES.items():
        if math.isclose(current, parse_quantity(written, "current"), rel_tol=1e-9):
            return named
    raise ValueError(f"must be {one_of(_HEATER_RANGES)}, the ranges of a LakeshoreModel372, found {text}")


def demand_offered(value: float, offered: Sequence[float], driver: str, dimension: str = "") -> None:
    """Refuse a setting that a box does not offer.

    Raises
    ------
    ValueError
        With what it offers.
    """
    if any(math.isclose(value, one, rel_tol=1e-9) for one in offered):
        return
    *known, found = (_written(one, dimension) for one in (*offered, value))
    raise ValueError(f"must be {one_of(known)}, what a {driver} offers, found {found}")


def demand_between(value: float, span: Sequence[float], driver: str) -> None:
    """Refuse a setting outside what a box offers, from the first to the last of `span`.

    Raises
    ------
    ValueError
        With what it offers.
    """
    if not span[0] <= value <= span[-1]:
        raise ValueError(f"must be {span[0]:g} to {span[-1]:g}, what a {driver} offers, found {value:g}")


SHARES = {"resolution": 0.05, "maximum_step": 1.0, "ramp_rate": 10.0, "overshoot": 0.5}
"""Largest share of the span between the limits that is no mistake, of what moves a source; of a rate, in a second."""


def demand_limits(limits: tuple[float, float], full_scale: float, dimension: str) -> None:
    """Check the limits of a source against its range.

    Parameters
    ----------
    limits
        Lowest and highest level.
    full_scale
        The range; infinite where it is not known.
    dimension
        ``"current"`` or ``"voltage"``.

    Raises
    ------
    ValueError
        If they do not fit.
    """
    low, high = limits
    texts = [format_quantity(level, dimension, 6) for level in limits]
    if not low < high:
        raise ValueError(f"must be in rising order, found {texts[0]} before {texts[1]}; swap them")
    if not low <= 0 <= high:
        raise ValueError(
            f"must include zero, the level a source is brought to when in doubt, found {texts[0]} to {texts[1]}"
        )
    largest = max(abs(low), abs(high))
    if largest > full_scale * (1 + 1e-9):
        raise ValueError(
            f"must lie within the range, {format_quantity(full_scale, dimension, 6)}, found "
            f"{format_quantity(largest, dimension, 6)}"
        )


def demand_share(key: str, value: float, limits: tuple[float, float], dimension: str) -> None:
    """Check what moves a source against its limits.

    Parameters
    ----------
    key, value
        One of `SHARES`, and its value.
    limits, dimension
        As for `demand_limits`.

    Raises
    ------
    ValueError
        If it is not above zero, or too large a share of the span.
    """
    share, rate = SHARES[key], key == "ramp_rate"
    unit = f"{dimension} ramp rate" if rate else dimension
    most = share * (limits[1] - limits[0])
    if not 0 < value <= most * (1 + 1e-9):
        raise ValueError(
            f"must be above zero and at most {format_quantity(most, unit, 4)} ({share:.0%} of the span of the "
            f"limits{' in a second' if rate else ''}), found {format_quantity(value, unit, 6)}"
        )


def demand_channel(channel: int | None, channels: int, driver: str) -> None:
    """Refuse a channel that a box does not have, and ask for one where it has several.

    Raises
    ------
    ValueError
        If there is one too many, too few or none of the box.
    """
    if not channels and channel is not None:
        raise ValueError(f"must be left out: a {driver} has one terminal, found {channel}; remove it")
    if channels and (channel is None or not 1 <= channel <= channels):
        found = "none" if channel is None else channel
        raise ValueError(f"must be 1 to {channels}, a terminal of a {driver}, found {found}")


def _written(value: float, dimension: str) -> str:
    return format_quantity(value, dimension, 6) if dimension else f"{value:g}"
