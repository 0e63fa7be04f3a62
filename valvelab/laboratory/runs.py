"""Stations that are left at rest, and runs from files or from a protocol made in Python."""

import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from valvelab.configuration import dump_configuration, load_configuration
from valvelab.device import Device
from valvelab.engine import Progress
from valvelab.errors import ConfigurationError, StationError
from valvelab.files import demand_new
from valvelab.protocol import Protocol
from valvelab.protocol_file import load_protocol as _load_protocol
from valvelab.run import execute
from valvelab.run_folder import DEVICE, PROTOCOL, STATION, Run, create_run, discard_run, load_begun_run
from valvelab.station import OpenStation
from valvelab.station import open_station as _open_station
from valvelab.walk import Walk

from .stations import load_station


def load_protocol(path: Path | str) -> Walk:
    """Read a protocol or a calibration.

    Raises
    ------
    ConfigurationError
        If the file is neither, or wrong.

    Examples
    --------
    >>> protocol = laboratory.load_protocol("protocol.yaml")  # doctest: +SKIP
    >>> shorter = protocol.model_copy(update={"blocks_per_cell": 2})  # doctest: +SKIP
    """
    return _load_protocol(Path(path))


@contextmanager
def open_station(path: Path | str) -> Iterator[OpenStation]:
    """Open the station of a file; whatever ends the ``with`` block, the sources are brought to rest.

    Parameters
    ----------
    path
        The station file.

    Yields
    ------
    OpenStation
        Its `parts` are QCoDeS instruments by their roles, its `clock` is what one waits with, and `qcodes_station` goes
        into a `qcodes.dataset.Measurement`.

    Raises
    ------
    ConfigurationError
        If the file is wrong.
    StationError
        If a box does not answer, or is not what the file promises.

    Examples
    --------
    >>> with laboratory.open_station("station.yaml") as station:  # doctest: +SKIP
    ...     station.parts["coil_1"].level(50e-6)
    ...     print(station.parts["drain_thermometer"].voltage())
    """
    path = Path(path)
    file, _ = load_station(path)
    with _open_station(file, path.parent) as station:
        try:
            yield station
        finally:
            for failure in station.make_safe():
                print(f"NOT SAFE: {failure}; check this source by hand", file=sys.stderr)  # noqa: T201


class ForeseenStop(UserWarning):
    """A run will come to where a thermometer tells no temperature, if the chip is what most are."""


def foresee(device: Device, walk: Walk) -> None:
    """Warn of a drain that will probably leave the calibration of its thermometer: the run would stop there.

    Nothing is computed, and no physics loaded, where the drain has no calibration to leave.

    Parameters
    ----------
    device
        The chip; where the drain settles is computed with the rates of the paper's Table I.
    walk
        What will be measured.

    Warns
    -----
    ForeseenStop
        With the first such cell.
    """
    is_told = device.drain is not None and device.drain.trusted_range is not None
    if not is_told or not isinstance(walk, Protocol) or walk.heated != "source":
        return
    from valvelab.analysis import TYPICAL, cells_of, expected_data

    cells = cells_of(walk.plan(device))
    try:
        expected_data(cells, device, TYPICAL, "pair")
    except ConfigurationError as error:
        told = f"{error} (foreseen for a chip with the rates of the paper's Table I; the run stops where it is so)"
        warnings.warn(told, ForeseenStop, stacklevel=3)


def begin(station: Path | str, device: Path | str, protocol: Path | str | Walk, folder: Path | str) -> Run:
    """Make a run folder from three files, after checking them and every set point; nothing is switched on.

    Parameters
    ----------
    station, device
        The files.
    protocol
        The file of a protocol or a calibration, or one made in Python.
    folder
        The run folder to make.

    Raises
    ------
    ConfigurationError, LimitError
        If a file or a set point is wrong; nothing is made then.
    DataError
        If the folder is already there.

    Warns
    -----
    ForeseenStop
        If the drain will probably leave the calibration of its thermometer.
    """
    files = {STATION: Path(station), DEVICE: Path(device), **load_station(Path(station))[1]}
    demand_new(Path(folder))
    known = load_configuration(Path(device), Device)
    foresee(known, protocol if isinstance(protocol, Walk) else load_protocol(protocol))
    if not isinstance(protocol, Walk):
        return create_run(Path(folder), files | {PROTOCOL: Path(protocol)})
    with tempfile.TemporaryDirectory() as temporary:
        written = Path(temporary) / PROTOCOL
        written.write_text(dump_configuration(protocol), encoding="utf-8")
        return create_run(Path(folder), files | {PROTOCOL: written})


def run(
    station: Path | str,
    device: Path | str,
    protocol: Path | str | Walk,
    folder: Path | str,
    progress: Progress | None = None,
) -> Path:
    """Measure: take all readings of a protocol, each on disk before the next begins.

    Parameters
    ----------
    station, device, protocol, folder
        As for `begin`.
    progress
        Called after each reading with its number, the number of all, and the reading.

    Returns
    -------
    The path of ``raw.nc`` in the run folder.

    Raises
    ------
    ValvelabError
        If the run cannot begin, or not go on; what was read is in the folder, and `resume` goes on.

    Examples
    --------
    >>> laboratory.run("station.yaml", "device.yaml", "protocol.yaml", "cooldown-12")  # doctest: +SKIP
    """
    begun = begin(station, device, protocol, folder)
    try:
        return execute(begun, progress)
    except StationError:
        discard_run(begun)
        raise


def resume(folder: Path | str, progress: Progress | None = None) -> Path:
    """Continue a run from the beginning of the block in which it was interrupted.

    Parameters
    ----------
    folder
        The run folder.
    progress
        As for `run`.

    Returns
    -------
    The path of ``raw.nc`` in the run folder.

    Raises
    ------
    RunError
        If no run was begun there, its files have changed since, or it cannot go on.

    Examples
    --------
    >>> laboratory.resume("cooldown-12")  # doctest: +SKIP
    """
    return execute(load_begun_run(Path(folder)), progress)
