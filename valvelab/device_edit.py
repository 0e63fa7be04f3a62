"""Write what a calibration found into a copy of a device file, with errors, and leave everything else as it stands."""

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedBase

from valvelab.configuration import load_configuration
from valvelab.device import Device
from valvelab.files import write_whole
from valvelab.places import Place, key_path


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
        Place, value with unit and error with unit of each number.
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
        _put(tree, place, value, f"+- {error}, {remark}")
    stream = io.StringIO()
    yaml.dump(tree, stream)
    write_whole(target, stream.getvalue())
    return load_configuration(target, Device)


def _put(tree: Any, place: Place, value: str, remark: str) -> None:
    node = tree
    for depth, part in enumerate(place[:-1]):
        if isinstance(node, dict) and part not in node:
            raise KeyError(f"{key_path(place[: depth + 1])}: must be in the device file to be calibrated")
        node = node[part]
        if isinstance(node, CommentedBase):
            node.fa.set_block_style()
    node[place[-1]] = value
    if isinstance(node, CommentedBase):
        node.yaml_add_eol_comment(remark, key=place[-1])
