"""Datasets on disk."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from valvelab.dataset import Variable, check_dataset, make_dataset, read_dataset, write_dataset
from valvelab.errors import DataError

SCHEMA = {
    "configuration": Variable("", "configuration", "U"),
    "power": Variable("W", "heat power"),
    "power_std": Variable("W", "its error"),
    "cell": Variable("1", "cell", "i"),
    "extra": Variable("K", "may be missing", optional=True),
}


@pytest.fixture
def dataset():
    columns = {
        "configuration": ["off", "both", "only_1"],
        "power": [1e-16, 2.5e-16, 1 / 3],
        "power_std": [1e-18] * 3,
        "cell": [0, 0, 1],
    }
    return make_dataset(columns, SCHEMA, {"device": "paper"})


@pytest.fixture
def file(dataset, tmp_path):
    return write_dataset(dataset, tmp_path / "data.nc")


def test_what_is_written_is_read_back_bit_for_bit(dataset, file):
    xr.testing.assert_identical(read_dataset(file, SCHEMA), dataset)


def test_values_carry_units_names_and_a_link_to_their_errors(dataset):
    assert dataset["power"].attrs == {
        "units": "W",
        "long_name": "heat power",
        "ancillary_variables": "power_std",
    }


def test_nothing_but_the_finished_file_is_left(file):
    assert [path.name for path in file.parent.iterdir()] == ["data.nc"]


def test_a_file_that_fails_to_be_written_leaves_the_old_one(dataset, file):
    before = file.read_bytes()
    with pytest.raises((TypeError, ValueError)):
        write_dataset(dataset.assign(bad=("point", np.array([{}, {}, {}], dtype=object))), file)
    assert file.read_bytes() == before


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=400)
@given(place=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_a_flipped_bit_never_changes_a_number_in_silence(dataset, file, tmp_path, place, bit):
    content = bytearray(file.read_bytes())
    content[place % len(content)] ^= 1 << bit
    path = tmp_path / "flipped.nc"
    path.write_bytes(content)
    try:
        found = read_dataset(path, SCHEMA)
    except DataError as error:
        assert "flipped.nc" in str(error)
        return
    for name in ("power", "power_std", "cell"):
        np.testing.assert_array_equal(found[name].values, dataset[name].values)


def test_a_truncated_file_is_refused_at_any_length(file, tmp_path):
    content = file.read_bytes()
    data = content[: content.rindex(b"\nvalvelab-sha256:")]
    path = tmp_path / "short.nc"
    for length in np.linspace(0, len(data) - 1, 12).astype(int):
        path.write_bytes(content[:length])
        with pytest.raises(DataError, match=r"short\.nc: must be a netCDF-4 file"):
            read_dataset(path)


def test_a_file_without_its_digest_is_read_by_its_own_checksums(dataset, file):
    file.write_bytes(file.read_bytes()[:-10])
    xr.testing.assert_identical(read_dataset(file, SCHEMA), dataset)


def test_other_programs_read_a_file_with_a_digest_and_may_append_to_it(dataset, file):
    import h5py

    with h5py.File(file, "a") as opened:
        opened.attrs["note"] = "mine"
    found = read_dataset(file, SCHEMA)
    assert found.attrs["note"] == "mine"
    xr.testing.assert_equal(found, dataset)


def test_a_missing_file_and_a_text_file_are_refused(tmp_path):
    with pytest.raises(DataError, match="found nothing there"):
        read_dataset(tmp_path / "raw.nc")
    path = tmp_path / "text.nc"
    path.write_text("hello")
    with pytest.raises(DataError, match="must be a netCDF-4 file"):
        read_dataset(path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d.drop_vars("power"), "power: is missing; add it along 'point' in W"),
        (lambda d: d.assign(power=d["power"].assign_attrs(units="fW")), "power: must be in W, found fW"),
        (
            lambda d: d.assign(power=d["power"] / 0),
            "power: must be finite, found inf at point = 0 and 2 more",
        ),
        (lambda d: d.assign(power=("other", [1.0])), "power: must lie along 'point', found it along other"),
        (lambda d: d.assign(power=("point", ["a", "b", "c"])), "power: must hold numbers, found text"),
    ],
)
def test_every_variable_that_is_wrong_is_named(dataset, change, words):
    with np.errstate(divide="ignore"), pytest.raises(DataError) as caught:
        check_dataset(change(dataset), SCHEMA, "file.nc")
    assert f"file.nc: {words}" in str(caught.value)


def test_a_file_says_its_units_and_an_array_in_memory_need_not(dataset, tmp_path):
    bare = dataset.assign(power=dataset["power"].drop_attrs())
    check_dataset(bare, SCHEMA, "file.nc")
    with pytest.raises(DataError, match=r"bare\.nc: power: must say its unit, found none; .* units to W"):
        read_dataset(write_dataset(bare, tmp_path / "bare.nc"), SCHEMA)


def test_a_file_that_declares_more_than_memory_is_refused_before_it_is_loaded(tmp_path):
    import h5netcdf

    path = tmp_path / "bomb.nc"
    with h5netcdf.File(path, "w") as bomb:
        bomb.dimensions = {"point": 2**30}
        bomb.create_variable("power", ("point",), "f8", chunks=(2**20,), compression="gzip")
    assert path.stat().st_size < 10**5
    with pytest.raises(DataError, match="less than 2 GiB"):
        read_dataset(path)
