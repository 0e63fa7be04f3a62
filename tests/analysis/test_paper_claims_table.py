import numpy as np
import pytest

from valvelab.analysis.paper_claims_table import approximations, conversions
from valvelab.constants import BOLTZMANN, PLANCK
from valvelab.sim import table_1


def test_every_frequency_is_that_of_its_temperature_but_the_one_of_the_caption():
    *table, caption = conversions()
    assert all(claim.agrees for claim in table)
    assert not caption.agrees
    assert pytest.approx(caption.stated.lowest * 1e9, rel=0.06, abs=0) == BOLTZMANN * 0.048 / PLANCK


def test_the_linewidth_is_the_frequency_over_the_quality_factor_as_the_filter_has_it():
    table = table_1()
    claim = next(claim for claim in approximations(table) if claim.statement.startswith("kappa"))
    half = table.frequency / table.quality_factor / 2
    # The half-power points of a resonator of linewidth f / Q lie f / 2Q away, to first order in 1/Q.
    assert table.resonator().filter(table.frequency + np.array([-half, half])) == pytest.approx(0.5, abs=0.02)
    assert claim.computed == pytest.approx(table.quality_factor, rel=1e-6, abs=0)
    assert not claim.agrees


@pytest.mark.parametrize(("two_pi", "percent", "agrees"), [(False, 1.99, False), (True, 12.5, True)])
def test_the_rates_are_ten_percent_in_one_reading_only(two_pi, percent, agrees):
    claim = approximations(table_1(two_pi=two_pi))[1]
    assert claim.computed == pytest.approx(percent, abs=0.01)
    assert claim.agrees is agrees


def test_the_resonator_is_slower_than_the_qubits_in_both_readings():
    for two_pi in (False, True):
        printed, read = approximations(table_1(two_pi=two_pi))[-2:]
        assert printed.computed == 40
        assert read.computed > 1 and not read.agrees
