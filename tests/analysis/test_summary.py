"""What a fit says."""

import dataclasses
import json

import numpy as np
import pytest

from valvelab.analysis import Transmons, entry_texts, fit_switching, summarise
from valvelab.analysis.cautions import warnings
from valvelab.analysis.enhancement import operating_point
from valvelab.analysis.measured_ratios import measured_ratios
from valvelab.analysis.range_cautions import range_warnings
from valvelab.sim import Bath, Resonator, validity


@pytest.fixture(scope="module")
def summary():
    from .conftest import TRUTH, switching_dataset

    dataset = switching_dataset(seed=1)
    cells = np.tile(np.arange(dataset.sizes["point"] // 3), 3)
    dataset = dataset.assign(cell=("point", cells))
    return summarise(
        fit_switching(dataset),
        source_temperature=0.384,
        drain_temperature=0.096,
        truth=TRUTH,
        reduced=dataset,
    )


def test_a_summary_is_json_without_nan(summary):
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary


def test_pulls_are_deviations_in_errors(summary):
    for entry in [*summary["parameters"].values(), *summary["enhancements"].values()]:
        assert entry["pull"] == pytest.approx(
            (entry["value"] - entry["truth"]) / entry["error"], rel=1e-6, abs=0
        )


def test_every_enhancement_says_reservoir_and_reference(summary):
    for entry in summary["enhancements"].values():
        assert " / " in entry["meaning"]


def test_every_cell_has_a_ratio_or_is_named_as_having_none(summary):
    without = summary["cells_without_ratio"]
    assert summary["cells"] == len(summary["measured_ratios"]) + len(without)
    named = {ratio["cell"] for ratio in summary["measured_ratios"]}
    assert len(named) == len(summary["measured_ratios"]) and named <= set(range(summary["cells"]))


def test_a_cell_without_a_ratio_says_what_it_lacks(make_switching_dataset):
    dataset = make_switching_dataset(seed=1)
    cells = np.tile(np.arange(dataset.sizes["point"] // 3), 3)
    where = (dataset["configuration"].values == "only_2") & (cells == 5)
    dataset = dataset.assign(cell=("point", cells)).isel(point=np.flatnonzero(~where))
    told = summarise(fit_switching(dataset), reduced=dataset)
    lacking = [one for one in told["cells_without_ratio"] if one["missing"]]
    assert [(one["missing"], one["reason"]) for one in lacking] == [(["only_2"], "only_2 is missing")]
    others = [one["reason"] for one in told["cells_without_ratio"] if not one["missing"]]
    assert set(others) <= {"the singles carry no heat within three errors"}


def test_a_cell_whose_drain_is_the_warmer_one_says_so(make_switching_dataset):
    dataset = make_switching_dataset(seed=1)
    cells = np.tile(np.arange(dataset.sizes["point"] // 3), 3)
    power = dataset["heat_power_drain"]
    backwards = power.where(cells != 5, -power).assign_attrs(power.attrs)
    dataset = dataset.assign(cell=("point", cells), heat_power_drain=backwards)
    told = summarise(fit_switching(dataset), reduced=dataset)
    reasons = [one["reason"] for one in told["cells_without_ratio"]]
    assert "the singles carry heat out of the drain, which is the warmer one there" in reasons


def test_what_exceeds_the_range_of_the_master_equation_is_explained_for_a_simulated_and_for_a_real_chip(
    summary, make_switching_dataset
):
    simulated, real = (
        next(text for text in texts if "kappa" in text)
        for texts in (
            summary["warnings"],
            summarise(fit_switching(make_switching_dataset(seed=1)))["warnings"],
        )
    )
    for text in (simulated, real):
        assert "kappa = 2 pi f_r / Q is the resonators' linewidth" in text
    assert "does not part fit and truth here" in simulated and "1.02" in simulated
    assert "On a real chip" in real


@pytest.mark.parametrize(
    ("rate", "words"), [(3e9, "fit 'hierarchy'"), (3e10, "Look at the unit of the powers")]
)
def test_rates_that_do_not_let_waves_rotate_name_a_model_and_impossible_ones_a_unit(rate, words):
    holds = validity(Bath(rate, 0.1), Bath(1e8, 0.05), Resonator(4e9, 20))
    assert words in range_warnings("resonators", holds, simulated=False)[-1]


def test_a_fit_without_levels_says_what_they_would_change(summary, make_switching_dataset):
    data = make_switching_dataset(seed=1)
    known = data.assign_attrs({"charging_energy_1": 178e6, "charging_energy_2": 178e6})
    unknown, told = (
        next(
            text
            for text in summarise(fit_switching(one), source_temperature=0.384, drain_temperature=0.096)[
                "warnings"
            ]
            if "first excited state" in text
        )
        for one in (data, known)
    )
    # What `levels` has at the rates of Table I: 0.892 of the power, 1.058 instead of 1.124.
    assert "With them a master equation of these rates has 0.89 times the power into the drain" in told
    assert (
        "an enhancement there of 1.05" in told
        and "instead of 1.12" in told
        and told.endswith("Fit 'transmons', which has slow resonators and levels.")
    )
    assert "'collective' has no such levels. Fit 'transmons'" in unknown and "about 0.21" in unknown
    simulated = next(text for text in summary["warnings"] if "first excited state" in text)
    assert "The simulated chip has none either" in simulated
    assert summary["validity"]["rungs"].startswith("none of the rungs holds") and summary["levels"] is None


@pytest.mark.parametrize(
    ("chip", "model", "free", "words"),
    [
        ({}, "collective", (), ""),
        ({"asymmetry": 0.1}, "collective", (), "has asymmetry = 0.1, which this fit does not allow for"),
        ({"asymmetry": 0.1}, "collective", (), "Fit with --model pair --free asymmetry."),
        ({"asymmetry": 0.1}, "pair", ("asymmetry",), ""),
        ({"exchange": 5e6, "parity": -1}, "pair", (), "exchange = 5 MHz and a parity of -1"),
        ({"exchange": 5e6, "parity": -1}, "pair", (), "Fit with --free exchange --parity -1."),
        ({"asymmetry": np.nan}, "pair", (), "couplings that differ from reservoir to reservoir"),
    ],
)
def test_a_simulated_chip_that_a_fit_cannot_describe_is_named(
    make_switching_dataset, truth, chip, model, free, words
):
    fit = fit_switching(make_switching_dataset(seed=1), model, free=free)
    said = warnings(fit, operating_point(fit, None, None), truth=dataclasses.replace(truth, **chip))
    assert words in said[0] and ("its truth is out of reach" in said[0]) == bool(words)
    assert not any("truth agree" in text for text in said)


def test_oscillators_are_not_told_of_levels_and_transmons_with_too_few_are(make_switching_dataset):
    fit = fit_switching(make_switching_dataset(seed=1))
    at = operating_point(fit, None, None)

    def told(model, transmons=None):
        problem = fit.problem
        where = dataclasses.replace(
            problem.where, fixed=dataclasses.replace(problem.where.fixed, transmons=transmons)
        )
        other = dataclasses.replace(problem, model=model, where=where)
        return " ".join(warnings(dataclasses.replace(fit, problem=other), at))

    assert "first excited state" not in told("linear") and "above 0.2" not in told("linear")
    both = told("resonators")
    assert (
        "levels. Fit 'transmons', which has slow resonators and levels." in both and "above 0.2" not in both
    )
    assert "fit 'transmons'" in told("pair") and "fit 'transmons'" in told(
        "levels", Transmons((178e6, 178e6), 3)
    )
    slow = told("transmons", Transmons((178e6, 178e6), 2))
    assert "With two levels the powers of the hottest points are right to about" in slow
    assert "first excited state" not in slow and "above 0.2" not in slow
    few = told("levels", Transmons((178e6, 178e6), 3))
    assert "With three levels the powers of the hottest points are right to about" in few
    assert "first excited state" not in few


def test_the_ratio_of_a_cell_is_both_over_the_singles(summary, make_switching_dataset):
    dataset = make_switching_dataset(seed=1)
    third = dataset.sizes["point"] // 3
    power = dataset["heat_power_drain"].values.reshape(3, third)
    ratios = power[0] / (power[1] + power[2])
    for found in summary["measured_ratios"]:
        assert np.min(np.abs(ratios - found["value"])) < 1e-12
        assert found["drain_warming"] == 0 and found["bath_temperature"] is None


def test_errors_of_the_measured_ratios_are_their_scatter(make_switching_dataset):
    values, errors = [], []
    for seed in range(150):
        from valvelab.analysis.switching_data import SwitchingData

        data = SwitchingData.from_dataset(make_switching_dataset(seed=seed))
        cells = np.tile(np.arange(data.size // 3), 3)
        hottest = measured_ratios(data, cells, None)[4]
        values.append(hottest.value)
        errors.append(hottest.error)
    assert np.std(values) == pytest.approx(np.mean(errors), rel=0.2, abs=0)


@pytest.mark.parametrize(
    ("entry", "texts"),
    [
        ({"value": 0.049721, "error": 0.00092, "units": "K"}, ("49.72 mK", "0.92 mK", "", "")),
        ({"value": 4.9983e8, "error": 4.7e6, "units": "1/s"}, ("4.998e8 1/s", "0.047e8 1/s", "", "")),
        ({"value": 1.1244, "error": 0.007, "truth": 1.12, "pull": 0.63}, ("1.1244", "0.0070", "1.1200", "+0.63")),
        ({"value": 3e7, "error": 2e20, "truth": 1e7, "units": "1/s"}, ("0.0e20 1/s", "2.0e20 1/s", "1.000e7 1/s", "")),
        ({"value": 3e7, "error": 2e7, "truth": 0.0, "units": "1/s"}, ("3.0e7 1/s", "2.0e7 1/s", "0", "")),
        ({"value": None, "error": None}, ("not determined", "", "", "")),
    ],
)  # fmt: skip
def test_numbers_are_rounded_to_their_errors_and_a_truth_keeps_digits_of_its_own(entry, texts):
    assert entry_texts(entry) == texts


def test_a_scan_through_the_resonance_is_no_matter_for_the_collective_model(make_switching_dataset):
    dataset = make_switching_dataset(seed=1)
    words = " points have qubits neither at one frequency nor far apart"
    fit = fit_switching(dataset)
    at = operating_point(fit, None, None)
    assert not any(words in text for text in warnings(fit, at))
    second = np.where(fit.data.points.frequency_2 < 3e9, 3.8e9, 4e9)
    data = dataclasses.replace(fit.data, points=dataclasses.replace(fit.data.points, frequency_2=second))

    def warned(model):
        problem = dataclasses.replace(fit.problem, data=data, model=model)
        return any(words in text for text in warnings(dataclasses.replace(fit, problem=problem), at))

    assert warned("collective") and not warned("pair")


@pytest.mark.parametrize(("noise", "told"), [(2e-18, False), (1e-15, True)])
def test_errors_too_large_for_a_straight_line_are_told(make_switching_dataset, noise, told):
    fit = fit_switching(make_switching_dataset(noise=noise, seed=2))
    said = warnings(fit, operating_point(fit, None, None))
    assert any("carried along a straight line" in text for text in said) == told


def test_ratios_moved_to_one_drain_temperature_are_the_enhancement_there(make_switching_dataset, truth):
    from valvelab.analysis import MODELS, Points
    from valvelab.analysis.switching_data import SwitchingData
    from valvelab.sim import Resonator

    # In "both" the drain is 12 mK warmer than in the singles, and those 6 mK warmer than in "off".
    dataset = make_switching_dataset()
    cells, resonator = np.tile(np.arange(17), 3), Resonator(4e9, 20.0)
    base = dataset["temperature_drain"].values
    drain = base + np.where(dataset["configuration"].values == "both", 18e-3, 6e-3)
    points = Points(
        *(dataset[name].values for name in ("frequency_1", "frequency_2", "temperature_source")), drain
    )
    parked = np.full(base.size, 2e9)
    off = Points(parked, parked, points.temperature_source, base)
    powers = (
        -MODELS["collective"](truth, points, resonator).cold
        + MODELS["collective"](truth, off, resonator).cold
    )
    names = ("frequency_1", "frequency_2", "temperature_source", "temperature_drain")
    warmed = dataset.assign(
        temperature_drain=("point", drain),
        heat_power_drain=("point", powers),
        **{f"reference_{name}": ("point", getattr(off, name)) for name in names},
    )
    fit = fit_switching(warmed)

    def ratio(source, temperature):
        first, second = np.array([4e9, 4e9, 2e9, 2e9]), np.array([4e9, 2e9, 4e9, 2e9])
        there = Points(first, second, np.full(4, source), np.full(4, temperature))
        both, one, two, none = -MODELS["collective"](truth, there, resonator).cold
        return (both - none) / (one + two - 2 * none)

    for found in measured_ratios(SwitchingData.from_dataset(warmed), cells, None, fit):
        source, warm = found.source_temperature, found.drain_temperature
        assert found.corrected == pytest.approx(ratio(source, warm - 18e-3), abs=1e-5)
        assert found.held == pytest.approx(ratio(source, warm), abs=1e-5)
        assert found.value < found.corrected
