"""What a file was made from."""

import json
import shutil

import pytest

from valvelab.dataset import Variable, make_dataset, write_dataset
from valvelab.errors import DataError
from valvelab.provenance import MADE_FROM, made_from, refuse_stale


def _write(path, value, *sources):
    attributes = {MADE_FROM: json.dumps(made_from(*sources))} if sources else {}
    return write_dataset(make_dataset({"x": [value]}, {"x": Variable("K", "a number")}, attributes), path)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "run").mkdir()
    folder = tmp_path / "run"
    (folder / "records.jsonl").write_text("one\n")
    (folder / "device.yaml").write_text("gap: 205 ueV\n")
    raw = _write(folder / "raw.nc", 1.0, folder / "records.jsonl")
    reduced = _write(folder / "reduced.nc", 2.0, raw, folder / "device.yaml")
    (folder / "fit.json").write_text(json.dumps({MADE_FROM: made_from(reduced)}))
    return folder


def test_what_was_made_from_what_is_there_is_accepted_wherever_it_was_copied(folder, tmp_path):
    refuse_stale(folder / "fit.json")
    shutil.copytree(folder, tmp_path / "copy", copy_function=shutil.copyfile)
    refuse_stale(tmp_path / "copy/fit.json")


@pytest.mark.parametrize(
    ("source", "product", "verb"),
    [
        ("records.jsonl", "raw.nc", "resume"),
        ("device.yaml", "reduced.nc", "reduce"),
        ("reduced.nc", "fit.json", "fit"),
    ],
)
def test_whatever_has_changed_along_the_chain_is_named_with_the_verb_to_repeat(folder, source, product, verb):
    if source.endswith(".nc"):
        _write(folder / source, 3.0, folder / "raw.nc", folder / "device.yaml")
    else:
        (folder / source).write_text("another\n")
    with pytest.raises(
        DataError, match=rf"{product}: must be made from {source} as it is now.*{verb}' again"
    ):
        refuse_stale(folder / "fit.json")


def test_a_newer_run_beside_an_older_reduction_is_noticed_in_the_fit(folder):
    (folder / "records.jsonl").write_text("one\ntwo\n")
    _write(folder / "raw.nc", 9.0, folder / "records.jsonl")
    with pytest.raises(DataError, match=r"reduced\.nc: must be made from raw\.nc.*'valvelab reduce' again"):
        refuse_stale(folder / "fit.json")


def test_what_came_without_its_sources_is_taken_as_it_is(folder):
    for name in ("records.jsonl", "raw.nc", "device.yaml"):
        (folder / name).unlink()
    refuse_stale(folder / "fit.json")
    refuse_stale(_write(folder / "reduced.nc", 5.0))


@pytest.mark.parametrize("stated", ["no JSON", "[]", json.dumps({"../../etc/hosts": "0"})])
def test_what_states_something_else_is_taken_as_it_is(folder, stated):
    dataset = make_dataset({"x": [1.0]}, {"x": Variable("K", "a number")}, {MADE_FROM: stated})
    refuse_stale(write_dataset(dataset, folder / "reduced.nc"))
