"""What may happen where the ridges of a map cross: each rung's excess, and which of them a map prefers."""

import numpy as np
import pytest

from tests.analysis.map_simulator import bent_device, random_device, simulated_map
from valvelab.analysis import (
    HYPOTHESES,
    fit_flux_map,
    flux_map_excess,
    flux_map_interpolated,
    flux_map_slow,
    flux_map_verdict,
    judge_hypotheses,
)
from valvelab.analysis.flux_map_excess import RUNGS, pair_power
from valvelab.analysis.flux_map_heat import rates, resonators_of, ridge, weight_2
from valvelab.analysis.flux_map_interpolated import over_both
from valvelab.analysis.flux_map_model import drain_power
from valvelab.sim import Bath, pair

QUICK = [one for one in HYPOTHESES if one.model in ("independent", "pair") and not one.hot]
WEAK = {"ridge_power": 0.05e-18, "weight_2": 1.0, "parasitic_share": 0.0}


def pair_excess(values, f_1, f_2):
    return pair_power(values, f_1, f_2) - ridge(1, values, f_1) - ridge(2, values, f_2)


def on_resonance(values):
    return np.full(1, values["resonator_frequency"])


@pytest.mark.parametrize("splitting", [0.0, 1.0])
@pytest.mark.parametrize("parity", [1.0, -1.0])
def test_a_table_follows_the_narrow_line_and_the_wide_filters(splitting, parity):
    values = random_device(3) | {"parity": parity, "resonator_splitting": splitting}
    table = over_both(lambda f_1, f_2: pair_excess(values, f_1, f_2), values)
    chance = np.random.default_rng(0)
    f_1 = values["resonator_frequency"] * (1 + 0.1 * chance.standard_normal(400))
    f_2 = f_1 + np.where(chance.random(400) < 0.5, 0.05e9, 0.6e9) * chance.standard_normal(400)
    exact = pair_excess(values, f_1, f_2)
    assert np.max(np.abs(table(f_1, f_2) - exact)) < 0.02 * np.max(np.abs(exact))


def test_oscillators_of_opposite_sign_let_nothing_pass():
    values = random_device(3) | {"weight_2": 1.0, "parity": -1.0}
    on = on_resonance(values)
    total = drain_power(values, on, on, "independent")
    assert RUNGS["linear"].excess(values, on, on) == pytest.approx(-total, rel=2e-2, abs=0)


def test_weakly_coupled_oscillators_just_add_up():
    values = random_device(3) | WEAK
    on = on_resonance(values)
    ratio = 1 + RUNGS["linear"].excess(values, on, on) / drain_power(values, on, on, "independent")
    # Between narrow resonators it is (1 + x) / (1 + 2 x) with x = gamma / kappa, here 1e-4.
    assert ratio == pytest.approx(1.0, abs=2e-3)


def test_transmons_of_two_levels_are_the_pair_and_more_levels_take_of_its_excess(monkeypatch):
    values = random_device(3)
    f_1, f_2 = on_resonance(values), on_resonance(values) * (1 + np.array([0.0, 0.01]))
    pair, many = pair_excess(values, f_1, f_2), RUNGS["levels"].excess(values, f_1, f_2)
    monkeypatch.setattr(flux_map_excess, "_LEVELS", 2)
    two = RUNGS["levels"].excess(values, f_1, f_2)
    # Equal but for the equation: geometric means here, arithmetic ones there.
    np.testing.assert_allclose(two, pair, rtol=0.02)
    assert two[0] == pytest.approx(pair[0], rel=1e-4, abs=0) and 0.2 * pair[0] < many[0] < 0.8 * pair[0]


def test_a_phase_of_a_map_is_that_of_a_chip():
    values = random_device(3) | {"phase": 0.8, "weight_2": 0.9, "resonator_splitting": 0.0}
    f_1, f_2 = values["resonator_frequency"] * np.array([[1.0, 1.02], [1.01, 0.99]])
    rate, one = rates(values), resonators_of(values)[0]
    at = [np.full(2, values[f"{name}_temperature"]) for name in ("source", "drain", "parasitic")]
    baths = [Bath(g, t) for g, t in zip((rate.gamma, rate.gamma, rate.gamma_p), at, strict=True)]
    weight = weight_2(values, f_2)
    turned = weight * np.exp(0.8j)
    chip = pair((f_1, f_2), *baths, resonator=one, weights_hot=(1, turned), weights_cold=(1, weight))
    np.testing.assert_allclose(pair_power(values, f_1, f_2), -chip.currents.cold, rtol=1e-9)


@pytest.mark.parametrize("parity", [1.0, -1.0])
def test_fast_resonators_have_the_excess_of_the_master_equation(parity):
    values = random_device(3) | {"ridge_power": 0.5e-18, "parity": parity}
    on = on_resonance(values)
    modes, pair = RUNGS["modes"].excess(values, on, on), pair_excess(values, on, on)
    assert modes == pytest.approx(pair, rel=1e-2, abs=0)


@pytest.mark.parametrize(
    ("seed", "model", "product", "phase", "wanted"),
    [
        (10, "pair", 0.0, 0.0, "pair"),
        (11, "independent", 0.0, 0.0, "sum"),
        (12, "independent", -0.15, 0.0, "warming"),
        (13, "pair", 0.0, -1.6, "pair, phase"),
    ],
)
def test_what_a_map_was_made_with_is_found_at_its_crossing(seed, model, product, phase, wanted):
    truth = random_device(seed) | {"ridge_power": 150e-18, "quality_factor": 6.0, "phase": phase}
    fit = fit_flux_map(simulated_map(truth, model=model, product=product, seed=seed), "independent")
    judged = judge_hypotheses(fit, QUICK)
    # A parameter that is not needed costs its price, more or less.
    alike = {"sum": {"sum", "warming"}, "pair": {"pair", "pair, phase"}}.get(wanted, {wanted})
    if len(alike) > 1:
        assert {one.hypothesis.name for one in judged[: len(alike)]} == alike
        assert judged[len(alike)].akaike - judged[0].akaike > 10
    else:
        assert judged[0].hypothesis.name == wanted
        assert judged[1].akaike - judged[0].akaike > 10
    for one in judged:  # whitened residuals of lines not seen, each line without its offset
        assert one.predicted > one.chi_square / one.points
        assert one.bayes - one.akaike == pytest.approx(
            one.parameters * (np.log(one.points) - 2), rel=1e-12, abs=0
        )
    assert judged[0].predicted == pytest.approx(1.0, abs=0.1)
    assert min(judged, key=lambda one: one.predicted).akaike - judged[0].akaike < 5
    if phase:
        assert judged[0].values["phase"] == pytest.approx(phase, abs=0.02)
    if product:
        assert judged[0].ratio == pytest.approx(1 + product, abs=0.02)


@pytest.mark.desk
@pytest.mark.parametrize(("model", "parity"), [("linear", 1.0), ("linear", -1.0), ("resonators", -1.0)])
def test_a_map_of_a_slow_rung_is_told_from_the_others(monkeypatch, model, parity):
    # Coarser tables, several times as quick; the map is made with them as well.
    monkeypatch.setattr(flux_map_interpolated, "_NODES", (11, 15))
    monkeypatch.setattr(flux_map_excess, "_ROUGH", (9, 11))
    monkeypatch.setattr(flux_map_slow, "_NODES", dict.fromkeys(flux_map_slow.BESIDE, (7, 9)))
    truth, window = bent_device()
    truth |= {"parity": parity, "resonator_splitting": 0.0, "ridge_power": 100e-18, "parasitic_share": 0.05}
    fit = fit_flux_map(simulated_map(truth, model=model, window=window, seed=4), "independent")
    judged = judge_hypotheses(fit, [*QUICK, *(one for one in HYPOTHESES if one.model == model)])
    assert judged[0].hypothesis.model == model and judged[0].hypothesis.parity == parity
    assert judged[1].akaike - judged[0].akaike > 10
    words = flux_map_verdict.verdict_lines(judged, flux_map_verdict.decisions(fit, judged))
    assert words[0].startswith(f"The map's crossing is described best by '{judged[0].hypothesis.name}'")


def test_the_reading_that_decides_lies_where_the_hypotheses_differ():
    truth = random_device(12) | {"ridge_power": 30e-18}
    fit = fit_flux_map(simulated_map(truth, seed=12), "independent")
    judged = judge_hypotheses(fit, QUICK)
    by_name = {one.hypothesis.name: one for one in judged}
    other = by_name["pair"]
    decision = flux_map_verdict.decide(fit, by_name["sum"], other)
    linewidth = truth["resonator_frequency"] / fit.values["quality_factor"]
    assert all(abs(f - truth["resonator_frequency"]) < linewidth for f in decision.frequencies)
    expected = 2 * (3 * fit.background.noise.white / decision.difference) ** 2
    assert expected <= decision.readings < expected + 1
    with pytest.raises(ValueError, match="model 'independent', found 'pair'"):
        judge_hypotheses(fit_flux_map(simulated_map(truth, seed=12), "pair"))


def test_a_filter_exponent_is_refused_by_modes():
    values = random_device(3) | {"filter_exponent": 1.0}
    with pytest.raises(ValueError, match="filter_exponent must be 0 for resonators"):
        drain_power(values, 5.6e9, 5.6e9, "resonators")
