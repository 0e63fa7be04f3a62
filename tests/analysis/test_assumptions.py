"""Loosening an assumption shows whether it holds, and what it is worth."""

from dataclasses import replace

import pytest

from valvelab.analysis import OperatingPoint, fit_switching, summarise
from valvelab.analysis.assumptions import assumptions
from valvelab.analysis.models import IMPERFECTIONS

AT = OperatingPoint(0.384, 0.096, 2e9)


@pytest.fixture
def told(make_switching_dataset):
    """Return a function that loosens the assumptions of a fit to simulated powers, by name."""

    def tell(truth, model="collective", **options):
        fit = fit_switching(make_switching_dataset(truth, seed=1, model="pair"), model, **options)
        return fit, {one.name: one for one in assumptions(fit, AT)}

    return tell


def test_an_ideal_chip_contradicts_none_and_every_error_grows(told, truth):
    fit, found = told(truth)
    assert set(found) == set(IMPERFECTIONS)
    for one in found.values():
        assert one.chi_square_fall < 9, one.name
        assert one.parasitic_temperature_error > 0.98 * fit.result.params["T_p"].stderr, one.name
        assert abs(one.value - getattr(fit.rates, one.name)) < 4 * one.plausible, one.name


def test_coupling_asymmetry_is_found_out_by_the_fit_that_does_not_know_of_it(told, truth):
    fit, found = told(replace(truth, asymmetry=0.05))
    assert fit.rates.T_p > 0.065  # where 50 mK is true
    worst = max(found.values(), key=lambda one: one.chi_square_fall)
    assert worst.name == "asymmetry" and worst.chi_square_fall > 16
    assert worst.parasitic_temperature == pytest.approx(truth.T_p, abs=3 * worst.parasitic_temperature_error)
    (caution,) = (text for text in summarise(fit)["warnings"] if "--free asymmetry" in text)
    assert "both qubits are equally coupled" in caution


def test_what_is_free_or_fixed_is_no_assumption(told, truth):
    _, found = told(truth, "pair", free=["mismatch"], fixed={"gain": 1.01})
    assert set(found) == set(IMPERFECTIONS) - {"mismatch", "gain"}
    _, found = told(truth, "independent")
    assert not {"asymmetry", "mismatch", "exchange"} & set(found)
