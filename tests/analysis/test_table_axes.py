"""Coordinates of a table's axes."""

import mpmath
import numpy as np
import pytest

from valvelab.analysis.table_axes import KINDS, Axis

AXES = [
    Axis("gamma_h", 0.2e9, 2e9, 4e9),
    Axis("gamma_p", 0.0, 0.05e9, 4e9),
    Axis("T_p", 0.0, 0.15, 4e9),
    Axis("temperature_drain", 0.04, 0.25, 4e9),
    Axis("asymmetry", -0.1, 0.2, 4e9),
    Axis("frequency_2", 3.9e9, 4.1e9, 4e9),
]


@pytest.mark.parametrize("axis", AXES, ids=lambda axis: axis.name)
def test_places_and_values_undo_each_other_and_the_ends_are_at_one(axis):
    places = np.linspace(-1, 1, 11)
    np.testing.assert_allclose(axis.place(axis.value(places)), places, rtol=0, atol=1e-12)
    np.testing.assert_allclose(axis.place([axis.low, axis.high]), [-1, 1], rtol=0, atol=1e-14)


@pytest.mark.parametrize("axis", AXES, ids=lambda axis: axis.name)
def test_the_slope_is_that_of_the_exact_coordinate(axis):
    def exact(value):
        if KINDS[axis.name].coordinate == "log":
            return mpmath.log(value)
        if KINDS[axis.name].coordinate == "linear":
            return mpmath.mpf(value)
        quantum = mpmath.mpf("6.62607015e-34") * 4e9 / mpmath.mpf("1.380649e-23")
        return mpmath.log(1 / mpmath.expm1(quantum / value) + 0.5) if value > 0 else mpmath.log(0.5)

    at = axis.low + 0.37 * (axis.high - axis.low)
    with mpmath.workdps(40):
        wanted = 2 * mpmath.diff(exact, at) / (exact(axis.high) - exact(axis.low))
    assert float(axis.slope(at)) == pytest.approx(float(wanted), rel=1e-12, abs=0)


def test_at_0_kelvin_a_temperature_has_its_place_and_no_slope():
    axis = Axis("T_p", 0.0, 0.15, 4e9)
    assert axis.place(0.0) == -1 and axis.slope(0.0) == 0
