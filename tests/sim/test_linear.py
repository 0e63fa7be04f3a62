import mpmath
import numpy as np
import pytest
from scipy.constants import h, hbar, k
from scipy.linalg import solve_continuous_lyapunov

from valvelab.sim import Bath, Ladder, Resonator, collective, detuned, levels, linear

HOT, COLD, PARASITIC = Bath(0.5e9, 0.384), Bath(0.5e9, 0.096), Bath(0.01e9, 0.05)
ONE = {"weights_hot": (1, 0), "weights_cold": (1, 0)}


def flows(currents):
    return np.array([currents.hot, currents.cold, currents.parasitic])


def ratio(quality_factor, rate=0.5e9):
    hot, cold, resonator = Bath(rate, 0.384), Bath(rate, 0.096), Resonator(4e9, quality_factor)
    both = linear((4e9, 4e9), hot, cold, resonator=resonator)
    return float(both.hot / (2 * linear((4e9, 4e9), hot, cold, resonator=resonator, **ONE).hot))


@pytest.mark.parametrize(("quality_factor", "known"), [(20, 0.78), (7.18, 0.89), (5, 0.92)])
def test_two_oscillators_carry_less_than_twice_the_heat_of_one(quality_factor, known):
    # Computed before with the four coupled modes, for the rates and temperatures of Table I.
    assert ratio(quality_factor) == pytest.approx(known, abs=5e-3)


@pytest.mark.parametrize("rate_over_linewidth", [1e-3, 0.4, 3.0])
def test_between_narrow_resonators_the_ratio_is_a_closed_form(rate_over_linewidth):
    # Bright mode of rate N gamma between two modes of width kappa: its heat goes with N gamma / (1 + N gamma / kappa).
    kappa, x = 2 * np.pi * 4e9 / 1e5, rate_over_linewidth
    assert ratio(1e5, x * kappa) == pytest.approx((1 + x) / (1 + 2 * x), rel=1e-8, abs=0)


def langevin(frequencies, baths, linewidths, resonances, weights, exchange):
    """Return the currents of four modes with white noise, from the covariance <a_j+ a_i> of the stationary state."""
    omega = np.diag([*frequencies, *resonances]) * 2 * np.pi + 0j
    omega[0, 1] = omega[1, 0] = 2 * np.pi * exchange
    for side in (0, 1):
        for mode in (0, 1):
            g = weights[side][mode] * np.sqrt(baths[side].rate * linewidths[side]) / 2
            omega[mode, 2 + side], omega[2 + side, mode] = np.conj(g), g
    loss = np.array([baths[2].rate, baths[2].rate, *linewidths])
    n = np.array([float(baths[which].occupation(frequencies[0])) for which in (2, 2, 0, 1)])
    drift = -1j * omega - np.diag(loss) / 2
    covariance = solve_continuous_lyapunov(drift, -np.diag(loss * n).astype(complex))
    into = hbar * 2 * np.pi * frequencies[0] * loss * (n - np.diag(covariance).real)
    return np.array([into[2], into[3], into[0] + into[1]])


@pytest.mark.parametrize("phase", [0.0, 1.0, -2.0])
def test_slow_narrow_modes_obey_the_langevin_equation_with_white_noise(phase):
    frequencies, quality = (4e9, 4e9 + 3e3), (2e5, 1e5)
    kappa = [2 * np.pi * 4e9 / q for q in quality]
    baths = Bath(0.4 * kappa[0], 0.384), Bath(0.7 * kappa[0], 0.096), Bath(0.05 * kappa[0], 0.05)
    weights = ((1.0, -0.7 * np.exp(1j * phase)), (0.8, 1.2))
    found = linear(
        frequencies,
        *baths,
        resonator=tuple(Resonator(4e9, q) for q in quality),
        weights_hot=weights[0],
        weights_cold=weights[1],
        exchange=2e3,
    )
    expected = langevin(frequencies, baths, kappa, (4e9, 4e9), weights, 2e3)
    assert flows(found) == pytest.approx(expected, rel=1e-5, abs=1e-5 * np.abs(expected).max())


def test_the_integral_is_that_of_mpmath():
    f, q, rate, warm, cool = (4e9, 3.9e9), 7.0, 0.5e9, 0.384, 0.096

    def heat(x):
        chi = 1 / (1 - 1j * q * (x / 4e9 - 4e9 / x))
        own, between = [one - x - 2j * rate * chi / (4 * np.pi) for one in f], -2j * rate * chi / (4 * np.pi)
        across = (own[0] + own[1] - 2 * between) / (own[0] * own[1] - between**2)
        passed = abs(rate * abs(chi) ** 2 * across / (2 * np.pi)) ** 2
        return h * x * passed * (1 / mpmath.expm1(h * x / (k * warm)) - 1 / mpmath.expm1(h * x / (k * cool)))

    edges = [0, 1e9, 3e9, 3.5e9, *np.linspace(3.7e9, 4.2e9, 51), 4.5e9, 6e9, 2e10, 3e11]
    expected = float(mpmath.quad(heat, edges))
    found = linear(f, Bath(rate, warm), Bath(rate, cool), resonator=Resonator(4e9, q))
    assert float(found.hot) == pytest.approx(expected, rel=2e-9, abs=0)


@pytest.mark.parametrize("quality_factor", [0.0, 20.0])
def test_weakly_coupled_oscillators_obey_their_master_equation(quality_factor):
    hot, cold, parasitic = Bath(1e3, 0.384), Bath(2e3, 0.096), Bath(3e2, 0.05)
    frequencies, resonator = np.array([4e9, 3e9]), Resonator(4e9, quality_factor, 2)
    expected = np.zeros(3)
    for f in frequencies:
        rates = np.array([hot.rate, cold.rate, parasitic.rate]) * [*[float(resonator.filter(f))] * 2, 1]
        n = np.array([float(bath.occupation(f)) for bath in (hot, cold, parasitic)])
        expected += h * f * rates * (n - rates @ n / rates.sum())
    found = linear(tuple(frequencies), hot, cold, parasitic, resonator=resonator)
    assert flows(found) == pytest.approx(expected, rel=1e-5, abs=0)


def test_two_like_oscillators_carry_twice_the_heat_of_one_and_no_more():
    weak = Bath(1e4, 0.384), Bath(1e4, 0.096)
    both, one = linear((4e9, 4e9), *weak), linear((4e9, 4e9), *weak, **ONE)
    assert float(both.hot / one.hot) == pytest.approx(2, abs=1e-4)
    # A long ladder of even steps is an oscillator.
    ladder = Ladder.anharmonic(4e9, 0.0, 6)
    cool = Bath(1e4, 0.05), Bath(1e4, 0.03), Bath(1e3, 0.04)
    expected = linear((4e9, 4e9), *cool)
    assert flows(levels((ladder, ladder), *cool).currents) == pytest.approx(flows(expected), rel=1e-4, abs=0)


def test_cold_oscillators_are_qubits():
    cold = Bath(1e4, 0.02), Bath(1e4, 0.015), Bath(1e2, 0.01)
    assert flows(linear((4e9, 4e9), *cold)) == pytest.approx(
        flows(collective(2, 4e9, *cold).currents), rel=1e-3, abs=0
    )
    apart = linear((4e9, 2e9), *cold)
    assert flows(apart) == pytest.approx(flows(detuned((4e9, 2e9), *cold, None)), rel=5e-2, abs=0)


def test_nothing_flows_in_equilibrium():
    same = [Bath(rate, 0.2) for rate in (0.5e9, 0.3e9, 1e7)]
    for weight in (1.0, np.exp(1j)):
        options = {"resonator": Resonator(4e9, 20), "exchange": 1e7, "weights_hot": (1.0, weight)}
        assert np.all(flows(linear((4e9, 3.9e9), *same, **options)) == 0)


@pytest.mark.parametrize("phase", [0.5, np.pi / 2, 3.0])
def test_where_a_phase_is_does_not_matter_and_a_phase_of_pi_is_a_sign(phase):
    turn = np.exp(1j * phase)
    found, other = (
        flows(linear((4e9, 3.98e9), HOT, COLD, PARASITIC, resonator=Resonator(4e9, 20), **where))
        for where in ({"weights_hot": (1, turn)}, {"weights_cold": (1, 1 / turn)})
    )
    assert found == pytest.approx(other, rel=1e-9, abs=0)
    half, sign = (
        flows(linear((4e9, 3.98e9), HOT, COLD, PARASITIC, weights_hot=(1, weight)))
        for weight in (np.exp(1j * np.pi), -1.0)
    )
    assert half == pytest.approx(sign, rel=1e-9, abs=0)


def test_energy_is_conserved_and_arrays_broadcast():
    second = np.linspace(3e9, 5e9, 4)
    found = linear((4e9, second), HOT, Bath(np.array([[1e8], [1e9]]), 0.096), PARASITIC)
    assert found.hot.shape == (2, 4)
    assert np.abs(flows(found).sum(axis=0)).max() <= 1e-15 * found.hot.max()
    alone = linear((4e9, second[2]), HOT, Bath(1e9, 0.096), PARASITIC)
    assert flows(found)[:, 1, 2] == pytest.approx(flows(alone), rel=1e-10, abs=0)


def test_no_mode_carries_more_than_the_quantum_of_heat_conductance():
    bound = np.pi * k**2 * (0.384**2 - 0.096**2) / (12 * hbar)
    heat = linear(
        (4e9, 4e9), Bath(np.geomspace(1e6, 1e12, 7), 0.384), Bath(np.geomspace(1e6, 1e12, 7), 0.096)
    )
    assert np.all(np.diff(heat.hot) > 0) and np.all(heat.hot < bound)


def test_opposite_signs_leave_each_mode_dark_for_one_reservoir():
    found = linear((4e9, 4e9), HOT, COLD, weights_cold=(1, -1), resonator=Resonator(4e9, 20))
    assert abs(float(found.hot)) < 1e-12 * 1e-15
    assert float(linear((4e9, 3.8e9), HOT, COLD, weights_cold=(1, -1)).hot) > 1e-16


def test_reservoirs_at_0_kelvin_take_up_heat():
    frozen = linear((4e9, 4e9), HOT, Bath(0.5e9, 0.0), Bath(1e7, 0.0), resonator=Resonator(4e9, 20))
    assert frozen.hot > -frozen.cold > 0 and frozen.parasitic < 0
    assert np.all(flows(linear((4e9, 4e9), Bath(1e8, 0.0), Bath(1e8, 0.0))) == 0)


def test_arguments_are_those_of_pair():
    with pytest.raises(ValueError, match="`exchange` must stay below"):
        linear((4e9, 4e9), HOT, COLD, exchange=5e9)
    with pytest.raises(ValueError, match="`frequencies`"):
        linear((4e9, -1.0), HOT, COLD)
