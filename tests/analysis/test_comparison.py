"""The model that made the data wins, and predicts cells it has not seen."""

from dataclasses import replace

import numpy as np
import pytest

from valvelab.analysis.comparison import compare_models, rung_name, rung_options, verdict


def with_cells(dataset):
    return dataset.assign(cell=("point", np.tile(np.arange(17), 3)))


def test_a_collective_chip_is_told_from_independent_qubits(make_switching_dataset):
    best, *_, worst = ranked = compare_models(with_cells(make_switching_dataset(seed=1)))
    assert {best.name, ranked[1].name} == {"collective", "pair"} and worst.name == "independent"
    assert best.akaike == pytest.approx(best.chi_square + 8, abs=1e-9)
    assert best.bayes == pytest.approx(best.chi_square + 4 * np.log(51), abs=1e-9)
    assert 0.6 < best.predicted < 1.6 and worst.predicted > 30
    whole = verdict(ranked)
    assert whole.startswith("The data do not tell '") and ". They clearly prefer '" in whole
    assert "over 'independent' by dAIC" in whole and "Under 'independent' T_p would be" in whole
    two = verdict(ranked[:2])
    assert f"Under '{ranked[1].name}' T_p would be" in two and "prefer" not in two
    far = verdict([*ranked, replace(worst, name="worse", akaike=worst.akaike + 100)])
    assert f"Further behind: 'worse' by {worst.akaike + 100 - best.akaike:.1f}." in far
    told = verdict([one for one in ranked if one.name != "pair"])
    margin = worst.akaike - min(one.akaike for one in ranked if one.name == "collective")
    assert told.startswith(
        f"The data clearly prefer 'collective' over 'independent' by dAIC = {margin:.1f}; cells"
    )
    assert f"Under 'independent' T_p would be {worst.parasitic_temperature * 1e3:.3g} mK instead of" in told
    assert f"the drain's enhancement {worst.enhancement:.3f} instead of 1.1" in told
    assert worst.enhancement == pytest.approx(1, abs=5e-3)


def test_a_free_imperfection_is_one_more_model_and_pays_for_its_parameter(make_switching_dataset, truth):
    options = {"asymmetry free": {"model": "pair", "free": ["asymmetry"]}}
    names = ("pair", "asymmetry free")
    ideal = compare_models(make_switching_dataset(seed=1), names, options=options)
    assert ideal[0].name == "pair" and np.isnan(ideal[0].predicted)
    real = make_switching_dataset(replace(truth, asymmetry=0.05), seed=1, model="pair")
    assert compare_models(real, names, options=options)[0].name == "asymmetry free"


def test_a_chip_of_parity_minus_one_is_recognised_and_every_fit_is_told(make_switching_dataset, truth):
    odd, told = make_switching_dataset(replace(truth, parity=-1), seed=1, model="pair"), []
    ranked = compare_models(
        with_cells(odd), ("pair", "pair-odd", "pair"), folds=2, progress=lambda *state: told.append(state)
    )
    assert [one.name for one in ranked] == ["pair-odd", "pair"] and ranked[1].akaike > ranked[0].akaike + 100
    assert ranked[0].parasitic_temperature == pytest.approx(truth.T_p, rel=0.2, abs=0)
    assert [done for done, _, _ in told] == list(range(1, 7)) and told[0][1:] == (6, "pair")
    assert "The data clearly prefer 'pair-odd' over 'pair'" in verdict(ranked)


def test_a_name_that_is_no_model_is_refused_with_those_that_are(make_switching_dataset):
    for name in ("pears", "collective-odd"):
        with pytest.raises(ValueError, match=f"a model must be one of .*pair-odd.*, found '{name}'"):
            compare_models(make_switching_dataset(seed=1), (name,))
    assert rung_options("levels-odd") == {"model": "levels", "parity": -1}
    assert rung_name("levels", -1) == "levels-odd" and rung_name("pair", 1) == "pair"
    assert rung_name("pair", -1, ["mismatch", "gain"]) == "pair-odd, mismatch and gain free"
