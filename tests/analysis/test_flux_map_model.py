"""The map's model against other ways to the same physics."""

import numpy as np
import pytest

from tests.analysis.map_simulator import random_device
from valvelab.analysis.flux_map_model import drain_power, map_derivatives, map_power, rates, ridge
from valvelab.sim import Bath, Resonator, detuned

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
    found = map_derivatives(values, names, FIRST, SECOND, model)
    for k, name in enumerate(names):
        step = 1e-5 * abs(values[name])
        above, below = (
            map_power(values | {name: values[name] + sign * step}, FIRST, SECOND, model) for sign in (1, -1)
        )
        expected = (above - below) / (2 * step)
        np.testing.assert_allclose(found[..., k], expected, atol=2e-4 * np.abs(expected).max(), err_msg=name)


def test_a_cross_talk_of_nearly_zero_has_the_derivative_of_its_neighbours(values):
    names = ["flux_1_coil_2", "flux_offset_1"]
    tiny = map_derivatives(
        values | {"flux_1_coil_2": 1e-9, "flux_offset_1": 1e-12}, names, FIRST, SECOND, "independent"
    )
    none = map_derivatives(
        values | {"flux_1_coil_2": 0.0, "flux_offset_1": 0.0}, names, FIRST, SECOND, "independent"
    )
    np.testing.assert_allclose(tiny, none, rtol=1e-3, atol=1e-6 * np.abs(none).max())
