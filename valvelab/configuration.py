"""Load files that people write: YAML, checked strictly, every mistake at once with its place."""

import io
import json
import re
import typing
from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, PrivateAttr, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedBase, CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from valvelab.errors import ConfigurationError, KindError
from valvelab.files import plain_reason
from valvelab.mistakes import mistakes
from valvelab.places import Places
from valvelab.wording import shown

MAXIMUM_SIZE = 256 * 1024
"""Largest configuration file that is read [bytes]; a real one has a few kilobytes."""
MAXIMUM_DEPTH = 20


class Section(BaseModel):
    """A part of a configuration file: no unknown keys, no silent conversions, no NaN, immutable."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)

    _places: Places = PrivateAttr(Places())

    @property
    def places(self) -> Places:
        """Where the values stand, if this is the whole of a file."""
        return self._places

    def placed(self, places: Places) -> Self:
        """Remember the file that this was read from."""
        self._places = places
        return self


Model = TypeVar("Model", bound=Section)


def load_configuration(path: Path | str, model: type[Model]) -> Model:
    """Read a YAML file into a model.

    Parameters
    ----------
    path
        The file.
    model
        The `Section` that describes the whole file.

    Raises
    ------
    ConfigurationError
        If the file cannot be read, is not plain YAML, is of another kind, or breaks the model; one line per mistake,
        with file, line, column and key, where entries of lists are counted from 1.
    """
    path = Path(path)
    tree = _parse(path, _read(path))
    if not isinstance(tree, CommentedMap):
        found = "an empty file" if tree is None else "a list" if isinstance(tree, list) else shown(tree)
        raise ConfigurationError(f"{path}:1:1: must hold 'key: value' lines, found {found}")
    _refuse_aliases(path, tree)
    places = Places(path, tree)
    _demand_kind(places, model)
    try:
        # Strict JSON mode: a YAML list may fill a tuple, and nothing else is converted.
        return model.model_validate_json(json.dumps(_plain(tree), default=str)).placed(places)
    except ValidationError as error:
        raise ConfigurationError("\n".join(mistakes(places, model, error))) from None


def schema_of(path: Path | str) -> str:
    """Return the schema that a YAML file names, empty where it names none."""
    path = Path(path)
    tree = _parse(path, _read(path))
    return str(tree.get("schema", "")) if isinstance(tree, CommentedMap) else ""


def dump_configuration(section: Section) -> str:
    """Return the YAML text of a section, quantities written with their units."""
    stream = io.StringIO()
    yaml = YAML()
    yaml.width = 110
    yaml.dump(section.model_dump(mode="json", by_alias=True, exclude_none=True), stream)
    return stream.getvalue()


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > MAXIMUM_SIZE:
            raise ConfigurationError(
                f"{path}: must be smaller than {MAXIMUM_SIZE // 1024} kB; is it a data file?"
            )
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({plain_reason(error)}); check the name") from None
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"{path}: must be UTF-8 text, found byte {error.start} that is not"
        ) from None


def _parse(path: Path, text: str) -> Any:
    try:
        _refuse_depth(path, text)
        return YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        problem = " ".join(str(error.problem).split()).partition(" with value")[0]
        raise ConfigurationError(f"{path}{place}: is not valid YAML: {problem}") from None
    except (YAMLError, ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else " ".join(str(error).split())
        raise ConfigurationError(f"{path}: is not valid YAML: {reason}") from None


def _refuse_depth(path: Path, text: str) -> None:
    """Refuse nested brackets before they are parsed, which takes a time that goes with the square of their depth."""
    depth = 0
    for number, line in enumerate(text.splitlines(), start=1):
        for mark in re.findall(r"[][{}]", re.sub(r"\"[^\"]*\"|'[^']*'|(?:^|\s)#.*", "", line)):
            depth = depth + 1 if mark in "[{" else max(depth - 1, 0)
            if depth > MAXIMUM_DEPTH:
                raise ConfigurationError(f"{path}:{number}:1: is nested deeper than {MAXIMUM_DEPTH} levels")


def _demand_kind(places: Places, model: type[Section]) -> None:
    """Stop at the schema: a file of another kind would break every other rule as well."""
    field = model.model_fields.get("schema_")
    if field is None:
        return
    (wanted,), found = typing.get_args(field.annotation), places.tree.get("schema")
    if found == wanted:
        return
    kinds = [re.fullmatch(r"valvelab-(\w+)/\d+", str(schema)) for schema in (found, wanted)]
    if all(kinds) and kinds[0][1] != kinds[1][1]:  # type: ignore[index]
        raise KindError(
            f"{places.at('schema')}: must be that of a {kinds[1][1]} file, found that of a "  # type: ignore[index]
            f"{kinds[0][1]} file"  # type: ignore[index]
        )
    cure = f"write 'schema: {wanted}' there if it is a file of this kind"
    told = "is missing" if found is None else f"must be '{wanted}', found {shown(found)}"
    raise ConfigurationError(f"{places.at('schema')}: {told}; {cure}")


def _refuse_aliases(path: Path, tree: Any) -> None:
    """Refuse anchors and depth: a few hundred bytes of aliases can stand for gigabytes."""
    seen: set[int] = set()

    def walk(node: Any, depth: int) -> None:
        if not isinstance(node, CommentedBase):
            return
        if id(node) in seen or node.anchor.value is not None:
            raise ConfigurationError(
                f"{path}:{node.lc.line + 1}: must not use YAML anchors and aliases; write it out"
            )
        if depth > MAXIMUM_DEPTH:
            raise ConfigurationError(
                f"{path}:{node.lc.line + 1}:1: is nested deeper than {MAXIMUM_DEPTH} levels"
            )
        seen.add(id(node))
        for child in node.values() if isinstance(node, CommentedMap) else typing.cast(list[Any], node):
            walk(child, depth + 1)

    walk(tree, 0)


def _plain(node: Any) -> Any:
    if isinstance(node, CommentedMap):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        return [_plain(value) for value in node]
    for kind in (bool, int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return node
