"""The second process beside a real run: when the run is killed or hangs, it brings the sources to rest.

Started by `valvelab.watch` as ``python -m valvelab.supervisor FOLDER PROCESS SILENCE``. It reads signs of life from its
standard input. Their end without a ``done``, or silence, means that nobody else will make safe.
"""

import logging
import os
import queue
import signal
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from valvelab.box_connection import load
from valvelab.box_drivers import DRIVERS
from valvelab.configuration import load_configuration
from valvelab.station import HEATERS_FIRST
from valvelab.station_file import StationFile
from valvelab.station_safe import make_station_safe

SUPERVISOR_LOG = "supervisor.log"
_END = b""


def wait_for_trouble(signs: IO[bytes], silence: float) -> str:
    """Return why the sources have to be brought to rest; nothing if the run has done it.

    Parameters
    ----------
    signs
        What the run writes: lines, the last of which is ``done`` if all is well.
    silence
        Longest time without a line [s].
    """
    heard: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def listen() -> None:
        for line in signs:
            heard.put(line)
        heard.put(_END)

    threading.Thread(target=listen, daemon=True).start()
    while True:
        try:
            line = heard.get(timeout=silence)
        except queue.Empty:
            return f"hangs: no sign of life for {silence:g} s"
        if line == b"done\n":
            return ""
        if line == _END:
            return "has ended without bringing its sources to rest"


def supervise(folder: Path, process: int, silence: float, signs: IO[bytes]) -> bool:
    """Wait for the end of a run, and make safe if it has not.

    Returns
    -------
    Whether everything is known to be safe.
    """
    file = load_configuration(folder / "station.yaml", StationFile)
    _prepare(file)
    trouble = wait_for_trouble(signs, silence)
    if not trouble:
        return True
    _tell(folder, f"run process {process} {trouble}; making safe")
    # One that hangs may come back, and some boxes take one connection only.
    _end(process)
    safe = True
    for rest in make_station_safe(file, folder):
        safe = safe and rest.safe
        _tell(folder, rest.told)
    _tell(folder, "all sources are at rest" if safe else "NOT EVERYTHING IS SAFE: look at the boxes above")
    return safe


def _prepare(file: StationFile) -> None:
    """Import what it takes to make safe, so that no second is lost on it later."""
    for role in HEATERS_FIRST:
        if role in file.boxes:
            driver = DRIVERS[file.boxes[role].driver]
            for path in (driver.path, driver.prepare, "valvelab.drivers:GuardedSource"):
                load(path, role, driver.extra)


def _end(process: int) -> None:
    try:
        os.kill(process, getattr(signal, "SIGKILL", signal.SIGTERM))
    except OSError:
        logging.getLogger(__name__).debug("process %d has ended", process)


def _tell(folder: Path, text: str) -> None:
    line = f"{datetime.now(UTC).isoformat(timespec='milliseconds')} {text}"
    print(f"valvelab supervisor: {text}", file=sys.stderr, flush=True)  # noqa: T201
    try:
        with (folder / SUPERVISOR_LOG).open("a", encoding="utf-8") as file:
            file.write(line + "\n")
    except OSError:  # a full disk must not keep a heater warm
        logging.getLogger(__name__).exception("%s cannot be written", SUPERVISOR_LOG)


def main() -> None:
    """Supervise the run that the command line names; exit code 1 if something may not be safe."""
    folder, process, silence = sys.argv[1:]
    sys.exit(0 if supervise(Path(folder), int(process), float(silence), sys.stdin.buffer) else 1)


if __name__ == "__main__":
    main()
