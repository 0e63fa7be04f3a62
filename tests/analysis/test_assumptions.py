"""Loosening an assumption shows whether it holds, and what it is worth."""

from dataclasses import replace

import numpy as np
import pytest

from tests.analysis.conftest import RESONATOR, switching_dataset
from valvelab.analysis import MODELS, OperatingPoint, Points, fit_switching, summarise
from valvelab.analysis.assumptions import assumptions
from valvelab.analysis.models import IMPERFECTIONS, PAIR_IMPERFECTIONS

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


@pytest.mark.parametrize("phase", [0.2, -0.2])
def test_a_phase_is_found_with_its_sign(told, truth, phase):
    _, found = told(replace(truth, phase=phase, asymmetry=0.1), "pair", fixed={"asymmetry": 0.1})
    alone = fit_switching(fit_dataset(truth, phase), "pair", fixed={"asymmetry": 0.1, "phase": phase})
    loose = found["phase"]
    assert loose.chi_square_fall > 16
    assert loose.value == pytest.approx(phase, abs=4 * loose.error + 0.02)
    assert loose.parasitic_temperature == pytest.approx(
        alone.rates.T_p, abs=2 * loose.parasitic_temperature_error
    )


def fit_dataset(truth, phase):
    return switching_dataset(replace(truth, phase=phase, asymmetry=0.1), seed=1, model="pair")


def test_what_another_model_says_is_no_merit_of_an_imperfection(truth):
    # A tenth of a linewidth apart: 'collective' takes these qubits for independent, 'pair' knows better.
    dataset = switching_dataset(truth, model="pair")
    apart = np.where(dataset["configuration"] == "both", 4.02e9, dataset["frequency_2"])
    at = Points(
        dataset["frequency_1"].values,
        apart,
        *(dataset[f"temperature_{role}"].values for role in ("source", "drain")),
    )
    dataset["frequency_2"] = "point", apart
    dataset["heat_power_drain"] = "point", -MODELS["pair"](truth, at, RESONATOR).cold
    fit = fit_switching(dataset)
    assert fit.chi_square > 100
    falls = {one.name: one.chi_square_fall for one in assumptions(fit, AT)}
    assert all(falls[name] < 9 for name in PAIR_IMPERFECTIONS), falls


def test_what_is_free_or_fixed_is_no_assumption(told, truth):
    _, found = told(truth, "pair", free=["mismatch"], fixed={"gain": 1.01})
    assert set(found) == set(IMPERFECTIONS) - {"mismatch", "gain"}
    _, found = told(truth, "independent")
    assert not {"asymmetry", "mismatch", "exchange"} & set(found)
