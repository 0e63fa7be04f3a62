"""The journal of a run: one line per reading, on disk before the reading counts.

Each line is a JSON object with a sequence number and ends with the checksum of what stands before it. A crash
can tear only the last line; that line was never acknowledged, and it is set aside when the journal is opened. What the
records say is in `valvelab.history`.
"""

import errno
import json
import logging
import os
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from valvelab.clock import Clock
from valvelab.errors import DataError, RunError
from valvelab.files import plain_reason

Record = Mapping[str, Any]
logger = logging.getLogger(__name__)


class Journal:
    """Append records to a file; each is written and synchronised before `append` returns.

    Parameters
    ----------
    path
        The file. Where it exists the journal goes on after its last good line.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.records = list(read_journal(path)) if path.exists() else []
        if path.exists():
            _set_aside_torn_line(path)
        self._file = path.open("ab", buffering=0)
        _synchronise_folder(path.parent)

    def append(self, record: Record) -> dict[str, Any]:
        """Write a record durably and return it with its sequence number.

        Raises
        ------
        RunError
            If it cannot be written, or the file is no longer where it was; what was acknowledged before is written
            anew there, or where the message says.
        """
        numbered = {"sequence": len(self.records), **record}
        line = _line(numbered)
        self._demand_place()
        size = os.fstat(self._file.fileno()).st_size
        try:
            if self._file.write(line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(self._file.fileno())
            self.records.append(numbered)
        except OSError as error:
            os.truncate(self._file.fileno(), size)  # half a line would spoil the next one
            raise RunError(
                f"{self.path}: must take each reading, found {plain_reason(error)}; what was acknowledged is there, "
                "make room and run 'valvelab resume'"
            ) from error
        except BaseException:  # a signal: what was not acknowledged must not keep its number
            if len(self.records) == numbered["sequence"]:
                os.truncate(self._file.fileno(), size)
            raise
        return numbered

    def note(self, clock: Clock, event: str, **fields: Any) -> dict[str, Any]:
        """Write an event with the times of the station's clock, as `append` does, and return it."""
        times = {"time": clock.now(), "utc": clock.utc().isoformat()}
        return self.append({"event": event, **fields, **times})

    def _demand_place(self) -> None:
        """Notice a file that was deleted or moved, whose descriptor would take readings for ever."""
        try:
            if os.path.samestat(self.path.stat(), os.fstat(self._file.fileno())):
                return
            found = "another file in its place"
        except OSError as error:
            found = plain_reason(error)
        rescued = self._rescue()
        raise RunError(
            f"{self.path}: must stay where it is while it is written, found {found}; all {len(self.records)} records "
            f"were written to {rescued}"
            + ("" if rescued == self.path else ", copy it back")
            + "; then run 'valvelab resume'"
        )

    def _rescue(self) -> Path:
        """Write every acknowledged record again, in its place if that is free, and return where."""
        content = b"".join(map(_line, self.records))
        if self.path.parent.is_dir() and not self.path.exists():
            descriptor, name = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), str(self.path)
        else:
            descriptor, name = tempfile.mkstemp(prefix="valvelab-", suffix=self.path.suffix)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        logger.error("the journal was lost and is written again to %s", name)
        return Path(name)

    def close(self) -> None:
        """Close the file; everything in it is already on disk."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def read_journal(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a journal; a torn last line is left out.

    Raises
    ------
    DataError
        If the file cannot be read, or any line but the last is damaged or out of sequence.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); is this a run folder?") from None
    # A complete journal ends with a line feed, so what follows the last one is the torn line, if any.
    for number, line in enumerate(lines[:-1]):
        record = _checked(line)
        if record is None or record.get("sequence") != number:
            # Two records in one line were whole once: that is damage, not a line that was never finished.
            if number == len(lines) - 2 and line.count(b'{"sequence":') <= 1:
                return
            raise DataError(
                f"{path}:{number + 1}: must be record {number} with its checksum, found {_shown(line)}; "
                "the journal was edited or damaged, restore it from a copy"
            )
        yield record


def _line(record: Record) -> bytes:
    body = json.dumps(record, allow_nan=False, ensure_ascii=True, separators=(",", ":")).encode()
    return body[:-1] + b',"crc":"%08x"}\n' % zlib.crc32(body)


def _checked(line: bytes) -> dict[str, Any] | None:
    body, separator, tail = line.rpartition(b',"crc":"')
    body += b"}"
    if not separator or tail != b'%08x"}' % zlib.crc32(body):
        return None
    record = json.loads(body)
    return record if isinstance(record, dict) else None


def _set_aside_torn_line(path: Path) -> None:
    content = path.read_bytes()
    good = 0
    for line in content.split(b"\n")[:-1]:
        if _checked(line) is None:
            break
        good += len(line) + 1
    if good < len(content):
        with path.with_suffix(".torn").open("ab") as aside:
            aside.write(content[good:] + b"\n")
        os.truncate(path, good)


def _synchronise_folder(folder: Path) -> None:
    """Make the file's name durable; Windows has no such call and needs none."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _shown(line: bytes) -> str:
    text = line.decode("ascii", "backslashreplace")
    return repr(text if len(text) <= 50 else text[:47] + "...")
