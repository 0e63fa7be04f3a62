"""The models of a pair, between fast resonators and between slow ones."""

from dataclasses import replace

import numpy as np
import pytest

from valvelab import transmon
from valvelab.analysis import MODELS, Points, Rates, fit_switching
from valvelab.analysis.pair_models import PRECISION, mismatch_share
from valvelab.analysis.switching_data import SwitchingData
from valvelab.analysis.switching_slopes import power_slopes
from valvelab.sim import Bath, Resonator, TruncationError, pair, resonators

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
    assert PRECISION < currents.relative_error.item() <= 1e-2
    np.testing.assert_allclose(currents.hot + currents.parasitic, -currents.cold, rtol=1e-9)
    exact = MODELS["resonators"](Rates(0.5e9, 0.5e9, 1e7, 0.05), points, RESONATOR)
    assert 0 < exact.relative_error.item() <= PRECISION


def test_many_rates_at_once_are_each_alone():
    points, many = _points([4e9, 4e9], [4e9, 2e9]), Rates(np.array([[0.4e9], [0.5e9]]), 0.5e9, 1e7, 0.05)
    rows = MODELS["resonators"](many, points, RESONATOR).cold
    for row, gamma_h in zip(rows, (0.4e9, 0.5e9), strict=True):
        alone = MODELS["resonators"](Rates(gamma_h, 0.5e9, 1e7, 0.05), points, RESONATOR).cold
        np.testing.assert_allclose(row, alone, rtol=1e-12)


def test_at_parity_minus_one_the_cold_reservoir_does_not_see_what_the_hot_one_does():
    # Oscillators at one frequency: the hot reservoir feels their sum, the cold one their difference, and nothing flows.
    rates, together = Rates(0.5e9, 0.4e9, 0.0, 0.05), _points([4e9], [4e9])
    even, odd = (MODELS["linear"](replace(rates, parity=sign), together, RESONATOR).hot for sign in (1, -1))
    assert abs(odd[0]) < 1e-9 * even[0]
    # Of qubits the excited state of both belongs to either. Equal to `pair` with the sign on the other reservoir.
    rates = replace(rates, gamma_p=0.01e9, parity=-1)
    baths = Bath(0.5e9, 0.384), Bath(0.4e9, 0.096), Bath(0.01e9, 0.05)
    found = MODELS["pair"](rates, together, RESONATOR).cold
    other = pair((4e9, 4e9), *baths, resonator=RESONATOR, weights_cold=(1, -1)).currents.cold
    np.testing.assert_allclose(found, other, rtol=1e-9)
    assert 0.1 < found[0] / MODELS["pair"](replace(rates, parity=1), together, RESONATOR).cold[0] < 0.95


def test_a_mismatch_goes_with_the_frequency_as_that_of_another_junction_does():
    rates, where = Rates(0.5e9, 0.4e9, 1e7, 0.05, mismatch=20e6), _points([4e9, 4e9], [3.92e9, 2e9])
    found = MODELS["pair"](rates, where, RESONATOR).cold
    second = transmon.frequency(transmon.flux(where.frequency_2, 178e6, 6.3e9, 0.05), 178e6, 6.331e9, 0.05)
    assumed = where.frequency_2 + 20e6 * mismatch_share(where.frequency_2, RESONATOR)
    assert np.all(np.abs(second - assumed) < [2e4, 1e5])
    true = MODELS["pair"](replace(rates, mismatch=0.0), replace(where, frequency_2=second), RESONATOR).cold
    np.testing.assert_allclose(found, true, rtol=1e-3)


@pytest.mark.parametrize("model", ["pair", "linear", "resonators", "hierarchy"])
def test_phases_lie_between_the_parities(model):
    rates, together = Rates(0.3e9, 0.2e9, 1e7, 0.05, asymmetry=0.1), _points([4e9], [4.01e9])
    powers = [
        float(MODELS[model](replace(rates, phase=phase), together, RESONATOR).hot[0])
        for phase in np.linspace(0, np.pi, 4)
    ]
    odd = MODELS[model](replace(rates, parity=-1), together, RESONATOR).hot[0]
    assert powers[-1] == pytest.approx(odd, rel=1e-6, abs=0)
    assert np.all(np.diff(powers) < 0)


@pytest.mark.parametrize("model", ["collective", "independent"])
def test_a_model_without_couplings_has_no_parity(make_switching_dataset, model):
    with pytest.raises(ValueError, match="a parity of -1 is known to the models 'pair', 'resonators'"):
        fit_switching(make_switching_dataset(seed=1), model, parity=-1)
    with pytest.raises(ValueError, match="parity must be 1 or -1, found 0"):
        fit_switching(make_switching_dataset(seed=1), "pair", parity=0)


def test_the_asymmetry_of_an_odd_pair_of_slow_resonators_is_differentiated(make_switching_dataset):
    data = SwitchingData.from_dataset(make_switching_dataset().isel(point=[0, 1, 20, 40]))
    rates = Rates(0.5e9, 0.4e9, 0.02e9, 0.08, asymmetry=0.1, parity=-1)
    found = power_slopes(data, "resonators", rates, ("asymmetry",))["asymmetry"]
    up, down = (
        data.powers(MODELS["resonators"], replace(rates, asymmetry=0.1 + step)) for step in (1e-3, -1e-3)
    )
    np.testing.assert_allclose(found, (up - down) / 2e-3, rtol=1e-3, atol=1e-3 * np.abs(found).max())
