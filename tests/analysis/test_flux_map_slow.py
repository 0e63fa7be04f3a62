"""Rungs of a map that are counted from a quicker one: limits, tables, and a map that was made with one."""

import numpy as np
import pytest

from tests.analysis.map_simulator import bent_device, random_device, simulated_map
from valvelab.analysis import (
    HYPOTHESES,
    SLOW_HYPOTHESES,
    fit_flux_map,
    flux_map_excess,
    flux_map_interpolated,
    judge_hypotheses,
)
from valvelab.analysis import flux_map_slow as slow
from valvelab.analysis.flux_map_excess import RUNGS, pair_power
from valvelab.analysis.flux_map_heat import ridge
from valvelab.analysis.flux_map_model import drain_power


def values_of(**changes):
    return random_device(3) | {"resonator_splitting": 0.0} | changes


def places(values, *shifts):
    return tuple(values["resonator_frequency"] * (1 + np.atleast_1d(shift)) for shift in shifts)


def coarse(monkeypatch):
    monkeypatch.setattr(slow, "_NODES", dict.fromkeys(slow.BESIDE, (5, 7)))
    monkeypatch.setattr(flux_map_interpolated, "_NODES", (9, 13))
    monkeypatch.setattr(flux_map_excess, "_ROUGH", (9, 11))


def test_transmons_of_two_levels_are_qubits_between_modes(monkeypatch):
    monkeypatch.setattr(slow, "_LEVELS", 2)
    values = values_of()
    at = places(values, [0.0, 0.02], [0.0, -0.01])
    two, modes = (slow._SLOW[name].excess(values, *at) for name in ("transmons", "resonators"))
    np.testing.assert_allclose(two, modes, rtol=1e-3, atol=1e-21)


@pytest.mark.parametrize("rung", slow.BESIDE)
def test_weakly_coupled_qubits_between_fast_resonators_are_a_pair(monkeypatch, rung):
    monkeypatch.setattr(slow, "_LEVELS", 2)
    values = values_of(ridge_power=0.5e-18, filter_exponent=0.0)
    on = places(values, 0.0, 0.0)
    pair = pair_power(values, *on) - ridge(1, values, on[0]) - ridge(2, values, on[1])
    assert slow._SLOW[rung].excess(values, *on) == pytest.approx(pair, rel=1e-2, abs=0)


def test_a_map_has_the_heat_of_its_rung_where_the_anchor_is(monkeypatch):
    coarse(monkeypatch)
    values = values_of(ridge_power=20e-18)
    on = places(values, 0.0, 0.0)
    exact = slow._SLOW["transmons"].excess(values, *on)
    assert slow.slow_excess("transmons", values, *on) == pytest.approx(exact, rel=3e-2, abs=0)
    total = drain_power(values, *on, "independent") + exact
    assert drain_power(values, *on, "transmons") == pytest.approx(total, rel=5e-3, abs=0)
    # Beside it the quick rung leads.
    warmer = slow.anchored(values) | {"ridge_power": 22e-18}
    moved = slow.slow_excess("transmons", warmer, *on) - slow.slow_excess("transmons", values, *on)
    led = [flux_map_excess.excess("levels", one, *on) for one in (warmer, values)]
    assert moved == pytest.approx(led[0] - led[1], rel=1e-9, abs=0)


@pytest.mark.parametrize("rung", slow.BESIDE)
def test_a_filter_exponent_is_refused(rung):
    values = values_of(filter_exponent=1.0)
    with pytest.raises(ValueError, match="filter_exponent must be 0"):
        slow.slow_excess(rung, values, *places(values, 0.0, 0.0))


def test_resonators_are_those_of_the_hierarchy():
    values = values_of(ridge_power=20e-18)
    # Common detuning is where the modes' own equation is worst.
    at = places(values, [0.0, -0.03, 0.04], [0.0, -0.03, 0.04])
    modes, exact = (slow._SLOW[name].excess(values, *at) for name in ("resonators", "hierarchy"))
    np.testing.assert_allclose(modes, exact, rtol=2e-3, atol=0)
    beside = RUNGS["modes"].excess(values, *at)[1:] - exact[1:]
    assert np.all(np.abs(beside) > 10 * np.abs(modes - exact)[1:])


def test_a_table_is_as_good_everywhere_as_it_is_quick(monkeypatch):
    values = values_of(ridge_power=20e-18)
    width = values["resonator_frequency"] / values["quality_factor"]
    drawn = np.random.default_rng(5).normal(size=(2, 12))
    at = tuple(
        values["resonator_frequency"] + width * shift for shift in (drawn[0], drawn[0] + 0.3 * drawn[1])
    )
    exact = slow._SLOW["resonators"].excess(values, *at)
    np.testing.assert_allclose(slow.slow_excess("resonators", values, *at), exact, rtol=0, atol=0.2e-18)


def made_with(model):
    truth, window = bent_device()
    truth |= {"resonator_splitting": 0.0, "ridge_power": 100e-18, "parasitic_share": 0.05}
    return simulated_map(truth, model=model, window=window, seed=4)


@pytest.mark.desk
@pytest.mark.parametrize("model", slow.BESIDE)
def test_a_map_of_a_slow_rung_is_told_from_the_others(monkeypatch, model):
    coarse(monkeypatch)
    fit = fit_flux_map(made_with(model), "independent")
    quick = [one for one in HYPOTHESES if one.name in ("sum", "warming", "pair")]
    judged = judge_hypotheses(
        fit, [*quick, *(one for one in (*HYPOTHESES, *SLOW_HYPOTHESES) if one.name == model)]
    )
    assert judged[0].hypothesis.model == model
    assert judged[1].akaike - judged[0].akaike > 10
    assert judged[0].chi_square / judged[0].points == pytest.approx(1.0, abs=0.15)
    # The anchor stands where the fit ended.
    end = judged[0].values
    for name in ("ridge_power", "quality_factor", "weight_2"):
        assert end[f"{slow.ANCHOR}{name}"] == pytest.approx(end[name], rel=0.02, abs=0)


@pytest.mark.desk
def test_a_fit_of_a_slow_rung_tells_its_parameters_and_no_anchor(monkeypatch):
    coarse(monkeypatch)
    fit = fit_flux_map(made_with("transmons"), "transmons")
    assert fit.model == "transmons" and fit.aic < fit.independent.aic - 10
    assert "quality_factor" in [one.name for one in fit.estimates]
    assert not [one.name for one in fit.estimates if one.name.startswith(slow.ANCHOR)]
