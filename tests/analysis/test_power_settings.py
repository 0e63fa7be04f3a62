"""What holds for all powers of a file is within what can be, or refused with where it stands."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.power_files import KINDS, write_powers
from valvelab.analysis import fit_switching, read_powers, resonator_of
from valvelab.analysis.power_settings import SETTINGS, setting
from valvelab.errors import DataError


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("quality_factor", 0.0, r"quality_factor: must be above 0 and up to 1e9, found 0(\.0)?; "),
        ("quality_factor", -20.0, r"quality_factor: must be above 0 and up to 1e9, found -20(\.0)?; "),
        ("quality_factor", math.nan, r"quality_factor: must be above 0 and up to 1e9, found nan; "),
        ("quality_factor", math.inf, r"quality_factor: must be above 0 and up to 1e9, found inf; "),
        ("quality_factor", "high", r"quality_factor: must be a number without unit, found 'high'; "),
        ("resonator_frequency", -4e9, r"must be between 10 MHz and 100 GHz, found -4(e9|000000000.0) Hz; "),
        ("resonator_frequency", 0.0, r"must be between 10 MHz and 100 GHz, found 0(.0)? Hz; "),
        ("resonator_frequency", 4.0, r"must be between 10 MHz and 100 GHz, found 4(.0)? Hz; "),
        (
            "resonator_frequency",
            "4 MHz",
            r"must be between 10 MHz and 100 GHz, found 4 MHz; is its unit right",
        ),
        ("resonator_frequency", "4", r"must be a resonator frequency with its unit .*without unit"),
        (
            "charging_energy_1",
            "178 GHz",
            r"charging_energy_1: must be between 1 MHz and 10 GHz, found 178 GHz",
        ),
        ("operating_source_temperature", "384 K", "must be between 100 uK and 10 K, found 384 K"),
    ],
)
def test_a_setting_that_no_chip_has_is_refused_in_every_kind_of_file(
    make_switching_dataset, tmp_path, capfd, kind, name, value, words
):
    dataset = make_switching_dataset(seed=1).isel(point=slice(6))
    path = write_powers(tmp_path / f"powers.{kind}", dataset, **{name: value})
    with pytest.raises(DataError, match=words) as caught:
        read_powers(path)
    assert str(caught.value).startswith(str(path)) and name in str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
def test_a_setting_may_be_a_text_with_its_unit(make_switching_dataset, tmp_path, capfd, kind):
    dataset = make_switching_dataset(seed=1).isel(point=slice(6))
    path = write_powers(
        tmp_path / f"powers.{kind}", dataset, resonator_frequency="4 GHz", quality_factor="20"
    )
    assert resonator_of(read_powers(path)).frequency == 4e9


@given(
    name=st.sampled_from(list(SETTINGS)),
    value=st.one_of(
        st.text(max_size=12),
        st.floats(),
        st.integers(),
        st.complex_numbers(),
        st.booleans(),
        st.none(),
        st.binary(max_size=6),
        st.lists(st.floats(), max_size=3),
        st.builds(
            lambda number, unit: f"{number!r} {unit}", st.floats(-1e3, 1e3), st.sampled_from(["GHz", "mK"])
        ),
    ),
)
def test_any_setting_is_within_its_bounds_or_refused_in_words(name, value):
    try:
        number = setting(name, value, "file")
    except DataError as error:
        assert (
            re.match(f"file: {name}: must ", str(error))
            and "found " in str(error)
            and "np." not in str(error)
        )
    else:
        assert SETTINGS[name].low <= number <= SETTINGS[name].high


def test_the_drain_is_the_cold_reservoir(make_switching_dataset):
    swapped = {"operating_source_temperature": 0.1, "operating_drain_temperature": 0.3}
    with pytest.raises(
        DataError, match="must be above operating_drain_temperature, 300 mK, found 100 mK; swap"
    ):
        fit_switching(make_switching_dataset().assign_attrs(swapped))
