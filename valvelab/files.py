"""Files of a run: written whole or not at all, read back with a plain answer where they are damaged."""

import errno
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from valvelab.errors import DataError

_TRAILER = b"\nvalvelab-sha256:%b\n"
_TRAILER_LENGTH = len(_TRAILER % (b"0" * 64))
_NAMED = {"list": "a list", "str": "text", "int": "a number", "float": "a number", "bool": "true or false"}


def write_whole(path: Path, text: str) -> Path:
    """Write a text file so that nobody ever sees half of it, and return its path."""
    temporary = path.with_name(f"{path.name}.part")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
    return path


def read_json(path: Path, missing: str, damaged: str) -> Mapping[str, Any]:
    """Read a JSON object.

    Parameters
    ----------
    path
        The file.
    missing, damaged
        What to do where the file is not there, or is no complete JSON object.

    Raises
    ------
    DataError
        If it cannot be read as such.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"{path}: must be there, found {plain_reason(error)}; {missing}") from None
    except (ValueError, RecursionError) as error:
        line = f" (it breaks off in line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise DataError(f"{path}: must be complete JSON, found something else{line}; {damaged}") from None
    if not isinstance(content, dict):
        found = _NAMED.get(type(content).__name__, "nothing")
        raise DataError(f"{path}: must be a JSON object, found {found}; {damaged}")
    return content


def plain_reason(error: OSError) -> str:
    """Return why the operating system refused, without what libraries say around it."""
    if error.errno == errno.ENOENT:
        return "nothing there"
    text = os.strerror(error.errno) if error.errno else "a fault of the disk"
    return text[0].lower() + text[1:]


def demand_new(folder: Path) -> None:
    """Refuse a folder to write into that exists.

    Raises
    ------
    DataError
        If it does, or if a file has its name.
    """
    if folder.exists():
        found = "one that is there" if folder.is_dir() else "a file of that name"
        raise DataError(
            f"{folder}: must be a new folder, found {found}; nothing was touched, choose another --out"
        )


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of a file's content."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def append_digest(path: Path) -> None:
    """Let a file end with a line that holds the SHA-256 of all before it; HDF5 does not look beyond its own end."""
    digest = fingerprint(path).encode()
    with path.open("ab") as file:
        file.write(_TRAILER % digest)


def is_damaged(path: Path) -> bool:
    """Tell whether a file differs from the digest at its end; one without a digest is taken as it is."""
    content = path.read_bytes()
    body, trailer = content[:-_TRAILER_LENGTH], content[-_TRAILER_LENGTH:]
    if not trailer.startswith(_TRAILER[:17]):
        return False
    return trailer != _TRAILER % hashlib.sha256(body).hexdigest().encode()
