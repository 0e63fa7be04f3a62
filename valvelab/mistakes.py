"""What is wrong with a file that people wrote, mistake by mistake, in one grammar.

pydantic finds the mistakes; its wording speaks of types and validation, which is not what the reader of a YAML file
thinks in. What is left of it here is the kind of mistake and its place.
"""

import re
import typing
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel, BeforeValidator, ValidationError

from valvelab.places import Place, Places
from valvelab.wording import counted, nearest, shown

_MUST = {
    "int": "must be a whole number",
    "float": "must be a number",
    "string_type": "must be text",
    "bool": "must be true or false",
    "model": "must hold 'key: value' lines",
    "dict": "must hold 'key: value' lines",
    "greater_than_equal": "must be at least {ge:g}",
    "greater_than": "must be above {gt:g}",
    "less_than_equal": "must be at most {le:g}",
    "less_than": "must be below {lt:g}",
    "finite_number": "must be finite",
}
"""What must hold, by pydantic's kind of error or by how it begins."""


class PlacedError(ValueError):
    """A mistake that the validator of a section found in one of its keys."""

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(message)
        self.place = place


def listed(what: str, example: str, count: int | None = None, *, repeats: bool = True) -> BeforeValidator:
    """Return the check of a list that comes before that of its entries.

    Parameters
    ----------
    what
        What the entries are, after their number where that is fixed: ``"currents, the lowest and the highest"``.
    example
        Such a list.
    count
        Number of entries; any but none where it is not given.
    repeats
        Whether the same entry may occur twice.
    """
    wanted = f"{counted(count)} {what}" if count is not None else what

    def check(value: object) -> object:
        if isinstance(value, tuple):
            return value
        if not isinstance(value, list):
            raise ValueError(f"must be a list of {wanted}, e.g. {example}, found {_told(value)}")
        comma = any(re.fullmatch(r"\d+\s+\S.*", str(entry)) for entry in value[1:]) and any(
            isinstance(entry, int) for entry in value
        )
        cure = "; write decimals with a point, not with a comma" if comma else ""
        if count is not None and len(value) != count:
            raise ValueError(f"must be {wanted}, found {counted(len(value))}{cure}")
        if not value:
            raise ValueError(f"must list at least one entry ({wanted}, e.g. {example}), found none")
        twice = [entry for place, entry in enumerate(value) if entry in value[:place]]
        if twice and not repeats:
            raise ValueError(f"must list each entry once, found {_told(twice[0])} twice")
        return tuple(value)

    return BeforeValidator(check)


def mistakes(places: Places, model: type[BaseModel], error: ValidationError) -> list[str]:
    """Return one line for each mistake in a file, in the order of the file."""
    items = [_Mistake(model, dict(item), places) for item in error.errors(include_url=False)]
    meant = {(*item.place[:-1], item.meant) for item in items if item.meant}
    lines = []
    for item in items:
        if item.kind == "missing" and item.place in meant:
            continue  # the misspelt key says it
        if _is_after_comma(item, items):
            continue  # what stands before the comma says it
        lines.append((places.position(item.place), f"{places.at(*item.place)}: {item.message(places)}"))
    return [line for _, line in sorted(lines)]


class _Mistake:
    """One of pydantic's errors."""

    def __init__(self, model: type[BaseModel], item: dict[str, Any], places: Places) -> None:
        self.kind: str = item["type"]
        self.item = item
        found = item.get("ctx", {}).get("error")
        inner = found.place if isinstance(found, PlacedError) else ()
        # pydantic ends the place of a mistake in a key itself with "[key]".
        parts = item["loc"][:-1] if item["loc"][1:] and item["loc"][-1] == "[key]" else item["loc"]
        self.place: Place = (*parts, *inner)
        self.known = _keys(model, self.place[:-1])
        self.meant: str | None = None
        if self.kind == "extra_forbidden":
            there = _section(places.tree, self.place[:-1])
            self.meant = nearest(self.place[-1], [key for key in self.known if key not in there])

    def message(self, places: Places) -> str:
        """Return what must hold, what was found and what to do."""
        if self.kind == "extra_forbidden":
            cure = f"did you mean '{self.meant}'?" if self.meant else f"known here: {', '.join(self.known)}"
            return f"is an unknown key; {cure}"
        if self.kind == "missing":
            return "is missing; add it"
        if self.kind == "value_error":
            return str(self.item["ctx"]["error"]) + self._comma_cure(places)
        must = next((text for kind, text in _MUST.items() if self.kind.startswith(kind)), None)
        if must is None:
            must = re.sub(r"^\w+ should ", "must ", self.item["msg"])
        must = must.format(**self.item.get("ctx", {})) if "{" in must else must
        return f"{must}, found {_told(self.item['input'])}"

    def _comma_cure(self, places: Places) -> str:
        """Say what to do where a flow map such as ``{frequency: 4,0 GHz}`` was cut at its comma."""
        number, rest = self.item["input"], _after_comma(places.tree, self.place)
        if rest is None or not isinstance(number, int):
            return ""
        return f"; if '{number},{rest}' was meant, write the decimal point: '{number}.{rest}'"


def _is_after_comma(item: _Mistake, items: Sequence[_Mistake]) -> bool:
    return (
        item.kind == "extra_forbidden"
        and item.item["input"] is None
        and re.fullmatch(r"\d+\s*\S+", str(item.place[-1])) is not None
        and any(
            isinstance(other.item["input"], int) and other.place[:-1] == item.place[:-1] for other in items
        )
    )


def _after_comma(tree: Any, place: Place) -> str | None:
    """Return the key without a value that follows a key in its map, if it looks like the end of a number."""
    for part in place[:-1]:
        tree = tree[part]
    keys = list(tree) if isinstance(tree, dict) else []
    follows = keys[keys.index(place[-1]) + 1 :][:1] if place and place[-1] in keys else []
    return str(follows[0]) if follows and re.fullmatch(r"\d+\s*\S+", str(follows[0])) else None


def _section(tree: Any, place: Place) -> Any:
    """Return what stands at a place of a file, or nothing."""
    for part in place:
        try:
            tree = tree[part]
        except (KeyError, IndexError, TypeError):
            return ()
    return () if tree is None else tree


def _keys(model: Any, place: Place) -> list[str]:
    """Return the keys known at a place of the model."""
    for part in place:
        annotations = [field.annotation for name, field in model.model_fields.items() if name == part]
        options = list(_models(annotations[0] if annotations else model))
        if not options:
            return []
        model = options[0]
    return [field.alias or name for name, field in model.model_fields.items()]


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in typing.get_args(annotation):
        yield from _models(argument)


def _told(value: object) -> str:
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    return "'key: value' lines" if isinstance(value, dict) else shown(value)
