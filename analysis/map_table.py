"""Heat maps in text files: three columns, one line per point of the map."""

import csv
import re
from pathlib import Path

import numpy as np

from valvelab.errors import DataError

from .map_data import COILS, POWER, Array, unit_scale

_HEADING = re.compile(r"\s*(\w+)\s*\[([^\]]*)\]\s*")


def read_table(path: Path) -> tuple[Array, Array, Array]:
    """Read a map from a text file and return its two axes [A] and its powers [W].

    The first line names the columns and their units, ``coil_current_1 [mA],coil_current_2 [mA],heat_power [fW]``,
    in any order; empty lines and lines that begin with ``#`` are skipped. Points may come in any order, but every
    combination of the two currents must occur exactly once.

    Raises
    ------
    DataError
        If the file is not such a table; the message names the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path}: must be UTF-8 text, found byte {error.start} that is not; export it again"
        ) from None
    lines = [
        (number, line)
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and line.strip()[0] != "#"
    ]
    if not lines:
        raise DataError(f"{path}: must hold a line of column names and one line per point, found nothing")
    order, scales = _columns(path, *lines[0])
    rows = [_row(path, number, line, last=number == lines[-1][0]) for number, line in lines[1:]]
    return _grid(path, np.array(rows, float).reshape(-1, 3)[:, order] * scales, lines[-1][0])


def _columns(path: Path, number: int, line: str) -> tuple[list[int], Array]:
    headings = [_HEADING.fullmatch(cell) for cell in next(csv.reader([line]))]
    names = [match.group(1) if match else None for match in headings]
    wanted = (*COILS, POWER)
    if sorted(map(str, names)) != sorted(wanted):
        raise DataError(
            f"{path}:{number}: must name the columns '{COILS[0]} [mA],{COILS[1]} [mA],{POWER} [fW]' with their units, "
            f"found '{line.strip()[:80]}'; write that line first"
        )
    units = {match.group(1): match.group(2).strip() for match in headings if match}
    scales = np.array([unit_scale(units[name], name, f"{path}:{number}") for name in wanted])
    return [names.index(name) for name in wanted], scales


def _row(path: Path, number: int, line: str, *, last: bool) -> list[float]:
    cells = next(csv.reader([line]))
    try:
        values = [float(cell) for cell in cells]
    except ValueError:
        values = []
    if len(values) != 3:
        cut = last and len(cells) < 3
        cure = "the file ends early, export it again" if cut else "mend or remove the line"
        raise DataError(f"{path}:{number}: must hold three numbers, found '{line.strip()[:80]}'; {cure}")
    return values


def _grid(path: Path, table: Array, last: int) -> tuple[Array, Array, Array]:
    first, row = np.unique(table[:, 0], return_inverse=True)
    second, column = np.unique(table[:, 1], return_inverse=True)
    count = np.zeros((first.size, second.size), int)
    np.add.at(count, (row, column), 1)
    wrong = np.argwhere(count != 1)
    if wrong.size:
        i, j = wrong[0]
        short = len(table) < count.size
        cure = (
            f"the file ends in line {last}, perhaps early: export it again"
            if short
            else "write each current with the same digits on every line"
        )
        raise DataError(
            f"{path}: every combination of the {first.size} x {second.size} currents must occur once, found "
            f"{count[i, j]} lines with {COILS[0]} = {first[i]:.9g} A and {COILS[1]} = {second[j]:.9g} A, and "
            f"{len(table)} points in all; {cure}"
        )
    power = np.empty(count.shape)
    power[row, column] = table[:, 2]
    return first, second, power
