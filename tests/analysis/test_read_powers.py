"""Powers come in from the files of other programs, or are refused with what is wrong."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.io import savemat

from valvelab.analysis import fit_switching, read_powers
from valvelab.dataset import REDUCED, write_dataset
from valvelab.errors import DataError
from valvelab.sim import preset

NAMES = [name for name, described in REDUCED.items() if not described.optional]
SHOWN = {"Hz": ("GHz", 1e9), "K": ("mK", 1e-3), "W": ("aW", 1e-18)}


def as_csv(dataset, head="# resonator_frequency: 4 GHz\n# quality_factor = 20\n"):
    headings, columns = [], []
    for name in NAMES:
        unit, scale = SHOWN.get(REDUCED[name].units, ("", 1.0))
        headings.append(f"{name} [{unit}]" if unit else name)
        values = dataset[name].values
        columns.append(values if not unit else [repr(float(value) / scale) for value in values])
    lines = [",".join(map(str, row)) for row in zip(*columns, strict=True)]
    return head + "\n".join([",".join(headings), *lines]) + "\n"


def write_db(path, dataset):
    from qcodes.dataset import Measurement, connect, load_or_create_experiment

    connection = connect(str(path))
    try:
        measurement = Measurement(exp=load_or_create_experiment("powers", "chip", conn=connection))
        measurement.register_custom_parameter("point", unit="")
        for name in NAMES:
            unit, _ = SHOWN.get(REDUCED[name].units, ("", 1.0))
            kind = "text" if name == "configuration" else "numeric"
            measurement.register_custom_parameter(name, unit=unit, setpoints=("point",), paramtype=kind)
        with measurement.run(in_memory_cache=False) as saver:
            for point in range(dataset.sizes["point"]):
                values = []
                for name in NAMES:
                    _, scale = SHOWN.get(REDUCED[name].units, ("", 1.0))
                    value = dataset[name].values[point]
                    values.append((name, str(value) if name == "configuration" else float(value) / scale))
                saver.add_result(("point", point), *values)
            saver.dataset.add_metadata("resonator_frequency", 4e9)
            saver.dataset.add_metadata("quality_factor", 20.0)
        return saver.dataset.guid
    finally:
        connection.close()


@pytest.fixture
def write(make_switching_dataset, tmp_path, capfd):
    """Return a function that writes the same powers as a file of some kind."""
    dataset = make_switching_dataset(seed=1)

    def make(kind):
        path = tmp_path / f"powers.{kind}"
        if kind == "nc":
            write_dataset(dataset, path)
        elif kind == "csv":
            path.write_text(as_csv(dataset), encoding="utf-8")
        elif kind == "mat":
            columns = {name: dataset[name].values for name in NAMES}
            columns["configuration"] = columns["configuration"].astype(object)
            savemat(path, columns | {"resonator_frequency": 4e9, "quality_factor": 20.0})
        else:
            write_db(path, dataset)
        return path

    return make


@pytest.mark.parametrize("kind", ["nc", "csv", "mat", "db"])
def test_the_same_powers_give_the_same_fit_from_every_kind_of_file(make_switching_dataset, write, kind):
    dataset = make_switching_dataset(seed=1)
    read = read_powers(write(kind))
    for name in NAMES:
        if name == "configuration":
            assert list(read[name].values.astype(str)) == list(dataset[name].values)
        else:
            np.testing.assert_allclose(read[name].values, dataset[name].values, rtol=1e-12)
            assert read[name].attrs.get("units", REDUCED[name].units) == REDUCED[name].units
    assert (read.attrs["resonator_frequency"], read.attrs["quality_factor"]) == (4e9, 20)
    assert fit_switching(read).chi_square == pytest.approx(fit_switching(dataset).chi_square, rel=1e-6, abs=0)


def test_a_run_is_chosen_by_number_or_guid(make_switching_dataset, tmp_path, capfd):
    path = tmp_path / "runs.db"
    first = write_db(path, make_switching_dataset(seed=1))
    write_db(path, make_switching_dataset(seed=2))
    chosen = [read_powers(path, run=run)["heat_power_drain"].values for run in (first, 1, 2, None)]
    assert np.array_equal(chosen[0], chosen[1]) and np.array_equal(chosen[2], chosen[3])
    assert not np.array_equal(chosen[0], chosen[2])
    for run in (7, "aaaaaaaa-0000-0000-0000-000000000000"):
        with pytest.raises(DataError, match=f"must hold run {run}"):
            read_powers(path, run=run)


def test_the_resonator_may_be_told_beside(make_switching_dataset, tmp_path):
    path = tmp_path / "powers.csv"
    path.write_text(as_csv(make_switching_dataset(seed=1), head=""), encoding="utf-8")
    with pytest.raises(DataError, match="must say resonator_frequency and quality_factor, found neither"):
        read_powers(path)
    known = read_powers(path, device=preset("paper")).attrs
    assert known["quality_factor"] == 20.0 and known["charging_energy_1"] == 178e6


def test_a_unit_may_stand_in_round_brackets(make_switching_dataset, tmp_path):
    path, text = tmp_path / "powers.csv", as_csv(make_switching_dataset(seed=1))
    path.write_text(text, encoding="utf-8")
    square = read_powers(path)
    path.write_text(text.replace("[", "(").replace("]", ")"), encoding="utf-8")
    assert read_powers(path).identical(square)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "heat_power_drain [aW]",
            "heat_power_drain [mK]",
            r"heat_power_drain must be in one of .*, found 'mK'",
        ),
        (
            "frequency_1 [GHz]",
            "frequency [GHz]",
            "csv:3: frequency is no column that a fit takes; is frequency_1 meant",
        ),
        ("frequency_1 [GHz]", "frequency_1", r"csv:3: frequency_1 must have a unit in brackets"),
        (
            "temperature_drain [mK]",
            "temperature_drain [K]",
            r"must lie between 0.0001 and 20 K, found .* unit right",
        ),
        ("frequency_1 [GHz]", "frequency_2 [GHz]", "must name each column once, found frequency_2 twice"),
        ("# quality_factor = 20", "# quality_factor = high", r"csv:2: quality_factor: "),
        ("# resonator_frequency: 4 GHz", "# resonator_frequency: 4", r"csv:1: .*without unit"),
        ("both,4.0,", "both,", r"csv:4: must hold 7 cells, found 6"),
        ("both,4.0,", "both,four,", r"csv:4: must hold a number in column 2, found 'four'"),
        ("both,4.0,", "both,nan,", "frequency_1: must be finite, found nan at point = 0;"),
    ],
)
def test_a_table_that_is_wrong_is_refused_with_its_line(make_switching_dataset, tmp_path, old, new, words):
    path = tmp_path / "powers.csv"
    text = as_csv(make_switching_dataset(seed=1))
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError, match=words):
        read_powers(path)


@settings(deadline=None, max_examples=150)
@given(
    text=st.text(alphabet="abfreq_12[]GHz,.0e-\n#: \x00é", max_size=200),
    kind=st.sampled_from(["csv", "mat", "db"]),
)
def test_no_file_raises_anything_but_a_data_error(tmp_path_factory, text, kind):
    path = tmp_path_factory.mktemp("any") / f"any.{kind}"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError):
        read_powers(path)


def test_qcodes_is_loaded_for_its_own_files_alone(write):
    code = "import sys; from valvelab.analysis import read_powers; read_powers(sys.argv[1]); "
    code += "sys.exit('qcodes' in sys.modules)"
    subprocess.run([sys.executable, "-c", code, str(write("csv"))], check=True)


def test_a_guid_needs_its_database_and_a_run_a_database(write):
    guid = "aaaaaaaa-0000-0000-0000-000000000000"
    with pytest.raises(
        DataError, match=rf"must come with the database .* 'valvelab fit DATABASE.db --run {guid}'"
    ):
        read_powers(guid)
    path = write("csv")
    with pytest.raises(DataError, match=r"must be a \.db file where a run is chosen, found run 3"):
        read_powers(path, run=3)
