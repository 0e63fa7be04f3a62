"""A run folder: the files a run was begun with, what it wrote, and how it ended."""

import hashlib
import json
import platform
import shutil
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from valvelab.configuration import load_configuration
from valvelab.dataset import RAW, make_dataset, write_dataset
from valvelab.device import Device
from valvelab.errors import DataError, RunError
from valvelab.protocol import Plan, Protocol, make_plan
from valvelab.records import read_journal
from valvelab.station_file import StationFile, check_limits

if TYPE_CHECKING:
    import xarray as xr

DEVICE, STATION, PROTOCOL = "device.yaml", "station.yaml", "protocol.yaml"
JOURNAL, STATUS, RAW_FILE = "records.jsonl", "run.json", "raw.nc"
DATABASE, LOG = "qcodes.db", "run.log"


@dataclass(frozen=True)
class Run:
    """A run folder, read and checked."""

    folder: Path
    device: Device
    station: StationFile
    protocol: Protocol
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
    RunError
        If the folder is already there.
    """
    if folder.exists():
        raise RunError(
            f"{folder}: must be a new folder, found one that is there; nothing in it was touched, "
            "choose another --out"
        )
    run = _load(folder, files)
    folder.mkdir(parents=True)
    for name, source in files.items():
        shutil.copyfile(source, folder / name)
    return run


def load_run(folder: Path) -> Run:
    """Read a run folder.

    Raises
    ------
    RunError
        If the folder is no run folder.
    """
    if not (folder / PROTOCOL).is_file():
        raise RunError(f"{folder}: must be a run folder with {PROTOCOL} in it, found none; check the path")
    return _load(folder, {name: folder / name for name in (DEVICE, STATION, PROTOCOL)})


def export_raw(run: Run) -> Path:
    """Write what the journal holds as ``raw.nc`` and return its path."""
    return write_dataset(raw_dataset(run), run.folder / RAW_FILE)


def raw_dataset(run: Run) -> "xr.Dataset":
    """Return the readings of a run in long form, one row per reading."""
    records = list(read_journal(run.folder / JOURNAL))
    if not records:
        raise DataError(f"{run.folder / JOURNAL}: must hold at least one reading, found none; run it first")
    columns = {name: [record[name] for record in records] for name in RAW}
    return make_dataset(columns, RAW, {"device": run.device.name, "protocol": run.protocol.name})


def _load(folder: Path, files: dict[str, Path]) -> Run:
    device = load_configuration(files[DEVICE], Device)
    station = load_configuration(files[STATION], StationFile)
    protocol = load_configuration(files[PROTOCOL], Protocol)
    plan = make_plan(protocol, device)
    check_limits(station, plan)
    return Run(folder, device, station, protocol, plan)


def check_continuation(run: Run) -> None:
    """Refuse to continue a run whose plan is not the one it was begun with."""
    status = run.folder / STATUS
    if not status.exists():
        return
    before = json.loads(status.read_text(encoding="utf-8"))["plan"]
    if before != run.digest:
        raise RunError(
            f"{run.folder}: must be continued with the plan it was begun with, found a changed {DEVICE} or "
            f"{PROTOCOL}; restore them, or start a new run"
        )


def write_status(run: Run, outcome: str, reason: str, readings: int) -> None:
    """Write how a run stands, and with what it was made, to ``run.json``."""
    packages = ("valvelab", "qcodes", "numpy", "scipy", "xarray", "pyvisa", "pyvisa-py")
    status = {
        "outcome": outcome,
        "reason": reason,
        "readings": readings,
        "planned": len(run.plan.readings),
        "plan": run.digest,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {name: _version(name) for name in packages},
    }
    temporary = run.folder / f"{STATUS}.part"
    temporary.write_text(json.dumps(status, indent=2) + "\n", encoding="utf-8")
    temporary.replace(run.folder / STATUS)


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"
