"""The models of a pair, between fast resonators and between slow ones."""

import numpy as np
import pytest

from valvelab.analysis import MODELS, Points, Rates
from valvelab.analysis.pair_models import PRECISION, resonators_error
from valvelab.sim import Bath, Resonator, TruncationError, resonators

RESONATOR = Resonator(4e9, 20.0)


def _points(first, second, source=0.384):
    first, second = np.broadcast_arrays(np.asarray(first, float), np.asarray(second, float))
    return Points(first, second, np.full(first.shape, source), np.full(first.shape, 0.096))


def test_resonators_that_are_fast_make_a_pair():
    # Small rates beside kappa, with every imperfection that both know.
    rates = Rates(2e5, 3e5, 1e4, 0.05, asymmetry=0.1, mismatch=1e4, exchange=2e4)
    together = _points([4e9, 4e9], [4e9, 4.00001e9])
    slow, fast = (MODELS[name](rates, together, RESONATOR) for name in ("resonators", "pair"))
    for one in ("hot", "cold", "parasitic"):
        np.testing.assert_allclose(getattr(slow, one), getattr(fast, one), rtol=3e-3)


def test_rates_of_many_linewidths_are_answered_as_exactly_as_can_be_and_the_error_is_told(monkeypatch):
    monkeypatch.setattr("valvelab.sim.resonator_solution._DEEPEST", 10)  # the usual depth takes seconds
    rates, points = Rates(2.1e9, 2.2e9, 1e8, 0.05), _points([4e9], [4e9], source=0.41)
    baths = Bath(2.1e9, 0.41), Bath(2.2e9, 0.096), Bath(1e8, 0.05)
    with pytest.raises(TruncationError):
        resonators((4e9, 4e9), *baths, RESONATOR, tolerance=PRECISION)
    currents = MODELS["resonators"](rates, points, RESONATOR)
    assert PRECISION < resonators_error(rates, points, RESONATOR) <= 1e-2
    np.testing.assert_allclose(currents.hot + currents.parasitic, -currents.cold, rtol=1e-9)
    assert resonators_error(Rates(0.5e9, 0.5e9, 1e7, 0.05), points, RESONATOR) <= PRECISION


def test_many_rates_at_once_are_each_alone():
    points, many = _points([4e9, 4e9], [4e9, 2e9]), Rates(np.array([[0.4e9], [0.5e9]]), 0.5e9, 1e7, 0.05)
    rows = MODELS["resonators"](many, points, RESONATOR).cold
    for row, gamma_h in zip(rows, (0.4e9, 0.5e9), strict=True):
        alone = MODELS["resonators"](Rates(gamma_h, 0.5e9, 1e7, 0.05), points, RESONATOR).cold
        np.testing.assert_allclose(row, alone, rtol=1e-12)
