"""Maps in text files."""

import numpy as np
import pytest

from valvelab.analysis import read_map
from valvelab.errors import DataError

HEAD = "coil_current_1 [mA],coil_current_2 [uA],heat_power [fW]"


def lines():
    return [f"{i / 10},{j * 10},{1 + i + j / 10:g}" for i in range(9) for j in range(5)]


def write(path, *rows):
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_points_in_any_order_become_a_grid_in_si_units(tmp_path):
    shuffled = np.random.default_rng(1).permutation(lines())
    found = read_map(write(tmp_path / "map.csv", "# a map", "", HEAD, *shuffled))
    np.testing.assert_allclose(found["coil_current_1"], np.arange(9) * 1e-4)
    np.testing.assert_allclose(found["coil_current_2"], np.arange(5) * 1e-5)
    np.testing.assert_allclose(found["heat_power"][2, 3], 3.3e-15)


def test_columns_may_come_in_any_order(tmp_path):
    rows = [",".join(reversed(line.split(","))) for line in lines()]
    found = read_map(write(tmp_path / "map.csv", ",".join(reversed(HEAD.split(","))), *rows))
    np.testing.assert_allclose(found["heat_power"][2, 3], 3.3e-15)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "found nothing"),
        (lines(), ":1: must name the columns"),
        ([HEAD.replace("[fW]", ""), *lines()], ":1: must name the columns"),
        ([HEAD.replace("fW", "fw"), *lines()], ":1: heat_power must be in one of W.*found 'fw'"),
        ([HEAD, *lines()[:7], "a,b,c", *lines()[8:]], ":9: must hold three numbers, found 'a,b,c'"),
        ([HEAD, "1,2", *lines()], ":2: must hold three numbers"),
        ([HEAD, *lines()[1:]], "must occur once, found 0 lines with coil_current_1 = 0 A"),
        ([HEAD, *lines(), lines()[0]], "must occur once, found 2 lines"),
        ([HEAD, *lines()[:-1], "0.8,4"], ":46: must hold three numbers, found '0.8,4'; the file ends early"),
        ([HEAD, *lines()[:-3]], "and 42 points in all; the file ends in line 43, perhaps early"),
        ([HEAD, *lines()[:-1], "0.8,40,nan"], "heat_power must be finite, found nan"),
        ([HEAD, *lines()[:10]], "at least 8 x 4 points"),
    ],
)
def test_a_broken_table_is_refused_with_line_and_reason(tmp_path, rows, words):
    with pytest.raises(DataError, match=words):
        read_map(write(tmp_path / "map.csv", *rows))
