"""A run folder: the files a run was begun with, what it wrote, and how it ended."""

import hashlib
import json
import platform
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from valvelab.configuration import load_configuration
from valvelab.dataset import RAW, make_dataset, write_dataset
from valvelab.device import Device
from valvelab.errors import DataError, RunError
from valvelab.file_changes import file_changes
from valvelab.files import demand_new, read_json, write_whole
from valvelab.history import SESSION, SUSPENDED, accepted, events, position, times
from valvelab.limits import check_calibrated, check_limits
from valvelab.protocol_file import load_protocol
from valvelab.provenance import MADE_FROM, made_from
from valvelab.records import read_journal
from valvelab.station_file import StationFile
from valvelab.walk import Plan, Walk
from valvelab.wording import one_of

if TYPE_CHECKING:
    import xarray as xr

DEVICE, STATION, PROTOCOL = "device.yaml", "station.yaml", "protocol.yaml"
FILES = (DEVICE, STATION, PROTOCOL)
JOURNAL, STATUS, RAW_FILE = "records.jsonl", "run.json", "raw.nc"
DATABASE, LOG = "qcodes.db", "run.log"


@dataclass(frozen=True)
class Run:
    """A run folder, read and checked."""

    folder: Path
    device: Device
    station: StationFile
    protocol: Walk
    plan: Plan

    @property
    def digest(self) -> str:
        """Fingerprint of the plan, so that a run is only continued with the plan it was begun with."""
        text = json.dumps([reading.as_record() for reading in self.plan.readings])
        return hashlib.sha256(text.encode()).hexdigest()


def create_run(folder: Path, files: dict[str, Path]) -> Run:
    """Make a run folder with copies of its files, after checking them and every set point.

    Parameters
    ----------
    folder
        The folder to make.
    files
        ``device.yaml``, ``station.yaml``, ``protocol.yaml`` and, by the name that the station file gives it,
        the file of the simulated cryostat: where each is copied from.

    Raises
    ------
    ConfigurationError, LimitError
        If a file or a set point is wrong; nothing is made then.
    DataError
        If the folder is already there.
    """
    demand_new(folder)
    run = _load(folder, files)
    check_calibrated(run.device, run.protocol)
    folder.mkdir(parents=True)
    for name, source in files.items():
        shutil.copyfile(source, folder / name)
    return run


def load_run(folder: Path) -> Run:
    """Read a run folder.

    Raises
    ------
    RunError
        If the folder is no run folder, or one of its files is missing.
    """
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise RunError(
            f"{folder}: must be a run folder with {', '.join(FILES)}, found no {one_of(missing)}; "
            + ("check the path" if len(missing) == len(FILES) else "copy back what the run was begun with")
        )
    return _load(folder, {name: folder / name for name in FILES})


def discard_run(run: Run) -> None:
    """Remove the folder of a run whose station could not be opened, so that the same command can be given again.

    Nothing is removed once a reading was taken.
    """
    journal = run.folder / JOURNAL
    if not journal.exists() or not journal.read_bytes():
        shutil.rmtree(run.folder)


def load_begun_run(folder: Path) -> Run:
    """Read a run folder to continue its measurement.

    Raises
    ------
    RunError
        If no run was begun in the folder, or another one than its files now describe.
    """
    run = load_run(folder)
    missing = [name for name in (STATUS, JOURNAL) if not (folder / name).is_file()]
    if missing:
        found = "none" if len(missing) == 2 else f"no {missing[0]}"
        cure = "begin one with 'valvelab run'" if len(missing) == 2 else "restore it from a copy"
        raise RunError(
            f"{folder}: must hold a run that was begun ({STATUS}, {JOURNAL}), found {found}; {cure}"
        )
    check_continuation(run)
    return run


def read_status(folder: Path) -> Mapping[str, Any]:
    """Return what ``run.json`` says of a run: how it ended, and with what it was made.

    Raises
    ------
    DataError
        If it is not there, or damaged.
    """
    path, cure = folder / STATUS, "restore it from a copy"
    status = read_json(path, cure, cure)
    missing = [key for key in ("outcome", "reason", "readings", "planned", "plan") if key not in status]
    if missing:
        raise DataError(f"{path}: must be the status of a run, found no {one_of(missing)}; {cure}")
    return status


def export_raw(run: Run) -> Path:
    """Write what the journal holds as ``raw.nc`` and return its path."""
    return write_dataset(raw_dataset(run), run.folder / RAW_FILE)


def raw_dataset(run: Run) -> "xr.Dataset":
    """Return the readings of a run in long form, one row per reading."""
    journal = list(read_journal(run.folder / JOURNAL))
    records = accepted(journal)
    if not records:
        raise DataError(f"{run.folder / JOURNAL}: must hold at least one reading, found none; run it first")
    columns = {name: [record.get(name, 0) for record in records] for name in RAW} | {"time": times(journal)}
    attributes = {
        "device": run.device.name,
        "protocol": run.protocol.name,
        "readings": len(records),
        "planned": len(records) + len(run.plan.readings) - position(journal),
        "heated": run.plan.readings[0].heated,
        MADE_FROM: json.dumps(made_from(run.folder / JOURNAL)),
    }
    return make_dataset(columns, RAW, attributes)


def _load(folder: Path, files: dict[str, Path]) -> Run:
    device = load_configuration(files[DEVICE], Device)
    station = load_configuration(files[STATION], StationFile)
    protocol = load_protocol(files[PROTOCOL])
    plan = protocol.plan(device)
    check_limits(station, plan)
    return Run(folder, device, station, protocol, plan)


def check_continuation(run: Run) -> None:
    """Refuse to continue a run whose device, station or protocol file is not the one it was begun with.

    Raises
    ------
    RunError
        With each line that differs; comments and layout may.
    """
    if not (run.folder / STATUS).exists():
        return
    changes = [
        change
        for name, before in _begun_with(run.folder).items()
        for change in file_changes(run.folder / name, before)
    ]
    if changes or read_status(run.folder)["plan"] != run.digest:
        found = "\n".join(changes) or "another plan of the same files; was it begun with another version?"
        raise RunError(
            f"{run.folder}: must be continued with the files it was begun with, found\n{found}\n"
            "Restore them, or start a new run."
        )


def _begun_with(folder: Path) -> Mapping[str, str]:
    """Return the texts of the files that a run was begun with, as far as it says."""
    known: object = read_status(folder).get("begun_with") if (folder / STATUS).exists() else None
    return (
        {name: str(text) for name, text in known.items() if name in FILES} if isinstance(known, dict) else {}
    )


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def write_status(run: Run, outcome: str, reason: str, records: Sequence[dict[str, Any]]) -> None:
    """Write how a run stands, and with what it was made, to ``run.json``.

    Parameters
    ----------
    run
        The run.
    outcome
        running, complete, interrupted, aborted, or tainted: all readings are there, and whoever uses them must know
        the reason.
    reason
        Why.
    records
        What its journal holds.
    """
    packages = ("valvelab", "qcodes", "numpy", "scipy", "xarray", "pyvisa", "pyvisa-py")
    readings = accepted(records)
    status = {
        "outcome": outcome,
        "reason": reason,
        "readings": len(readings),
        "rejected": sum("rejected" in record for record in records),
        "planned": len(readings) + len(run.plan.readings) - position(records),
        "sessions": len(events(records, SESSION)),
        "suspended": len(events(records, SUSPENDED)),
        "plan": run.digest,
        "machine": platform.node(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {name: _version(name) for name in packages},
        "begun_with": _begun_with(run.folder) or {name: _text(run.folder / name) for name in FILES},
    }
    write_whole(run.folder / STATUS, json.dumps(status, indent=2) + "\n")


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"
