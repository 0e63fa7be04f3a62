import pytest

from valvelab.analysis.paper_claims_experiment import advantages, detunings, enhancements
from valvelab.sim import table_1

TABLE = table_1()


def test_only_equation_24_rounds_to_both_numbers_of_the_text():
    low, high = enhancements(TABLE, 0.05, 13), enhancements(TABLE, 0.45, -4)
    agreeing = [{claim.observable for claim in group if claim.agrees} for group in (low, high)]
    assert agreeing == [{"Eq. (24) / Q_ind - 1 (%)", "Eq. (24) / Q_ind at T_c = 48 mK - 1 (%)"}] * 2


@pytest.mark.parametrize(
    ("temperature", "expected"),
    [(0.05, [12.82, 13.04, 13.91, 11.72, 11.46, 12.40, 12.21, 12.29]), (0.45, [-3.54, -4.13, -4.91, -2.18])],
)
def test_each_observable_has_an_enhancement_of_its_own(temperature, expected):
    found = [claim.computed for claim in enhancements(TABLE, temperature, 13)]
    assert found[: len(expected)] == pytest.approx(expected, abs=0.006)


def test_with_the_temperature_of_the_caption_the_other_one_is_given_beside():
    found = enhancements(table_1(caption_temperature=True), 0.05, 13)
    assert found[0].computed == pytest.approx(enhancements(TABLE, 0.05, 13)[1].computed, rel=1e-12, abs=0)
    assert found[1].observable == "Eq. (24) / Q_ind at T_c = 96 mK - 1 (%)"


def test_the_enhancement_at_150_mk_is_pronounced_for_many_qubits_only():
    _, many, few = advantages(TABLE)
    assert (many.agrees, few.agrees) == (True, False)
    assert few.computed == pytest.approx(4.67, abs=0.01)
    assert "T* = 247 mK" in few.reading


def test_twice_the_detuned_current_is_the_independent_one_with_half_a_gigahertz_and_twice_it_with_one():
    source, drain, doubled, *_ = detunings(TABLE)
    assert source.agrees and drain.agrees
    assert doubled.computed == pytest.approx(2.02, abs=0.01)


def test_the_filter_is_that_of_the_detuned_qubit_and_its_power_does_not_matter():
    *_, share, passed, power = detunings(TABLE)
    assert share.computed < 1
    assert passed.computed == pytest.approx(1.110e-3, rel=1e-3, abs=0)
    assert 0.995 < power.computed < 1
