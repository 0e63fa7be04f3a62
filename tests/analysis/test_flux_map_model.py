"""The map's model against other ways to the same physics."""

import numpy as np
import pytest

from tests.analysis.map_simulator import random_device
from valvelab.analysis.flux_map_heat import rates, ridge
from valvelab.analysis.flux_map_model import drain_power, map_derivatives, map_power
from valvelab.sim import Bath, Resonator, detuned, independent

FIRST, SECOND = np.linspace(-0.4e-3, 0.5e-3, 7)[:, None], np.linspace(-0.5e-3, 0.3e-3, 5)[None, :]


@pytest.fixture
def values():
    return random_device(3)


def test_two_equal_ridges_are_the_detuned_qubits_of_appendix_d(values):
    values |= {"weight_2": 1.0, "parasitic_temperature": 0.09}
    f_1, f_2, rate = 5.4e9, 6.1e9, rates(values)
    expected = detuned(
        (f_1, f_2),
        Bath(rate.gamma, values["source_temperature"]),
        Bath(rate.gamma, values["drain_temperature"]),
        Bath(rate.gamma_p, 0.09),
        Resonator(values["resonator_frequency"], values["quality_factor"]),
    )
    assert drain_power(values, f_1, f_2, "independent") == pytest.approx(-expected.cold, rel=1e-12, abs=0)


def test_ridge_power_is_the_height_where_the_parasitic_bath_is_as_cold_as_the_drain(values):
    assert ridge(1, values, values["resonator_frequency"]) == pytest.approx(
        values["ridge_power"], rel=1e-9, abs=0
    )


def test_the_parasitic_share_is_its_part_of_the_relaxation_rate(values):
    values["parasitic_temperature"], f = 0.2, values["resonator_frequency"]
    rate = rates(values)
    n_h, n_c, n_p = (
        Bath(1.0, values[f"{name}_temperature"]).occupation(f) for name in ("source", "drain", "parasitic")
    )
    reservoirs, parasitic = 2 * rate.gamma * (n_h + n_c + 1), rate.gamma_p * (2 * n_p + 1)
    assert parasitic / (parasitic + reservoirs) == pytest.approx(values["parasitic_share"], rel=1e-6, abs=0)


def test_the_pair_far_from_f_1_equal_f_2_is_two_independent_qubits(values):
    apart = drain_power(values, 5.6e9, 7.6e9, "pair")
    assert apart == pytest.approx(drain_power(values, 5.6e9, 7.6e9, "independent"), rel=1e-3, abs=0)


@pytest.mark.parametrize("model", ["independent", "pair"])
def test_the_derivatives_are_those_of_central_differences(values, model):
    names = ["flux_1_coil_2", "flux_offset_2", "maximum_frequency_1", "asymmetry_2", "charging_energy_1"]
    names += ["quality_factor", "ridge_power", "weight_2", "parasitic_share", "resonator_frequency"]
    values |= {"coil_1_curvature": 100.0, "coil_2_curvature": -200.0, "resonator_splitting": 0.8}
    values |= {"quality_ratio_2": 1.2, "drain_quality_ratio": 0.9, "crossing_excess": -0.1}
    names += [
        "crossing_excess",
        "coil_1_curvature",
        "coil_2_curvature",
        "resonator_splitting",
        "quality_ratio_2",
        "drain_quality_ratio",
    ]
    found = map_derivatives(values, names, FIRST, SECOND, model)
    for k, name in enumerate(names):
        step = 1e-5 * abs(values[name])
        above, below = (
            map_power(values | {name: values[name] + sign * step}, FIRST, SECOND, model) for sign in (1, -1)
        )
        expected = (above - below) / (2 * step)
        np.testing.assert_allclose(found[..., k], expected, atol=2e-4 * np.abs(expected).max(), err_msg=name)


def test_the_derivatives_of_a_tabulated_rung_are_nearly_those_of_central_differences(values):
    names = [
        "flux_offset_2",
        "quality_factor",
        "ridge_power",
        "weight_2",
        "parasitic_share",
        "resonator_frequency",
    ]
    found = map_derivatives(values, names, FIRST, SECOND, "linear")
    for k, name in enumerate(names):
        step = 3e-3 * abs(values[name])
        if name == "flux_offset_2":
            step = 1e-5
        above, below = (
            map_power(values | {name: values[name] + sign * step}, FIRST, SECOND, "linear")
            for sign in (1, -1)
        )
        expected = (above - below) / (2 * step)
        off = found[..., k] - expected
        assert np.sqrt(np.mean(off**2)) < 0.04 * np.sqrt(np.mean(expected**2)), name


def test_a_cross_talk_of_nearly_zero_has_the_derivative_of_its_neighbours(values):
    names = ["flux_1_coil_2", "flux_offset_1"]
    tiny = map_derivatives(
        values | {"flux_1_coil_2": 1e-9, "flux_offset_1": 1e-12}, names, FIRST, SECOND, "independent"
    )
    none = map_derivatives(
        values | {"flux_1_coil_2": 0.0, "flux_offset_1": 0.0}, names, FIRST, SECOND, "independent"
    )
    np.testing.assert_allclose(tiny, none, rtol=1e-3, atol=1e-6 * np.abs(none).max())


def test_a_curved_coil_is_a_straight_one_with_other_currents(values):
    curved = values | {"coil_2_curvature": -300.0}
    straight = SECOND * (1 - 300.0 * SECOND)
    np.testing.assert_allclose(
        map_power(curved, FIRST, SECOND, "pair"), map_power(values, FIRST, straight, "pair"), rtol=1e-12
    )


def test_a_ridge_between_resonators_apart_has_its_height_in_their_middle_and_is_broader(values):
    apart, f = values | {"resonator_splitting": 1.5}, values["resonator_frequency"]
    assert ridge(1, apart, f) == pytest.approx(values["ridge_power"], rel=0.05, abs=0)
    linewidth = f / values["quality_factor"]
    assert ridge(1, apart, f + linewidth / 2) > 1.2 * ridge(1, values, f + linewidth / 2)


def test_resonators_apart_filter_each_its_own_reservoir(values):
    values |= {"resonator_splitting": 0.8, "drain_quality_ratio": 1.3, "weight_2": 1.0}
    f, rate, quality = 5.9e9, rates(values), values["quality_factor"]
    half = 0.4 * values["resonator_frequency"] / quality
    filters = (
        Resonator(values["resonator_frequency"] + half, quality).filter(f),
        Resonator(values["resonator_frequency"] - half, 1.3 * quality).filter(f),
    )
    hot, cold, parasitic = (
        Bath(strength, values[f"{name}_temperature"])
        for name, strength in zip(
            ("source", "drain", "parasitic"), (*np.multiply(rate.gamma, filters), rate.gamma_p), strict=True
        )
    )
    expected = -independent(1, f, hot, cold, parasitic).cold
    for qubit in (1, 2):
        assert ridge(qubit, values, f) == pytest.approx(expected, rel=1e-12, abs=0)


@pytest.mark.parametrize("model", ["independent", "pair"])
def test_a_qubit_that_sees_another_quality_factor_is_that_of_a_map_with_it(values, model):
    other = values | {"quality_factor": 1.4 * values["quality_factor"]}
    changed, far, f = values | {"quality_ratio_2": 1.4}, 15e9, 5.8e9
    alone = [
        drain_power(each, far, f, model) - drain_power(each, far, 20e9, model) for each in (changed, other)
    ]
    assert alone[0] == pytest.approx(alone[1], rel=1e-2, abs=0)


def test_couplings_of_opposite_sign_close_the_valve_where_those_of_one_sign_open_it(values):
    on = values["resonator_frequency"]
    apart = drain_power(values, on, on, "independent")
    assert (
        drain_power(values | {"parity": -1.0}, on, on, "pair") < apart < drain_power(values, on, on, "pair")
    )


def test_a_qubit_that_a_small_asymmetry_would_bring_below_zero_stays_above(values):
    dark = values | {"asymmetry_1": 0.0, "flux_offset_1": 0.5, "flux_1_coil_1": 0.0, "flux_1_coil_2": 0.0}
    assert np.all(np.isfinite(map_power(dark, FIRST, SECOND, "pair")))
