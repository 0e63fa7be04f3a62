"""Powers in a text file: lines of what holds for all of them, a line of names with units, and a line for each."""

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from valvelab.errors import DataError

from .power_columns import dataset_of, scale_of
from .power_names import demand_known, unused_settings
from .power_settings import SETTINGS, demand_source_the_warmer, setting
from .reduced_columns import COLUMNS

if TYPE_CHECKING:
    import xarray as xr

EXAMPLE = (
    "configuration,frequency_1 [GHz],frequency_2 [GHz],temperature_source [mK],temperature_drain [mK],"
    "heat_power_drain [aW],heat_power_drain_std [aW]"
)
_SETTING = re.compile(r"#\s*(\w[\w ]*?)\s*[:=]\s*(.+?)\s*")
_HEADING = re.compile(r"\s*(\w+)\s*(?:[\[(]([^\])]*)[\])])?\s*")
Lines = list[tuple[int, str]]


def read_power_table(path: Path) -> "tuple[xr.Dataset, list[str]]":
    """Return the powers of a text file, and remarks on what a fit does not take of it.

    Raises
    ------
    DataError
        If the file is not such a table; the message names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path}: must be UTF-8 text, found byte {error.start} that is not; export it again"
        ) from None
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    settings, remarks = _settings(path, numbered)
    rows = [(number, line) for number, line in numbered if not line.startswith("#")]
    if len(rows) < 2:
        raise DataError(
            f"{path}: must hold a line of column names and one line per power, found {len(rows)} lines; begin it with "
            f"'{EXAMPLE}'"
        )
    names, units = _headings(path, *rows[0])
    remarks = demand_known(names, f"{path}:{rows[0][0]}", matrices=False) + remarks
    _demand_units(names, units, f"{path}:{rows[0][0]}")
    cells = [_cells(path, number, line, len(names)) for number, line in rows[1:]]
    columns: dict[str, Any] = {}
    for place, name in enumerate(names):
        if name in COLUMNS:  # the cells of others need not be numbers
            texts = [row[place].strip() for row in cells]
            columns[name] = texts if COLUMNS[name].kind == "U" else _numbers(path, rows, place, texts)
    return dataset_of(columns, units, settings, str(path), f"begin it with '{EXAMPLE}'"), remarks


def _settings(path: Path, numbered: Lines) -> tuple[dict[str, float], list[str]]:
    found: dict[str, float] = {}
    others = []
    for number, line in numbered:
        match = _SETTING.fullmatch(line)
        if match is None:
            continue
        name, where = match[1], f"{path}:{number}"
        if name in found:
            raise DataError(f"{where}: {name}: must be said once, found it again; keep the line that holds")
        if name in SETTINGS:
            found[name] = setting(name, match[2], where)
        else:
            others.append(name)
    demand_source_the_warmer(found, str(path))
    return found, unused_settings([*others, *found], str(path))


def _headings(path: Path, number: int, line: str) -> tuple[list[str], dict[str, str]]:
    names, units, where = [], {}, f"{path}:{number}"
    for cell in next(csv.reader([line])):
        found = _HEADING.fullmatch(cell)
        if found is None:
            other = next((f"'{one}'" for one in ";\t" if one in line), None)
            cure = (
                "name it"
                if other is None
                else f"part columns by commas, not by {other}, and write decimal points"
            )
            raise DataError(
                f"{where}: must name columns such as '{EXAMPLE}', found '{cell.strip()[:40]}'; {cure}"
            )
        names.append(found[1])
        units[found[1]] = (found[2] or "").strip()
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise DataError(
            f"{where}: must name each column once, found {min(twice)} twice; leave one of them out"
        )
    return names, units


def _demand_units(names: list[str], units: dict[str, str], where: str) -> None:
    """Stop at a unit that is missing or of another kind, where the line is known."""
    for name in (name for name in names if name in COLUMNS):
        if COLUMNS[name].units not in ("", "1") and not units[name]:
            raise DataError(
                f"{where}: {name} must have a unit in brackets, as in '{EXAMPLE}', found none; say it"
            )
        scale_of(units[name], COLUMNS[name], f"{where}: {name}")


def _cells(path: Path, number: int, line: str, count: int) -> list[str]:
    row = next(csv.reader([line]))
    if len(row) != count:
        cure = (
            "mend the line"
            if len(row) < count
            else "mend the line: a comma parts cells, decimals have a point"
        )
        raise DataError(f"{path}:{number}: must hold {count} cells, found {len(row)}; {cure}")
    return row


def _numbers(path: Path, rows: Lines, place: int, texts: list[str]) -> list[float]:
    values = []
    for (number, _), text in zip(rows[1:], texts, strict=True):
        try:
            values.append(float(text))
        except ValueError:
            raise DataError(
                f"{path}:{number}: must hold a number in column {place + 1}, found '{text[:40]}'; mend the line"
            ) from None
    return values
