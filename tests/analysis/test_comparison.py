"""The model that made the data wins, and predicts cells it has not seen."""

from dataclasses import replace

import numpy as np
import pytest

from valvelab.analysis.comparison import compare_models, verdict


def with_cells(dataset):
    return dataset.assign(cell=("point", np.tile(np.arange(17), 3)))


def test_a_collective_chip_is_told_from_independent_qubits(make_switching_dataset):
    best, *_, worst = ranked = compare_models(with_cells(make_switching_dataset(seed=1)))
    assert {best.name, ranked[1].name} == {"collective", "pair"} and worst.name == "independent"
    assert best.akaike == pytest.approx(best.chi_square + 8, abs=1e-9)
    assert best.bayes == pytest.approx(best.chi_square + 4 * np.log(51), abs=1e-9)
    assert 0.6 < best.predicted < 1.6 and worst.predicted > 30
    assert "is not told from" in verdict(ranked)
    assert "'collective' is clearly preferred to 'independent'" in verdict([
        one for one in ranked if one.name != "pair"
    ])  # fmt: skip


def test_a_free_imperfection_is_one_more_model_and_pays_for_its_parameter(make_switching_dataset, truth):
    options = {"asymmetry free": {"model": "pair", "free": ["asymmetry"]}}
    names = ("pair", "asymmetry free")
    ideal = compare_models(make_switching_dataset(seed=1), names, options=options)
    assert ideal[0].name == "pair" and np.isnan(ideal[0].predicted)
    real = make_switching_dataset(replace(truth, asymmetry=0.05), seed=1, model="pair")
    assert compare_models(real, names, options=options)[0].name == "asymmetry free"
