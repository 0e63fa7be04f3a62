"""One writer on a run, one run on a box: locks that the operating system lets go of when their holder dies."""

import hashlib
import json
import os
import platform
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from valvelab.errors import RunError
from valvelab.files import write_whole

LOCK = "run.lock"


@contextmanager
def lock(path: Path, what: str) -> Iterator[None]:
    """Hold a lock file, with a note beside it that says who holds it.

    A lock whose holder was killed is free: the operating system lets go of it, and the note that is left counts for
    nothing.

    Parameters
    ----------
    path
        The lock file; the note has ``.json`` appended.
    what
        What is locked, for the message.

    Raises
    ------
    RunError
        If somebody else holds it, with process, computer and time.
    """
    from filelock import FileLock, Timeout

    holder = FileLock(path, timeout=0)
    try:
        holder.acquire()
    except (Timeout, PermissionError):
        raise RunError(
            f"{what}: must be free, but {_holder(path)} holds it; wait, or end that first"
        ) from None
    note = {
        "process": os.getpid(),
        "computer": platform.node(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    try:
        write_whole(_note(path), json.dumps(note) + "\n")
        yield
    finally:
        _note(path).unlink(missing_ok=True)
        holder.release()


@contextmanager
def lock_boxes(addresses: Iterable[str], folder: Path | None = None) -> Iterator[None]:
    """Hold every box of a station against other runs on this computer.

    Parameters
    ----------
    addresses
        VISA addresses or URLs.
    folder
        Where the locks are; a folder for temporary files that all processes share.

    Raises
    ------
    RunError
        If another run holds one of them.
    """
    place = folder or Path(tempfile.gettempdir()) / "valvelab-locks"
    place.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        # Always in the same order, so that two runs cannot take half of each other's boxes.
        for address in sorted({address.upper() for address in addresses}):
            name = hashlib.sha256(address.encode()).hexdigest()[:16]
            stack.enter_context(lock(place / f"{name}.lock", f"the box at {address}"))
        yield


def _note(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


def _holder(path: Path) -> str:
    try:
        note = json.loads(_note(path).read_text(encoding="utf-8"))
        return f"process {note['process']} on {note['computer']} (since {note['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
