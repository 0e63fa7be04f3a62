"""Quantities with units."""

import math

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from valvelab.errors import QuantityError
from valvelab.units import UNITS, format_quantity, format_with_error, parse_quantity


@pytest.mark.parametrize(
    ("text", "dimension", "value"),
    [
        ("4 GHz", "frequency", 4e9),
        ("96 mK", "temperature", 0.096),
        ("0.5e9 1/s", "rate", 0.5e9),
        ("10 pA", "current", 1e-11),
        ("-0.21 Phi0/mA", "flux per current", -210.0),
        ("205 ueV", "energy", 205e-6 * 1.602176634e-19),
        ("20 pW/K^5", "electron-phonon coupling", 2e-11),
        ("90min", "time", 5400.0),
        (".5 µA", "current", 5e-7),
        ("25 kΩ", "resistance", 25e3),
    ],
)
def test_a_quantity_is_read_to_the_nearest_float(text, dimension, value):
    assert parse_quantity(text, dimension) == pytest.approx(value, rel=1e-15, abs=0)


_PINT_NAMES = {"Phi0": "magnetic_flux_quantum"}


@pytest.mark.parametrize("dimension", [d for d in UNITS if "flux" not in d])
def test_every_unit_of_the_table_agrees_with_pint(dimension):
    registry = pint.UnitRegistry(cache_folder=None)
    base = next(unit for unit, scale in UNITS[dimension].items() if scale == 1)
    for unit, scale in UNITS[dimension].items():
        expected = registry.Quantity(1.0, unit.replace("Ohm", "ohm")).to(base.replace("Ohm", "ohm")).magnitude
        assert float(scale) == pytest.approx(expected, rel=1e-9, abs=0), unit


@pytest.mark.parametrize("unit", ["GHz", "MHz", "Hz"])
def test_a_rate_in_hertz_is_refused_and_both_readings_are_offered(unit):
    with pytest.raises(QuantityError) as caught:
        parse_quantity(f"0.5 {unit}", "rate")
    message = str(caught.value)
    number = 0.5 * {"GHz": 1e9, "MHz": 1e6, "Hz": 1}[unit]
    written = [
        float(part.split(" 1/s")[0]) for part in message.split("write '")[1].split("'") if "1/s" in part
    ]
    assert written == pytest.approx([number, 2 * math.pi * number], rel=1e-11, abs=0)
    assert "6.28" in message


@pytest.mark.parametrize(
    "text",
    ["4", "4 Ghz", "384 MK", "(1,2) K", "nan K", "inf K", "1e400 K", "9**9**8 Hz", "1_000 K", "4 K 5 K", "", " ",
     "K", "--4 K", "1e9999999 K", "0x10 K", "4 K\n", "1 rad/s"],
)  # fmt: skip
@pytest.mark.parametrize("dimension", ["frequency", "temperature"])
def test_what_is_not_one_number_and_one_unit_is_refused(text, dimension):
    if (text, dimension) == ("4 K\n", "temperature"):
        assert parse_quantity(text, dimension) == 4  # white space around is harmless
        return
    with pytest.raises(QuantityError, match=r"must be an? "):
        parse_quantity(text, dimension)


@pytest.mark.parametrize("value", [4, 4.0, True, None, [4], {"K": 4}, float("nan")])
def test_a_bare_number_is_refused(value):
    with pytest.raises(QuantityError, match=r"must be a temperature with its unit"):
        parse_quantity(value, "temperature")


def test_bounds_say_what_was_found():
    with pytest.raises(QuantityError, match="must be a temperature of at least 0 K, found -3 mK"):
        parse_quantity("-3 mK", "temperature", minimum=0)
    with pytest.raises(QuantityError, match="above 0 Hz, found 0 Hz"):
        parse_quantity("0 Hz", "frequency", above=0)
    with pytest.raises(QuantityError, match="must be a mast between 1 mV and 1 V, found 2 V"):
        parse_quantity("2 V", "voltage", "mast", minimum=1e-3, maximum=1.0)
    with pytest.raises(QuantityError, match="above 0 K and up to 10 K, found 0 K"):
        parse_quantity("0 K", "temperature", above=0, maximum=10)


@given(st.text(max_size=40), st.sampled_from(sorted(UNITS)))
def test_any_text_is_read_or_refused_and_nothing_else(text, dimension):
    try:
        value = parse_quantity(text, dimension)
    except QuantityError:
        return
    assert math.isfinite(value)


@given(
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e30, max_value=1e30),
    st.sampled_from(sorted(UNITS)),
)
def test_what_is_written_is_read_back_exactly(value, dimension):
    assert parse_quantity(format_quantity(value, dimension), dimension) == value


def test_quantities_are_written_with_a_readable_unit():
    assert format_quantity(0.384, "temperature") == "384 mK"
    assert format_quantity(0.5e9, "rate") == "5e8 1/s"
    assert format_quantity(7.7497e-16, "power", digits=3) == "775 aW"
    assert format_quantity(0.0, "current") == "0 A"
    assert format_quantity(-210.0, "flux per current") == "-0.21 Phi0/mA"
    assert format_quantity(1e12, "rate", digits=3) == "1e12 1/s"
    assert format_quantity(-0.0, "current") == format_quantity(-0.0, "current", 4) == "0 A"


@pytest.mark.parametrize(
    ("value", "error", "dimension", "texts"),
    [
        (4.983e8, 0.0997e8, "rate", ("4.98e8 1/s", "0.10e8 1/s")),  # as for 0.1003e8
        (5.03e8, 0.1003e8, "rate", ("5.03e8 1/s", "0.10e8 1/s")),
        (-0.3e6, 12e6, "frequency", ("0 MHz", "12 MHz")),
        (-0.04, 1.2, None, ("0.0", "1.2")),
        (-0.06, 1.2, None, ("-0.1", "1.2")),
    ],
)
def test_equal_errors_have_equal_digits_and_zero_has_no_sign(value, error, dimension, texts):
    assert format_with_error(value, error, dimension) == texts
