"""Columns and their units are known, or refused, or named as somebody's own: none is misread in silence."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.power_files import KINDS, along, write_powers
from valvelab.analysis import read_powers
from valvelab.analysis.power_columns import scale_of
from valvelab.analysis.power_names import demand_known, unused_settings
from valvelab.analysis.reduced_columns import COLUMNS, MATRICES
from valvelab.dataset import UnusedColumns
from valvelab.errors import DataError
from valvelab.units import UNITS


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("temperature_drian_std", "temperature_drain_std"),
        ("temperature_drain_error", "temperature_drain_std"),
    ],
)
def test_a_misspelt_error_is_refused_with_what_is_meant(make_switching_dataset, tmp_path, kind, name, meant):
    dataset = make_switching_dataset(seed=1)
    dataset = dataset.assign({name: along(dataset, 1e-4)})
    path = write_unknown(tmp_path / f"powers.{kind}", dataset, name)
    with pytest.raises(DataError, match=rf"{name} is no error that a fit takes; is {meant} meant\?"):
        read_powers(path)


@pytest.mark.parametrize("kind", ["nc", "csv", "mat"])
def test_a_column_of_somebodys_own_is_named_and_left_out(make_switching_dataset, tmp_path, kind):
    dataset = make_switching_dataset(seed=1)
    dataset = dataset.assign(humidity=along(dataset, 0.4, "parsec"))
    path = write_unknown(tmp_path / f"powers.{kind}", dataset, "humidity")
    with pytest.warns(UnusedColumns, match=r"powers\.\w+.*: humidity is not used by a fit"):
        read_powers(path)


def write_unknown(path, dataset, name):
    """Write a dataset with a column that the writers of tests do not know either."""
    if path.suffix == ".db":
        pytest.importorskip("qcodes")
    known = dict(COLUMNS)
    try:
        COLUMNS[name] = COLUMNS["temperature_drain"]
        return write_powers(path, dataset)
    finally:
        COLUMNS.clear()
        COLUMNS.update(known)


@settings(deadline=None, max_examples=300)
@given(data=st.data(), name=st.sampled_from([name for name in COLUMNS if name.endswith(("_std", "_shift"))]))
def test_no_slip_in_the_name_of_an_error_is_taken_for_a_column_of_ones_own(data, name):
    place = data.draw(st.integers(0, len(name) - 6))
    letter = data.draw(st.sampled_from("abcdefghij_0"))
    slip = data.draw(
        st.sampled_from([name[:place] + letter + name[place + 1 :], name[:place] + name[place + 1 :]])
    )
    if slip in COLUMNS or slip in MATRICES:
        assert demand_known([slip], "file", matrices=True) == []
        return
    with pytest.raises(DataError, match=f"file: {slip} is no (error|column) that a fit takes"):
        demand_known([slip], "file", matrices=True)


def test_a_matrix_does_not_pass_for_a_column_and_what_is_nearly_a_setting_is_named():
    with pytest.raises(DataError, match="heat_power_drain_shift has a row for each point"):
        demand_known(["heat_power_drain_shift"], "file", matrices=False)
    assert unused_settings(["charging_energy1", "operator"], "file") == [
        "file: charging_energy1 is not used by a fit; is charging_energy_1 meant?"
    ]
    own = [f"humidity{number}" for number in range(9)]
    (told,) = demand_known(own, "file", matrices=True)
    assert told.endswith("humidity5 and 3 more are not used by a fit")


@given(unit=st.text(max_size=8) | st.sampled_from([unit for table in UNITS.values() for unit in table]))
def test_a_unit_is_known_or_refused(unit):
    for name, described in COLUMNS.items():
        try:
            scale = scale_of(unit, described, name)
        except DataError as error:
            assert name in str(error) and ("say its unit" in str(error) or "must have no unit" in str(error))
        else:
            dimension = {"Hz": "frequency", "K": "temperature", "W": "power"}.get(described.units)
            assert scale == (1 if dimension is None else float(UNITS[dimension][unit]))


def test_a_product_of_units_is_read():
    assert scale_of("aW*mK", COLUMNS["heat_power_temperature_covariance"], "x") == pytest.approx(
        1e-21, rel=1e-12, abs=0
    )
    for unit in ("aW", "mK*aW", "aW*mK*mK", ""):
        with pytest.raises(DataError, match=r"written as W\*K"):
            scale_of(unit, COLUMNS["heat_power_temperature_covariance"], "x")
