"""Look at a station without touching it: who answers, and what each box says of itself."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from valvelab.box_drivers import DRIVERS
from valvelab.errors import StationError
from valvelab.station import connection
from valvelab.station_boxes import CurrentSource, VoltageSource
from valvelab.station_file import StationFile
from valvelab.units import format_quantity
from valvelab.wording import first_line

logger = logging.getLogger(__name__)
_UNITS = {"current": "A", "voltage": "V", "temperature": "K"}


@dataclass(frozen=True)
class Finding:
    """What was found where a role of the station should be."""

    role: str
    driver: str
    identity: str
    """Maker, model and serial number, or nothing."""
    readings: dict[str, str]
    """What its parameters say, with units."""
    mistakes: tuple[str, ...]


def check_station(file: StationFile, folder: Path) -> Iterator[Finding]:
    """Connect the boxes of a station one after the other, identify them and read each once.

    Nothing is set. A box that is not there does not keep the next from being looked at.

    Parameters
    ----------
    file, folder
        As for `valvelab.station.open_station`.

    Yields
    ------
    Finding
        One for each role.
    """
    with connection(file, folder) as connected:
        for role, box in file.boxes.items():
            try:
                instrument = connected(role)
            except StationError as error:
                yield Finding(role, box.driver, "", {}, (str(error),))
                continue
            found = instrument.IDN()
            identity = " ".join(str(found[key]) for key in ("vendor", "model", "serial") if found.get(key))
            readings, mistakes = _read(file, role, box, instrument)
            yield Finding(role, box.driver, identity, readings, tuple(mistakes))


def _read(file: StationFile, role: str, box: Any, instrument: Any) -> tuple[dict[str, str], list[str]]:
    driver = DRIVERS[box.driver]
    quantity = box.sourced if isinstance(box, CurrentSource | VoltageSource) else ""
    words = {
        "quantity": quantity,
        "mode": quantity[:4].upper(),
        "channel": getattr(box, "channel", None) or 1,
    }
    shown = {**driver.shows, **({driver.level: "{unit}"} if quantity and driver.level else {})}
    answers: dict[str, Any] = {}
    readings, mistakes = {}, []
    for asked, unit in shown.items():
        name = asked.format(**words)
        try:
            value = _answer(instrument, name)
            answers[asked] = float(value) if quantity and asked == driver.level else value
        except Exception as error:  # a driver raises whatever it likes, and the next box wants to be read
            logger.exception("%s: %s cannot be read", role, name)
            mistakes.append(
                f"{file.places.at(role)}: {name} must be readable, but is not ({first_line(error)}); check the box"
            )
            continue
        readings[name] = _told(value, unit.format(unit=quantity and _UNITS[quantity]))
    if quantity:
        why_not, found = _compared(file, role, box, answers)
        mistakes += found
        if why_not:
            readings["level"] = f"not compared with its limits: {why_not}"
    return readings, mistakes


def _compared(
    file: StationFile, role: str, box: CurrentSource | VoltageSource, answers: Mapping[str, Any]
) -> tuple[str, list[str]]:
    """Return why a level cannot be compared with its limits, or nothing, and the mistakes."""
    driver = DRIVERS[box.driver]
    if not driver.level:
        return "the driver would have to measure it", []
    sourced = str(answers.get(driver.mode, box.sourced)).lower()
    if not box.sourced.startswith(sourced[:4]):
        if answers.get(driver.output) in ("off", False):
            return f"the output is off, and not set to source a {box.sourced}", []
        other = "voltage" if box.sourced == "current" else "current"
        return f"the box sources a {other}", [
            f"{file.places.at(role)}: must source a {box.sourced} while its output is on, found a {other}; ramp it to "
            "zero and switch it off by hand"
        ]
    return "", _outside(file, role, box, answers[driver.level]) if driver.level in answers else []


def _outside(file: StationFile, role: str, box: CurrentSource | VoltageSource, level: float) -> list[str]:
    resistance = (box.series_resistance or 1.0) if isinstance(box, CurrentSource) else 1.0
    low, high = (limit * resistance for limit in box.limits)
    if low - box.resolution * resistance <= level <= high + box.resolution * resistance:
        return []
    lowest, highest, found = (format_quantity(value, box.sourced, 6) for value in (low, high, level))
    return [
        f"{file.places.at(role, 'limits')}: must hold the level at which the box stands, found {found} outside "
        f"{lowest} to {highest}; bring it back by hand, or correct the limits"
    ]


def _answer(instrument: Any, name: str) -> Any:
    """Return what a parameter reads, or the number that a query is answered with."""
    if name.endswith("?"):
        return float(instrument.ask(name))
    *modules, last = name.split(".")
    for module in modules:
        instrument = instrument.submodules[module]
    return instrument.parameters[last].get()


def _told(value: object, unit: str) -> str:
    dimension = next((dimension for dimension, known in _UNITS.items() if known == unit), None)
    if dimension is not None and isinstance(value, int | float):
        return format_quantity(float(value), dimension, 6)
    return f"{value:g}" if isinstance(value, float) else str(value)
