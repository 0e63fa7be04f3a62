"""A station and, where it is a simulated one, the cryostat behind it: checked against each other."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from valvelab.station_file import StationFile


def load_station(path: Path) -> "tuple[StationFile, dict[str, Path]]":
    """Read a station file, and the file of its cryostat by the name that a run folder gives it.

    Raises
    ------
    ConfigurationError
        If a file is wrong, or a box of the station is not in the rack of the cryostat.
    """
    from valvelab.configuration import load_configuration
    from valvelab.errors import ConfigurationError
    from valvelab.station_file import StationFile

    station = load_configuration(path, StationFile)
    if station.cryostat is None:
        return station, {}
    from pyvisa.rname import InvalidResourceName, to_canonical_name

    from valvelab.sim.cryostat import Cryostat

    file = path.parent / station.cryostat
    boxes = load_configuration(file, Cryostat).boxes
    rack = {address if address.startswith("http") else to_canonical_name(address) for address in boxes}
    mistakes = []
    for role, box in station.boxes.items():
        try:
            found = box.address in rack or to_canonical_name(box.address) in rack
        except InvalidResourceName:
            found = False
        if not found:
            mistakes.append(
                f"{station.places.at(role, 'address')}: must be that of a box in {file.name}, found {box.address}; "
                "correct one of them"
            )
    if mistakes:
        raise ConfigurationError("\n".join(mistakes))
    return station, {station.cryostat: file}
