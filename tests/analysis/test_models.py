"""The models of a switching measurement."""

import numpy as np
import pytest

from valvelab.analysis import MODELS, QUICK_MODELS, Points, Rates, Transmons
from valvelab.analysis.models import reference_power, validity
from valvelab.sim import Resonator

RATES = Rates(0.5e9, 0.4e9, 0.01e9, 0.05, transmons=Transmons((178e6, 150e6), 3))
RESONATOR = Resonator(4e9, 20.0)


def _points(first, second):
    first, second = np.broadcast_arrays(np.asarray(first, float), np.asarray(second, float))
    return Points(first, second, np.full(first.shape, 0.384), np.full(first.shape, 0.096))


@pytest.mark.parametrize("model", sorted(MODELS))
def test_energy_is_conserved(model):
    currents = MODELS[model](RATES, _points([4e9, 4e9, 2e9], [4e9, 2e9, 2e9]), RESONATOR)
    total = currents.hot + currents.cold + currents.parasitic
    np.testing.assert_allclose(total, 0, atol=1e-12 * np.abs(currents.hot).max())


def test_models_agree_where_all_of_them_hold():
    apart = _points([4e9, 2e9], [2e9, 4e9])
    powers = [MODELS[name](RATES, apart, RESONATOR).cold for name in sorted(QUICK_MODELS)]
    np.testing.assert_allclose(powers[0], powers[1], rtol=1e-12)
    np.testing.assert_allclose(powers[0], powers[2], rtol=1e-4)
    together = _points(4e9, 4e9)
    collective, pair = (MODELS[name](RATES, together, RESONATOR).cold for name in ("collective", "pair"))
    np.testing.assert_allclose(collective, pair, rtol=1e-10)


def test_a_mismatch_that_a_source_cannot_resolve_is_still_collective():
    near = _points(4e9, 4e9 + 0.7e6)
    collective, pair = (MODELS[name](RATES, near, RESONATOR).cold for name in ("collective", "pair"))
    np.testing.assert_allclose(collective, pair, rtol=3e-4)


def test_the_independent_reference_is_equation_26():
    n_h, n_c = (1 / np.expm1(4e9 * 6.62607015e-34 / (1.380649e-23 * t)) for t in (0.384, 0.096))
    rates = RATES.gamma_h * RATES.gamma_c / (RATES.gamma_h * (2 * n_h + 1) + RATES.gamma_c * (2 * n_c + 1))
    expected = 2 * 6.62607015e-34 * 4e9 * rates * (n_h - n_c)
    assert reference_power(RATES, 4e9, 0.384, 0.096, RESONATOR) == pytest.approx(expected, rel=1e-12, abs=0)


def test_table_1_is_far_outside_the_range_of_the_master_equation():
    # 2 x 0.5e9 x (2 x 1.541 + 1 + 2 x 0.1565 + 1) / (2 pi 4e9 / 20)
    found = validity(Rates(0.5e9, 0.5e9, 0, 0.05), 0.384, 0.096, RESONATOR)
    assert found.broadening == pytest.approx(4.2946, abs=1e-3)
    assert validity(Rates(0.5e9, 0.5e9, 0, 0.05), 0.384, 0.096, Resonator(4e9, 0)).markovian
