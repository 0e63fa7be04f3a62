"""Bring the sources of a station to rest from outside: what a second process, or a person, does when a run cannot."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from valvelab.clock import WallClock
from valvelab.station import HEATERS, HEATERS_FIRST, connection, dress
from valvelab.station_boxes import CurrentSource
from valvelab.station_file import StationFile
from valvelab.units import format_quantity
from valvelab.wording import first_line

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rest:
    """How a source was left."""

    role: str
    safe: bool
    """Whether it was read back where it should be."""
    told: str


def make_station_safe(file: StationFile, folder: Path) -> Iterator[Rest]:
    """Bring every source to rest, heaters first, each with a connection and a guard of its own.

    Coils take their time, so boxes of a laboratory ramp them side by side; what stands in one box goes one after the
    other, and so does everything in a simulated cryostat, which is one world with one clock.

    A source that the station file wants held at the end stays; all others go to zero within their rate. Only what the
    box answers afterwards counts: whatever cannot be read back is unknown, never safe.

    Parameters
    ----------
    file, folder
        As for `valvelab.station.open_station`.

    Yields
    ------
    Rest
        One for each source, as soon as it is known.
    """
    roles = [role for role in HEATERS_FIRST if role in file.boxes]
    for role in roles:
        if role in HEATERS:
            yield _left(file, folder, role)
    boxes: dict[str, list[str]] = {}
    for role in roles:
        if role not in HEATERS:
            boxes.setdefault("" if file.cryostat else file.boxes[role].address.upper(), []).append(role)
    with ThreadPoolExecutor(max(1, len(boxes))) as pool:
        # Nothing is told before all have ended: while a driver greets, what others print would be lost.
        left = list(pool.map(lambda inside: [_left(file, folder, role) for role in inside], boxes.values()))
    for rests in left:
        yield from rests


def _left(file: StationFile, folder: Path, role: str) -> Rest:
    """Bring a source to rest, or say that nobody knows where it is."""
    try:
        return _bring_to_rest(file, folder, role)
    except Exception as error:  # no failure may keep the next source from being brought to rest
        logger.exception("%s", role)
        return Rest(role, False, f"{role}: UNKNOWN ({first_line(error)}); look at the box")


def _bring_to_rest(file: StationFile, folder: Path, role: str) -> Rest:
    box = file.boxes[role]
    with connection(file, folder) as connected:
        source = dress(file, role, box, connected(role), WallClock())
        try:
            held = box.at_end == "hold"
            if not held:
                source.ramp_home()
            level = source.level()
        finally:
            source.close()
    unit = "current" if isinstance(box, CurrentSource) else "voltage"
    safe = held or abs(level) <= box.resolution * (1 + 1e-6)
    state = "held" if held else "at rest" if safe else "NOT SAFE"
    return Rest(role, safe, f"{role}: {state}, reads {format_quantity(level, unit, 6)}")
