"""Where in a file something stands, so that a later step can still name its line."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap

Place = tuple[int | str, ...]
"""Keys, and positions in lists counted from 0, from the top of a file."""


def key_path(place: Iterable[int | str]) -> str:
    """Return a place as people write it; entries of lists are counted from 1, as in "qubit 1".

    Examples
    --------
    >>> key_path(("qubits", 0, "asymmetry"))
    'qubits.1.asymmetry'
    """
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in place)


@dataclass(frozen=True)
class Places:
    """The lines of a file by its keys; all are equal, because where a value stands does not change it."""

    path: Path | None = field(default=None, compare=False)
    tree: Any = field(default=None, compare=False, repr=False)

    def position(self, place: Place) -> tuple[int, int]:
        """Return line and column of a key, or of the innermost one above it that is there."""
        node, line, column = self.tree, 0, 0
        if place and isinstance(node, CommentedMap) and place[0] not in node and len(node):
            line, column = node.lc.key(next(iter(node)))  # below the comment that heads the file
        for part in place:
            try:
                line, column = node.lc.key(part) if isinstance(node, CommentedMap) else node.lc.item(part)
                node = node[part]
            except (AttributeError, KeyError, IndexError, TypeError):
                break
        return line + 1, column + 1

    def at(self, *place: int | str) -> str:
        """Return the start of a message, ``station.yaml:46:11: mixing_chamber.limits``."""
        if self.path is None:
            return key_path(place)
        line, column = self.position(place)
        return f"{self.path}:{line}:{column}: {key_path(place)}"

    def beside(self, *place: int | str) -> str:
        """Return a place to put in brackets beside a value, ``station.yaml:46: mixing_chamber.limits``."""
        line = f"{self.path.name}:{self.position(place)[0]}: " if self.path is not None else ""
        return line + key_path(place)
