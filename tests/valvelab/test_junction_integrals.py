import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valvelab.constants import BOLTZMANN, ELEMENTARY_CHARGE
from valvelab.junction_integrals import cooling, current_and_slope

GAP = 205e-6 * ELEMENTARY_CHARGE
CORNERS = [
    (0.010, 1e-8, 0.3),
    (0.010, 1e-5, 0.99),
    (0.010, 1e-2, 0.01),
    (0.010, 1e-2, 1.0),
    (0.010, 1e-8, 3.0),
    (0.100, 1e-4, 0.75),
    (0.100, 1e-3, 1.01),
    (0.500, 1e-8, 0.01),
    (0.500, 1e-2, 0.95),
    (0.500, 1e-2, 3.0),
]


def both(ratio: float, a: float, broadening: float) -> tuple[float, float]:
    """Current and cooling power at one point."""
    point = [np.array([value]) for value in (ratio, a, broadening)]
    return float(current_and_slope(*point)[0][0]), float(cooling(*point)[0])


def integrals(ratio: float, a: float, broadening: float) -> tuple[float, float]:
    """Current and cooling power from the defining integrals over energy, with 30 digits.

    The panels shrink towards the gap down to the broadening, and towards the steps of the Fermi functions down to
    the temperature. An integral over energies of both signs is one over positive energies of the sum.
    """
    with mpmath.workdps(30):
        r, a, gamma = (mpmath.mpf(value) for value in (ratio, a, broadening))
        ends = {mpmath.mpf(0), mpmath.mpf(1), max(r, 1) + 90 / a}
        for centre, closest in ((1, gamma), (r, 1 / a), (0, 1 / a)):
            distance = closest / 2
            while distance < 4:
                ends |= {centre - distance, centre + distance}
                distance *= 2
        panels = sorted(end for end in ends if 0 <= end <= max(r, 1) + 90 / a)

        def fermi(energy):
            return 1 / (mpmath.exp(a * energy) + 1)

        def both_densities(energy):
            z = mpmath.mpc(energy, gamma)
            density = abs((z / mpmath.sqrt(z * z - 1)).real)
            below, at, above = fermi(energy - r), fermi(energy), fermi(energy + r)
            heat = (energy - r) * (below - at) - (energy + r) * (at - above)
            return density * mpmath.mpc(below - above, heat)

        total = mpmath.quad(both_densities, panels, method="gauss-legendre", maxdegree=4)
        return float(total.real), float(total.imag)


@pytest.mark.parametrize(("temperature", "broadening", "ratio"), CORNERS)
def test_current_and_heat_are_the_defining_integrals(
    temperature: float, broadening: float, ratio: float
) -> None:
    a = GAP / (BOLTZMANN * temperature)
    current, heat = both(ratio, a, broadening)
    expected_current, expected_heat = integrals(ratio, a, broadening)
    assert current == pytest.approx(expected_current, rel=1e-11, abs=0)
    # At small voltages the heat is a small difference: its error is one of the heat at the gap.
    assert heat == pytest.approx(expected_heat, rel=1e-11, abs=1e-15 * broadening / ratio)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.01, 3), st.floats(5, 500), st.floats(1e-6, 0.3))
def test_both_ways_agree_where_both_hold(ratio: float, a: float, broadening: float) -> None:
    # On the two sides of the gap the same integrals are found in different ways; they join smoothly.
    below, above = both(1 - 1e-12, a, broadening), both(1 + 1e-12, a, broadening)
    assert below == pytest.approx(above, rel=1e-8, abs=1e-10)
    points = [np.array([ratio * (1 + sign * 1e-5)]) for sign in (-1, 1)]
    low, high = (current_and_slope(point, np.array([a]), np.array([broadening]))[0][0] for point in points)
    slope = current_and_slope(np.array([ratio]), np.array([a]), np.array([broadening]))[1][0]
    assert (high - low) / (2e-5 * ratio) == pytest.approx(slope, rel=1e-5, abs=0)


def test_at_the_lowest_temperatures_the_current_is_elementary() -> None:
    ratio, broadening = np.array([0.2, 0.7, 0.95, 1.2, 2.5]), np.full(5, 0.02)
    expected = np.sqrt((ratio + 1j * broadening) ** 2 - 1).real
    found, _ = current_and_slope(ratio, np.full(5, 1e5), broadening)
    assert found == pytest.approx(expected, rel=1e-6, abs=0)


def test_a_strongly_broadened_junction_is_a_resistor_that_heats_both_sides_alike() -> None:
    ratio, one = np.array([0.3, 2.0]), np.ones(2)
    current, slope = current_and_slope(ratio, 20 * one, 1e4 * one)
    assert current == pytest.approx(ratio, rel=1e-7, abs=0)
    assert slope == pytest.approx(one, rel=1e-7, abs=0)
    assert cooling(ratio, 20 * one, 1e4 * one) == pytest.approx(-(ratio**2) / 2, rel=1e-7, abs=0)


def test_many_points_are_those_of_one_at_a_time() -> None:
    ratio, a = np.linspace(0.01, 2, 700), np.linspace(5, 50, 700)
    broadening = np.full(700, 1e-3)
    current, heat = current_and_slope(ratio, a, broadening)[0], cooling(ratio, a, broadening)
    for k in (0, 300, 400, 699):
        assert both(ratio[k], a[k], 1e-3) == pytest.approx((current[k], heat[k]), rel=1e-11, abs=1e-16)
    assert current_and_slope(*np.empty((3, 0)))[0].shape == (0,)
