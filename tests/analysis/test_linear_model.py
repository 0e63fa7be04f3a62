"""Oscillators in the place of the qubits, as a model of a measurement."""

from dataclasses import replace

import numpy as np
import pytest

from valvelab.analysis import MODELS, Points, Rates, fit_switching
from valvelab.sim import Resonator

RESONATOR = Resonator(4e9, 20.0)


def points(first, second):
    first, second = np.broadcast_arrays(np.asarray(first, float), np.asarray(second, float))
    return Points(first, second, np.full(first.shape, 0.384), np.full(first.shape, 0.096))


def test_two_are_less_than_twice_one_and_imperfections_are_those_of_pair():
    rates = Rates(0.5e9, 0.5e9, 0.0, 0.05)
    both, one = MODELS["linear"](rates, points([4e9, 4e9], [4e9, 2e9]), RESONATOR).hot
    assert both / (2 * one) == pytest.approx(0.778, abs=2e-3)
    moved = MODELS["linear"](replace(rates, mismatch=-2e9), points(4e9, 4e9), RESONATOR).hot
    assert float(moved) == pytest.approx(one, rel=1e-10, abs=0)


def test_weakly_coupled_cold_oscillators_are_the_qubits_of_pair():
    rates, resonator = Rates(1e5, 2e5, 1e4, 0.02), Resonator(4e9, 7.0)
    cold = replace(
        points([4e9, 4e9, 3e9], [4e9, 4.1e9, 4e9]),
        temperature_source=np.full(3, 0.02),
        temperature_drain=np.full(3, 0.015),
    )
    found, expected = (MODELS[name](rates, cold, resonator) for name in ("linear", "pair"))
    np.testing.assert_allclose(found.hot, expected.hot, rtol=2e-3)
    np.testing.assert_allclose(found.cold, expected.cold, rtol=2e-3)


@pytest.mark.desk
def test_a_linear_chip_is_fitted_and_qubits_are_not_what_it_is(make_switching_dataset, truth):
    data = make_switching_dataset(seed=1, model="linear")
    fit = fit_switching(data, "linear")
    assert fit.chi_square < 80 and fit.rates.gamma_h == pytest.approx(truth.gamma_h, rel=0.02, abs=0)
    qubits = fit_switching(data, "pair")
    assert qubits.chi_square > 1000
    assert "above 0.2" in qubits.report() and "above 0.2" not in fit.report()
