"""What a stretch of measuring was done with: process, computer, version, and a clock that is watched."""

import os
import platform
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from valvelab import __version__
from valvelab.clock import Clock

_JUMP = 2.0
"""Change of the calendar against the monotonic clock from one reading to the next [s] that no clock makes by itself."""


def session_fields(records: Iterable[Mapping[str, Any]], folder: Path) -> dict[str, Any]:
    """Return what the event that begins a session says: its number, and what it is done with."""
    number = 1 + max((record.get("session", 0) for record in records if "index" in record), default=-1)
    return {
        "session": number,
        "process": os.getpid(),
        "machine": platform.node(),
        "valvelab": __version__,
        "commit": commit(Path(__file__)),
        "folder_commit": commit(folder),
    }


def commit(path: Path) -> str:
    """Return the git commit of the repository around a folder, with ``+`` where something differs from it.

    For a file it must be one that git knows: what is installed inside somebody's repository is not part of it.
    Nothing where there is no commit.
    """
    folder = path if path.is_dir() else path.parent
    try:
        if path != folder:
            _git(folder, "ls-files", "--error-unmatch", path.name)
        changed = _git(folder, "status", "--porcelain", "--untracked-files=no")
        return _git(folder, "rev-parse", "HEAD") + ("+" if changed else "")
    except (OSError, subprocess.SubprocessError):
        return ""


def _git(folder: Path, *words: str) -> str:
    command = ["git", "-C", str(folder), *words]
    return subprocess.run(  # noqa: S603 # no word of it comes from a file
        command, capture_output=True, text=True, timeout=10, check=True
    ).stdout.strip()


class ClockWatch:
    """Notice that the computer slept, or that somebody set its clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._offset = self._difference()

    def jump(self) -> str:
        """Return by how much the calendar has jumped since the last call, in words; nothing if it has not."""
        before, self._offset = self._offset, self._difference()
        moved = self._offset - before
        if abs(moved) < _JUMP:
            return ""
        return (
            f"clock: calendar and monotonic clock must go together, found a jump of {moved:+.1f} s; the computer "
            "slept, or somebody set its clock"
        )

    def _difference(self) -> float:
        return self._clock.utc().timestamp() - self._clock.now()
