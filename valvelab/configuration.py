"""Load files that people write: YAML, checked strictly, every mistake at once with its place."""

import difflib
import io
import json
import re
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedBase, CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from valvelab.errors import ConfigurationError

MAXIMUM_SIZE = 256 * 1024
"""Largest configuration file that is read [bytes]; a real one has a few kilobytes."""
MAXIMUM_DEPTH = 20


class Section(BaseModel):
    """A part of a configuration file: no unknown keys, no silent conversions, no NaN, immutable."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


Model = TypeVar("Model", bound=Section)
Place = tuple[int | str, ...]


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
        If the file cannot be read, is not plain YAML, or breaks the model; one line per mistake.
    """
    path = Path(path)
    tree = _parse(path, _read(path))
    if not isinstance(tree, CommentedMap):
        raise ConfigurationError(f"{path}:1:1: must hold 'key: value' lines, found {_shown(tree)}")
    _refuse_aliases(path, tree)
    try:
        # Strict JSON mode: a YAML list may fill a tuple, and nothing else is converted.
        return model.model_validate_json(json.dumps(_plain(tree), default=str))
    except ValidationError as error:
        mistakes = sorted(_mistakes(path, tree, model, error))
        raise ConfigurationError("\n".join(message for _, message in mistakes)) from None


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
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror}); check the name") from None
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"{path}: must be UTF-8 text, found byte {error.start} that is not"
        ) from None


def _parse(path: Path, text: str) -> Any:
    try:
        return YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        problem = " ".join(str(error.problem).split())
        raise ConfigurationError(f"{path}{place}: is not valid YAML: {problem}") from None
    except (YAMLError, ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else " ".join(str(error).split())
        raise ConfigurationError(f"{path}: is not valid YAML: {reason}") from None


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
                f"{path}:{node.lc.line + 1}: is nested deeper than {MAXIMUM_DEPTH} levels"
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


def _mistakes(
    path: Path, tree: CommentedMap, model: type[Section], error: ValidationError
) -> Iterator[tuple[tuple[int, int], str]]:
    for item in error.errors(include_url=False):
        place = tuple(part for part in item["loc"] if not (isinstance(part, str) and "[" in part))
        line, column = _position(tree, place)
        key = ".".join(map(str, place))
        yield (line, column), f"{path}:{line}:{column}: {key}: {_explain(model, place, dict(item))}"


def _explain(model: type[Section], place: Place, item: dict[str, Any]) -> str:
    if item["type"] == "extra_forbidden":
        keys = sorted(_fields(model, place[:-1]))
        close = difflib.get_close_matches(str(place[-1]), keys, n=1)
        cure = f"did you mean '{close[0]}'?" if close else f"known here: {', '.join(keys)}"
        return f"is an unknown key; {cure}"
    if item["type"] == "missing":
        return "is missing; add it here"
    if item["type"] == "value_error":
        return str(item["ctx"]["error"])
    message = re.sub(r"^\w+ should ", "", item["msg"])
    return f"must {message}, found {_shown(item['input'])}"


def _fields(model: Any, place: Place) -> set[str]:
    """Return the keys known at a place of the model, for suggestions."""
    for part in place:
        annotations = [field.annotation for name, field in model.model_fields.items() if name == part]
        options = list(_models(annotations[0])) if annotations else list(_models(model))
        if not options:
            return set()
        model = options[0]
    return {field.alias or name for name, field in model.model_fields.items()}


def _models(annotation: Any) -> Iterator[type[Section]]:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield annotation
    for argument in typing.get_args(annotation):
        yield from _models(argument)


def _position(tree: CommentedMap, place: Place) -> tuple[int, int]:
    node: Any = tree
    line, column = 0, 0
    for part in place:
        try:
            line, column = node.lc.key(part) if isinstance(node, CommentedMap) else node.lc.item(part)
            node = node[part]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    return line + 1, column + 1


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
