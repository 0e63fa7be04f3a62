"""What a file of powers says is used whole, or refused with what is wrong."""

import warnings

import numpy as np
import pytest

from tests.analysis.power_files import KINDS, along, with_errors, write_powers
from tests.analysis.voltage_simulator import DEVICE, Run
from valvelab.analysis import fit_switching, read_powers, reduce
from valvelab.analysis.reduced_columns import COLUMNS, MATRICES
from valvelab.dataset import UnusedColumns
from valvelab.errors import DataError


def changed(dataset, name, value):
    """Return a dataset one of whose values is another."""
    values = dataset[name].values.copy()
    values[3] = value
    return dataset.assign({name: dataset[name].copy(data=values)})


@pytest.mark.parametrize("kind", KINDS)
def test_errors_of_temperatures_and_the_reference_are_used_from_every_kind_of_file(
    make_switching_dataset, tmp_path, capfd, kind
):
    dataset = with_errors(make_switching_dataset(seed=1), 3e-3)
    read = read_powers(write_powers(tmp_path / f"powers.{kind}", dataset))
    for name in (name for name in COLUMNS if name in dataset and name != "configuration"):
        np.testing.assert_allclose(read[name].values, dataset[name].values, rtol=1e-12)
        if COLUMNS[name].units != "1":
            assert read[name].attrs["units"] == COLUMNS[name].units
    found, known = (fit_switching(one).result.params["gamma_c"] for one in (read, dataset))
    assert found.stderr == pytest.approx(known.stderr, rel=1e-6, abs=0)
    bare = fit_switching(
        dataset.drop_vars(
            ["temperature_source_std", "temperature_drain_std", "heat_power_temperature_covariance"]
        )
    )
    assert known.stderr > 1.2 * bare.result.params["gamma_c"].stderr


@pytest.mark.parametrize("kind", ["csv", "mat", "db"])
def test_an_export_of_our_own_reduced_run_loses_no_column(tmp_path, capfd, kind):
    (raw,) = Run(cells=2, blocks=3, visit=4).draws(1, white=100e-9, flicker=0.0, drift=0.0, seed=3)
    reduced = reduce(raw, DEVICE, ("drain", "source"))
    path = write_powers(tmp_path / f"powers.{kind}", reduced)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        read = read_powers(path)
    told = {str(one.message) for one in caught if one.category is UnusedColumns}
    held = {name for name in COLUMNS if name in reduced}
    assert held <= set(read.variables) and len(held) > 15
    if kind == "mat":  # which holds matrices, too
        assert not told and {name for name in MATRICES if name in reduced} <= set(read.variables)
    else:
        assert all("frequencies are taken as exact" in text for text in told)


def test_a_reduced_run_of_our_own_is_read_without_remarks(tmp_path):
    (raw,) = Run(cells=2, blocks=3, visit=4).draws(1, white=100e-9, flicker=50e-9, drift=0.0, seed=3)
    reduced = reduce(raw, DEVICE)
    assert read_powers(write_powers(tmp_path / "reduced.nc", reduced)).attrs["reference"] == "off, same cell"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        (
            "temperature_drain",
            -0.06,
            r"temperature_drain must lie between 0.0001 and 20 K, found -0.06 K at point = 3",
        ),
        (
            "heat_power_drain_std",
            -2e-18,
            r"heat_power_drain_std must be above zero, found -2e-18 W at point = 3",
        ),
        ("temperature_drain_std", -1e-3, r"temperature_drain_std must not be below zero, found -0.001 K"),
        (
            "temperature_drain_std",
            0.5,
            r"temperature_drain_std must be below temperature_drain, .* its unit right",
        ),
        (
            "reference_temperature_drain",
            -0.06,
            r"reference_temperature_drain must lie between 0.0001 and 20 K",
        ),
        ("bath_temperature", 30.0, r"bath_temperature must lie between 0.0001 and 20 K, found 30 K"),
        (
            "heat_power_temperature_covariance",
            1e-20,
            r"must be at most the product of heat_power_drain_std and",
        ),
    ],
)
def test_what_no_heat_valve_has_is_refused_in_every_kind_of_file(
    make_switching_dataset, tmp_path, capfd, kind, name, value, words
):
    dataset = changed(with_errors(make_switching_dataset(seed=1)).isel(point=slice(6)), name, value)
    with pytest.raises(DataError, match=words):
        read_powers(write_powers(tmp_path / f"powers.{kind}", dataset))
    with pytest.raises(DataError, match=words):
        fit_switching(dataset)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (
            ["temperature_drain_std"],
            "heat_power_temperature_covariance must stand beside temperature_drain_std",
        ),
        (
            ["reference_frequency_2"],
            "reference_frequency_2 must be there as well where something was subtracted",
        ),
        (["reference_frequency_1", "reference_frequency_2"], "found a part of the reference"),
    ],
)
def test_what_says_nothing_alone_is_refused(make_switching_dataset, names, words):
    with pytest.raises(DataError, match=words):
        fit_switching(with_errors(make_switching_dataset()).drop_vars(names))


def test_errors_of_powers_that_are_not_there_are_refused(make_switching_dataset):
    dataset = make_switching_dataset()
    with pytest.raises(
        DataError, match="heat_power_source_std must stand beside heat_power_source, found it alone"
    ):
        fit_switching(dataset.assign(heat_power_source_std=along(dataset, 1e-18, "W")))


@pytest.mark.parametrize("kind", ["nc", "db"])
def test_a_file_that_says_no_units_is_not_taken_for_si(
    make_switching_dataset, tmp_path, capfd, monkeypatch, kind
):
    dataset = make_switching_dataset(seed=1).isel(point=slice(6))
    monkeypatch.setattr("tests.analysis.power_files.SHOWN", {})
    path = write_powers(
        tmp_path / f"powers.{kind}", dataset.assign_attrs({}) if kind == "db" else bare(dataset)
    )
    with pytest.raises(DataError, match=r"frequency_1:? must (say its unit|be in one of .*), found none"):
        read_powers(path)


def bare(dataset):
    """Return a dataset whose variables say no units; in memory these are SI."""
    return dataset.assign({name: variable.drop_attrs() for name, variable in dataset.data_vars.items()})


def test_an_array_in_memory_is_in_si_units(make_switching_dataset):
    dataset = make_switching_dataset(seed=1)
    assert fit_switching(bare(dataset)).chi_square == pytest.approx(
        fit_switching(dataset).chi_square, rel=1e-9, abs=0
    )


def test_a_matrix_says_its_unit_and_lies_along_the_points(make_switching_dataset, tmp_path):
    dataset = make_switching_dataset(seed=1)
    matrix = np.diag(dataset["heat_power_drain_std"].values ** 2)
    for dims, attrs, words in (
        (("point", "point_"), {}, r"heat_power_drain_covariance must say that it is in W\*\*2, found none"),
        (
            ("point_", "point"),
            {"units": "W^2"},
            "must lie along point and point_, found it along point_ and point",
        ),
    ):
        path = write_powers(
            tmp_path / "p.nc", dataset.assign(heat_power_drain_covariance=(dims, matrix, attrs))
        )
        with pytest.raises(DataError, match=words):
            read_powers(path)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        (
            "heat_power_drain",
            np.array(["a"] * 6, object),
            "heat_power_drain must hold real numbers, found text",
        ),
        ("heat_power_drain", np.full(6, 1e-18 + 1e-18j), "must hold real numbers, found complex numbers"),
        ("heat_power_drain", np.ones((6, 2)), r"must be a vector, found the shape \(6, 2\)"),
        ("heat_power_drain_covariance", np.ones((6, 5)), r"as many columns, found the shape \(6, 5\)"),
        ("quality_factor", np.array([20.0, 30.0]), "quality_factor: must be one number, found 2 values"),
        ("quality_factor", 20j, "quality_factor: must be a real number, found complex numbers"),
        ("cell", np.full(6, 0.5), "cell must be whole numbers, found others"),
    ],
)
def test_a_workspace_that_holds_something_else_is_refused(
    make_switching_dataset, tmp_path, name, value, words
):
    from scipy.io import loadmat, savemat

    path = write_powers(tmp_path / "powers.mat", make_switching_dataset(seed=1).isel(point=slice(6)))
    held = {key: one for key, one in loadmat(path).items() if not key.startswith("__")}
    savemat(path, held | {name: value})
    with pytest.raises(DataError, match=words):
        read_powers(path)


@pytest.mark.parametrize(
    ("kind", "cure"),
    [
        ("csv", "begin it with"),
        ("mat", "as a vector of that name in SI units"),
        ("db", "register a parameter"),
    ],
)
def test_a_missing_column_is_answered_in_the_words_of_the_file(
    make_switching_dataset, tmp_path, capfd, kind, cure
):
    dataset = make_switching_dataset(seed=1).isel(point=slice(6)).drop_vars("frequency_2")
    with pytest.raises(DataError, match=f"must hold frequency_2 as well, found configuration, .*; .*{cure}"):
        read_powers(write_powers(tmp_path / f"powers.{kind}", dataset))
