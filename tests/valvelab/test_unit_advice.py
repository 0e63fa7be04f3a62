"""What to write instead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valvelab.unit_advice import comma_cure, number_cure, short, unit_cure
from valvelab.unit_table import CUSTOMARY, UNITS
from valvelab.units import parse_quantity


@pytest.mark.parametrize(
    ("number", "dimension", "cure"),
    [
        (4e9, "frequency", "'4 GHz' or '4e9 Hz'"),
        (4, "frequency", "'4 GHz' or '4 MHz'"),
        (0.384, "temperature", "'384 mK' or '0.384 K'"),
        (50, "temperature", "'50 mK' or '50 K'"),
        (20, "time", "'20 min' or '20 s'"),
        (3e-4, "current", "'300 uA' or '0.0003 A'"),
        (205e-6, "energy", "'205 ueV' or '0.000205 eV'"),
        (5e8, "rate", "'5e8 1/s'"),
    ],
)
def test_a_bare_number_is_offered_with_the_units_that_were_probably_meant(number, dimension, cure):
    assert number_cure(number, dimension) == f"; write {cure}"


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(), st.sampled_from(sorted(UNITS)))
def test_what_is_offered_can_be_read_and_means_one_of_two_things(number, dimension):
    offered = number_cure(number, dimension)
    if "finite" in offered:
        return
    for text in offered.split("'")[1::2]:
        try:
            parse_quantity(text, dimension)
        except ValueError as error:
            assert "finite" in str(error)


def test_what_is_no_finite_number_is_not_offered_a_unit():
    assert "finite" in number_cure(float("nan"), "time") and "finite" in number_cure(10**400, "rate")
    assert number_cure(True, "time") == number_cure(None, "time") == number_cure([4], "time") == ""


def test_every_customary_unit_is_in_the_table_and_none_is_for_a_dimension_that_is_not():
    assert all(set(units) <= set(UNITS[dimension]) for dimension, units in CUSTOMARY.items())


def test_a_decimal_comma_is_named():
    assert comma_cure("4,0 GHz") == "write the decimal point: '4.0 GHz'"
    assert comma_cure("four GHz") == "write one number and one unit"


def test_a_unit_of_another_case_is_recognised_and_one_of_nothing_is_named():
    assert unit_cure("4", "Ghz", "frequency") == "; did you mean GHz?"
    assert unit_cure("4", "mm", "energy") == ": 'mm' is no unit of an energy"


@pytest.mark.parametrize(
    ("number", "text"), [(5e8, "5e8"), (0.0003, "0.0003"), (12.5, "12.5"), (1e-9, "1e-9")]
)
def test_numbers_are_written_the_way_people_write_them(number, text):
    assert short(number) == text
