"""The folder that the paper's numbers are written into."""

import csv
import json

import numpy as np
import pytest

from valvelab.analysis import paper
from valvelab.dataset import read_dataset
from valvelab.sim import table_1

FIGURES = {f"figure-{number}.{end}" for number in (3, 4, 5, 6) for end in ("png", "svg")}


@pytest.fixture(scope="module")
def claims():
    return paper.paper_claims(table_1())


@pytest.fixture(scope="module")
def folder(claims, tmp_path_factory):
    folder = tmp_path_factory.mktemp("paper") / "deep" / "new"
    paper.write_paper(table_1(), claims, folder)
    return folder


def test_everything_is_written_and_nothing_else(folder):
    assert {path.name for path in folder.iterdir()} == FIGURES | {"curves.nc", "table-1.csv", "claims.json"}
    for path in folder.glob("*.png"):
        assert path.read_bytes().startswith(b"\x89PNG")
    for path in folder.glob("*.svg"):
        assert path.read_text(encoding="utf-8").startswith("<svg")


def test_the_curves_come_back_as_they_were_computed(folder):
    curves = paper.paper_curves(table_1())
    assert read_dataset(folder / "curves.nc").identical(curves)


def test_the_claims_come_back_as_they_were_computed(folder, claims):
    written = json.loads((folder / "claims.json").read_text(encoding="utf-8"))
    assert written == paper.claims_as_json(claims)


def test_table_1_gives_every_parameter_in_si_units(folder):
    with (folder / "table-1.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["quantity"]: row for row in csv.DictReader(file)}
    assert len(rows) == 8
    assert {row["unit"] for row in rows.values()} == {"Hz", "K", "1/s"}
    assert float(rows["T_c"]["value"]) == 0.096
    printed = {"T_c": 2.0, "T_h": 8.0, "T_p, lowest": 1.04, "T_p, highest": 10.4}
    found = [float(rows[name]["k_B T / h (Hz)"]) / 1e9 for name in printed]
    np.testing.assert_allclose(found, list(printed.values()), rtol=2e-3)


def test_a_folder_that_exists_is_left_alone(folder, claims):
    (folder / "claims.json").touch()
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    with pytest.raises(FileExistsError):
        paper.write_paper(table_1(), claims, folder)
    assert before == {path: path.stat().st_mtime_ns for path in folder.iterdir()}
