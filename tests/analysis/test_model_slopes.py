"""Derivatives of the models are those of the models."""

from dataclasses import replace

import numpy as np
import pytest

from valvelab.analysis.model_slopes import SLOPES
from valvelab.analysis.models import COUPLED_MODELS, MODELS, Points, Rates
from valvelab.analysis.transmons import Transmons
from valvelab.sim import Resonator

RESONATOR = Resonator(4e9, 20.0)
RATES = Rates(0.4e9, 0.6e9, 0.03e9, 0.08, transmons=Transmons((178e6, 150e6), 3))
POINTS = Points(
    np.array([4e9, 4e9, 2e9, 4e9, 3.97e9]),
    np.array([4e9, 2e9, 4.1e9, 4e9, 2.2e9]),
    np.array([0.384, 0.3, 0.25, 0.15, 0.4]),
    np.array([0.096, 0.08, 0.12, 0.15, 0.06]),
)


EXACT = [model for model in MODELS if model != "hierarchy"]


def rises(model, name, parity=1, points=POINTS):
    """Return central differences of the currents by a rate or a temperature."""

    def at(sign):
        rates, moved = replace(RATES, parity=parity), points
        if name in ("T_h", "T_c"):
            field = {"T_h": "temperature_source", "T_c": "temperature_drain"}[name]
            value = getattr(points, field)
            moved = replace(points, **{field: value * (1 + sign * 1e-5)})
            step = value * 1e-5
        else:
            step = getattr(RATES, name) * 1e-5
            rates = replace(rates, **{name: getattr(RATES, name) + sign * step})
        return MODELS[model](rates, moved, RESONATOR), step

    (up, step), (down, _) = at(1), at(-1)
    return [(getattr(up, one) - getattr(down, one)) / (2 * step) for one in ("hot", "cold", "parasitic")]


@pytest.mark.parametrize("model", EXACT)
@pytest.mark.parametrize("name", ["gamma_h", "gamma_c", "gamma_p", "T_p", "T_h", "T_c"])
def test_a_slope_is_the_limit_of_differences(model, name):
    found = SLOPES[model](RATES, POINTS, RESONATOR).by(name)
    for one, wanted in zip(("hot", "cold", "parasitic"), rises(model, name), strict=True):
        np.testing.assert_allclose(getattr(found, one), wanted, rtol=1e-5, atol=1e-6 * np.abs(wanted).max())


@pytest.mark.parametrize("name", ["gamma_h", "T_c"])
def test_the_hierarchy_goes_along_the_slopes_of_modes(name):
    found = SLOPES["hierarchy"](RATES, POINTS.at(np.array([0, 1])), RESONATOR).by(name)
    wanted = rises("hierarchy", name, points=POINTS.at(np.array([0, 1])))
    np.testing.assert_allclose(found.hot, wanted[0], rtol=0.02)
    np.testing.assert_allclose(found.cold, wanted[1], rtol=0.02)


@pytest.mark.parametrize("model", [model for model in COUPLED_MODELS if model in EXACT])
def test_slopes_know_the_parity(model):
    odd = SLOPES[model](replace(RATES, parity=-1), POINTS, RESONATOR).by("gamma_h")
    wanted = rises(model, "gamma_h", parity=-1)
    np.testing.assert_allclose(odd.cold, wanted[1], rtol=1e-5, atol=1e-6 * np.abs(wanted[1]).max())
    even = SLOPES[model](RATES, POINTS, RESONATOR).by("gamma_h")
    assert abs(odd.cold[0] / even.cold[0] - 1) > 0.1


def test_a_model_may_be_asked_for_many_rates_at_once():
    many = replace(RATES, gamma_h=np.array([[0.4e9], [0.5e9]]), T_p=np.array([[0.08], [0.02]]))
    for model in ("collective", "pair", "independent", "levels"):
        rows = MODELS[model](many, POINTS, RESONATOR).cold
        assert rows.shape == (2, 5)
        for row, gamma_h, T_p in zip(rows, (0.4e9, 0.5e9), (0.08, 0.02), strict=True):
            alone = MODELS[model](replace(RATES, gamma_h=gamma_h, T_p=T_p), POINTS, RESONATOR).cold
            np.testing.assert_allclose(row, alone, rtol=1e-12)
