"""A run's side of its supervisor: a pipe that says every now and then that the run is alive."""

import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from valvelab.clock import WallClock
from valvelab.files import write_whole

logger = logging.getLogger(__name__)

HEARTBEAT = "heartbeat.json"
SILENCE = 90.0
"""After so many seconds without a sign of life a run is taken to hang: longer than any box takes to answer."""
_SLICE = 0.5
_FILE_EVERY = 1.0
_LONGEST_RESCUE = 600.0
_NEW_GROUP = 0x200
"""CREATE_NEW_PROCESS_GROUP of Windows, which `subprocess` knows there alone."""


class Watch(WallClock):
    """The clock of a real run, which tells the supervisor that time passes as it should.

    Parameters
    ----------
    pipe
        The supervisor's end.
    folder
        The run folder; ``heartbeat.json`` in it is for other programs.
    """

    def __init__(self, pipe: IO[bytes], folder: Path) -> None:
        self._pipe = pipe
        self._folder = folder
        self._written = -_FILE_EVERY
        self._alone = False
        self.reading = -1
        """Index of the latest reading."""
        self.is_at_rest = True
        """Whether the run has brought its sources to rest itself."""

    def beat(self) -> None:
        """Give a sign of life."""
        self._tell(b".\n")
        now = time.monotonic()
        if now - self._written >= _FILE_EVERY:
            self._written = now
            state = {"process": os.getpid(), "utc": self.utc().isoformat(), "reading": self.reading}
            write_whole(self._folder / HEARTBEAT, json.dumps(state) + "\n")

    def sleep(self, seconds: float) -> None:
        """Wait, with signs of life."""
        end = time.monotonic() + seconds
        self.beat()
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, _SLICE))
            self.beat()

    def release(self) -> None:
        """Tell the supervisor that nothing is left to do."""
        self._tell(b"done\n")

    def _tell(self, message: bytes) -> None:
        try:
            self._pipe.write(message)
            self._pipe.flush()
        except OSError:
            if not self._alone:
                logger.error("the supervisor is gone: nobody makes safe if this process is killed")
            self._alone = True


@contextmanager
def supervised(folder: Path) -> Iterator[Watch]:
    """Start a supervisor for a run, and let it go at the end if the sources are at rest.

    After `SILENCE` without a sign of life it ends this process and makes safe.

    Parameters
    ----------
    folder
        The run folder, with its station file.

    Yields
    ------
    Watch
        The clock that the run has to use. Its `is_at_rest` tells at the end whether the supervisor has anything to do;
        it is True as long as nothing was moved.
    """
    command = [sys.executable, "-m", "valvelab.supervisor", str(folder), str(os.getpid()), str(SILENCE)]
    # Ctrl-C and a closed terminal are meant for the run, not for who cleans up after it.
    flags = 0 if os.name == "posix" else _NEW_GROUP
    with subprocess.Popen(  # noqa: S603 # our own module
        command, stdin=subprocess.PIPE, start_new_session=os.name == "posix", creationflags=flags
    ) as process:
        assert process.stdin is not None  # noqa: S101 # by PIPE
        watch = Watch(process.stdin, folder)
        try:
            yield watch
        finally:
            if watch.is_at_rest:
                watch.release()
            try:
                process.stdin.close()
            except OSError:
                logger.debug("the supervisor was gone already")
            process.wait(_LONGEST_RESCUE)
