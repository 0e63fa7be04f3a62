import numpy as np
import pytest

from valvelab.analysis.paper_claims_parasitic import currents, effective_temperatures, spin_squared
from valvelab.analysis.paper_settings import inverse_effective_temperature


def test_the_ratio_is_that_of_t_0_over_the_effective_temperature_and_not_its_inverse():
    found = effective_temperatures()
    for right, inverse in ((found[0], found[1]), (found[4], found[5])):
        assert right.agrees and not inverse.agrees
        assert right.computed * inverse.computed == pytest.approx(1, rel=1e-6, abs=0)


def test_at_the_effective_temperature_qubits_are_independent_and_at_its_misprint_they_are_not():
    found = effective_temperatures()
    assert [claim.agrees for claim in (found[2], found[3], found[6], found[7])] == [True, False, True, False]


def test_cold_dots_meet_the_triangles_at_ten_qubits_only():
    two, ten = (claim for claim in currents() if "coincides" in claim.statement)
    assert two.computed == pytest.approx(1 - 0.038, abs=1e-3) and not two.agrees
    assert ten.computed == pytest.approx(1 - 0.004, abs=1e-3) and ten.agrees


def test_a_hot_parasitic_bath_lowers_the_current_of_the_source_and_not_always_that_of_the_drain():
    source, drain = currents()[:2]
    assert source.agrees and not drain.agrees


def test_all_states_are_equal_only_where_the_parasitic_bath_is_faster_than_the_reservoirs():
    strong, vanishing = (claim for claim in spin_squared() if "infinitely hot" in claim.statement)
    assert strong.computed == pytest.approx(1 / 4, rel=1e-4, abs=0)
    r = np.exp(-float(inverse_effective_temperature(1 / 3)))
    assert vanishing.computed == pytest.approx((1 + r**2) / (3 + 2 * r + 3 * r**2), rel=1e-5, abs=0)
    assert vanishing.computed == pytest.approx(0.259, abs=1e-3)
