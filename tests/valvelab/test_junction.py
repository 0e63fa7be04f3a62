import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import kve

from valvelab.constants import BOLTZMANN, ELEMENTARY_CHARGE
from valvelab.junction import (
    nis_cooling_power,
    nis_current,
    sinis_cooling_power,
    sinis_temperature,
    sinis_voltage,
)

GAP = 205e-6 * ELEMENTARY_CHARGE
RESISTANCE = 25e3
CURRENTS = st.floats(0.5e-12, 1e-9)
TEMPERATURES = st.floats(0.02, 0.6)
CORNERS = [(0.5e-12, 0.02), (0.5e-12, 0.6), (5e-12, 0.096), (1e-10, 0.384), (1e-9, 0.02), (1e-9, 0.6)]


def integrals(voltage: float, temperature: float) -> tuple[float, float]:
    """Current [A] and cooling power [W] of the pair from the defining integrals over energy, 30 digits.

    With E = +- gap cosh u the density of states becomes cosh u, and the integrands are even and analytic in u and
    vanish at both ends: the sums converge exponentially, until two of them agree to 14 digits.
    """
    with mpmath.workdps(30):
        e, kT = mpmath.mpf(ELEMENTARY_CHARGE), mpmath.mpf(BOLTZMANN) * mpmath.mpf(temperature)
        eV, gap = e * mpmath.mpf(voltage) / 2, mpmath.mpf(GAP)
        end = mpmath.acosh((max(gap, eV) + 80 * kT) / gap)

        def fermi(energy):
            return 1 / (mpmath.exp(energy / kT) + 1)

        def densities(u):
            energy = gap * mpmath.cosh(u)
            below, at, above = fermi(energy - eV), fermi(energy), fermi(energy + eV)
            # The heat at -energy as well, with f(-x) = 1 - f(x): there all f are 1 to many digits.
            return energy * (below - above), energy * (
                (energy - eV) * (below - at) - (energy + eV) * (at - above)
            )

        def sums(count):
            both = [densities(end * k / count) for k in range(1, count + 1)]
            first = densities(mpmath.mpf(0))
            return [(first[k] / 2 + mpmath.fsum(one[k] for one in both)) * end / count for k in (0, 1)]

        count, rough, fine = 64, sums(64), sums(128)
        while max(abs(a / b - 1) for a, b in zip(rough, fine, strict=True)) > 1e-14:
            count *= 2
            rough, fine = fine, sums(2 * count)
        return float(fine[0] / (e * RESISTANCE)), float(2 * fine[1] / (e**2 * RESISTANCE))


@pytest.mark.parametrize(("current", "temperature"), CORNERS)
def test_current_and_heat_are_the_defining_integrals(current: float, temperature: float) -> None:
    voltage = sinis_voltage(current, temperature, GAP, RESISTANCE)
    flow, cooling = integrals(float(voltage), temperature)
    assert flow == pytest.approx(current, rel=1e-11, abs=0)
    assert sinis_cooling_power(current, temperature, GAP, RESISTANCE) == pytest.approx(
        cooling, rel=1e-11, abs=0
    )


def test_below_the_gap_current_and_heat_are_the_bessel_series() -> None:
    current, temperature = np.meshgrid([0.5e-12, 5e-12, 5e-11], np.linspace(0.1, 0.6, 6))
    a = GAP / (BOLTZMANN * temperature)
    v = (
        ELEMENTARY_CHARGE
        * sinis_voltage(current, temperature, GAP, RESISTANCE)
        / (2 * BOLTZMANN * temperature)
    )
    n = np.arange(1, 400)
    a, v = a[..., None], v[..., None]
    sign = (-1.0) ** (n + 1)
    k_0, k_1, k_2 = (kve(order, n * a) for order in (0, 1, 2))
    sinh = (np.exp(n * (v - a)) - np.exp(-n * (v + a))) / 2
    cosh_less_1 = (np.exp(n * (v - a)) + np.exp(-n * (v + a))) / 2 - np.exp(-n * a)
    series = 2 * GAP / (ELEMENTARY_CHARGE * RESISTANCE) * (sign * k_1 * sinh).sum(axis=-1)
    assert series == pytest.approx(current, rel=1e-9, abs=0)
    heat = (sign * (a * (k_0 + k_2) / 2 * cosh_less_1 - v * k_1 * sinh)).sum(axis=-1)
    scale = 4 * BOLTZMANN * temperature * GAP / (ELEMENTARY_CHARGE**2 * RESISTANCE)
    assert scale * heat == pytest.approx(
        sinis_cooling_power(current, temperature, GAP, RESISTANCE), rel=1e-9, abs=0
    )


def test_scipy_agrees_for_a_small_dynes_broadening() -> None:
    temperature, gamma = 0.2, 1e-7
    voltage = float(sinis_voltage(2e-11, temperature, GAP, RESISTANCE))
    a, v = GAP / (BOLTZMANN * temperature), ELEMENTARY_CHARGE * voltage / (2 * BOLTZMANN * temperature)

    def broadened(x: float) -> float:
        z = x + 1j * gamma * a
        return abs((z / np.sqrt(z**2 - a**2)).real) * (1 / (np.exp(x - v) + 1) - 1 / (np.exp(x + v) + 1))

    breaks = [a - 1e-3, a, a + 1e-3, a + 1]
    total = sum(
        quad(broadened, low, high, limit=500, epsrel=1e-9)[0]
        for low, high in zip([0, *breaks], [*breaks, a + 60], strict=True)
    )
    assert BOLTZMANN * temperature * total / (ELEMENTARY_CHARGE * RESISTANCE) == pytest.approx(
        2e-11,
        rel=1e-3,
        abs=0,
    )


def test_the_thermal_limit_is_approached_as_one_over_a() -> None:
    temperature, current = 0.05, 1e-15
    thermal = BOLTZMANN * temperature
    scale = np.sqrt(np.pi * GAP * thermal / 2) / (ELEMENTARY_CHARGE * RESISTANCE)
    limit = 2 / ELEMENTARY_CHARGE * (GAP - thermal * np.log(scale / current))
    deviation = (
        ELEMENTARY_CHARGE * (limit - sinis_voltage(current, temperature, GAP, RESISTANCE)) / (2 * thermal)
    )
    # The next term of K_1 is 3 k_B T / (8 gap).
    assert deviation == pytest.approx(3 * thermal / (8 * GAP), rel=0.02, abs=0)


def test_at_zero_temperature_the_pair_shows_the_bcs_characteristic() -> None:
    current = np.array([1e-9, 3e-9])
    expected = 2 / ELEMENTARY_CHARGE * np.sqrt(GAP**2 + (ELEMENTARY_CHARGE * RESISTANCE * current) ** 2)
    assert sinis_voltage(current, 1e-4, GAP, RESISTANCE) == pytest.approx(expected, rel=1e-6, abs=0)


@settings(max_examples=60, deadline=None)
@given(CURRENTS, TEMPERATURES)
def test_temperature_is_the_inverse_of_voltage(current: float, temperature: float) -> None:
    voltage = sinis_voltage(current, temperature, GAP, RESISTANCE)
    if voltage < 2 * GAP / ELEMENTARY_CHARGE:
        assert sinis_temperature(voltage, current, GAP, RESISTANCE) == pytest.approx(
            temperature, rel=1e-12, abs=0
        )


@settings(max_examples=40, deadline=None)
@given(CURRENTS)
def test_the_voltage_rises_with_current_and_below_the_gap_falls_with_temperature(current: float) -> None:
    temperature = np.linspace(0.02, 0.6, 50)
    voltage = sinis_voltage(current, temperature, GAP, RESISTANCE)
    assert (np.diff(voltage)[voltage[:-1] < 2 * GAP / ELEMENTARY_CHARGE] < 0).all()
    assert (sinis_voltage(1.001 * current, temperature, GAP, RESISTANCE) > voltage).all()


def test_cooling_turns_into_heating_above_the_gap() -> None:
    assert sinis_cooling_power(1e-10, 0.1, GAP, RESISTANCE) > 0
    above = 1.5 * GAP / (ELEMENTARY_CHARGE * RESISTANCE)
    assert sinis_cooling_power(above, 0.1, GAP, RESISTANCE) < 0


def test_arguments_broadcast_and_scalars_give_scalars() -> None:
    current, temperature = np.array([[1e-12], [1e-11]]), np.array([0.1, 0.2, 0.3])
    voltage = sinis_voltage(current, temperature, GAP, RESISTANCE)
    assert voltage.shape == (2, 3)
    assert voltage[1, 2] == pytest.approx(float(sinis_voltage(1e-11, 0.3, GAP, RESISTANCE)), rel=1e-14, abs=0)
    assert sinis_temperature(voltage, current, GAP, RESISTANCE).shape == (2, 3)
    assert np.ndim(sinis_cooling_power(1e-12, 0.1, GAP, RESISTANCE)) == 0
    assert sinis_voltage(np.empty(0), 0.1, GAP, RESISTANCE).shape == (0,)


@pytest.mark.parametrize("name", ["current", "temperature", "gap", "resistance"])
@pytest.mark.parametrize("value", [0.0, -1.0, np.nan, np.inf, "a", 1j])
@pytest.mark.parametrize("function", [sinis_voltage, sinis_cooling_power])
def test_an_argument_out_of_range_is_named(function, name: str, value: object) -> None:
    arguments = {"current": 1e-11, "temperature": 0.1, "gap": GAP, "resistance": RESISTANCE}
    with pytest.raises(ValueError, match=f"`{name}`"):
        function(**(arguments | {name: value}))


def test_a_current_far_above_the_gap_is_refused() -> None:
    with pytest.raises(ValueError, match=r"`current` must be at most .* is the resistance in Ohm"):
        sinis_voltage(1e-6, 0.1, GAP, RESISTANCE)


@pytest.mark.parametrize("voltage", [1e-7, 2 * GAP / ELEMENTARY_CHARGE, 1.0])
def test_a_voltage_that_no_temperature_gives_is_refused_with_the_range(voltage: float) -> None:
    with pytest.raises(ValueError, match=r"`voltage` must be from .* V .* to below 0.00041 V"):
        sinis_temperature(voltage, 1e-11, GAP, RESISTANCE)


@settings(max_examples=60, deadline=None)
@given(st.floats(1e-13, 8e-7), st.floats(0.01, 0.6), st.sampled_from([0.0, 1e-7, 1e-4, 1e-2]))
def test_the_pair_carries_its_bias_current_below_and_above_the_gap(
    current: float, temperature: float, broadening: float
) -> None:
    voltage = sinis_voltage(current, temperature, GAP, RESISTANCE, broadening)
    found = nis_current(voltage / 2, temperature, GAP, RESISTANCE, broadening)
    assert found == pytest.approx(current, rel=1e-11, abs=0)
    power = nis_cooling_power(voltage / 2, temperature, GAP, RESISTANCE, broadening)
    assert 2 * power == pytest.approx(
        sinis_cooling_power(current, temperature, GAP, RESISTANCE, broadening), rel=1e-9, abs=1e-27
    )


def test_far_above_the_gap_the_pair_is_ohmic_and_shares_its_heat_with_the_leads() -> None:
    current = 90 * GAP / (ELEMENTARY_CHARGE * RESISTANCE)
    voltage = sinis_voltage(current, 0.1, GAP, RESISTANCE, 1e-4)
    assert voltage == pytest.approx(2 * RESISTANCE * current, rel=1e-4, abs=0)
    heating = -sinis_cooling_power(current, 0.1, GAP, RESISTANCE, 1e-4)
    assert heating == pytest.approx(current * voltage / 2, rel=1e-2, abs=0)


def test_far_below_the_gap_a_broadened_junction_leaks() -> None:
    conductance = nis_current(1e-6, 0.02, GAP, RESISTANCE, 1e-4) / 1e-6
    assert conductance == pytest.approx(1e-4 / RESISTANCE, rel=1e-3, abs=0)


@settings(max_examples=40, deadline=None)
@given(CURRENTS, TEMPERATURES, st.sampled_from([1e-6, 1e-4]))
def test_temperature_is_the_inverse_of_voltage_with_broadening(
    current: float, temperature: float, broadening: float
) -> None:
    voltage = sinis_voltage(current, temperature, GAP, RESISTANCE, broadening)
    slope = sinis_voltage(current, 1.001 * temperature, GAP, RESISTANCE, broadening) / voltage - 1
    if (
        slope < -1e-6 and voltage < 2 * GAP / ELEMENTARY_CHARGE
    ):  # else the leak hides the temperature, or the pair is above its gap
        assert sinis_temperature(voltage, current, GAP, RESISTANCE, broadening) == pytest.approx(
            temperature, rel=1e-13 / -slope, abs=0
        )


def test_a_voltage_above_that_of_the_leak_is_refused() -> None:
    with pytest.raises(ValueError, match=r"to below 4.963\d*e-05 V \(at the lowest temperatures\)"):
        sinis_temperature(0.4e-3, 1e-11, GAP, RESISTANCE, 1e-2)


def test_current_is_odd_and_cooling_even_in_the_voltage() -> None:
    voltage = np.array([0.0, 1e-4, 5e-4])
    current = nis_current(voltage, 0.1, GAP, RESISTANCE, 1e-3)
    assert current[0] == 0
    assert (nis_current(-voltage, 0.1, GAP, RESISTANCE, 1e-3) == -current).all()
    power = nis_cooling_power(voltage, 0.1, GAP, RESISTANCE, 1e-3)
    assert power[0] == pytest.approx(0, abs=1e-30)
    assert (nis_cooling_power(-voltage, 0.1, GAP, RESISTANCE, 1e-3) == power).all()


@pytest.mark.parametrize("broadening", [-1e-3, 1.5, np.nan])
def test_a_broadening_out_of_range_is_named(broadening: float) -> None:
    with pytest.raises(ValueError, match="`broadening`"):
        nis_current(1e-4, 0.1, GAP, RESISTANCE, broadening)
