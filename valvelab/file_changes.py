"""What has changed in a file that people wrote, line by line."""

import difflib
import io
from collections.abc import Iterator
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError


def file_changes(path: Path, before: str) -> Iterator[str]:
    """Yield each line of a YAML file that is not what it was, with its number.

    Nothing if only comments or layout differ.

    Parameters
    ----------
    path
        The file as it is.
    before
        Its text as it was.
    """
    now = path.read_text(encoding="utf-8")
    if _content(now) == _content(before):
        return
    matcher = difflib.SequenceMatcher(None, before.splitlines(), now.splitlines(), autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            continue
        was, found = before.splitlines()[a:b], now.splitlines()[c:d]
        for place in range(max(len(was), len(found))):
            old, new = (
                lines[place].strip() if place < len(lines) else "no such line" for lines in (was, found)
            )
            yield f"  {path}:{c + place + 1}: was '{old}', found '{new}'"


def _content(text: str) -> object:
    try:
        return YAML(typ="safe", pure=True).load(io.StringIO(text))
    except YAMLError:
        return text
