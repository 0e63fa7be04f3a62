import numpy as np
import pytest

from valvelab.analysis.paper_claims_scaling import filling, scalings
from valvelab.analysis.paper_settings import inverse_effective_temperature


def test_the_effective_temperature_reaches_t_0_with_a_warm_source_and_not_with_a_cool_one():
    upside_down, right, *_ = scalings()
    assert inverse_effective_temperature(upside_down.computed) == pytest.approx(1, rel=1e-12, abs=0)
    assert inverse_effective_temperature(1.5) == pytest.approx(1.93, abs=0.01)
    assert right.agrees and not upside_down.agrees


def test_the_current_over_its_bound_is_the_mean_inversion_over_j():
    # A single spin 1/2 has tanh(T_0 / 2 T*), the largest spins all of it.
    ratio = inverse_effective_temperature(0.7)
    assert filling(0.7, 0.5) == pytest.approx(np.tanh(ratio / 2), rel=1e-13, abs=0)
    assert filling(0.7, np.array([0.5, 1, 2, 4, 8])) == pytest.approx(
        [0.49, 0.61, 0.75, 0.87, 0.94], abs=0.006
    )
    assert filling(0.7, 1e6) == pytest.approx(1, abs=1e-5)


def test_one_qubit_is_half_saturated_where_the_text_says_saturated():
    largest, smallest = (claim for claim in scalings() if "saturates" in claim.statement)
    assert largest.agrees and not smallest.agrees
