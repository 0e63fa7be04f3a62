"""Searches tell who watches, and are given up where a slow model describes nothing."""

import pytest

from tests.analysis.test_slow_transmons import reduced
from valvelab.analysis import fit_switching, summarise, watched_searches


def test_each_evaluation_is_told_with_its_chi_square_until_nobody_watches(make_switching_dataset):
    told = []
    with watched_searches(lambda *told_now: told.append(told_now)):
        fit = fit_switching(make_switching_dataset(), "pair")
    assert [count for _, count, _ in told] == list(range(1, len(told) + 1)) and len(told) > 5
    assert {model for model, _, _ in told} == {"pair"}
    assert min(chi_square for _, _, chi_square in told) == pytest.approx(fit.chi_square, rel=1e-3, abs=0)
    before = len(told)
    fit_switching(make_switching_dataset(), "pair")
    assert len(told) == before


def test_a_slow_model_that_describes_nothing_is_given_up_and_says_so():
    # Fast resonators' powers, far above what slow ones of any rates carry.
    data, _ = reduced("pair", coupling=0.4)
    counts = []
    with watched_searches(lambda model, count, chi_square: counts.append(model)):
        fit = fit_switching(data, "resonators")
        after = len(counts)
        summary = summarise(fit)
    assert fit.given_up and fit.chi_square > 1e3
    assert counts.count("resonators") < 60 and len(counts) == after  # nothing is searched for any more
    assert summary["assumptions"] == [] and summary["parasitic_temperature_limit_95"] is None
    assert any(
        "'resonators' does not describe these powers: its search was given up" in one
        for one in summary["warnings"]
    )
    assert not fit_switching(data, "pair").given_up


def test_nobody_is_sent_to_loosen_an_assumption_that_leaves_nearly_all_undescribed():
    data, _ = reduced("pair", coupling=0.4)
    warnings = summarise(fit_switching(data, "independent"))["warnings"]
    assert not any("Fit with --free" in one for one in warnings)
    assert any("No assumption, loosened by itself, makes the model describe" in one for one in warnings)
