"""The enhancement is several numbers."""

import numpy as np
import pytest

from valvelab.analysis import OperatingPoint, enhancements, fit_switching
from valvelab.analysis.enhancement import fitted_enhancements, operating_point
from valvelab.sim import Resonator

TABLE_1 = OperatingPoint(0.384, 0.096, 2e9)


@pytest.mark.parametrize("model", ["collective", "pair"])
def test_at_table_1_each_ratio_is_the_known_one(truth, model):
    found = enhancements(truth, model, Resonator(4e9, 20.0), TABLE_1)
    known = {
        "source": 1.1147,
        "drain": 1.1240,
        "source_over_independent": 1.1392,
        "drain_over_independent": 1.1172,
    }
    for name, value in (known | {"paper": 1.1282}).items():
        assert found[name] == pytest.approx(value, abs=6e-5), name


def test_independent_qubits_have_no_enhancement_over_single_ones(truth):
    found = enhancements(truth, "independent", Resonator(4e9, 200.0), TABLE_1)
    # What remains is the heat of the parked qubit, counted once in "both" and twice in the singles.
    assert found["source"] == pytest.approx(1, abs=0.02)
    assert found["drain"] == pytest.approx(1, abs=0.002)


def test_errors_of_the_enhancement_are_its_scatter(make_switching_dataset, truth):
    fits = [fit_switching(make_switching_dataset(seed=seed)) for seed in range(16)]
    ratios = [fitted_enhancements(fit, TABLE_1)[1] for fit in fits]
    assert ratios[0].name == "drain"
    true = enhancements(truth, "collective", Resonator(4e9, 20.0), TABLE_1)["drain"]
    pulls = np.array([(ratio.value - true) / ratio.error for ratio in ratios])
    assert abs(pulls.mean()) < 0.8
    assert 0.5 < pulls.std() < 1.6


def test_the_operating_point_is_asked_for_or_the_middle_of_the_data(make_switching_dataset):
    fit = fit_switching(make_switching_dataset(seed=1))
    assert operating_point(fit, 0.384, 0.096) == TABLE_1
    assert 0.12 < operating_point(fit, None, None).source_temperature < 0.45
