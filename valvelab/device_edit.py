"""Write what a calibration found into a copy of a device file, with errors, and leave everything else as it stands."""

import io
import itertools
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from valvelab.configuration import load_configuration
from valvelab.device import Device
from valvelab.files import write_whole
from valvelab.places import Place


def write_calibrated(
    source: Path, target: Path, found: Iterable[tuple[Place, str, str]], remark: str
) -> Device:
    """Copy a device file with new values, the error of each in a comment beside it.

    Comments and order of the file stay. A part that is written on one line is written on several, so that each value
    has room for its comment.

    Parameters
    ----------
    source, target
        The file, and the copy to write.
    found
        Place, value with unit and error with unit of each number; an empty error leaves the comment out.
    remark
        What is said after each error, such as the calibration's name.

    Returns
    -------
    What the copy says.

    Raises
    ------
    ConfigurationError
        If a value is none that the file may hold.
    """
    yaml = YAML(typ="rt")
    yaml.width = 110
    tree = yaml.load(source.read_text(encoding="utf-8"))
    for place, value, error in found:
        _put(tree, place, value, f"+- {error}, {remark}" if error else "")
    stream = io.StringIO()
    yaml.dump(tree, stream)
    write_whole(target, stream.getvalue())
    return load_configuration(target, Device)


def _put(tree: Any, place: Place, value: str, remark: str) -> None:
    node = tree
    for part, following in itertools.pairwise(place):
        _make_room(node, part)
        if node[part] is None:
            node[part] = CommentedSeq() if isinstance(following, int) else CommentedMap()
        node = node[part]
        node.fa.set_block_style()
    _make_room(node, place[-1])
    node[place[-1]] = float(value) if re.fullmatch(r"[\d.e+-]+", value) else value
    if remark:
        node.yaml_add_eol_comment(remark, key=place[-1])


def _make_room(node: Any, part: int | str) -> None:
    """Let a map have a key, and a list so many entries."""
    if isinstance(node, CommentedMap):
        node.setdefault(part, None)
    while isinstance(node, CommentedSeq) and isinstance(part, int) and len(node) <= part:
        node.append(None)
