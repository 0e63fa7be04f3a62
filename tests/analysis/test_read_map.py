"""Maps in the files of laboratories, whole and broken."""

import h5py
import numpy as np
import pytest
import xarray as xr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.io import savemat

from valvelab.analysis import map_dataset, read_map
from valvelab.errors import DataError

FIRST = np.linspace(0.1e-3, 0.2e-3, 11)
SECOND = np.linspace(-0.5e-3, 0.5e-3, 6)
POWER = 1e-15 + 1e-18 * np.arange(66.0).reshape(11, 6)


@pytest.fixture
def reference():
    return map_dataset(FIRST, SECOND, POWER)


def save(path, **changes):
    content = {"x_data": [[-0.5, 0.5]], "y_data": [[0.1, 0.2]], "z_data": POWER * 1e15} | changes
    savemat(path, {name: value for name, value in content.items() if value is not None})
    return path


def assert_same(found, reference):
    assert found["heat_power"].dims == ("coil_current_1", "coil_current_2")
    for name in reference.variables:
        np.testing.assert_allclose(found[name], reference[name], rtol=1e-12)
        assert found[name].attrs == reference[name].attrs


def test_a_mat_file_with_end_points_is_read_into_si_units(tmp_path, reference):
    found = read_map(save(tmp_path / "map.mat"))
    assert_same(found, reference)
    assert found.attrs["source"] == "map.mat"


def test_a_mat_file_with_whole_axes_says_the_same(tmp_path, reference):
    assert_same(read_map(save(tmp_path / "map.mat", x_data=SECOND * 1e3, y_data=FIRST * 1e3)), reference)


def test_a_falling_axis_is_turned_with_its_data(tmp_path, reference):
    found = read_map(save(tmp_path / "map.mat", y_data=[[0.2, 0.1]], z_data=POWER[::-1] * 1e15))
    assert_same(found, reference)


def test_what_read_map_writes_as_netcdf_is_read_again(tmp_path, reference):
    reference.to_netcdf(tmp_path / "map.nc", engine="h5netcdf")
    assert_same(read_map(tmp_path / "map.nc"), reference)


def test_a_netcdf_in_other_units_and_transposed_is_converted(tmp_path, reference):
    other = reference.transpose().copy()
    other["heat_power"] = other["heat_power"] * 1e18
    other["heat_power"].attrs = {"units": "aW"}
    other = other.assign_coords(coil_current_1=("coil_current_1", FIRST * 1e6, {"units": "uA"}))
    other.to_netcdf(tmp_path / "map.nc", engine="h5netcdf")
    assert_same(read_map(tmp_path / "map.nc"), reference)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"z_data": None}, "must hold x_data, y_data and z_data"),
        ({"z_data": POWER.T}, None),
        ({"x_data": [[-0.5, 0.0, 0.5]]}, "x_data must hold 2 end points or one current for each column"),
        (
            {"z_data": np.where(POWER[3, 2] == POWER, np.nan, POWER)},
            r"must be finite, found nan in row 4, column 3",
        ),
        ({"z_data": np.where(POWER[0, 1] == POWER, np.inf, POWER)}, r"must be finite, found inf"),
        ({"z_data": POWER + 1j}, "table of real numbers, found complex numbers in the shape 11 x 6"),
        ({"z_data": "text"}, "table of real numbers, found text"),
        ({"z_data": POWER}, "must be in fW, found 1.1e-30 W as its largest value, read so; is it in W"),
        ({"z_data": POWER * 0}, "must be that of a measured map, found 0 everywhere"),
        (
            {"z_data": POWER * 1e300},
            "largest value between 0.0001 aW and 1 uW, found 1.07e.270 W; is the unit right",
        ),
        ({"y_data": [[0.1, 0.1]]}, "must rise or fall throughout"),
        ({"x_data": [[0, 1, 2, 2, 3, 4]]}, "must rise or fall throughout.*index 2"),
        ({"z_data": POWER[:4, :3] * 1e15}, "at least 8 x 4 points"),
    ],
)
def test_a_broken_mat_file_is_refused_with_the_reason(tmp_path, changes, words):
    path = save(tmp_path / "map.mat", **changes)
    if words is None:  # a transposed map with end points cannot be noticed, with whole axes it is
        path = save(path, x_data=SECOND, y_data=FIRST, **changes)
        words = "check that z_data is not transposed"
    with pytest.raises(DataError, match=words) as caught:
        read_map(path)
    assert str(path) in str(caught.value)


def test_a_truncated_mat_file_is_refused(tmp_path):
    path = save(tmp_path / "map.mat")
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(DataError, match=r"must be a \.mat file, found one that is damaged or cut off"):
        read_map(path)


def test_a_matlab_7_3_file_is_refused_with_the_cure(tmp_path):
    path = tmp_path / "map.mat"
    with h5py.File(path, "w", userblock_size=512):
        pass
    head = b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM"
    path.write_bytes(head + path.read_bytes()[len(head) :])
    with pytest.raises(DataError, match="-v7"):
        read_map(path)


def test_a_truncated_netcdf_is_refused(tmp_path, reference):
    path = tmp_path / "map.nc"
    reference.to_netcdf(path, engine="h5netcdf")
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(DataError, match="must be a netCDF-4 file, found one that is damaged or cut off"):
        read_map(path)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda d: d.rename(heat_power="power"), "must hold the variable heat_power, found"),
        (lambda d: d.drop_vars("coil_current_2"), "must hold the variable coil_current_2"),
        (
            lambda d: d.expand_dims(run=2),
            "must have the dimensions coil_current_1 and coil_current_2, found run and",
        ),
        (
            lambda d: d.assign(heat_power=d["heat_power"].assign_attrs(units="mK")),
            "must be in one of W,.*found 'mK'",
        ),
        (lambda d: d.assign(heat_power=(d["heat_power"].dims, d["heat_power"].values)), "found no unit"),
        (
            lambda d: d.assign(heat_power=d["heat_power"].astype(str).assign_attrs(units="W")),
            "made of real numbers, found",
        ),
    ],
)
def test_a_netcdf_that_is_no_map_is_refused(tmp_path, reference, spoil, words):
    spoil(reference).to_netcdf(tmp_path / "map.nc", engine="h5netcdf")
    with pytest.raises(DataError, match=words):
        read_map(tmp_path / "map.nc")


def test_other_file_names_and_absent_files_are_refused(tmp_path):
    with pytest.raises(DataError, match=r"must be a .mat, .nc or .csv file with a map, found a folder"):
        read_map(tmp_path)
    with pytest.raises(DataError, match=r"must be a .mat, .nc or .csv file, found '.txt'"):
        read_map(tmp_path / "map.txt")
    with pytest.raises(DataError, match="there is no such file"):
        read_map(tmp_path / "map.mat")


@pytest.mark.desk
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=400), suffix=st.sampled_from([".mat", ".nc", ".csv"]))
def test_no_file_whatever_is_in_it_raises_anything_but_a_data_error(tmp_path, content, suffix):
    path = tmp_path / f"noise{suffix}"
    path.write_bytes(content)
    with pytest.raises(DataError):
        read_map(path)


def test_a_dataset_without_power_is_named_as_such():
    from valvelab.analysis.map_data import checked_map

    with pytest.raises(DataError, match="found none"):
        checked_map(xr.Dataset())
